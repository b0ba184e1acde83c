//! Runs the browser tests: Playwright against a demo store.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::test_run::TestRun;
use crate::build::Profile;
use crate::failure::Failure;
use crate::progress::{print_line, run_step};
use crate::store::StoreProcess;
use crate::test_counts::TestCounts;
use crate::{paths, process, seed};

const CONFIGURATION: &str = "end2end/playwright.config.ts";

/// Whether there are any browser tests.
pub(crate) fn has_tests() -> bool {
    paths::root().join(CONFIGURATION).is_file()
}

pub(crate) fn run(run: &TestRun, chromium: &Path) -> Result<TestCounts> {
    let environment = run.browser_store();
    seed::import_if_empty(&environment, Profile::Debug)?;
    let log = paths::logs().join("test/store.log");
    let mut store = StoreProcess::start(&environment, Profile::Debug, &log)?;
    let counts = run_step("browser tests", |step| {
        let report = paths::logs().join("playwright.json");
        let _ = fs::remove_file(&report);
        let mut playwright = process::command(paths::node_bin("playwright"));
        playwright.args(["test", "-c", CONFIGURATION, "--reporter=list,json"]);
        if let Some(filter) = &run.filter {
            playwright.args(["--grep", filter, "--pass-with-no-tests"]);
        }
        playwright
            .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
        // The store's own variables too, so that tests can run operator commands on its database.
        playwright.envs(run.variables()).envs(environment.variables().iter().cloned());
        playwright.env("CHROMIUM_PATH", chromium).env("BASE_URL", environment.address());
        let finished = process::run_logged(playwright, "test-browser", step)?;
        let report = fs::read_to_string(&report)
            .ok()
            .and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let counts = report.as_ref().and_then(TestCounts::parse_playwright);
        let (Some(report), Some(counts)) = (report, counts) else {
            return Err(Failure::new("Playwright stopped without a report.")
                .with_fix("see the log")
                .with_log(&finished.log)
                .into());
        };
        if finished.status.success() != counts.is_success() {
            return Err(Failure::new("Playwright's report and its outcome differ.")
                .with_fix("see the log")
                .with_log(&finished.log)
                .into());
        }
        step.set_message(format!("{} passed, {} failed", counts.passed, counts.failed));
        if !counts.is_success() {
            step.mark_failures();
            for title in list_failed_titles(&report) {
                print_line(&format!("  ✗ {title}"));
            }
            print_line(&format!(
                "  the whole output: {} and {}",
                finished.log.display(),
                log.display()
            ));
        }
        Ok(counts)
    })?;
    match store.try_wait() {
        None => Ok(counts),
        Some(status) => {
            Err(Failure::new(format!("The store ended during the browser tests ({status})."))
                .with_fix("see the log")
                .with_log(&log)
                .into())
        }
    }
}

/// Suites hold suites and specs; a spec that is not ok is named by its file and title.
fn list_failed_titles(report: &Value) -> Vec<String> {
    let mut titles = Vec::new();
    let mut open: Vec<&Value> = report["suites"].as_array().into_iter().flatten().collect();
    while let Some(suite) = open.pop() {
        open.extend(suite["suites"].as_array().into_iter().flatten());
        for spec in
            suite["specs"].as_array().into_iter().flatten().filter(|spec| spec["ok"] == false)
        {
            let text = |name: &str| spec[name].as_str().unwrap_or_default().to_owned();
            titles.push(format!("{}:{} {}", text("file"), spec["line"], text("title")));
        }
    }
    titles.sort();
    titles
}

/// Fails when the folder of the tests exists without its configuration.
pub(crate) fn check_configuration() -> Result<()> {
    let tests = paths::root().join("end2end/tests");
    if tests.is_dir() && !has_tests() {
        return Err(Failure::new(format!("end2end/tests exists, but {CONFIGURATION} does not."))
            .with_fix(format!("add {CONFIGURATION}"))
            .into());
    }
    Ok(())
}
