//! Starts the Stripe sandbox and the mail sink, which replace Stripe and the mail server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::secrets::Secrets;
use super::{ports, readiness};
use crate::build::{self, Profile};
use crate::process::{self, ProcessGroup};

const STRIPE_PORT: u16 = 12111;
const SMTP_PORT: u16 = 1025;
const MAIL_PORT: u16 = 1080;
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The address of a local service: one form for people and one for programs, because some programs
/// try IPv6 first for a name.
pub(crate) struct LocalUrl {
    pub(crate) for_people: String,
    pub(crate) for_programs: String,
}

impl LocalUrl {
    fn new(port: u16) -> Self {
        Self {
            for_people: format!("http://localhost:{port}"),
            for_programs: format!("http://127.0.0.1:{port}"),
        }
    }
}

/// Starts the sandbox. `store` is where its webhooks go.
pub(crate) fn start_stripe_sandbox(
    profile: Profile,
    data: &Path,
    log: &Path,
    secrets: &Secrets,
    store: &str,
) -> Result<(ProcessGroup, LocalUrl)> {
    let port = ports::find_free(STRIPE_PORT)?;
    let address = LocalUrl::new(port);
    let mut sandbox = process::command(build::program_path("stripe-sandbox", profile));
    sandbox
        .args([
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--public-url",
            &address.for_people,
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
    readiness::wait_until_ready("The Stripe sandbox", &mut process, log, START_TIMEOUT, || {
        readiness::read_http_status(port, "/").map(|_| true)
    })?;
    Ok((process, address))
}

/// Returns also the address mails are sent to.
pub(crate) fn start_mail_sink(
    profile: Profile,
    data: &Path,
    log: &Path,
) -> Result<(ProcessGroup, String, LocalUrl)> {
    let (smtp, http) = (ports::find_free(SMTP_PORT)?, ports::find_free(MAIL_PORT)?);
    let folder = data.join("mail");
    fs::create_dir_all(&folder)?;
    let mut sink = process::command(build::program_path("mail-sink", profile));
    sink.args([
        "--smtp",
        &format!("127.0.0.1:{smtp}"),
        "--http",
        &format!("127.0.0.1:{http}"),
        "--dir",
    ])
    .arg(folder);
    let mut process = process::spawn_service(sink, log)?;
    readiness::wait_until_ready("The mail sink", &mut process, log, START_TIMEOUT, || {
        readiness::read_http_status(http, "/").map(|_| true)
    })?;
    Ok((process, format!("smtp://127.0.0.1:{smtp}"), LocalUrl::new(http)))
}
