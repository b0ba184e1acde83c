//! Checks of the sources that run nothing: formatting and lints.

use anyhow::Result;

use crate::build::PACKAGES;
use crate::process;
use crate::progress::run_step;
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

fn run_clippy(packages: &[&str], log: &str, step: &crate::progress::Step) -> Result<()> {
    let mut cargo = process::command("cargo");
    cargo.arg("clippy").args(packages).args(["--all-targets", "--", "-D", "warnings"]);
    process::run_logged(cargo, log, step)?
        .require_success("The lint check", "fix what the log names, then the same command again")
        .map(drop)
}
