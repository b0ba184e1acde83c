//! Writes the catalogue and its pictures to a folder, completely or not at all.

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
use crate::picture_specs::{PictureSpec, PictureSpecs};

/// The longest side of an object before it is placed, in pixels: close to what a front view needs.
pub const OBJECT_SIDE: u32 = 960;

const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

pub struct WriteSummary {
    pub pictures: usize,
    pub bytes: u64,
}

/// Writes `catalog.json`, `digest.txt` and `media/` to `out`, which must not exist or must be an
/// earlier output. `step` is called after each finished picture.
///
/// # Errors
/// When the icons lack a drawing, or the disk refuses. `out` is then as it was.
pub fn write_catalog(
    catalog: &CatalogFile,
    specs: &PictureSpecs,
    icons_file: &Path,
    out: &Path,
    step: &(dyn Fn() + Sync),
) -> Result<WriteSummary> {
    if out.exists() && !out.join("digest.txt").exists() && fs::read_dir(out)?.next().is_some() {
        bail!("{} holds something else; name another folder", out.display());
    }
    let parent = out.parent().filter(|parent| *parent != Path::new(""));
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
    let staging = StagingFolder::create_beside(out)?;
    let media = staging.path.join("media");
    fs::create_dir_all(&media).with_context(|| format!("creating {}", media.display()))?;

    let bytes = write_pictures(specs, icons_file, &media, step)?;
    fs::write(staging.path.join("catalog.json"), serde_json::to_vec_pretty(catalog)?)?;
    // Written last: it marks a complete folder.
    fs::write(staging.path.join("digest.txt"), format!("{}\n", catalog.digest))?;
    staging.move_to(out)?;
    Ok(WriteSummary { pictures: specs.len(), bytes })
}

fn write_pictures(
    specs: &PictureSpecs,
    icons_file: &Path,
    media: &Path,
    step: &(dyn Fn() + Sync),
) -> Result<u64> {
    // Grouped so that a drawing is rasterised once and coloured once for each of its colours.
    type Colours<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a PictureSpec)>>;
    let mut kinds: BTreeMap<&str, Colours> = BTreeMap::new();
    for (stem, spec) in specs.iter() {
        kinds
            .entry(spec.kind.code)
            .or_default()
            .entry(spec.colour.name)
            .or_default()
            .push((stem, spec));
    }
    let wanted: BTreeSet<String> =
        specs.iter().map(|(_, spec)| spec.kind.drawing.icon.to_string()).collect();
    let bodies = icons::read(icons_file, &wanted)?;
    let bytes = AtomicU64::new(0);
    kinds.par_iter().try_for_each(|(code, colours)| {
        let drawing = colours.values().flatten().map(|(_, spec)| spec.kind.drawing).next();
        let Some(drawing) = drawing else {
            return Ok(());
        };
        let svg = drawing::compose(&bodies[drawing.icon], drawing.parts)
            .with_context(|| format!("the drawing of {code}"))?;
        let sprite = drawing::rasterise(&svg, OBJECT_SIDE)?;
        colours.par_iter().try_for_each(|(_, group)| {
            let Some((_, first)) = group.first() else {
                return Ok(());
            };
            let mut object = sprite.pixels.clone();
            recolour::recolour(&mut object, drawing.mask, first.colour.tone);
            group.par_iter().try_for_each(|(stem, spec)| {
                let master = scene::paint(&object, spec.background(), spec.placement())?;
                bytes.fetch_add(encode::write_picture(&master, media, stem)?, Ordering::Relaxed);
                step();
                anyhow::Ok(())
            })
        })
    })?;
    Ok(bytes.into_inner())
}

/// A folder beside the final one. It is removed unless it is moved to the final place.
struct StagingFolder {
    path: PathBuf,
}

impl StagingFolder {
    fn create_beside(out: &Path) -> Result<Self> {
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

impl Drop for StagingFolder {
    fn drop(&mut self) {
        // After a successful move there is nothing left here, and that is no error.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes folders that killed runs left. A folder without a change for an hour counts as left.
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
