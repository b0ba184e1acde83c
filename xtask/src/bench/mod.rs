//! `cargo xtask bench --gates`: the numbers that are the same on every machine and may not grow
//! unnoticed. Without it those that are not, as a report.

mod answers;
mod connection;
mod lighthouse;
pub mod orders;
pub mod pages;
mod sign_ins;
pub mod sizes;
mod times;

use std::process::ExitCode;

use anyhow::Result;

use crate::build::Sizes;
use crate::setup::{self, Purpose, Tools};
use crate::tally::Tally;
use crate::{build, progress};

/// One checked number.
pub struct Gate {
    pub name: &'static str,
    pub measured: u64,
    /// More than this fails.
    pub limit: u64,
    /// What we would like it to be.
    pub aim: Option<u64>,
    /// The number committed last.
    pub recorded: Option<u64>,
}

pub fn run() -> Result<ExitCode> {
    let tally = gates(&setup::ensure(Purpose::Run)?)?;
    Ok(if tally.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the browser's side and checks every gate.
pub fn gates(tools: &Tools) -> Result<Tally> {
    let gates = sizes::gates(build::assets(tools)?)?;
    let mut tally = Tally::default();
    for gate in &gates {
        progress::say(&gate.line());
        tally += if gate.holds() { Tally::PASSED } else { Tally::FAILED };
    }
    Ok(tally)
}

/// Shows the numbers of a build without judging it.
pub fn report(sizes: Sizes) -> Result<()> {
    sizes::gates(sizes)?.iter().for_each(|gate| progress::say(&gate.line()));
    Ok(())
}

impl Gate {
    fn holds(&self) -> bool {
        self.measured <= self.limit
    }

    fn line(&self) -> String {
        let mark = if self.holds() { "✓" } else { "✗" };
        let mut line =
            format!("{mark} {:<34} {:>8} B  limit {}", self.name, self.measured, self.limit);
        if let Some(aim) = self.aim {
            line.push_str(&format!(", aim {aim}"));
        }
        if let Some(recorded) = self.recorded {
            line.push_str(&format!(
                ", {:+} since the recorded {recorded}",
                self.measured as i64 - recorded as i64
            ));
        }
        line
    }
}
