//! The developers' commands: `cargo xtask run`, `test`, `dev` and others.

mod bench;
mod build;
mod clean_data;
mod demo_store;
mod dev;
mod failure;
mod leak_search;
mod lock;
mod paths;
mod process;
mod progress;
mod run;
mod screenshots;
mod seed;
mod services;
mod session;
mod setup;
mod size_gates;
mod stamp;
mod store;
mod storm;
mod temp_folder;
mod test;
mod test_counts;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::build::Profile;
use crate::clean_data::Confirmation;
use crate::test::Suite;

/// Sets up, runs and tests the store.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Commands,
}

#[derive(Subcommand)]
enum Commands {
    /// Set up, build, start the services and open the store
    Run(StoreArguments),
    /// As `run`, and restarts the store when a source changes
    Dev(StoreArguments),
    /// Install the tools the other commands need (they also do it themselves)
    Setup,
    /// Run everything that CI checks, with one line of totals at the end
    Test {
        /// Only this suite
        #[arg(long)]
        only: Option<Suite>,
        /// Run the tests whose name contains this
        filter: Option<String>,
    },
    /// Run two processes with shoppers while services fail at random, and check the data afterwards
    Storm {
        /// The seed of an earlier storm to repeat; else a random one
        #[arg(long)]
        seed: Option<u64>,
        /// How long shoppers buy and services fail
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Fill the store with the demo catalogue
    Seed,
    /// Print the sign-in code of a member of the demo's staff: owner, orders, catalogue or
    /// read_only
    Code { role: String },
    /// Remove the development store's data
    CleanData {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Search the running store's databases, Redis and logs for personal data and secrets
    SearchLeaks,
    /// Take screenshots of every page: phone and desktop, light and dark, with and without scripts
    #[command(name = "shots")]
    Screenshots {
        /// Compare the screenshots in target/shots with those in this folder instead: a copy of an
        /// earlier target/shots
        #[arg(long, value_name = "FOLDER")]
        compare: Option<PathBuf>,
    },
    /// Measure answer times, Lighthouse scores and sign-in of a release build, for
    /// docs/performance.md
    Bench {
        /// Check the size limits instead. They are the same on every machine, and CI checks them
        #[arg(long, conflicts_with_all = ["store", "runs"])]
        gates: bool,
        /// Measure instead how many orders a second the store takes, for the section of
        /// docs/performance.md on orders
        #[arg(long, conflicts_with_all = ["gates", "store", "runs"])]
        orders: bool,
        /// Measure the store that runs at this address
        #[arg(long, value_name = "ADDRESS")]
        store: Option<String>,
        /// How often Lighthouse looks at each page
        #[arg(long, default_value_t = 9)]
        runs: u32,
    },
}

#[derive(Args)]
struct StoreArguments {
    /// Build with optimisation: slower to build, as fast as in production
    #[arg(long)]
    release: bool,
    /// The store's port
    #[arg(long, default_value_t = session::PREFERRED_PORT)]
    port: u16,
}

impl StoreArguments {
    fn options(&self) -> run::Options {
        run::Options {
            profile: if self.release { Profile::Release } else { Profile::Debug },
            port: self.port,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = process::stop_children_on_signals().and_then(|()| dispatch(arguments.command));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Commands) -> Result<ExitCode> {
    match command {
        Commands::Run(arguments) => run::run(&arguments.options())?,
        Commands::Dev(arguments) => dev::run(&arguments.options())?,
        Commands::Test { only, filter } => return Ok(test::run(&test::Options { only, filter })),
        Commands::Storm { seed, minutes } => return storm::run(&storm::Options { seed, minutes }),
        Commands::Seed => seed::run()?,
        Commands::Code { role } => seed::print_sign_in_code(&role)?,
        Commands::CleanData { yes } => {
            clean_data::run(if yes { Confirmation::Given } else { Confirmation::Ask })?
        }
        Commands::SearchLeaks => leak_search::run()?,
        Commands::Screenshots { compare: None } => screenshots::run()?,
        Commands::Screenshots { compare: Some(earlier) } => return screenshots::compare(&earlier),
        Commands::Setup => setup::run()?,
        Commands::Bench { gates: true, .. } => return size_gates::run(),
        Commands::Bench { orders: true, .. } => bench::orders::run()?,
        Commands::Bench { store, runs, .. } => {
            bench::pages::run(&bench::pages::Options { store, runs })?
        }
    }
    Ok(ExitCode::SUCCESS)
}
