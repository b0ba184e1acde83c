//! `cargo xtask bench --gates`: limits for what a shopper downloads first. These numbers are the
//! same on every machine, so the tests check them.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use toml::Table;

use crate::build::{self, AssetSizes};
use crate::paths;
use crate::progress::print_line;
use crate::setup::{self, Purpose, Tools};
use crate::test_counts::TestCounts;

/// One checked number.
struct Gate {
    name: &'static str,
    measured: u64,
    /// More than this fails.
    limit: u64,
    /// The size that we want to reach.
    aim: Option<u64>,
    /// The size of the last commit that recorded it.
    recorded: Option<u64>,
}

pub(crate) fn run() -> Result<ExitCode> {
    let counts = check(&setup::ensure(Purpose::Run)?)?;
    Ok(if counts.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds what the browser downloads and checks every limit.
pub(crate) fn check(tools: &Tools) -> Result<TestCounts> {
    let gates = gates(build::build_assets(tools)?)?;
    let mut counts = TestCounts::default();
    for gate in &gates {
        print_line(&gate.render_line());
        counts +=
            if gate.is_within_limit() { TestCounts::ONE_PASSED } else { TestCounts::ONE_FAILED };
    }
    Ok(counts)
}

/// Prints the sizes of a build without a check.
pub(crate) fn print(sizes: AssetSizes) -> Result<()> {
    gates(sizes)?.iter().for_each(|gate| print_line(&gate.render_line()));
    Ok(())
}

/// The sizes of the last commit that recorded them.
const RECORDED_SIZES: &str = "end2end/bench/gates.toml";
/// Limits are in decimal kilobytes.
const KB: u64 = 1000;

fn gates(sizes: AssetSizes) -> Result<Vec<Gate>> {
    let recorded = fs::read_to_string(paths::root().join(RECORDED_SIZES)).unwrap_or_default();
    let recorded =
        recorded.parse::<Table>().with_context(|| format!("cannot read {RECORDED_SIZES}"))?;
    Ok(vec![
        Gate {
            name: "browser module and glue",
            measured: sizes.module_and_glue,
            limit: 120 * KB,
            aim: Some(90 * KB),
            recorded: find_recorded_number(&recorded, "module_and_glue_brotli_bytes")?,
        },
        Gate {
            name: "stylesheet",
            measured: sizes.stylesheet,
            limit: 20 * KB,
            aim: Some(8 * KB),
            recorded: find_recorded_number(&recorded, "stylesheet_brotli_bytes")?,
        },
    ])
}

fn find_recorded_number(recorded: &Table, name: &str) -> Result<Option<u64>> {
    let Some(value) = recorded.get(name) else {
        return Ok(None);
    };
    let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
    number.map(Some).with_context(|| format!("{RECORDED_SIZES}: {name} is not a number"))
}

impl Gate {
    fn is_within_limit(&self) -> bool {
        self.measured <= self.limit
    }

    fn render_line(&self) -> String {
        let mark = if self.is_within_limit() { "✓" } else { "✗" };
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

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::find_recorded_number;

    #[test]
    fn recorded_numbers_are_found_by_name() {
        let text =
            "# sizes\nmodule_and_glue_brotli_bytes = 80_123 # islands of the cart\nx = \"many\"\n";
        let recorded = text.parse::<Table>().expect("valid TOML");
        let find = |name: &str| find_recorded_number(&recorded, name);
        assert_eq!(find("module_and_glue_brotli_bytes").ok(), Some(Some(80_123)));
        assert_eq!(find("stylesheet_brotli_bytes").ok(), Some(None));
        assert!(find("x").is_err());
    }
}
