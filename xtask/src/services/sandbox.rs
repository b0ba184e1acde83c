//! The companions that play Stripe and the mail server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::{Secrets, ports, ready};
use crate::build::{self, Profile};
use crate::process::{self, Group};

const STRIPE_PORT: u16 = 12111;
const SMTP_PORT: u16 = 1025;
const MAIL_PORT: u16 = 1080;
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a companion answers: one spelling for people and one for programs, some of which try IPv6
/// for a name first.
pub struct Address {
    pub shown: String,
    pub called: String,
}

impl Address {
    fn of(port: u16) -> Self {
        Self {
            shown: format!("http://localhost:{port}"),
            called: format!("http://127.0.0.1:{port}"),
        }
    }
}

/// Starts the sandbox. `store` is where its webhooks go.
pub fn start_stripe(
    profile: Profile,
    data: &Path,
    log: &Path,
    secrets: &Secrets,
    store: &str,
) -> Result<(Group, Address)> {
    let port = ports::free(STRIPE_PORT)?;
    let address = Address::of(port);
    let mut sandbox = process::command(build::program("stripe-sandbox", profile));
    sandbox
        .args(["--listen", &format!("127.0.0.1:{port}"), "--public-url", &address.shown, "--state"])
        .arg(data.join("stripe-state.json"));
    sandbox.args(["--webhook-url", &format!("{store}/webhooks/stripe")]);
    sandbox.args([
        "--webhook-secret",
        secrets.get("STRIPE_WEBHOOK_SECRET"),
        "--secret-key",
        secrets.get("STRIPE_SECRET_KEY"),
    ]);
    let mut process = process::spawn_service(sandbox, log)?;
    ready::wait("The Stripe sandbox", &mut process, log, PATIENCE, || {
        ready::http_status(port, "/").map(|_| true)
    })?;
    Ok((process, address))
}

/// Returns also the address mails are sent to.
pub fn start_mail(profile: Profile, data: &Path, log: &Path) -> Result<(Group, String, Address)> {
    let (smtp, http) = (ports::free(SMTP_PORT)?, ports::free(MAIL_PORT)?);
    let folder = data.join("mail");
    fs::create_dir_all(&folder)?;
    let mut sink = process::command(build::program("mail-sink", profile));
    sink.args([
        "--smtp",
        &format!("127.0.0.1:{smtp}"),
        "--http",
        &format!("127.0.0.1:{http}"),
        "--dir",
    ])
    .arg(folder);
    let mut process = process::spawn_service(sink, log)?;
    ready::wait("The mail sink", &mut process, log, PATIENCE, || {
        ready::http_status(http, "/").map(|_| true)
    })?;
    Ok((process, format!("smtp://127.0.0.1:{smtp}"), Address::of(http)))
}
