//! Node and the npm packages of the build and the browser tests.

use std::path::PathBuf;

use anyhow::Result;

use crate::failure::Failure;
use crate::progress::step;
use crate::stamp::{self, Fingerprint};
use crate::{paths, process};

const OLDEST_NODE: u32 = 20;

pub fn check_version() -> Result<()> {
    let mut node = process::command("node");
    node.arg("--version");
    let version = super::output(node);
    let major = version.as_deref().and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        Some(major) => Err(Failure::new(format!("Node {major} is too old; the build needs Node {OLDEST_NODE} or newer."))
            .mend("install Node 20 or newer (https://nodejs.org)")
            .into()),
        None => Err(Failure::new("Node is missing.").mend("install Node 20 or newer (https://nodejs.org)").into()),
    }
}

pub fn is_complete() -> Result<bool> {
    Ok(stamp::is_current(&stamp_file(), &lock_fingerprint()?))
}

/// Installs exactly what the lock file says, unless that is what is there.
pub fn packages() -> Result<()> {
    if is_complete()? {
        return Ok(());
    }
    step("npm packages", |step| {
        let mut npm = process::command("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        // The browser is Debian's; Playwright's own would be a second one from elsewhere.
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        process::run_logged(npm, "setup-npm", step)?.or_fail("Installing the npm packages", "npm ci")?;
        stamp::write(&stamp_file(), &lock_fingerprint()?)
    })
}

fn lock_fingerprint() -> Result<String> {
    Ok(Fingerprint::default().file(&paths::root().join("package-lock.json"))?.hex())
}

/// Inside the folder, so that removing it also removes the claim that it is complete.
fn stamp_file() -> PathBuf {
    paths::root().join("node_modules/.cartwright-stamp")
}
