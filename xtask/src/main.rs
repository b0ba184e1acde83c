//! The developers' commands: `cargo xtask run`, `test`, `dev` and what belongs to them.

mod failure;
mod lock;
mod paths;
mod process;
mod progress;
mod scratch;
mod setup;
mod stamp;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = process::end_children_on_signals().and_then(|()| match arguments.command {
        Commands::Setup => setup::run(),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
