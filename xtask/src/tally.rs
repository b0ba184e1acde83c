//! Counts what the runners report: Rust's test harness, Node's, Playwright's.

use std::ops::AddAssign;

use serde_json::Value;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    pub const PASSED: Tally = Tally { passed: 1, failed: 0 };
    pub const FAILED: Tally = Tally { passed: 0, failed: 1 };

    pub fn is_green(self) -> bool {
        self.failed == 0
    }

    /// Sums lines like `test result: ok. 3 passed; 0 failed; 1 ignored; …`; `None` when there is no
    /// such line.
    pub fn from_rust(output: &str) -> Option<Self> {
        let mut tally = None;
        for line in output.lines().filter(|line| line.starts_with("test result:")) {
            let sum = tally.get_or_insert(Tally::default());
            *sum += Tally {
                passed: number_before(line, " passed")?,
                failed: number_before(line, " failed")?,
            };
        }
        tally
    }

    /// Reads the summary of Node's TAP reporter; a cancelled test did not pass.
    pub fn from_node(output: &str) -> Option<Self> {
        let count = |name: &str| {
            let prefix = format!("# {name} ");
            output
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix(&prefix)?.trim().parse::<u64>().ok())
        };
        Some(Tally {
            passed: count("pass")?,
            failed: count("fail")? + count("cancelled").unwrap_or(0),
        })
    }

    /// Reads Playwright's JSON report; a test that passed only when tried again counts as passed.
    pub fn from_playwright(report: &Value) -> Option<Self> {
        let stats = report.get("stats")?;
        let count = |name: &str| stats.get(name).and_then(Value::as_u64).unwrap_or(0);
        let outside_of_tests =
            report.get("errors").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        Some(Tally {
            passed: count("expected") + count("flaky"),
            failed: count("unexpected") + outside_of_tests,
        })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

fn number_before(line: &str, word: &str) -> Option<u64> {
    line.split(word).next()?.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Tally;

    #[test]
    fn sums_the_lines_of_rust() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(Tally::from_rust(output), Some(Tally { passed: 15, failed: 2 }));
        assert_eq!(Tally::from_rust("signal: 11"), None);
    }

    #[test]
    fn counts_cancelled_tests_of_node_as_failed() {
        let output = "# tests 6\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(Tally::from_node(output), Some(Tally { passed: 4, failed: 2 }));
        assert_eq!(Tally::from_node(""), None);
    }

    #[test]
    fn counts_errors_outside_of_tests_of_playwright() {
        let report = json!({ "stats": { "expected": 5, "unexpected": 1, "flaky": 1, "skipped": 2 }, "errors": [{}] });
        assert_eq!(Tally::from_playwright(&report), Some(Tally { passed: 6, failed: 2 }));
    }
}
