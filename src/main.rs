//! The binary: reads the command line, runs it, and says in one sentence why it could not.

use std::process::ExitCode;

use cartwright::server::commands::{CommandLine, run};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "info,hyper=warn,mongodb=warn".into());
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(CommandLine::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("cartwright: {sentence}");
            ExitCode::FAILURE
        }
    }
}
