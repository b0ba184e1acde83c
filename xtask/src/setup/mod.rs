//! `cargo xtask setup`: puts every tool the other commands need in place, each only when it is
//! missing.

mod cargo_tools;
mod node;
mod python;
mod system;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::failure::Failure;
use crate::lock::{self, Lock};
use crate::paths;
use crate::process;
use crate::progress::step;

/// What the caller is about to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Build and run the store.
    Run,
    /// That, and drive it with a browser.
    Test,
}

/// Where the tools were found.
pub struct Tools {
    pub wasm_bindgen: PathBuf,
    pub mongo: Mongo,
    pub redis_server: PathBuf,
    /// Known only for [`Purpose::Test`].
    pub chromium: Option<PathBuf>,
}

#[derive(Clone)]
pub enum Mongo {
    /// MongoDB itself.
    Mongod(PathBuf),
    /// The wire-compatible development server.
    Compatible(PathBuf),
}

pub fn run() -> Result<()> {
    ensure(Purpose::Test)?;
    crate::progress::say("Everything is in place.");
    Ok(())
}

/// What measuring pages takes beyond the tools; large, so nothing else asks for it.
pub fn lighthouse() -> Result<()> {
    node::lighthouse()
}

pub fn ensure(purpose: Purpose) -> Result<Tools> {
    node::check_version()?;
    let _lock = install_lock_if_needed(purpose)?;
    wasm_target()?;
    let chromium = system::ensure(purpose)?;
    // npm mostly waits for the network and the two cargo installs for the processor, so they go
    // side by side.
    let (packages, tools) = std::thread::scope(|scope| {
        let packages = scope.spawn(node::packages);
        let tools = cargo_tools::ensure();
        (packages.join(), tools)
    });
    packages.map_err(|_| Failure::new("Installing the npm packages stopped unexpectedly."))??;
    let (wasm_bindgen, mongo) = tools?;
    let redis_server = system::redis_server().map_or_else(python::redis_server, Ok)?;
    Ok(Tools { wasm_bindgen, mongo, redis_server, chromium })
}

/// Two runs must not install the same thing at once; a run that installs nothing must not wait for
/// another.
fn install_lock_if_needed(purpose: Purpose) -> Result<Option<Lock>> {
    let complete = system::is_complete(purpose)
        && cargo_tools::is_complete()?
        && node::is_complete()?
        && has_wasm_target();
    if complete {
        return Ok(None);
    }
    lock::take(&paths::cache().join("install.lock"), "installing tools").map(Some)
}

fn wasm_target() -> Result<()> {
    if has_wasm_target() {
        return Ok(());
    }
    let by_hand = "rustup target add wasm32-unknown-unknown";
    if paths::which("rustup").is_none() {
        return Err(Failure::new(
            "The WebAssembly target of Rust is missing, and there is no rustup to add it.",
        )
        .mend("install Rust with rustup (https://rustup.rs), or your distribution's wasm32 target")
        .into());
    }
    step("Rust's WebAssembly target", |step| {
        let mut rustup = process::command("rustup");
        rustup.args(["target", "add", "wasm32-unknown-unknown"]);
        process::run_logged(rustup, "setup-rustup", step)?
            .or_fail("Adding the WebAssembly target", by_hand)
            .map(drop)
    })
}

fn has_wasm_target() -> bool {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    output(rustc).is_some_and(|dir| PathBuf::from(dir).is_dir())
}

/// What a short question to a program prints, if it succeeds.
fn output(mut command: Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
