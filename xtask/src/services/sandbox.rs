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

/// Returns the sandbox's address. `store` is where its webhooks go.
pub fn start_stripe(
    data: &Path,
    log: &Path,
    secrets: &Secrets,
    store: &str,
) -> Result<(Group, String)> {
    let port = ports::free(STRIPE_PORT)?;
    let address = format!("http://localhost:{port}");
    let mut sandbox = process::command(build::program("stripe-sandbox", Profile::Debug));
    sandbox
        .args([
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--public-url",
            &address,
            "--state",
        ])
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

/// Returns the address mails are sent to and the one they are read at.
pub fn start_mail(data: &Path, log: &Path) -> Result<(Group, String, String)> {
    let (smtp, http) = (ports::free(SMTP_PORT)?, ports::free(MAIL_PORT)?);
    let folder = data.join("mail");
    fs::create_dir_all(&folder)?;
    let mut sink = process::command(build::program("mail-sink", Profile::Debug));
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
    Ok((
        process,
        format!("smtp://127.0.0.1:{smtp}"),
        format!("http://localhost:{http}"),
    ))
}
