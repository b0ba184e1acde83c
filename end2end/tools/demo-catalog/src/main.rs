//! `demo-catalog`: writes the demo shop's catalogue and pictures to a folder.

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Writes the demo shop's catalogue and pictures to a folder.
#[derive(Parser)]
struct Arguments {
    /// The `icons.json` of the npm package @iconify-json/fluent-emoji.
    #[arg(long)]
    icons: PathBuf,
    /// The folder to write; replaced as a whole once everything is ready.
    #[arg(long)]
    out: PathBuf,
    /// The same seed gives the same catalogue.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Shows how far it is, on standard error.
    #[arg(long)]
    progress: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let (catalog, shots) = demo_catalog::build::generate_catalog(arguments.seed);
    let progress = Progress::new(arguments.progress, shots.len() as u64);
    let written = demo_catalog::write::write_catalog(
        &catalog,
        &shots,
        &arguments.icons,
        &arguments.out,
        &|| progress.step(),
    )?;
    progress.finish();
    let variants: usize = catalog.products.iter().map(|p| p.variants.len()).sum();
    println!(
        "{} products, {variants} variants, {} categories, {} pictures, {} MB, digest {}",
        catalog.products.len(),
        catalog.categories.len(),
        written.pictures,
        written.bytes / 1_000_000,
        catalog.digest
    );
    Ok(())
}

/// A bar in a terminal, a plain line now and then elsewhere, or nothing.
struct Progress {
    bar: Option<ProgressBar>,
    plain: bool,
}

impl Progress {
    fn new(wanted: bool, total: u64) -> Self {
        if !wanted {
            return Self { bar: None, plain: false };
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if let Ok(style) =
            ProgressStyle::with_template("pictures {wide_bar} {pos}/{len}, {eta} left")
        {
            bar.set_style(style);
        }
        let plain = bar.is_hidden();
        Self { bar: Some(bar), plain }
    }

    fn step(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        let (done, total) = (bar.position(), bar.length().unwrap_or(0));
        if self.plain && (done.is_multiple_of(100) || done == total) {
            eprintln!("pictures {done}/{total}");
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
