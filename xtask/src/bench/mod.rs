//! `cargo xtask bench --gates`: the numbers that are the same on every machine and may not grow unnoticed.

pub mod sizes;

use anyhow::Result;

use crate::build::Sizes;
use crate::failure::Failure;
use crate::setup::Tools;
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

/// Builds the browser's side and checks every gate; returns how many passed.
pub fn gates(tools: &Tools) -> Result<u32> {
    check(&sizes::gates(build::assets(tools)?)?)
}

/// Shows the numbers of a build without judging it.
pub fn report(sizes: Sizes) -> Result<()> {
    sizes::gates(sizes)?
        .iter()
        .for_each(|gate| progress::say(&gate.line()));
    Ok(())
}

fn check(gates: &[Gate]) -> Result<u32> {
    let mut passed = 0;
    let mut broken = Vec::new();
    for gate in gates {
        progress::say(&gate.line());
        if gate.measured <= gate.limit {
            passed += 1
        } else {
            broken.push(gate.name)
        }
    }
    if broken.is_empty() {
        return Ok(passed);
    }
    Err(
        Failure::new(format!("Over the limit: {}.", broken.join(", ")))
            .mend("take out what the last change brought in")
            .into(),
    )
}

impl Gate {
    fn line(&self) -> String {
        let mark = if self.measured <= self.limit {
            "✓"
        } else {
            "✗"
        };
        let mut line = format!(
            "{mark} {:<34} {:>8} B  limit {}",
            self.name, self.measured, self.limit
        );
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
