//! What the binary can be told to do: serve, or one operator's task.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use leptos::prelude::get_configuration;

use crate::features::catalog;
use crate::infra::clock::Clock;
use crate::infra::ctx::Ctx;
use crate::infra::settings::Settings;
use crate::server::app::{App, connect};
use crate::server::{accept, jobs, router};

const OPTIONS_FILE: &str = "Leptos.toml";

#[derive(Parser)]
#[command(name = "cartwright", version, about = "A complete online store.")]
pub struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the store (the default).
    Serve,
    /// Look at or fill the catalogue.
    Catalog {
        #[command(subcommand)]
        task: CatalogTask,
    },
}

#[derive(Subcommand)]
enum CatalogTask {
    /// Load catalog.json and its pictures into an empty store.
    Import { folder: PathBuf },
    /// Print the number of products.
    Count,
}

/// Runs what the command line asks for.
///
/// # Errors
/// One sentence for the operator.
pub async fn run(line: CommandLine) -> Result<(), String> {
    let settings = Settings::load(Path::new(OPTIONS_FILE))?;
    match line.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(settings).await,
        Command::Catalog { task } => catalog_task(settings, task).await,
    }
}

async fn serve(settings: Settings) -> Result<(), String> {
    let options = get_configuration(Some(OPTIONS_FILE)).map_err(|e| format!("{OPTIONS_FILE}: {e}"))?.leptos_options;
    let address: SocketAddr = options.site_addr;
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|e| format!("{address} cannot be listened on: {e}"))?;
    let app = App::build(settings, PathBuf::from(options.site_root.to_string()), Clock::system()).await?;
    jobs::start(&app);
    tracing::info!(%address, base_url = %app.clients.settings.base_url, "serving");
    let router = router::router(app.clone());
    let patience = if app.clients.settings.production { accept::Patience::in_production() } else { accept::Patience::default() };
    accept::serve(app, listener, router, patience, stop_signal()).await;
    Ok(())
}

async fn catalog_task(settings: Settings, task: CatalogTask) -> Result<(), String> {
    let ctx = Ctx::system(connect(settings, Clock::system()).await?);
    match task {
        CatalogTask::Import { folder } => {
            let done = catalog::service::import::import(&ctx, &folder)
                .await
                .map_err(|e| e.message.to_string() + &e.cause().map(|c| format!(" ({c})")).unwrap_or_default())?;
            println!("{} products, {} variants, {} categories", done.products, done.variants, done.categories);
        }
        CatalogTask::Count => println!("{}", catalog::service::count(&ctx).await.map_err(|e| e.to_string())?),
    }
    Ok(())
}

/// Resolves at Ctrl-C or when the process is asked to end.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
