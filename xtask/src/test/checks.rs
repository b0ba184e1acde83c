//! Checks of the sources that run nothing: formatting and lints.

use anyhow::Result;

use crate::build::PACKAGES;
use crate::process;
use crate::progress::step;
use crate::tally::Tally;

pub fn formatting() -> Result<Tally> {
    step("formatting", |step| {
        let mut cargo = process::command("cargo");
        cargo.args(["fmt", "--all", "--check"]);
        process::run_logged(cargo, "test-fmt", step)?
            .or_fail("The formatting check", "cargo fmt --all")?;
        Ok(Tally::PASSED)
    })
}

/// The development packages first, by the flags of the build; then those outside of it.
pub fn lints() -> Result<Tally> {
    step("lints", |step| {
        clippy(PACKAGES, "test-clippy", step)?;
        clippy(&["-p", "xtask", "-p", "pricing-parity"], "test-clippy-tools", step)?;
        Ok(Tally::PASSED)
    })
}

fn clippy(packages: &[&str], log: &str, step: &crate::progress::Step) -> Result<()> {
    let mut cargo = process::command("cargo");
    cargo.arg("clippy").args(packages).args(["--all-targets", "--", "-D", "warnings"]);
    process::run_logged(cargo, log, step)?
        .or_fail("The lint check", "mend what the log names, then the same command again")
        .map(drop)
}
