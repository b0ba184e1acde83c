//! `cargo xtask shots`: pictures of every page, on a phone and a desktop, light and dark, with and
//! without scripts.

use std::fs;

use anyhow::Result;

use crate::demo_store::DemoStore;
use crate::progress::{say, step};
use crate::setup::{self, Purpose};
use crate::{paths, process};

const CONFIGURATION: &str = "end2end/shots/playwright.config.ts";

/// Of the store that runs, else of one of our own. It places two orders.
pub fn run() -> Result<()> {
    let tools = setup::ensure(Purpose::Test)?;
    let store = DemoStore::running_or_own(&tools, "shots")?;
    let folder = paths::root().join("target/shots");
    step("take the pictures", |step| {
        // A page that is no longer there must not stay in the folder.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let mut playwright = process::command(paths::node_bin("playwright"));
        playwright.args(["test", "-c", CONFIGURATION, "--reporter=list"]).envs(store.variables());
        if let Some(chromium) = &tools.chromium {
            playwright.env("CHROMIUM_PATH", chromium);
        }
        process::run_logged(playwright, "shots", step)?
            .or_fail("Taking the pictures", "see the log for the page")
            .map(drop)
    })?;
    say(&format!("Every page: {}", folder.display()));
    say("All of them at once: docs/shots/phone.jpg and docs/shots/desktop.jpg");
    Ok(())
}
