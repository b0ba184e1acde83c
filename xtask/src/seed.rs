//! `cargo xtask seed`: fills the store with the demo catalogue.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::failure::Failure;
use crate::progress::{say, step};
use crate::run::{self, Session};
use crate::stamp::Fingerprint;
use crate::store::Environment;
use crate::{lock, paths, process, services, setup};

/// Into the store that is running, else into its data while nobody else uses them.
pub fn run() -> Result<()> {
    let tools = setup::ensure(setup::Purpose::Run)?;
    build::native(Profile::Debug)?;
    if let Some(environment) = run::environment_of_running_store()? {
        return import(&environment, Profile::Debug);
    }
    let session = Session::open(&tools, Profile::Debug, run::PREFERRED_PORT)?;
    import(&session.environment, Profile::Debug)
}

/// Leaves a database alone that holds products already.
pub fn if_empty(environment: &Environment, profile: Profile) -> Result<()> {
    if count(environment, profile)? == 0 { import(environment, profile) } else { Ok(()) }
}

/// An account for each role of the staff, with a password that is made for this store; those that
/// are there stay.
pub fn staff(environment: &Environment, profile: Profile) -> Result<()> {
    step("make the demo's staff", |step| {
        let password = environment.variable(services::DEMO_PASSWORD);
        let making = process::run_logged(
            environment.command(profile, &["demo", "staff", password]),
            "demo-staff",
            step,
        )?;
        making.or_fail("Making the demo's staff", "cargo xtask clean-data").map(drop)
    })
}

/// Prints the code that a member of the demo's staff would read from their authenticator app.
pub fn code(role: &str) -> Result<()> {
    let environment = run::environment_of_running_store()?.ok_or_else(|| {
        Failure::new("No store runs on this checkout's data.")
            .mend("cargo xtask run, then the same command in another terminal")
    })?;
    let output = environment
        .command(Profile::Debug, &["demo", "code", role])
        .output()
        .context("the store's command cannot be started")?;
    if !output.status.success() {
        let sentence =
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        return Err(Failure::new(sentence)
            .mend("the roles are owner, catalogue, orders and read_only")
            .into());
    }
    // To standard output, where a script can read it.
    println!("{}", String::from_utf8_lossy(&output.stdout).trim());
    Ok(())
}

fn count(environment: &Environment, profile: Profile) -> Result<u64> {
    step("look for products", |step| {
        let counting = process::run_logged(
            environment.command(profile, &["catalog", "count"]),
            "catalog-count",
            step,
        )?;
        let log = counting.log.clone();
        let output = counting.or_fail("Counting the products", "cargo xtask clean-data")?;
        let number = output
            .lines()
            .rev()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .and_then(|line| line.parse().ok());
        let number = number.ok_or_else(|| {
            Failure::new("Counting the products gave no number.").mend("see the log").log(&log)
        })?;
        step.note(format!("{number} found"));
        Ok(number)
    })
}

fn import(environment: &Environment, profile: Profile) -> Result<()> {
    let catalogue = demo_catalogue(profile)?;
    step("import the demo catalogue", |step| {
        let mut command = environment.command(profile, &["catalog", "import"]);
        command.arg(&catalogue);
        process::run_logged(command, "catalog-import", step)?
            .or_fail("Importing the demo catalogue", "cargo xtask clean-data")
            .map(drop)
    })?;
    say("The demo catalogue is in the store.");
    Ok(())
}

/// Drawn once per version of the drawing tool and its icons, then kept for every checkout.
fn demo_catalogue(profile: Profile) -> Result<PathBuf> {
    let root = paths::root();
    let icons = root.join("node_modules/@iconify-json/fluent-emoji");
    let fingerprint = Fingerprint::default()
        .folder(&root.join("src/catalog_file"))?
        .folder(&root.join("end2end/tools/demo-catalog"))?;
    let key = fingerprint
        .file(&icons.join("package.json"))
        .context("the icons are missing: run `cargo xtask setup`")?
        .hex();
    let folder = paths::cache().join("demo-catalog").join(key);
    let _lock =
        lock::take(&paths::cache().join("demo-catalog.lock"), "drawing the demo catalogue")?;
    if folder.is_dir() {
        return Ok(folder);
    }
    step("draw the demo catalogue", |step| {
        let staging = folder.with_file_name(".new");
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        fs::create_dir_all(&staging)?;
        let mut draw = process::command(build::program("demo-catalog", profile));
        draw.arg("--icons")
            .arg(icons.join("icons.json"))
            .arg("--out")
            .arg(&staging)
            .arg("--progress");
        process::run_logged(draw, "demo-catalog", step)?
            .or_fail("Drawing the demo catalogue", "cargo xtask setup")?;
        if !staging.join("catalog.json").is_file() {
            return Err(
                Failure::new("The demo catalogue was drawn without its list of products.").into()
            );
        }
        fs::rename(&staging, &folder).context("cannot keep the demo catalogue")
    })?;
    Ok(folder)
}
