//! Copies `public/` (fonts, icons) beside the built files.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::compress;
use crate::paths;
use crate::progress::run_step;
use crate::stamp::{self, Fingerprint};

pub(crate) fn copy_public_files() -> Result<()> {
    let source = paths::root().join("public");
    let site = paths::site();
    let stamp = paths::browser_target().join("public.stamp");
    let list = paths::browser_target().join("public.list");
    let fingerprint = Fingerprint::default().add_folder(&source)?.into_hex();
    if stamp::is_current(&stamp, &fingerprint) && site.is_dir() {
        return Ok(());
    }
    run_step("static files", |_| {
        // Files that are no longer in `public/` must not be served.
        for old in fs::read_to_string(&list).unwrap_or_default().lines() {
            let _ = fs::remove_file(site.join(old));
        }
        let mut written: Vec<PathBuf> = Vec::new();
        for file in stamp::list_files(&source)? {
            let target = site.join(file.strip_prefix(&source)?);
            fs::create_dir_all(target.parent().unwrap_or(&site))?;
            fs::copy(&file, &target).with_context(|| format!("cannot copy {}", file.display()))?;
            written.push(target);
        }
        let texts: Vec<PathBuf> =
            written.iter().filter(|path| compress::is_compressible(path)).cloned().collect();
        compress::precompress(&texts)?;
        for text in &texts {
            written.extend(["br", "gz"].map(|ending| append_extension(text, ending)));
        }
        let names: String = written
            .iter()
            .filter_map(|path| path.strip_prefix(&site).ok())
            .map(|name| format!("{}\n", name.display()))
            .collect();
        fs::create_dir_all(paths::browser_target())?;
        fs::write(&list, names)?;
        stamp::write(&stamp, &fingerprint)
    })
}

fn append_extension(path: &std::path::Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
