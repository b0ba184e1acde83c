//! The server and the companions of development, in one cargo call.

use std::path::PathBuf;

use anyhow::Result;

use crate::progress::step;
use crate::{paths, process};

/// One set for every development command: another set would unify features differently and compile
/// crates again.
pub const PACKAGES: &[&str] = &[
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
    "--features",
    "cartwright/ssr",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

pub fn build(profile: Profile) -> Result<()> {
    step("build the server", |step| {
        let mut cargo = process::command("cargo");
        cargo.arg("build").args(PACKAGES);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        process::run_logged(cargo, "build-server", step)?
            .or_fail("Building the server", "mend the error shown, then the same command again")
            .map(drop)
    })
}

/// Where the build leaves a program.
pub fn program(name: &str, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    paths::target().join(folder).join(name)
}
