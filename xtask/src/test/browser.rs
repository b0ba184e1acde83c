//! The browser tests: Playwright against a demo store of its own.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::Run;
use crate::build::Profile;
use crate::failure::Failure;
use crate::progress::{say, step};
use crate::store::Store;
use crate::tally::Tally;
use crate::{paths, process, seed};

const CONFIGURATION: &str = "end2end/playwright.config.ts";

/// Whether there are any browser tests.
pub fn exist() -> bool {
    paths::root().join(CONFIGURATION).is_file()
}

pub fn run(run: &Run, chromium: &Path) -> Result<Tally> {
    let environment = run.browser_store();
    seed::if_empty(&environment, Profile::Debug)?;
    let log = paths::logs().join("test/store.log");
    let mut store = Store::start(&environment, Profile::Debug, &log)?;
    let tally = step("browser tests", |step| {
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
        let tally = report.as_ref().and_then(Tally::from_playwright);
        let (Some(report), Some(tally)) = (report, tally) else {
            return Err(Failure::new("Playwright stopped without a report.")
                .mend("see the log")
                .log(&finished.log)
                .into());
        };
        if finished.status.success() != tally.is_green() {
            return Err(Failure::new("Playwright's report and its outcome differ.")
                .mend("see the log")
                .log(&finished.log)
                .into());
        }
        step.note(format!("{} passed, {} failed", tally.passed, tally.failed));
        if !tally.is_green() {
            step.mark_failures();
            for title in failed_titles(&report) {
                say(&format!("  ✗ {title}"));
            }
            say(&format!("  all of it: {} and {}", finished.log.display(), log.display()));
        }
        Ok(tally)
    })?;
    match store.ended() {
        None => Ok(tally),
        Some(status) => {
            Err(Failure::new(format!("The store ended during the browser tests ({status})."))
                .mend("see the log")
                .log(&log)
                .into())
        }
    }
}

/// Suites hold suites and specs; a spec that is not ok is named by its file and title.
fn failed_titles(report: &Value) -> Vec<String> {
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

/// Refuses to pass silently when the tests' folder is there but its configuration is not.
pub fn check_configuration() -> Result<()> {
    let tests = paths::root().join("end2end/tests");
    if tests.is_dir() && !exist() {
        return Err(Failure::new(format!("end2end/tests is there, but {CONFIGURATION} is not."))
            .mend(format!("add {CONFIGURATION}"))
            .into());
    }
    Ok(())
}
