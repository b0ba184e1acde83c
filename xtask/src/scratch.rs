//! Folders that live as long as one command, removed however it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;

static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(purpose: &str) -> Result<Self> {
        let path =
            std::env::temp_dir().join(format!("cartwright-{purpose}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        FOLDERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(path.clone());
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// For the way out that runs no destructors: a signal.
pub fn remove_all() {
    for folder in FOLDERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).drain(..) {
        let _ = fs::remove_dir_all(folder);
    }
}
