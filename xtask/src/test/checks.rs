//! Checks of the sources and the dependencies that run no tests.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::build::PACKAGES;
use crate::process;
use crate::progress::run_step;
use crate::setup;
use crate::test_counts::TestCounts;

pub(crate) fn check_formatting() -> Result<TestCounts> {
    run_step("formatting", |step| {
        let mut cargo = process::command("cargo");
        cargo.args(["fmt", "--all", "--check"]);
        process::run_logged(cargo, "test-fmt", step)?
            .require_success("The formatting check", "cargo fmt --all")?;
        Ok(TestCounts::ONE_PASSED)
    })
}

/// First the development packages with the flags of the build, then the other packages.
pub(crate) fn check_lints() -> Result<TestCounts> {
    run_step("lints", |step| {
        run_clippy(PACKAGES, "test-clippy", step)?;
        run_clippy(&["-p", "xtask", "-p", "pricing-parity"], "test-clippy-tools", step)?;
        Ok(TestCounts::ONE_PASSED)
    })
}

/// Licences, bans and sources of all dependencies, by the rules in `deny.toml`.
///
/// Advisories are checked only where a local copy of the advisory database exists: the database is
/// not in the crates registry, and the tests must not depend on another server. `--frozen` never
/// downloads it.
pub(crate) fn check_dependencies() -> Result<TestCounts> {
    let program = setup::ensure_cargo_deny()?;
    run_step("dependencies", |step| {
        // The check reads the licences of all crates in Cargo.lock, also of those that only other
        // systems build.
        let mut fetch = process::command("cargo");
        fetch.args(["fetch", "--locked"]);
        process::run_logged(fetch, "test-fetch", step)?
            .require_success("Downloading the dependencies", "cargo fetch --locked")?;
        let mut deny = process::command(program);
        deny.args(["--frozen", "--workspace", "check"]);
        deny.args(["licenses", "bans", "sources"]);
        if has_advisory_database() {
            deny.arg("advisories");
        }
        process::run_logged(deny, "test-deny", step)?.require_success(
            "The check of the dependencies",
            "see deny.toml and the log, then the same command again",
        )?;
        Ok(TestCounts::ONE_PASSED)
    })
}

/// Whether `cargo deny fetch db` has stored an advisory database on this machine.
fn has_advisory_database() -> bool {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    cargo_home
        .and_then(|home| home.join("advisory-dbs").read_dir().ok())
        .is_some_and(|mut entries| entries.next().is_some())
}

fn run_clippy(packages: &[&str], log: &str, step: &crate::progress::Step) -> Result<()> {
    let mut cargo = process::command("cargo");
    cargo.arg("clippy").args(packages).args(["--all-targets", "--", "-D", "warnings"]);
    process::run_logged(cargo, log, step)?
        .require_success("The lint check", "fix what the log names, then the same command again")
        .map(drop)
}
