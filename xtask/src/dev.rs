//! `cargo xtask dev`: runs the store, and builds and restarts it when a source changes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use crate::progress::{format_duration, print_line};
use crate::run::{self, Options};
use crate::{build, paths, setup, stamp};

const POLL_INTERVAL: Duration = Duration::from_millis(300);

type Sources = Vec<(PathBuf, Option<SystemTime>)>;

/// What has to be built again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rebuild {
    /// Stylesheets and public files, which takes a second.
    Assets,
    /// Also the server and the browser module, which takes minutes.
    Everything,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut built_sources = list_source_times()?;
    let (mut session, mut store) = run::start(options)?;
    print_line(
        "Watching src/, style/ and public/.\n\
         A change in style/ or public/ is on the page within three seconds, one in src/ (classes in \
         the markup too) after the server was compiled. /kitchen-sink shows every component.",
    );
    loop {
        std::thread::sleep(POLL_INTERVAL);
        session.check_processes(&mut store)?;
        let now = list_source_times()?;
        let Some(rebuild) = find_rebuild(&built_sources, &now) else {
            continue;
        };
        built_sources = now;
        let started = Instant::now();
        // While somebody edits a source, it often does not compile. The store that runs stays up.
        let built = setup::ensure(setup::Purpose::Run).and_then(|tools| match rebuild {
            Rebuild::Assets => build::build_assets(&tools),
            Rebuild::Everything => build::build_all(&tools, options.profile),
        });
        match built {
            Ok(_) => {
                drop(store);
                store = session.start_store(options.profile)?;
                print_line(&format!(
                    "Restarted at {}, {} after the change",
                    session.environment.address(),
                    format_duration(started.elapsed())
                ));
            }
            Err(error) => {
                print_line(&format!("\n{error:#}\n\nThe store before this change still runs."))
            }
        }
    }
}

/// `None` when nothing changed.
fn find_rebuild(before: &Sources, now: &Sources) -> Option<Rebuild> {
    if before == now {
        return None;
    }
    let root = paths::root();
    let is_asset =
        |path: &Path| ["style", "public"].iter().any(|name| path.starts_with(root.join(name)));
    let changed = now.iter().filter(|source| !before.contains(source));
    let gone = before.iter().filter(|source| !now.contains(source));
    let only_assets = changed.chain(gone).all(|(path, _)| is_asset(path));
    Some(if only_assets { Rebuild::Assets } else { Rebuild::Everything })
}

/// Polled, because that is fast enough and file events differ between file systems.
fn list_source_times() -> Result<Sources> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_alone_needs_no_compiler() {
        let at = |name: &str, second: u64| {
            (paths::root().join(name), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(second)))
        };
        let before = vec![at("src/lib.rs", 1), at("style/main.css", 1)];
        assert!(find_rebuild(&before, &before).is_none());
        let styled = vec![at("src/lib.rs", 1), at("style/main.css", 2)];
        assert!(find_rebuild(&before, &styled) == Some(Rebuild::Assets));
        let both = vec![at("src/lib.rs", 2), at("style/main.css", 2)];
        assert!(find_rebuild(&before, &both) == Some(Rebuild::Everything));
        assert!(find_rebuild(&before, &styled[1..].to_vec()) == Some(Rebuild::Everything));
    }
}
