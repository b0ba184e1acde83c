//! `cargo xtask dev`: as `run`, and again whenever a source changes.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::progress::say;
use crate::run::{self, Options};
use crate::{build, paths, setup, stamp};

const LOOK_EVERY: Duration = Duration::from_secs(1);

pub fn run(options: &Options) -> Result<()> {
    let mut built = snapshot()?;
    let (mut session, mut store) = run::start(options)?;
    say("Watching src/, style/ and public/.");
    loop {
        std::thread::sleep(LOOK_EVERY);
        session.watch(&mut store)?;
        let now = snapshot()?;
        if now == built {
            continue;
        }
        built = now;
        // A source that does not compile is the normal state of one being written: the store that
        // ran stays up.
        match setup::ensure(setup::Purpose::Run)
            .and_then(|tools| build::all(&tools, options.profile))
        {
            Ok(_) => {
                drop(store);
                store = session.start_store(options.profile)?;
                say(&format!("Again at {}", session.environment.address()));
            }
            Err(error) => say(&format!("\n{error:#}\n\nThe store before this change still runs.")),
        }
    }
}

/// Polled, because a second is soon enough and file events differ between file systems.
fn snapshot() -> Result<Vec<(PathBuf, Option<SystemTime>)>> {
    let root = paths::root();
    let mut files = Vec::new();
    for folder in ["src", "style", "public"] {
        files.extend(stamp::files_below(&root.join(folder))?);
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
