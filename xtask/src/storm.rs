//! `cargo xtask storm`: runs the storm test for minutes and with any seed.

use std::fs;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::progress::print_line;
use crate::{paths, test};

/// The name of its module.
const TEST: &str = "server::tests::storm::";

pub(crate) struct Options {
    pub(crate) seed: Option<u64>,
    pub(crate) minutes: u64,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let seed = options.seed.unwrap_or_else(random_seed);
    let minutes = options.minutes.max(1);
    let again = format!("cargo xtask storm --seed {seed} --minutes {minutes}");
    print_line(&format!("A storm of {minutes} minutes with seed {seed}; again: {again}"));
    let logs = paths::logs().join("storm");
    // The processes append to their logs, so old logs are removed first.
    let _ = fs::remove_dir_all(&logs);
    fs::create_dir_all(&logs)?;
    let variables = [
        ("CARTWRIGHT_STORM_SEED", seed.to_string()),
        ("CARTWRIGHT_STORM_SECONDS", (minutes * 60).to_string()),
        ("CARTWRIGHT_STORM_LOGS", logs.display().to_string()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let counts = test::run_store_tests(TEST, variables)?;
    if counts.is_success() && counts.passed > 0 {
        print_line(&format!("The books are right after the storm with seed {seed}."));
        return Ok(ExitCode::SUCCESS);
    }
    print_line(&format!(
        "The storm with seed {seed} left something wrong.\n  again: {again}\n  the processes' logs: {}",
        logs.display()
    ));
    Ok(ExitCode::FAILURE)
}

/// A new seed for each run, short enough to type.
fn random_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) % 1_000_000
}
