//! Rust's tests: compiled together by the flags of the build, run one program after the other.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use super::Run;
use crate::build::{PACKAGES, Profile};
use crate::failure::Failure;
use crate::process;
use crate::progress::{say, step};
use crate::tally::Tally;

/// Tests of pure rules, by the names of the modules they live in; they need no services.
const PURE: &[&str] = &["::model::", "shared::", "testing::tidy"];

/// As much of a failure as helps without scrolling; the log has the rest.
const SHOWN_LINES: usize = 80;

/// A compiled test program.
pub struct Program {
    package: PathBuf,
    name: String,
    executable: PathBuf,
}

/// Programs of the development packages.
pub fn build(profile: Profile) -> Result<Vec<Program>> {
    compile(PACKAGES, profile, "build the tests", "build-tests")
}

/// Programs of what is outside of them, which would otherwise change the features of shared crates.
pub fn build_tools() -> Result<Vec<Program>> {
    compile(
        &["-p", "xtask", "-p", "pricing-parity"],
        Profile::Debug,
        "build the tests of the tools",
        "build-tests-tools",
    )
}

/// The companions' own tests, which need no services.
pub fn companions(programs: &[Program], run: &Run) -> Result<Tally> {
    all(programs.iter().filter(|program| !program.is_store()), run, &[])
}

/// The store's tests of pure rules alone.
pub fn pure_rules(programs: &[Program], run: &Run) -> Result<Tally> {
    all(programs.iter().filter(|program| program.is_store()), run, PURE)
}

/// All tests of the store.
pub fn store(programs: &[Program], run: &Run) -> Result<Tally> {
    all(programs.iter().filter(|program| program.is_store()), run, &[])
}

/// What one test of the store prints that is left out otherwise, because it measures.
pub fn measurement(programs: &[Program], run: &Run, test: &str) -> Result<String> {
    for program in programs.iter().filter(|program| program.is_store()) {
        let output = program.measure(run, test)?;
        // The store has a program of its library's tests and one of its command's, which knows no
        // such test.
        if Tally::from_rust(&output).is_some_and(|tally| tally.passed > 0) {
            return Ok(output);
        }
    }
    Err(Failure::new(format!("The store has no test {test} that is left out otherwise.")).into())
}

fn compile(packages: &[&str], profile: Profile, title: &str, log: &str) -> Result<Vec<Program>> {
    step(title, |step| {
        let mut cargo = process::command("cargo");
        cargo.args(["test", "--no-run", "--message-format=json-render-diagnostics"]).args(packages);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        let output = process::run_logged(cargo, log, step)?
            .or_fail("Building the tests", "mend the error shown, then the same command again")?;
        let programs: Vec<Program> = output.lines().filter_map(Program::from_message).collect();
        step.note(format!("{} programs", programs.len()));
        Ok(programs)
    })
}

fn all<'a>(programs: impl Iterator<Item = &'a Program>, run: &Run, pure: &[&str]) -> Result<Tally> {
    let mut sum = Tally::default();
    for program in programs {
        sum += program.run(run, pure)?;
    }
    Ok(sum)
}

impl Program {
    /// Reads one line of cargo's messages.
    fn from_message(line: &str) -> Option<Self> {
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

    fn command(&self, run: &Run) -> Command {
        let mut tests = process::command(&self.executable);
        // As cargo does it.
        tests.current_dir(&self.package).env("CARGO_MANIFEST_DIR", &self.package);
        tests.envs(run.variables());
        tests
    }

    fn measure(&self, run: &Run, test: &str) -> Result<String> {
        step("measurement", |step| {
            let mut tests = self.command(run);
            tests.args([test, "--exact", "--ignored", "--nocapture"]);
            process::run_logged(tests, "measurement", step)?
                .or_fail("The measurement", "see the log")
        })
    }

    fn run(&self, run: &Run, pure: &[&str]) -> Result<Tally> {
        step(&self.title(), |step| {
            let mut tests = self.command(run);
            match &run.filter {
                Some(filter) => tests.arg(filter),
                None => tests.args(pure),
            };
            let finished =
                process::run_logged(tests, &format!("test-{}", self.name.replace(' ', "-")), step)?;
            let tally = Tally::from_rust(&finished.output);
            let Some(tally) = tally.filter(|tally| finished.status.success() == tally.is_green())
            else {
                let sentence =
                    format!("The {} stopped before their end ({}).", self.title(), finished.status);
                return Err(Failure::new(sentence).mend("see the log").log(&finished.log).into());
            };
            step.note(format!("{} passed, {} failed", tally.passed, tally.failed));
            if !tally.is_green() {
                step.mark_failures();
                show_failures(&finished.output, &finished.log);
            }
            Ok(tally)
        })
    }
}

fn show_failures(output: &str, log: &Path) {
    let failures: Vec<&str> = output.lines().skip_while(|line| *line != "failures:").collect();
    for line in failures.iter().take(SHOWN_LINES) {
        say(line);
    }
    say(&format!("  all of it: {}", log.display()));
}
