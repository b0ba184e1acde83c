//! Paths of the checkout, its build output and data, and the cache of the user.

use std::env;
use std::path::{Path, PathBuf};

/// The checkout this xtask was built from.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Cargo's output of the native build.
pub(crate) fn native_target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Cargo's output of the browser build. It is separate, so that the two builds do not block or
/// invalidate each other.
pub(crate) fn browser_target() -> PathBuf {
    root().join("target/front")
}

/// The folder the store serves static files from.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

pub(crate) fn logs() -> PathBuf {
    root().join("target/logs")
}

/// Data of `run` and `dev`.
pub(crate) fn data() -> PathBuf {
    root().join(".cartwright")
}

/// Tools and generated files that outlive a checkout.
pub(crate) fn cache() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir);
    base.join("cartwright")
}

/// The package that brings Lighthouse, with its own modules.
pub(crate) fn lighthouse() -> PathBuf {
    root().join("end2end/lighthouse")
}

pub(crate) fn node_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// A program on PATH, or in the system folders that a plain user's PATH leaves out.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(program))
        .find(|candidate| is_executable(candidate))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
