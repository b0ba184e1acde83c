//! `cargo xtask storm`: the test of the storm, for minutes and with any seed.

use std::fs;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::progress::say;
use crate::{paths, test};

/// The name of its module.
const TEST: &str = "server::tests::storm::";

pub struct Options {
    pub seed: Option<u64>,
    pub minutes: u64,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let seed = options.seed.unwrap_or_else(any_seed);
    let minutes = options.minutes.max(1);
    let again = format!("cargo xtask storm --seed {seed} --minutes {minutes}");
    say(&format!("A storm of {minutes} minutes with seed {seed}; again: {again}"));
    let logs = paths::logs().join("storm");
    // Of this storm alone: the processes add to their logs.
    let _ = fs::remove_dir_all(&logs);
    fs::create_dir_all(&logs)?;
    let variables = [
        ("CARTWRIGHT_STORM_SEED", seed.to_string()),
        ("CARTWRIGHT_STORM_SECONDS", (minutes * 60).to_string()),
        ("CARTWRIGHT_STORM_LOGS", logs.display().to_string()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let tally = test::store_tests(TEST, variables)?;
    if tally.is_green() && tally.passed > 0 {
        say(&format!("The books are right after the storm with seed {seed}."));
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!(
        "The storm with seed {seed} left something wrong.\n  again: {again}\n  the processes' logs: {}",
        logs.display()
    ));
    Ok(ExitCode::FAILURE)
}

/// Another one each time, and short enough to be typed.
fn any_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) % 1_000_000
}
