//! Builds the server and the development tools in one cargo call.

use std::path::PathBuf;

use anyhow::Result;

use crate::progress::run_step;
use crate::{paths, process};

/// All commands use the same packages: another set would have other unified features, and cargo
/// would compile crates again.
pub(crate) const PACKAGES: &[&str] = &[
    "-p",
    "cartwright",
    "-p",
    "stripe-sandbox",
    "-p",
    "mail-sink",
    "-p",
    "demo-catalog",
    "-p",
    "fault-proxy",
    "-p",
    "catalog-file",
    "--features",
    "cartwright/ssr",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

pub(crate) fn build_server(profile: Profile) -> Result<()> {
    run_step("build the server", |step| {
        let mut cargo = process::command("cargo");
        cargo.arg("build").args(PACKAGES);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        process::run_logged(cargo, "build-server", step)?
            .require_success(
                "Building the server",
                "fix the error shown, then the same command again",
            )
            .map(drop)
    })
}

/// Where the build leaves a program.
pub(crate) fn program_path(name: &str, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    paths::native_target().join(folder).join(name)
}
