//! `cargo xtask shots`: screenshots of every page, on a phone and a desktop, light and dark, with
//! and without scripts.

use std::fs;

use anyhow::Result;

use crate::demo_store::DemoStore;
use crate::progress::{print_line, run_step};
use crate::setup::{self, Purpose};
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
        let mut playwright = process::command(paths::node_bin("playwright"));
        playwright.args(["test", "-c", CONFIGURATION, "--reporter=list"]).envs(store.variables());
        if let Some(chromium) = &tools.chromium {
            playwright.env("CHROMIUM_PATH", chromium);
        }
        process::run_logged(playwright, "shots", step)?
            .require_success("Taking the screenshots", "see the log for the page")
            .map(drop)
    })?;
    print_line(&format!("Every page: {}", folder.display()));
    print_line("All of them at once: docs/shots/phone.jpg and docs/shots/desktop.jpg");
    Ok(())
}
