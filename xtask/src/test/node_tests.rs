//! Tests that run in Node: Stripe's client against the sandbox, the search for leaks, and pricing
//! in both builds.

use std::path::PathBuf;

use anyhow::Result;

use super::test_run::TestRun;
use crate::failure::Failure;
use crate::progress::run_step;
use crate::test_counts::TestCounts;
use crate::{paths, process, stamp};

/// Stripe's official client library against the sandbox.
pub(crate) fn run_sandbox_client_tests(run: &TestRun) -> Result<TestCounts> {
    run_folder("sandbox-client", "Stripe's client and the sandbox", run)
}

/// The tests of the search for leaks.
pub(crate) fn run_leak_search_tests(run: &TestRun) -> Result<TestCounts> {
    run_folder("leak-search", "what counts as a leak", run)
}

fn run_folder(name: &str, title: &str, run: &TestRun) -> Result<TestCounts> {
    let folder = paths::root().join("end2end").join(name);
    let files: Vec<PathBuf> =
        stamp::list_files(&folder)?.into_iter().filter(|path| is_test_file(path)).collect();
    if files.is_empty() {
        return Ok(TestCounts::default());
    }
    run_step(title, |step| {
        let mut node = node_test_command();
        node.arg("--test-concurrency=1");
        if let Some(filter) = &run.filter {
            node.args(["--test-name-pattern", filter]);
        }
        // Each file is named, because Node's releases treat folders differently. They run one at a
        // time, because they share the sandbox.
        node.args(files).envs(run.variables());
        count_results(process::run_logged(node, &format!("test-{name}"), step)?, step)
    })
}

/// The same carts priced by the native build and by WebAssembly.
pub(crate) fn compare_pricing() -> Result<TestCounts> {
    let script = paths::root().join("end2end/tools/pricing-parity/compare.mjs");
    run_step("pricing in both builds", |step| {
        let fix = "fix the error shown, then the same command again";
        let mut native = process::command("cargo");
        native.args(["build", "-p", "pricing-parity"]);
        process::run_logged(native, "test-parity-native", step)?
            .require_success("Building the price comparison", fix)?;
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
        browser.arg(paths::browser_target());
        process::run_logged(browser, "test-parity-wasm", step)?
            .require_success("Building the price comparison", fix)?;
        let digest = process::run_logged(
            process::command(paths::native_target().join("debug/pricing-parity")),
            "test-parity-digest",
            step,
        )?;
        let digest = digest.require_success("Pricing the carts", "see the log")?;
        let mut node = node_test_command();
        node.arg(script).env("PARITY_NATIVE", digest.trim());
        node.env(
            "PARITY_WASM",
            paths::browser_target().join("wasm32-unknown-unknown/wasm-release/pricing_parity.wasm"),
        );
        count_results(process::run_logged(node, "test-parity", step)?, step)
    })
}

fn is_test_file(path: &std::path::Path) -> bool {
    let name = path.to_string_lossy();
    [".test.mjs", ".test.js", ".test.cjs"].iter().any(|ending| name.ends_with(ending))
        && !name.contains("/node_modules/")
}

fn node_test_command() -> std::process::Command {
    let mut node = process::command("node");
    node.args(["--test", "--test-reporter=tap"]);
    node
}

fn count_results(
    finished: process::CommandOutput,
    step: &crate::progress::Step,
) -> Result<TestCounts> {
    match TestCounts::parse_node(&finished.output)
        .filter(|counts| finished.status.success() == counts.is_success())
    {
        Some(counts) if counts.is_success() => {
            step.set_message(format!("{} passed", counts.passed));
            Ok(counts)
        }
        Some(counts) => {
            step.mark_failures();
            for line in
                finished.output.lines().filter(|line| line.trim_start().starts_with("not ok"))
            {
                crate::progress::print_line(line);
            }
            crate::progress::print_line(&format!("  the whole output: {}", finished.log.display()));
            Ok(counts)
        }
        None => Err(Failure::new(format!(
            "Node's tests stopped before their end ({}).",
            finished.status
        ))
        .with_fix("see the log")
        .with_log(&finished.log)
        .into()),
    }
}
