//! Tools that `cargo install` builds into the user's cache, one folder for each version.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::tools::Mongo;
use crate::failure::Failure;
use crate::progress::run_step;
use crate::{paths, process};

/// The development server for machines without MongoDB.
const COMPATIBLE_SERVER: CargoTool = CargoTool {
    package: "secantus-mdb",
    program: "secantusd-rs",
    flags: &["--ignore-rust-version"],
    // All tests wait for it, so it is as fast as its authors build it.
    opt_level: None,
};
const COMPATIBLE_SERVER_VERSION: &str = "0.5.3-beta.196";

/// Without `--locked`: its lock file pins a dependency that is not available any more.
const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    flags: &[],
    opt_level: Some("0"),
};

/// Checks the rules of `deny.toml`.
const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    program: "cargo-deny",
    flags: &["--locked"],
    opt_level: Some("0"),
};
pub(crate) const CARGO_DENY_VERSION: &str = "0.20.2";

struct CargoTool {
    package: &'static str,
    program: &'static str,
    flags: &'static [&'static str],
    /// Instead of its own: a program that works for seconds in all need not compile for minutes.
    opt_level: Option<&'static str>,
}

pub(crate) fn is_complete() -> Result<bool> {
    Ok(find_wasm_bindgen(&locked_wasm_bindgen_version()?).is_some() && find_mongo().is_some())
}

/// Installs the tools one after the other, because each compiles on all cores.
pub(crate) fn ensure() -> Result<(PathBuf, Mongo)> {
    let version = locked_wasm_bindgen_version()?;
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

pub(crate) fn find_cargo_deny() -> Option<PathBuf> {
    CARGO_DENY.find_with_version(CARGO_DENY_VERSION)
}

pub(crate) fn install_cargo_deny() -> Result<PathBuf> {
    CARGO_DENY.install(CARGO_DENY_VERSION)
}

/// Whether the compatible server still has to be compiled, which takes a C++ compiler and CMake.
pub(crate) fn has_server_to_compile() -> bool {
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
    WASM_BINDGEN.find_with_version(version)
}

fn locked_wasm_bindgen_version() -> Result<String> {
    let lock =
        fs::read_to_string(paths::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    find_locked_version(&lock, "wasm-bindgen").ok_or_else(|| {
        Failure::new("Cargo.lock names no wasm-bindgen.").with_fix("cargo generate-lockfile").into()
    })
}

fn find_locked_version(lock: &str, package: &str) -> Option<String> {
    let lock = lock.parse::<Table>().ok()?;
    let packages = lock.get("package")?.as_array()?;
    let has_name = |locked: &&Value| locked.get("name").and_then(Value::as_str) == Some(package);
    packages.iter().find(has_name)?.get("version")?.as_str().map(str::to_owned)
}

impl CargoTool {
    fn folder(&self, version: &str) -> PathBuf {
        paths::cache().join("tools").join(format!("{}-{version}", self.package))
    }

    /// The program on PATH if it has this version, else the one in the cache.
    fn find_with_version(&self, version: &str) -> Option<PathBuf> {
        let on_path = paths::which(self.program).filter(|path| {
            let mut command = process::command(path);
            command.arg("--version");
            process::read_output(command)
                .is_some_and(|text| text.split_whitespace().nth(1) == Some(version))
        });
        on_path.or_else(|| self.find(version))
    }

    fn find(&self, version: &str) -> Option<PathBuf> {
        Some(self.folder(version).join("bin").join(self.program)).filter(|path| path.is_file())
    }

    /// Installs into a staging folder and then moves the whole folder, so that an interrupted
    /// installation is never used.
    fn install(&self, version: &str) -> Result<PathBuf> {
        let folder = self.folder(version);
        let staging = folder.with_file_name(format!(".new-{}", self.package));
        // Kept when an installation is interrupted, so that the next one continues.
        let build = paths::cache().join("build").join(self.package);
        run_step(&format!("{} {version}", self.package), |step| {
            remove(&staging)?;
            remove(&folder)?;
            let mut cargo = process::command("cargo");
            cargo
                .args(["install", self.package, "--version", version, "--root"])
                .arg(&staging)
                .args(self.flags);
            cargo.env("CARGO_TARGET_DIR", &build);
            if let Some(opt_level) = self.opt_level {
                cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level);
                cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64");
                cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
                cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "false");
            }
            let manual_command = format!(
                "cargo install {} --version {version} {}",
                self.package,
                self.flags.join(" ")
            );
            process::run_logged(cargo, &format!("setup-{}", self.package), step)?
                .require_success(&format!("Installing {}", self.package), manual_command.trim())?;
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
    use super::find_locked_version;

    #[test]
    fn reads_the_version_of_the_exact_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(find_locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(find_locked_version(lock, "absent"), None);
    }
}
