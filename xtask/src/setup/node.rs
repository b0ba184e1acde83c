//! Node and the npm packages of the build and the browser tests.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::failure::Failure;
use crate::progress::run_step;
use crate::stamp::{self, Fingerprint};
use crate::{paths, process};

const OLDEST_NODE: u32 = 20;

pub(crate) fn check_version() -> Result<()> {
    let mut node = process::command("node");
    node.arg("--version");
    let version = process::read_output(node);
    let major = version
        .as_deref()
        .and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        Some(major) => Err(Failure::new(format!(
            "Node {major} is too old; the build needs Node {OLDEST_NODE} or newer."
        ))
        .with_fix("install Node 20 or newer (https://nodejs.org)")
        .into()),
        None => Err(Failure::new("Node is missing.")
            .with_fix("install Node 20 or newer (https://nodejs.org)")
            .into()),
    }
}

pub(crate) fn is_complete() -> Result<bool> {
    is_installed(&paths::root())
}

pub(crate) fn install_packages() -> Result<()> {
    install("npm packages", &paths::root())
}

pub(crate) fn install_lighthouse() -> Result<()> {
    install("Lighthouse's packages", &paths::lighthouse())
}

fn is_installed(folder: &Path) -> Result<bool> {
    Ok(stamp::is_current(&stamp_file(folder), &lock_fingerprint(folder)?))
}

/// Installs exactly what the folder's lock file says, unless that is what is there.
fn install(name: &str, folder: &Path) -> Result<()> {
    if is_installed(folder)? {
        return Ok(());
    }
    let manual_command = format!("npm ci --prefix {}", folder.display());
    run_step(name, |step| {
        let mut npm = process::command("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
        // The browser comes from the system. Playwright would download a second one.
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        process::run_logged(npm, "setup-npm", step)?
            .require_success("Installing the npm packages", &manual_command)?;
        stamp::write(&stamp_file(folder), &lock_fingerprint(folder)?)
    })
}

fn lock_fingerprint(folder: &Path) -> Result<String> {
    Ok(Fingerprint::default().add_file(&folder.join("package-lock.json"))?.into_hex())
}

/// Inside the folder, so that removing the folder also removes the stamp.
fn stamp_file(folder: &Path) -> PathBuf {
    folder.join("node_modules/.cartwright-stamp")
}
