//! `cargo xtask shots`: screenshots of every page, on a phone and a desktop, light and dark, with
//! and without scripts.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::demo_store::DemoStore;
use crate::failure::Failure;
use crate::progress::{print_line, run_step};
use crate::setup::{self, Purpose, Tools};
use crate::{paths, process};

const CONFIGURATION: &str = "end2end/shots/playwright.config.ts";

/// Uses the store that runs, else starts one. Places two orders.
pub(crate) fn run() -> Result<()> {
    let tools = setup::ensure(Purpose::Test)?;
    let store = DemoStore::find_or_start(&tools, "shots")?;
    let folder = paths::root().join("target/shots");
    run_step("take the screenshots", |step| {
        // Screenshots of removed pages must not stay in the folder.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let mut playwright = playwright(&tools, "sheet");
        playwright.envs(store.variables());
        process::run_logged(playwright, "shots", step)?
            .require_success("Taking the screenshots", "see the log for the page")
            .map(drop)
    })?;
    print_line(&format!("Every page: {}", folder.display()));
    print_line("All of them at once: docs/shots/phone.jpg and docs/shots/desktop.jpg");
    Ok(())
}

/// Compares the last screenshots with a copy of earlier ones, pixel by pixel, and names the pages
/// that differ.
pub(crate) fn compare(earlier: &Path) -> Result<ExitCode> {
    let tools = setup::ensure(Purpose::Test)?;
    let earlier = fs::canonicalize(earlier).map_err(|_| {
        Failure::new(format!("There is no folder {}.", earlier.display()))
            .with_fix("copy target/shots before the change, and name the copy")
    })?;
    let finished = run_step("compare the screenshots", |step| {
        let mut playwright = playwright(&tools, "compare");
        playwright.env("SHOTS_BEFORE", &earlier);
        process::run_logged(playwright, "shots-compare", step)
    })?;
    let differing: Vec<&str> =
        finished.output.lines().filter(|line| line.trim_start().starts_with('✘')).collect();
    for line in &differing {
        print_line(line);
    }
    print_line(&format!(
        "Pictures of the differences: {}",
        paths::root().join("target/shots/.work/failures").display()
    ));
    println!("{} pages differ", differing.len());
    Ok(if finished.status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn playwright(tools: &Tools, project: &str) -> Command {
    let mut playwright = process::command(paths::node_bin("playwright"));
    playwright.args(["test", "-c", CONFIGURATION, "--reporter=list", "--project", project]);
    if let Some(chromium) = &tools.chromium {
        playwright.env("CHROMIUM_PATH", chromium);
    }
    playwright
}
