//! `cargo xtask search-leaks`: searches the databases and logs of a store for personal data and
//! secrets.

use std::path::Path;

use anyhow::Result;

use crate::failure::Failure;
use crate::progress::{print_line, run_step};
use crate::setup::{self, Purpose};
use crate::{paths, process, session};

/// Searches the databases, the Redis and the logs of the store that runs.
pub(crate) fn run() -> Result<()> {
    let environment = session::find_running_environment()?.ok_or_else(|| {
        Failure::new("No store runs on this checkout's data.")
            .with_fix("cargo xtask run, buy something, then the same command in another terminal")
    })?;
    setup::ensure(Purpose::Run)?;
    let report = search(environment.variables(), &paths::data().join("logs"), &[])?;
    // Without the progress lines.
    report.lines().filter(|line| !line.ends_with('…')).for_each(print_line);
    Ok(())
}

/// Fails when something is found, or when the search cannot work. `filled_collections` are
/// collections that must have documents: an empty collection would prove nothing.
pub(crate) fn search(
    variables: &[(String, String)],
    logs: &Path,
    filled_collections: &[&str],
) -> Result<String> {
    run_step("search for leaks", |step| {
        let mut node = process::command("node");
        node.arg(paths::root().join("end2end/leak-search/main.mjs"))
            .arg(logs)
            .args(filled_collections);
        node.envs(variables.iter().cloned());
        let finished = process::run_logged(node, "search-leaks", step)?;
        if let Some(last) = finished.output.lines().last() {
            step.set_message(last);
        }
        if !finished.status.success() {
            finished.output.lines().filter(|line| line.starts_with('✗')).for_each(print_line);
            let sentence = "Something is readable that must not be, or could not be searched.";
            return Err(Failure::new(sentence)
                .with_fix("seal it, or do not write it, where the lines above say")
                .with_log(&finished.log)
                .into());
        }
        Ok(finished.output)
    })
}
