//! The developers' commands: `cargo xtask run`, `test`, `dev` and what belongs to them.

mod bench;
mod build;
mod failure;
mod lock;
mod paths;
mod process;
mod progress;
mod scratch;
mod setup;
mod stamp;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// The one door for developers: sets up, runs and tests the store.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Commands,
}

#[derive(Subcommand)]
enum Commands {
    /// Install the tools the other commands need (they also do it themselves)
    Setup,
    /// Check the committed size and work limits
    Bench {
        /// Only the counts that are the same on every machine; what CI runs
        #[arg(long)]
        gates: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = process::end_children_on_signals().and_then(|()| dispatch(arguments.command));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Commands) -> Result<()> {
    match command {
        Commands::Setup => setup::run(),
        Commands::Bench { gates: true } => bench::gates(&setup::ensure(setup::Purpose::Run)?).map(drop),
        Commands::Bench { gates: false } => Err(Failure::new("Only the gates are measured so far.").mend("cargo xtask bench --gates").into()),
    }
}
