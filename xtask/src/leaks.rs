//! `cargo xtask search-leaks`: looks for personal data and secrets in what a used store leaves
//! behind.

use std::path::Path;

use anyhow::Result;

use crate::failure::Failure;
use crate::progress::{say, step};
use crate::setup::{self, Purpose};
use crate::{paths, process, run};

/// Of the store that runs: its databases, its Redis and its logs.
pub fn run() -> Result<()> {
    let environment = run::environment_of_running_store()?.ok_or_else(|| {
        Failure::new("No store runs on this checkout's data.")
            .mend("cargo xtask run, buy something, then the same command in another terminal")
    })?;
    setup::ensure(Purpose::Run)?;
    let report = search(environment.variables(), &paths::data().join("logs"), &[])?;
    // Without the lines that told how far it was.
    report.lines().filter(|line| !line.ends_with('…')).for_each(say);
    Ok(())
}

/// Fails when something is found, or when the search would not find it. `used` names collections
/// that the store's use must have filled: in an empty place there is nothing to find.
pub fn search(variables: &[(String, String)], logs: &Path, used: &[&str]) -> Result<String> {
    step("search for leaks", |step| {
        let mut node = process::command("node");
        node.arg(paths::root().join("end2end/leak-search/main.mjs")).arg(logs).args(used);
        node.envs(variables.iter().cloned());
        let finished = process::run_logged(node, "search-leaks", step)?;
        if let Some(last) = finished.output.lines().last() {
            step.note(last);
        }
        if !finished.status.success() {
            finished.output.lines().filter(|line| line.starts_with('✗')).for_each(say);
            let sentence = "Something is readable that must not be, or could not be searched.";
            return Err(Failure::new(sentence)
                .mend("seal it, or do not write it, where the lines above say")
                .log(&finished.log)
                .into());
        }
        Ok(finished.output)
    })
}
