//! Tests that run in Node: Stripe's own client against the sandbox, the search for leaks, and
//! pricing in both builds.

use std::path::PathBuf;

use anyhow::Result;

use super::Run;
use crate::failure::Failure;
use crate::progress::step;
use crate::tally::Tally;
use crate::{paths, process, stamp};

/// Drives the companions with the official client libraries.
pub fn sandbox_client(run: &Run) -> Result<Tally> {
    in_folder("sandbox-client", "Stripe's client and the sandbox", run)
}

/// What the search for leaks recognises.
pub fn leak_search(run: &Run) -> Result<Tally> {
    in_folder("leak-search", "what counts as a leak", run)
}

fn in_folder(name: &str, title: &str, run: &Run) -> Result<Tally> {
    let folder = paths::root().join("end2end").join(name);
    let files: Vec<PathBuf> =
        stamp::files_below(&folder)?.into_iter().filter(|path| is_test(path)).collect();
    if files.is_empty() {
        return Ok(Tally::default());
    }
    step(title, |step| {
        let mut node = test_command();
        node.arg("--test-concurrency=1");
        if let Some(filter) = &run.filter {
            node.args(["--test-name-pattern", filter]);
        }
        // Named one by one: releases of Node differ in what a folder means. One at a time: they
        // share the sandbox.
        node.args(files).envs(run.variables());
        counted(process::run_logged(node, &format!("test-{name}"), step)?, step)
    })
}

/// The same carts priced by the native build and by WebAssembly.
pub fn pricing_parity() -> Result<Tally> {
    let script = paths::root().join("end2end/tools/pricing-parity/compare.mjs");
    step("pricing in both builds", |step| {
        let mend = "mend the error shown, then the same command again";
        let mut native = process::command("cargo");
        native.args(["build", "-p", "pricing-parity"]);
        process::run_logged(native, "test-parity-native", step)?
            .or_fail("Building the price comparison", mend)?;
        let mut browser = process::command("cargo");
        browser.args([
            "build",
            "-p",
            "pricing-parity",
            "--lib",
            "--profile",
            "wasm-release",
            "--target",
            "wasm32-unknown-unknown",
            "--target-dir",
        ]);
        browser.arg(paths::front());
        process::run_logged(browser, "test-parity-wasm", step)?
            .or_fail("Building the price comparison", mend)?;
        let digest = process::run_logged(
            process::command(paths::target().join("debug/pricing-parity")),
            "test-parity-digest",
            step,
        )?;
        let digest = digest.or_fail("Pricing the carts", "see the log")?;
        let mut node = test_command();
        node.arg(script).env("PARITY_NATIVE", digest.trim());
        node.env(
            "PARITY_WASM",
            paths::front().join("wasm32-unknown-unknown/wasm-release/pricing_parity.wasm"),
        );
        counted(process::run_logged(node, "test-parity", step)?, step)
    })
}

fn is_test(path: &std::path::Path) -> bool {
    let name = path.to_string_lossy();
    [".test.mjs", ".test.js", ".test.cjs"].iter().any(|ending| name.ends_with(ending))
        && !name.contains("/node_modules/")
}

fn test_command() -> std::process::Command {
    let mut node = process::command("node");
    node.args(["--test", "--test-reporter=tap"]);
    node
}

fn counted(finished: process::Finished, step: &crate::progress::Step) -> Result<Tally> {
    match Tally::from_node(&finished.output)
        .filter(|tally| finished.status.success() == tally.is_green())
    {
        Some(tally) if tally.is_green() => {
            step.note(format!("{} passed", tally.passed));
            Ok(tally)
        }
        Some(tally) => {
            step.mark_failures();
            for line in
                finished.output.lines().filter(|line| line.trim_start().starts_with("not ok"))
            {
                crate::progress::say(line);
            }
            crate::progress::say(&format!("  all of it: {}", finished.log.display()));
            Ok(tally)
        }
        None => Err(Failure::new(format!(
            "Node's tests stopped before their end ({}).",
            finished.status
        ))
        .mend("see the log")
        .log(&finished.log)
        .into()),
    }
}
