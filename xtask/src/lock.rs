//! A lock file naming the process that holds it; the kernel frees it when that process ends.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::progress;

/// Held until dropped.
pub struct Lock(#[expect(dead_code, reason = "dropping the file frees the lock")] File);

/// Takes the lock, or tells the process id of the one who has it.
pub fn try_take(path: &Path) -> Result<Result<Lock, String>> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    if file.try_lock().is_err() {
        let mut holder = String::new();
        file.read_to_string(&mut holder)?;
        let holder = holder.trim();
        return Ok(Err(if holder.is_empty() { "unknown".to_owned() } else { holder.to_owned() }));
    }
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{}", std::process::id())?;
    Ok(Ok(Lock(file)))
}

/// Waits for the lock, saying once for whom.
pub fn take(path: &Path, purpose: &str) -> Result<Lock> {
    let mut told = false;
    loop {
        match try_take(path)? {
            Ok(lock) => return Ok(lock),
            Err(holder) if !told => {
                progress::say(&format!("Waiting for process {holder}, which is {purpose} …"));
                told = true;
            }
            Err(_) => std::thread::sleep(Duration::from_millis(500)),
        }
    }
}
