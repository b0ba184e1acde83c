//! `cargo xtask seed`: fills the store with the demo catalogue.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::failure::Failure;
use crate::progress::{print_line, run_step};
use crate::session::{self, DevSession};
use crate::stamp::Fingerprint;
use crate::store::StoreEnvironment;
use crate::{lock, paths, process, services, setup};

/// The program that generates the demo catalogue.
const GENERATOR: &str = "demo-catalog";

/// Imports into the running store, else into the data of this checkout while no store uses them.
pub(crate) fn run() -> Result<()> {
    let (tools, ()) =
        setup::ensure_beside(setup::Purpose::Run, || build_server_and_catalog(Profile::Debug))?;
    if let Some(environment) = session::find_running_environment()? {
        return import_catalog(&environment, Profile::Debug);
    }
    let session = DevSession::open(&tools, Profile::Debug, session::PREFERRED_PORT)?;
    import_catalog(&session.environment, Profile::Debug)
}

/// Builds the server, and meanwhile generates the demo catalogue if it is not in the cache: its
/// pictures take minutes, and the last crate to be compiled leaves a processor idle.
pub(crate) fn build_server_and_catalog(profile: Profile) -> Result<()> {
    let mut generation = None;
    build::build_server_and_tell(profile, |program| {
        if program == GENERATOR {
            generation = Some(std::thread::spawn(move || generate_catalog(profile)));
        }
    })?;
    // A failed build does not wait for the pictures: the process ends, and with it the generator.
    match generation.map(std::thread::JoinHandle::join) {
        None => Ok(()),
        Some(Ok(outcome)) => outcome.map(drop),
        Some(Err(_)) => Err(Failure::new("Generating the demo catalogue stopped unexpectedly.")
            .with_fix("see the message above, then the same command again")
            .into()),
    }
}

/// Imports only into a database without products.
pub(crate) fn import_if_empty(environment: &StoreEnvironment, profile: Profile) -> Result<()> {
    if count_products(environment, profile)? == 0 {
        import_catalog(environment, profile)
    } else {
        Ok(())
    }
}

/// Creates an account for each staff role, with the demo password of this store. Existing accounts
/// stay.
pub(crate) fn create_staff(environment: &StoreEnvironment, profile: Profile) -> Result<()> {
    run_step("create the demo's staff", |step| {
        let password = environment.variable(services::DEMO_PASSWORD);
        let output = process::run_logged(
            environment.command(profile, &["demo", "staff", password]),
            "demo-staff",
            step,
        )?;
        output.require_success("Creating the demo's staff", "cargo xtask clean-data").map(drop)
    })
}

/// Prints the code that a member of the demo's staff would read from their authenticator app.
pub(crate) fn print_sign_in_code(role: &str) -> Result<()> {
    let environment = session::find_running_environment()?.ok_or_else(|| {
        Failure::new("No store runs on this checkout's data.")
            .with_fix("cargo xtask run, then the same command in another terminal")
    })?;
    let output = environment
        .command(Profile::Debug, &["demo", "code", role])
        .output()
        .context("the store's command cannot be started")?;
    if !output.status.success() {
        let sentence =
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        return Err(Failure::new(sentence)
            .with_fix("the roles are owner, catalogue, orders and read_only")
            .into());
    }
    // Printed to standard output, so that scripts can read it.
    println!("{}", String::from_utf8_lossy(&output.stdout).trim());
    Ok(())
}

fn count_products(environment: &StoreEnvironment, profile: Profile) -> Result<u64> {
    run_step("look for products", |step| {
        let output = process::run_logged(
            environment.command(profile, &["catalog", "count"]),
            "catalog-count",
            step,
        )?;
        let log = output.log.clone();
        let output = output.require_success("Counting the products", "cargo xtask clean-data")?;
        let number = output
            .lines()
            .rev()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .and_then(|line| line.parse().ok());
        let number = number.ok_or_else(|| {
            Failure::new("Counting the products gave no number.")
                .with_fix("see the log")
                .with_log(&log)
        })?;
        step.set_message(format!("{number} found"));
        Ok(number)
    })
}

fn import_catalog(environment: &StoreEnvironment, profile: Profile) -> Result<()> {
    let catalogue = generate_catalog(profile)?;
    run_step("import the demo catalogue", |step| {
        let mut command = environment.command(profile, &["catalog", "import"]);
        command.arg(&catalogue);
        process::run_logged(command, "catalog-import", step)?
            .require_success("Importing the demo catalogue", "cargo xtask clean-data")
            .map(drop)
    })?;
    print_line("The demo catalogue is in the store.");
    Ok(())
}

/// Generated once for each version of the generator and its icons; all checkouts share the result.
fn generate_catalog(profile: Profile) -> Result<PathBuf> {
    let root = paths::root();
    let icons = root.join("node_modules/@iconify-json/fluent-emoji");
    let fingerprint = Fingerprint::default()
        .add_folder(&root.join("src/catalog_file"))?
        .add_folder(&root.join("end2end/tools/demo-catalog"))?;
    let key = fingerprint
        .add_file(&icons.join("package.json"))
        .context("the icons are missing: run `cargo xtask setup`")?
        .into_hex();
    let folder = paths::cache().join("demo-catalog").join(key);
    let _lock =
        lock::acquire(&paths::cache().join("demo-catalog.lock"), "generating the demo catalogue")?;
    if folder.is_dir() {
        return Ok(folder);
    }
    run_step("generate the demo catalogue", |step| {
        let staging = folder.with_file_name(".new");
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        fs::create_dir_all(&staging)?;
        let mut generator = process::command(build::program_path(GENERATOR, profile));
        generator
            .arg("--icons")
            .arg(icons.join("icons.json"))
            .arg("--out")
            .arg(&staging)
            .arg("--progress");
        process::run_logged(generator, "demo-catalog", step)?
            .require_success("Generating the demo catalogue", "cargo xtask setup")?;
        if !staging.join("catalog.json").is_file() {
            return Err(Failure::new(
                "The demo catalogue was generated without its list of products.",
            )
            .into());
        }
        fs::rename(&staging, &folder).context("cannot keep the demo catalogue")
    })?;
    Ok(folder)
}
