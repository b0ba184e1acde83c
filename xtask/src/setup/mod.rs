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
use crate::progress::{print_line, run_step};

pub(crate) fn run() -> Result<()> {
    ensure(Purpose::Test)?;
    ensure_cargo_deny()?;
    print_line("Everything is in place.");
    Ok(())
}

/// Installs Lighthouse for the measurement of pages. It is large, so nothing else installs it.
pub(crate) fn install_lighthouse() -> Result<()> {
    node::install_lighthouse()
}

/// The program that checks dependencies. Only the tests need it, so only they install it.
pub(crate) fn ensure_cargo_deny() -> Result<PathBuf> {
    if let Some(program) = cargo_tools::find_cargo_deny().or_else(|| python::CARGO_DENY.find()) {
        return Ok(program);
    }
    python::CARGO_DENY.ensure().or_else(|error| {
        print_line(&format!("{error}\n  going on with its sources, which takes minutes"));
        cargo_tools::install_cargo_deny()
    })
}

pub(crate) fn ensure(purpose: Purpose) -> Result<Tools> {
    ensure_beside(purpose, || Ok(())).map(|(tools, ())| tools)
}

/// Installs what is missing, and meanwhile does `work`, which needs none of the tools but the npm
/// packages and those of the operating system: each long compilation ends with crates that leave a
/// processor idle, which the other one uses.
pub(crate) fn ensure_beside<T>(
    purpose: Purpose,
    work: impl FnOnce() -> Result<T>,
) -> Result<(Tools, T)> {
    node::check_version()?;
    let lock = install_lock_if_needed(purpose)?;
    ensure_wasm_target()?;
    let chromium = system::ensure(purpose)?;
    node::install_packages()?;
    let redis_server = system::find_redis_server().map_or_else(|| python::REDIS.ensure(), Ok)?;
    let installation = std::thread::spawn(move || {
        let tools = cargo_tools::ensure();
        drop(lock);
        tools
    });
    // When it fails, nobody waits for the installation: it ends with this process.
    let done = work()?;
    let (wasm_bindgen, mongo) = installation
        .join()
        .map_err(|_| Failure::new("Installing the tools stopped unexpectedly."))??;
    Ok((Tools { wasm_bindgen, mongo, redis_server, chromium }, done))
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
