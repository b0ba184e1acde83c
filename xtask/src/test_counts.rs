//! Reads how many tests passed and failed from the reports of Rust, Node and Playwright.

use std::ops::AddAssign;

use serde_json::Value;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TestCounts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl TestCounts {
    pub(crate) const ONE_PASSED: TestCounts = TestCounts { passed: 1, failed: 0 };
    pub(crate) const ONE_FAILED: TestCounts = TestCounts { passed: 0, failed: 1 };

    pub(crate) fn is_success(self) -> bool {
        self.failed == 0
    }

    /// Sums lines like `test result: ok. 3 passed; 0 failed; 1 ignored; …`; `None` when there is no
    /// such line.
    pub(crate) fn parse_rust(output: &str) -> Option<Self> {
        let mut counts = None;
        for line in output.lines().filter(|line| line.starts_with("test result:")) {
            let sum = counts.get_or_insert(TestCounts::default());
            *sum += TestCounts {
                passed: number_before(line, " passed")?,
                failed: number_before(line, " failed")?,
            };
        }
        counts
    }

    /// Reads the summary of Node's TAP reporter; a cancelled test did not pass.
    pub(crate) fn parse_node(output: &str) -> Option<Self> {
        let count = |name: &str| {
            let prefix = format!("# {name} ");
            output
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix(&prefix)?.trim().parse::<u64>().ok())
        };
        Some(TestCounts {
            passed: count("pass")?,
            failed: count("fail")? + count("cancelled").unwrap_or(0),
        })
    }

    /// Reads Playwright's JSON report; a test that passed only when tried again counts as passed.
    pub(crate) fn parse_playwright(report: &Value) -> Option<Self> {
        let stats = report.get("stats")?;
        let count = |name: &str| stats.get(name).and_then(Value::as_u64).unwrap_or(0);
        let outside_of_tests =
            report.get("errors").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        Some(TestCounts {
            passed: count("expected") + count("flaky"),
            failed: count("unexpected") + outside_of_tests,
        })
    }
}

impl AddAssign for TestCounts {
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

    use super::TestCounts;

    #[test]
    fn rust_results_are_summed() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(TestCounts::parse_rust(output), Some(TestCounts { passed: 15, failed: 2 }));
        assert_eq!(TestCounts::parse_rust("signal: 11"), None);
    }

    #[test]
    fn node_cancelled_tests_count_as_failed() {
        let output = "# tests 6\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(TestCounts::parse_node(output), Some(TestCounts { passed: 4, failed: 2 }));
        assert_eq!(TestCounts::parse_node(""), None);
    }

    #[test]
    fn playwright_errors_outside_tests_count_as_failed() {
        let report = json!({ "stats": { "expected": 5, "unexpected": 1, "flaky": 1, "skipped": 2 }, "errors": [{}] });
        assert_eq!(
            TestCounts::parse_playwright(&report),
            Some(TestCounts { passed: 6, failed: 2 })
        );
    }
}
