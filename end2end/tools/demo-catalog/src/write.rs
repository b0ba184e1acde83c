//! Writes the catalogue and its pictures to a folder, all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use catalog_file::CatalogFile;
use rayon::prelude::*;

use crate::icons;
use crate::picture::{drawing, encode, recolour, scene};
use crate::shots::{Shot, Shots};

/// The longest side of an object before it is placed, in pixels: close to what a front view needs.
pub const OBJECT: u32 = 960;

const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

/// What was written.
pub struct Written {
    pub pictures: usize,
    pub bytes: u64,
}

/// Writes `catalog.json`, `digest.txt` and `media/` to `out`, which must not exist or be one of
/// ours. `step` is called after each finished picture.
///
/// # Errors
/// When the icons lack a drawing, or the disk refuses. `out` is then as it was.
pub fn all(
    catalog: &CatalogFile,
    shots: &Shots,
    icons_file: &Path,
    out: &Path,
    step: &(dyn Fn() + Sync),
) -> Result<Written> {
    if out.exists() && !out.join("digest.txt").exists() && fs::read_dir(out)?.next().is_some() {
        bail!("{} holds something else; name another folder", out.display());
    }
    let parent = out.parent().filter(|parent| *parent != Path::new(""));
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
    let temporary = Temporary::beside(out)?;
    let media = temporary.path.join("media");
    fs::create_dir_all(&media).with_context(|| format!("creating {}", media.display()))?;

    let bytes = pictures(shots, icons_file, &media, step)?;
    fs::write(temporary.path.join("catalog.json"), serde_json::to_vec_pretty(catalog)?)?;
    // Last, and so the mark of a complete folder.
    fs::write(temporary.path.join("digest.txt"), format!("{}\n", catalog.digest))?;
    temporary.move_to(out)?;
    Ok(Written { pictures: shots.len(), bytes })
}

fn pictures(
    shots: &Shots,
    icons_file: &Path,
    media: &Path,
    step: &(dyn Fn() + Sync),
) -> Result<u64> {
    // Grouped so that a drawing is rasterised once and coloured once for each of its colours.
    type Colours<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Shot)>>;
    let mut kinds: BTreeMap<&str, Colours> = BTreeMap::new();
    for (stem, shot) in shots.iter() {
        kinds
            .entry(shot.kind.code)
            .or_default()
            .entry(shot.colour.name)
            .or_default()
            .push((stem, shot));
    }
    let wanted: BTreeSet<String> =
        shots.iter().map(|(_, shot)| shot.kind.drawing.icon.to_string()).collect();
    let bodies = icons::read(icons_file, &wanted)?;
    let bytes = AtomicU64::new(0);
    kinds.par_iter().try_for_each(|(code, colours)| {
        let drawing = colours.values().flatten().map(|(_, shot)| shot.kind.drawing).next();
        let Some(drawing) = drawing else {
            return Ok(());
        };
        let svg = drawing::compose(&bodies[drawing.icon], drawing.parts)
            .with_context(|| format!("the drawing of {code}"))?;
        let sprite = drawing::rasterise(&svg, OBJECT)?;
        colours.par_iter().try_for_each(|(_, group)| {
            let Some((_, first)) = group.first() else {
                return Ok(());
            };
            let mut object = sprite.pixels.clone();
            recolour::recolour(&mut object, drawing.carrier, first.colour.tone);
            group.par_iter().try_for_each(|(stem, shot)| {
                let master = scene::paint(&object, shot.ground(), shot.placing())?;
                bytes.fetch_add(encode::write(&master, media, stem)?, Ordering::Relaxed);
                step();
                anyhow::Ok(())
            })
        })
    })?;
    Ok(bytes.into_inner())
}

/// A folder beside the final one, removed again unless it is moved into place.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn beside(out: &Path) -> Result<Self> {
        let name = out
            .file_name()
            .context("the output folder has no name")?
            .to_string_lossy()
            .into_owned();
        let prefix = format!("{name}.partial-");
        remove_abandoned(out, &prefix)?;
        let path = out.with_file_name(format!("{prefix}{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("creating {}", path.display()))?;
        Ok(Self { path })
    }

    fn move_to(self, out: &Path) -> Result<()> {
        if out.exists() {
            fs::remove_dir_all(out).with_context(|| format!("replacing {}", out.display()))?;
        }
        fs::rename(&self.path, out)
            .with_context(|| format!("moving the result to {}", out.display()))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a successful move there is nothing left here, and that is no error.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A killed run leaves its folder behind; one that has not been written to for an hour belongs to
/// nobody.
fn remove_abandoned(out: &Path, prefix: &str) -> Result<()> {
    let parent = out.parent().filter(|parent| *parent != Path::new(""));
    for entry in fs::read_dir(parent.unwrap_or(Path::new(".")))? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        // The media folder changes with every picture, the folder around it does not.
        let written = fs::metadata(entry.path().join("media")).or_else(|_| entry.metadata());
        let age = written.and_then(|data| data.modified()).map(|at| at.elapsed());
        if matches!(age, Ok(Ok(age)) if age > ABANDONED_AFTER) {
            // Another run may be tidying up as well.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
