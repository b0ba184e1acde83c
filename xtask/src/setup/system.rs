//! What comes from the operating system: Redis, the browser, and what compiling the database server
//! takes.

use std::path::PathBuf;

use anyhow::Result;

use super::{Purpose, cargo_tools, python};
use crate::failure::Failure;
use crate::progress::{say, step};
use crate::{paths, process};

pub fn redis_server() -> Option<PathBuf> {
    paths::which("redis-server").or_else(|| paths::which("valkey-server"))
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .into_iter()
        .find_map(paths::which)
}

pub fn is_complete(purpose: Purpose) -> bool {
    missing(purpose).is_empty()
}

/// Installs what is missing when we may; returns the browser where one is needed.
pub fn ensure(purpose: Purpose) -> Result<Option<PathBuf>> {
    let missing_packages = missing(purpose);
    if !missing_packages.is_empty() {
        install(&missing_packages)?;
    }
    if purpose == Purpose::Run {
        return Ok(None);
    }
    match chromium() {
        Some(path) => Ok(Some(path)),
        None => Err(Failure::new("No Chromium was found for the browser tests.")
            .mend("sudo apt-get install chromium")
            .into()),
    }
}

fn missing(purpose: Purpose) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if redis_server().is_none() && python::find_redis_server().is_none() {
        packages.push("redis-server");
    }
    if cargo_tools::will_compile_server() {
        if paths::which("cmake").is_none() {
            packages.push("cmake");
        }
        if paths::which("c++").is_none() {
            packages.push("g++");
        }
    }
    if purpose == Purpose::Test && chromium().is_none() {
        packages.extend(["chromium", "fonts-liberation"]);
    }
    packages
}

fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));
    // Redis alone has another source, so it alone is no reason to stop.
    let replaceable = packages == ["redis-server"];
    if !is_root() || paths::which("apt-get").is_none() {
        if replaceable {
            return Ok(());
        }
        return Err(Failure::new(format!("Missing from this system: {}.", packages.join(", ")))
            .mend(by_hand)
            .into());
    }
    let installed = step(&format!("system packages ({})", packages.join(", ")), |step| {
        let update = process::run_logged(apt(&["update"]), "setup-apt-update", step)?;
        update.or_fail("Updating the list of Debian packages", "sudo apt-get update")?;
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(packages);
        process::run_logged(apt(&arguments), "setup-apt-install", step)?
            .or_fail("Installing Debian packages", &by_hand)
            .map(drop)
    });
    match installed {
        Err(error) if replaceable => {
            say(&format!("{error}\n  going on with the Python package of Redis"));
            Ok(())
        }
        other => other,
    }
}

fn apt(arguments: &[&str]) -> std::process::Command {
    let mut command = process::command("apt-get");
    command.args(["--quiet", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    // SAFETY: the call has no preconditions.
    unsafe { libc::geteuid() == 0 }
}
