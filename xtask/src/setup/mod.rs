//! `cargo xtask setup`: installs the tools that the other commands need, if they are missing.

mod cargo_tools;
mod node;
mod python;
mod system;
mod tools;

use std::path::PathBuf;

use anyhow::Result;

pub(crate) use tools::{Mongo, Purpose, Tools};

use crate::failure::Failure;
use crate::lock::{self, Lock};
use crate::paths;
use crate::process;
use crate::progress::run_step;

pub(crate) fn run() -> Result<()> {
    ensure(Purpose::Test)?;
    ensure_cargo_deny()?;
    crate::progress::print_line("Everything is in place.");
    Ok(())
}

/// Installs Lighthouse for the measurement of pages. It is large, so nothing else installs it.
pub(crate) fn install_lighthouse() -> Result<()> {
    node::install_lighthouse()
}

/// The program that checks dependencies. Only the tests need it, so only they install it.
pub(crate) fn ensure_cargo_deny() -> Result<PathBuf> {
    if let Some(program) = cargo_tools::find_cargo_deny() {
        return Ok(program);
    }
    let _lock = acquire_install_lock()?;
    cargo_tools::find_cargo_deny().map_or_else(cargo_tools::install_cargo_deny, Ok)
}

pub(crate) fn ensure(purpose: Purpose) -> Result<Tools> {
    node::check_version()?;
    let _lock = install_lock_if_needed(purpose)?;
    ensure_wasm_target()?;
    let chromium = system::ensure(purpose)?;
    // npm mostly waits for the network and the two cargo installs for the processor, so they go
    // side by side.
    let (packages, tools) = std::thread::scope(|scope| {
        let packages = scope.spawn(node::install_packages);
        let tools = cargo_tools::ensure();
        (packages.join(), tools)
    });
    packages.map_err(|_| Failure::new("Installing the npm packages stopped unexpectedly."))??;
    let (wasm_bindgen, mongo) = tools?;
    let redis_server = system::find_redis_server().map_or_else(python::install_redis_server, Ok)?;
    Ok(Tools { wasm_bindgen, mongo, redis_server, chromium })
}

/// Two commands must not install at the same time. A command that installs nothing must not wait.
fn install_lock_if_needed(purpose: Purpose) -> Result<Option<Lock>> {
    let complete = system::is_complete(purpose)
        && cargo_tools::is_complete()?
        && node::is_complete()?
        && has_wasm_target();
    if complete {
        return Ok(None);
    }
    acquire_install_lock().map(Some)
}

fn acquire_install_lock() -> Result<Lock> {
    lock::acquire(&paths::cache().join("install.lock"), "installing tools")
}

fn ensure_wasm_target() -> Result<()> {
    if has_wasm_target() {
        return Ok(());
    }
    let manual_command = "rustup target add wasm32-unknown-unknown";
    if paths::which("rustup").is_none() {
        return Err(Failure::new(
            "The WebAssembly target of Rust is missing, and there is no rustup to add it.",
        )
        .with_fix(
            "install Rust with rustup (https://rustup.rs), or your distribution's wasm32 target",
        )
        .into());
    }
    run_step("Rust's WebAssembly target", |step| {
        let mut rustup = process::command("rustup");
        rustup.args(["target", "add", "wasm32-unknown-unknown"]);
        process::run_logged(rustup, "setup-rustup", step)?
            .require_success("Adding the WebAssembly target", manual_command)
            .map(drop)
    })
}

fn has_wasm_target() -> bool {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    process::read_output(rustc).is_some_and(|dir| PathBuf::from(dir).is_dir())
}
