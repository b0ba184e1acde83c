//! Packages of the operating system: Redis, the browser, and the compilers for the database server.

use std::path::PathBuf;

use anyhow::Result;

use super::tools::Purpose;
use super::{cargo_tools, python};
use crate::failure::Failure;
use crate::progress::{print_line, run_step};
use crate::{paths, process};

pub(crate) fn find_redis_server() -> Option<PathBuf> {
    paths::which("redis-server").or_else(|| paths::which("valkey-server"))
}

fn find_chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .into_iter()
        .find_map(paths::which)
}

pub(crate) fn is_complete(purpose: Purpose) -> bool {
    list_missing_packages(purpose).is_empty()
}

/// Installs missing packages if the user has the right to. Returns the browser if it is needed.
pub(crate) fn ensure(purpose: Purpose) -> Result<Option<PathBuf>> {
    let missing_packages = list_missing_packages(purpose);
    if !missing_packages.is_empty() {
        install(&missing_packages)?;
    }
    if purpose == Purpose::Run {
        return Ok(None);
    }
    match find_chromium() {
        Some(path) => Ok(Some(path)),
        None => Err(Failure::new("No Chromium was found for the browser tests.")
            .with_fix("sudo apt-get install chromium")
            .into()),
    }
}

fn list_missing_packages(purpose: Purpose) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if find_redis_server().is_none() && python::REDIS.find().is_none() {
        packages.push("redis-server");
    }
    if cargo_tools::has_server_to_compile() {
        if paths::which("cmake").is_none() {
            packages.push("cmake");
        }
        if paths::which("c++").is_none() {
            packages.push("g++");
        }
    }
    if purpose == Purpose::Test && find_chromium().is_none() {
        packages.extend(["chromium", "fonts-liberation"]);
    }
    packages
}

fn install(packages: &[&str]) -> Result<()> {
    let manual_command = format!("sudo apt-get install {}", packages.join(" "));
    // Redis has another source, so the command goes on when only Redis is missing.
    let has_other_source = packages == ["redis-server"];
    if !is_root() || paths::which("apt-get").is_none() {
        if has_other_source {
            return Ok(());
        }
        return Err(Failure::new(format!("Missing from this system: {}.", packages.join(", ")))
            .with_fix(manual_command)
            .into());
    }
    let installed = run_step(&format!("system packages ({})", packages.join(", ")), |step| {
        let update = process::run_logged(apt_command(&["update"]), "setup-apt-update", step)?;
        update.require_success("Updating the list of Debian packages", "sudo apt-get update")?;
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(packages);
        process::run_logged(apt_command(&arguments), "setup-apt-install", step)?
            .require_success("Installing Debian packages", &manual_command)
            .map(drop)
    });
    match installed {
        Err(error) if has_other_source => {
            print_line(&format!("{error}\n  going on with the Python package of Redis"));
            Ok(())
        }
        other => other,
    }
}

fn apt_command(arguments: &[&str]) -> std::process::Command {
    let mut command = process::command("apt-get");
    command.args(["--quiet", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[expect(unsafe_code, reason = "the standard library cannot tell")]
fn is_root() -> bool {
    // SAFETY: the call has no preconditions.
    unsafe { libc::geteuid() == 0 }
}
