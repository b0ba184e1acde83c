//! Builds and minifies the browser module and the stylesheets, if their inputs changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::compress;
use crate::failure::Failure;
use crate::progress::run_step;
use crate::setup::Tools;
use crate::stamp::{self, Fingerprint};
use crate::{paths, process};

/// What rustc enables by default for the target; without them wasm-opt refuses the module.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The folder with the module, its glue, and any snippet files the glue imports.
pub(crate) fn build_module(tools: &Tools) -> Result<PathBuf> {
    let compiled = compile_module()?;
    let bindgen_output = paths::browser_target().join("bound");
    let stamp = paths::browser_target().join("bound.stamp");
    let fingerprint = Fingerprint::default()
        .add_file(&compiled)?
        .add_text(&tools.wasm_bindgen.to_string_lossy())
        .add_text(compress::SCRIPT)
        .add_file(&paths::root().join("package-lock.json"))?
        .into_hex();
    if stamp::is_current(&stamp, &fingerprint)
        && bindgen_output.join("cartwright_bg.wasm").is_file()
    {
        return Ok(bindgen_output);
    }
    run_step("shrink the browser module", |step| {
        if bindgen_output.exists() {
            fs::remove_dir_all(&bindgen_output)?;
        }
        let mut bindgen = process::command(&tools.wasm_bindgen);
        bindgen
            .args(["--target", "web", "--no-typescript", "--out-name", "cartwright", "--out-dir"])
            .arg(&bindgen_output)
            .arg(&compiled);
        process::run_logged(bindgen, "build-wasm-bindgen", step)?
            .require_success("Binding the browser module", "cargo xtask setup")?;
        let glue = bindgen_output.join("cartwright.js");
        let mut minify = process::command(paths::node_bin("esbuild"));
        minify
            .arg(&glue)
            .args(["--minify", "--format=esm", "--target=es2022", "--allow-overwrite"])
            .arg(format!("--outfile={}", glue.display()));
        process::run_logged(minify, "build-glue", step)?.require_success(
            "Shrinking the module's glue",
            "rm -r node_modules && cargo xtask setup",
        )?;
        let module = bindgen_output.join("cartwright_bg.wasm");
        let mut optimise = process::command(paths::node_bin("wasm-opt"));
        // Flattened code lets the optimiser remove more; the second pass uses what the first one
        // found.
        optimise
            .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
            .args(WASM_FEATURES)
            .arg(&module)
            .arg("-o")
            .arg(&module);
        process::run_logged(optimise, "build-wasm-opt", step)?.require_success(
            "Shrinking the browser module",
            "rm -r node_modules && cargo xtask setup",
        )?;
        let files: Vec<PathBuf> = stamp::list_files(&bindgen_output)?
            .into_iter()
            .filter(|path| compress::is_compressible(path))
            .collect();
        compress::precompress(&files)?;
        stamp::write(&stamp, &fingerprint)
    })?;
    Ok(bindgen_output)
}

fn compile_module() -> Result<PathBuf> {
    run_step("build the browser module", |step| {
        let mut cargo = process::command("cargo");
        cargo
            .args([
                "build",
                "-v",
                "-p",
                "browser",
                "--profile",
                "wasm-release",
                "--target",
                "wasm32-unknown-unknown",
                "--target-dir",
            ])
            .arg(paths::browser_target());
        let finished = process::run_logged(cargo, "build-browser", step)?;
        let log = finished.log.clone();
        let output = finished.require_success(
            "Building the browser module",
            "fix the error shown, then the same command again",
        )?;
        if !is_link_time_optimised(&output) {
            let sentence = "The browser module was compiled without link-time optimisation, which makes it far too large.";
            return Err(Failure::new(sentence)
                .with_fix("keep crate-type = [\"cdylib\"] alone in src/browser/Cargo.toml and lto = true in the profile wasm-release")
                .with_log(&log)
                .into());
        }
        Ok(())
    })?;
    Ok(paths::browser_target().join("wasm32-unknown-unknown/wasm-release/browser.wasm"))
}

/// Cargo drops the flag silently for some crate types, so its output is checked. A fresh module was
/// checked when it was compiled.
fn is_link_time_optimised(verbose: &str) -> bool {
    let compiled = verbose
        .lines()
        .rfind(|line| line.contains("Running `") && line.contains("--crate-name browser "));
    match compiled {
        Some(line) => {
            line.contains(" -C lto ") || line.contains(" -C lto=fat ") || line.contains(" -Clto ")
        }
        None => verbose.lines().any(|line| line.trim_start().starts_with("Fresh browser ")),
    }
}

/// The sheets of the shop and of the admin. Each is whole: a page has one of them.
pub(crate) struct Stylesheets {
    pub(crate) shop: PathBuf,
    pub(crate) admin: PathBuf,
}

pub(crate) fn build_stylesheets() -> Result<Stylesheets> {
    let root = paths::root();
    let target = paths::browser_target();
    let sheets =
        Stylesheets { shop: target.join("cartwright.css"), admin: target.join("admin.css") };
    let stamp = target.join("style.stamp");
    let fingerprint = fingerprint_styles(&root)?;
    if stamp::is_current(&stamp, &fingerprint) && sheets.shop.is_file() && sheets.admin.is_file() {
        return Ok(sheets);
    }
    run_step("stylesheets", |step| {
        fs::create_dir_all(&target)?;
        for (entry, sheet) in [("main.css", &sheets.shop), ("admin.css", &sheets.admin)] {
            let mut tailwind = process::command(paths::node_bin("tailwindcss"));
            tailwind.arg("-i").arg(root.join("style").join(entry));
            tailwind.arg("-o").arg(sheet).arg("--minify");
            process::run_logged(tailwind, "build-style", step)?.require_success(
                &format!("Building the stylesheet of style/{entry}"),
                "fix the error shown, then the same command again",
            )?;
        }
        stamp::write(&stamp, &fingerprint)
    })?;
    Ok(sheets)
}

/// The sheets depend on the class names used anywhere in the sources.
fn fingerprint_styles(root: &Path) -> Result<String> {
    let fingerprint =
        Fingerprint::default().add_folder(&root.join("style")).context("cannot read style/")?;
    Ok(fingerprint
        .add_folder(&root.join("src"))?
        .add_file(&root.join("package-lock.json"))?
        .into_hex())
}

#[cfg(test)]
mod tests {
    use super::is_link_time_optimised;

    #[test]
    fn the_last_rustc_line_decides() {
        let with = "     Running `rustc --crate-name browser --edition=2024 -C opt-level=z -C lto -C codegen-units=1`";
        let without = "     Running `rustc --crate-name browser --edition=2024 -C opt-level=z -C codegen-units=1`";
        assert!(is_link_time_optimised(with));
        assert!(!is_link_time_optimised(without));
        assert!(is_link_time_optimised("       Fresh browser v0.1.0 (/somewhere)"));
        assert!(!is_link_time_optimised("       Fresh leptos v0.8.23"));
    }
}
