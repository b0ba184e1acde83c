//! Compiles the Rust tests together and runs one test program after the other.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use super::test_run::TestRun;
use crate::build::{PACKAGES, Profile};
use crate::failure::Failure;
use crate::process;
use crate::progress::{print_line, run_step};
use crate::test_counts::TestCounts;

/// Tests of pure rules, by the names of the modules they live in; they need no services.
const PURE_MODULES: &[&str] = &["::model::", "shared::", "testing::tidy"];

/// How many lines of the failures are shown. The log has all of them.
const SHOWN_LINES: usize = 80;

/// A compiled test program.
pub(crate) struct TestProgram {
    package: PathBuf,
    name: String,
    executable: PathBuf,
}

/// Compiles the tests of the development packages.
pub(crate) fn compile_store(profile: Profile) -> Result<Vec<TestProgram>> {
    compile(PACKAGES, profile, "build the tests", "build-tests")
}

/// Compiles the tests of the other packages, apart because they would change the features of shared
/// crates.
pub(crate) fn compile_tools() -> Result<Vec<TestProgram>> {
    compile(
        &["-p", "xtask", "-p", "pricing-parity"],
        Profile::Debug,
        "build the tests of the tools",
        "build-tests-tools",
    )
}

/// The tests of the development tools. They need no services.
pub(crate) fn run_tool_tests(programs: &[TestProgram], run: &TestRun) -> Result<TestCounts> {
    run_all(programs.iter().filter(|program| !program.is_store()), run, &[])
}

/// The store's tests of pure rules alone.
pub(crate) fn run_pure_tests(programs: &[TestProgram], run: &TestRun) -> Result<TestCounts> {
    run_all(programs.iter().filter(|program| program.is_store()), run, PURE_MODULES)
}

/// All tests of the store.
pub(crate) fn run_store_tests(programs: &[TestProgram], run: &TestRun) -> Result<TestCounts> {
    run_all(programs.iter().filter(|program| program.is_store()), run, &[])
}

/// Runs one ignored test of the store that measures, and returns what it prints.
pub(crate) fn run_measurement(
    programs: &[TestProgram],
    run: &TestRun,
    test: &str,
) -> Result<String> {
    for program in programs.iter().filter(|program| program.is_store()) {
        let output = program.measure(run, test)?;
        // Another test program of the store would not know this test.
        if TestCounts::parse_rust(&output).is_some_and(|counts| counts.passed > 0) {
            return Ok(output);
        }
    }
    Err(Failure::new(format!("The store has no test {test} that is left out otherwise.")).into())
}

fn compile(
    packages: &[&str],
    profile: Profile,
    title: &str,
    log: &str,
) -> Result<Vec<TestProgram>> {
    run_step(title, |step| {
        let mut cargo = process::command("cargo");
        cargo.args(["test", "--no-run", "--message-format=json-render-diagnostics"]).args(packages);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        let output = process::run_logged(cargo, log, step)?.require_success(
            "Building the tests",
            "fix the error shown, then the same command again",
        )?;
        let programs: Vec<TestProgram> =
            output.lines().filter_map(TestProgram::parse_message).collect();
        step.set_message(format!("{} programs", programs.len()));
        Ok(programs)
    })
}

fn run_all<'a>(
    programs: impl Iterator<Item = &'a TestProgram>,
    run: &TestRun,
    filters: &[&str],
) -> Result<TestCounts> {
    let mut sum = TestCounts::default();
    for program in programs {
        sum += program.run(run, filters)?;
    }
    Ok(sum)
}

impl TestProgram {
    /// Reads one line of cargo's messages.
    fn parse_message(line: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_test =
            message["reason"] == "compiler-artifact" && message["profile"]["test"] == true;
        let executable = message["executable"].as_str().filter(|_| is_test)?;
        let package = Path::new(message["manifest_path"].as_str()?).parent()?.to_path_buf();
        let name = format!(
            "{} {}",
            package.file_name()?.to_string_lossy(),
            message["target"]["name"].as_str()?
        );
        Some(Self { package, name, executable: executable.into() })
    }

    /// The store's package is the checkout itself.
    fn is_store(&self) -> bool {
        self.package == crate::paths::root()
    }

    fn title(&self) -> String {
        let target = self.name.rsplit(' ').next().unwrap_or(&self.name);
        format!("tests of {target}")
    }

    fn command(&self, run: &TestRun) -> Command {
        let mut tests = process::command(&self.executable);
        // As cargo does it.
        tests.current_dir(&self.package).env("CARGO_MANIFEST_DIR", &self.package);
        tests.envs(run.variables());
        tests
    }

    fn measure(&self, run: &TestRun, test: &str) -> Result<String> {
        run_step("measurement", |step| {
            let mut tests = self.command(run);
            tests.args([test, "--exact", "--ignored", "--nocapture"]);
            process::run_logged(tests, "measurement", step)?
                .require_success("The measurement", "see the log")
        })
    }

    fn run(&self, run: &TestRun, filters: &[&str]) -> Result<TestCounts> {
        run_step(&self.title(), |step| {
            let mut tests = self.command(run);
            match &run.filter {
                Some(filter) => tests.arg(filter),
                None => tests.args(filters),
            };
            let finished =
                process::run_logged(tests, &format!("test-{}", self.name.replace(' ', "-")), step)?;
            let counts = TestCounts::parse_rust(&finished.output);
            let Some(counts) =
                counts.filter(|counts| finished.status.success() == counts.is_success())
            else {
                let sentence =
                    format!("The {} stopped before their end ({}).", self.title(), finished.status);
                return Err(Failure::new(sentence)
                    .with_fix("see the log")
                    .with_log(&finished.log)
                    .into());
            };
            step.set_message(format!("{} passed, {} failed", counts.passed, counts.failed));
            if !counts.is_success() {
                step.mark_failures();
                show_failures(&finished.output, &finished.log);
            }
            Ok(counts)
        })
    }
}

fn show_failures(output: &str, log: &Path) {
    let failures: Vec<&str> = output.lines().skip_while(|line| *line != "failures:").collect();
    for line in failures.iter().take(SHOWN_LINES) {
        print_line(line);
    }
    print_line(&format!("  the whole output: {}", log.display()));
}
