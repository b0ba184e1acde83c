//! `cargo xtask dev`: runs the store, and builds and restarts it when a source changes.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::progress::print_line;
use crate::run::{self, Options};
use crate::{build, paths, setup, stamp};

const POLL_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut built_sources = list_source_times()?;
    let (mut session, mut store) = run::start(options)?;
    print_line("Watching src/, style/ and public/.");
    loop {
        std::thread::sleep(POLL_INTERVAL);
        session.check_processes(&mut store)?;
        let now = list_source_times()?;
        if now == built_sources {
            continue;
        }
        built_sources = now;
        // While somebody edits a source, it often does not compile. The store that runs stays up.
        match setup::ensure(setup::Purpose::Run)
            .and_then(|tools| build::build_all(&tools, options.profile))
        {
            Ok(_) => {
                drop(store);
                store = session.start_store(options.profile)?;
                print_line(&format!("Restarted at {}", session.environment.address()));
            }
            Err(error) => {
                print_line(&format!("\n{error:#}\n\nThe store before this change still runs."))
            }
        }
    }
}

/// Polled, because one second is fast enough and file events differ between file systems.
fn list_source_times() -> Result<Vec<(PathBuf, Option<SystemTime>)>> {
    let root = paths::root();
    let mut files = Vec::new();
    for folder in ["src", "style", "public"] {
        files.extend(stamp::list_files(&root.join(folder))?);
    }
    files.extend(["Cargo.toml", "Cargo.lock", "Leptos.toml"].map(|name| root.join(name)));
    Ok(files
        .into_iter()
        .map(|file| {
            let changed = file.metadata().and_then(|meta| meta.modified()).ok();
            (file, changed)
        })
        .collect())
}
