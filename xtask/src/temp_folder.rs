//! Folders that are removed when the command ends, also after a signal.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;

static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

pub(crate) struct TempFolder(PathBuf);

impl TempFolder {
    pub(crate) fn new(purpose: &str) -> Result<Self> {
        let path =
            std::env::temp_dir().join(format!("cartwright-{purpose}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        FOLDERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(path.clone());
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// For an exit without destructors, after a signal.
pub(crate) fn remove_all() {
    for folder in FOLDERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).drain(..) {
        let _ = fs::remove_dir_all(folder);
    }
}
