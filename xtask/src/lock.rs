//! A lock file that names the process which holds it. The kernel frees it when the process ends.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::progress;

/// The lock is held until this is dropped.
pub(crate) struct Lock(#[expect(dead_code, reason = "dropping the file frees the lock")] File);

/// Acquires the lock, or returns the id of the process that holds it.
pub(crate) fn try_acquire(path: &Path) -> Result<Result<Lock, String>> {
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

/// Waits for the lock and prints once which process holds it.
pub(crate) fn acquire(path: &Path, purpose: &str) -> Result<Lock> {
    let mut is_reported = false;
    loop {
        match try_acquire(path)? {
            Ok(lock) => return Ok(lock),
            Err(holder) if !is_reported => {
                progress::print_line(&format!(
                    "Waiting for process {holder}, which is {purpose} …"
                ));
                is_reported = true;
            }
            Err(_) => std::thread::sleep(Duration::from_millis(500)),
        }
    }
}
