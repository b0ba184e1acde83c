//! Copies module, glue and stylesheets into `pkg/<build id>/`. Files there never change.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use serde_json::json;

use super::browser::Stylesheets;
use super::compress;
use crate::paths;
use crate::progress::run_step;
use crate::stamp::{self, Fingerprint};

/// Pages of an older build may still be open somewhere and ask for their own files.
const KEEP_OLD_BUILDS: Duration = Duration::from_secs(24 * 3600);

/// Sizes in bytes after brotli compression, as they are transferred.
#[derive(Clone, Copy)]
pub(crate) struct AssetSizes {
    pub(crate) module_and_glue: u64,
    pub(crate) stylesheet: u64,
}

pub(crate) fn assemble_site(module: &Path, sheets: &Stylesheets) -> Result<AssetSizes> {
    // The compression settings are part of the id: the same id must always mean the same bytes.
    let build_id = Fingerprint::default()
        .add_folder(module)?
        .add_file(&sheets.shop)?
        .add_file(&sheets.admin)?
        .add_text(compress::SCRIPT)
        .into_hex();
    let packages = paths::site().join("pkg");
    let package = packages.join(&build_id);
    if !package.is_dir() {
        run_step("static files of the build", |_| {
            let staging = packages.join(".new");
            if staging.exists() {
                fs::remove_dir_all(&staging)?;
            }
            for file in stamp::list_files(module)? {
                copy_file(&file, &staging.join(file.strip_prefix(module)?))?;
            }
            copy_file(&sheets.shop, &staging.join("cartwright.css"))?;
            // Only admin pages link it, so shoppers do not download it.
            copy_file(&sheets.admin, &staging.join("admin.css"))?;
            let files: Vec<PathBuf> = stamp::list_files(&staging)?
                .into_iter()
                // The module comes with its own, so that a changed style is there at once.
                .filter(|path| compress::is_compressible(path) && !compress::is_done(path))
                .collect();
            compress::precompress(&files)?;
            // Renamed as a whole, because a running store may read the folder at any time.
            fs::rename(&staging, &package)
                .with_context(|| format!("cannot create {}", package.display()))
        })?;
    }
    remove_old_builds(&packages, &build_id)?;
    let name = paths::site().join("build.json");
    let staged = name.with_extension("json.new");
    fs::write(&staged, json!({ "build_id": build_id }).to_string())?;
    fs::rename(&staged, &name)?;
    measure_sizes(&package)
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display())).map(drop)
}

fn remove_old_builds(packages: &Path, current: &str) -> Result<()> {
    // The age of a build counts from its last use.
    fs::File::open(packages.join(current))?.set_modified(SystemTime::now())?;
    for entry in fs::read_dir(packages)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if entry.file_name() != current && age > KEEP_OLD_BUILDS {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn measure_sizes(package: &Path) -> Result<AssetSizes> {
    let mut sizes = AssetSizes { module_and_glue: 0, stylesheet: 0 };
    for file in stamp::list_files(package)? {
        let name = file.to_string_lossy();
        let bytes = file.metadata()?.len();
        if name.ends_with("cartwright.css.br") {
            sizes.stylesheet += bytes;
        } else if name.ends_with(".js.br") || name.ends_with(".wasm.br") {
            sizes.module_and_glue += bytes;
        }
    }
    Ok(sizes)
}
