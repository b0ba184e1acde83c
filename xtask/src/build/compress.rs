//! Compresses static files once, so that the store never does it per request.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::process;

/// Node is installed and has both codecs as optimised code. In a debug build of xtask they would be
/// slow.
pub(crate) const SCRIPT: &str = include_str!("compress.mjs");

const TEXT: &[&str] =
    &["css", "html", "ico", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Whether compressing the file is worth it; fonts and pictures are compressed by their format.
pub(crate) fn is_compressible(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| TEXT.contains(&extension))
}

/// Whether the compressed files are there already.
pub(crate) fn is_done(path: &Path) -> bool {
    let mut compressed = path.as_os_str().to_owned();
    compressed.push(".br");
    Path::new(&compressed).is_file()
}

pub(crate) fn precompress(files: &[PathBuf]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let names: String = files.iter().map(|file| format!("{}\n", file.display())).collect();
    let mut node = process::command("node");
    node.args(["--input-type=module", "--eval", SCRIPT]).stdin(Stdio::piped());
    let mut child = node.spawn().context("cannot start node")?;
    child.stdin.take().context("node has no standard input")?.write_all(names.as_bytes())?;
    if !child.wait()?.success() {
        return Err(Failure::new("Compressing the static files failed.")
            .with_fix("cargo xtask setup")
            .into());
    }
    Ok(())
}
