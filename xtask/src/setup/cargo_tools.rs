//! Tools built by `cargo install` into the per-user cache, one folder per version.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Mongo;
use crate::failure::Failure;
use crate::progress::step;
use crate::{paths, process};

/// The development server for machines without MongoDB.
const COMPATIBLE_SERVER: Install =
    Install { package: "secantus-mdb", program: "secantusd-rs", flags: &["--ignore-rust-version"] };
const COMPATIBLE_SERVER_VERSION: &str = "0.5.3-beta.196";

/// Without `--locked`: one dependency pinned by its own lock file is no longer to be had.
const WASM_BINDGEN: Install =
    Install { package: "wasm-bindgen-cli", program: "wasm-bindgen", flags: &[] };

struct Install {
    package: &'static str,
    program: &'static str,
    flags: &'static [&'static str],
}

pub fn is_complete() -> Result<bool> {
    Ok(find_wasm_bindgen(&wasm_bindgen_version()?).is_some() && find_mongo().is_some())
}

/// One after the other: each compiles on all cores already.
pub fn ensure() -> Result<(PathBuf, Mongo)> {
    let version = wasm_bindgen_version()?;
    let wasm_bindgen = match find_wasm_bindgen(&version) {
        Some(path) => path,
        None => WASM_BINDGEN.install(&version)?,
    };
    let mongo = match find_mongo() {
        Some(mongo) => mongo,
        None => Mongo::Compatible(COMPATIBLE_SERVER.install(COMPATIBLE_SERVER_VERSION)?),
    };
    Ok((wasm_bindgen, mongo))
}

/// Whether the compatible server still has to be compiled, which takes a C++ compiler and CMake.
pub fn will_compile_server() -> bool {
    find_mongo().is_none()
}

fn find_mongo() -> Option<Mongo> {
    paths::which("mongod")
        .map(Mongo::Mongod)
        .or_else(|| COMPATIBLE_SERVER.find(COMPATIBLE_SERVER_VERSION).map(Mongo::Compatible))
        .or_else(|| paths::which(COMPATIBLE_SERVER.program).map(Mongo::Compatible))
}

/// The generated glue and the module must come from exactly the same version.
fn find_wasm_bindgen(version: &str) -> Option<PathBuf> {
    let on_path = paths::which(WASM_BINDGEN.program).filter(|path| {
        let mut command = process::command(path);
        command.arg("--version");
        super::output(command).is_some_and(|text| text.split_whitespace().nth(1) == Some(version))
    });
    on_path.or_else(|| WASM_BINDGEN.find(version))
}

fn wasm_bindgen_version() -> Result<String> {
    let lock =
        fs::read_to_string(paths::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    version_in_lock(&lock, "wasm-bindgen").ok_or_else(|| {
        Failure::new("Cargo.lock names no wasm-bindgen.").mend("cargo generate-lockfile").into()
    })
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    Some(lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

impl Install {
    fn folder(&self, version: &str) -> PathBuf {
        paths::cache().join("tools").join(format!("{}-{version}", self.package))
    }

    fn find(&self, version: &str) -> Option<PathBuf> {
        Some(self.folder(version).join("bin").join(self.program)).filter(|path| path.is_file())
    }

    /// Installs beside the final place and moves it there whole: an interrupted install is never
    /// taken for one.
    fn install(&self, version: &str) -> Result<PathBuf> {
        let folder = self.folder(version);
        let staging = folder.with_file_name(format!(".new-{}", self.package));
        // Kept when the install is interrupted, so that the next one goes on where it stopped.
        let build = paths::cache().join("build").join(self.package);
        step(&format!("{} {version}", self.package), |step| {
            remove(&staging)?;
            remove(&folder)?;
            let mut cargo = process::command("cargo");
            cargo
                .args(["install", self.package, "--version", version, "--root"])
                .arg(&staging)
                .args(self.flags);
            cargo.env("CARGO_TARGET_DIR", &build);
            let by_hand = format!(
                "cargo install {} --version {version} {}",
                self.package,
                self.flags.join(" ")
            );
            process::run_logged(cargo, &format!("setup-{}", self.package), step)?
                .or_fail(&format!("Installing {}", self.package), by_hand.trim())?;
            fs::rename(&staging, &folder)
                .with_context(|| format!("cannot move the tool to {}", folder.display()))?;
            remove(&build)
        })?;
        self.find(version).ok_or_else(|| {
            Failure::new(format!(
                "{} was installed without its program {}.",
                self.package, self.program
            ))
            .into()
        })
    }
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    #[test]
    fn reads_the_version_of_the_exact_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "absent"), None);
    }
}
