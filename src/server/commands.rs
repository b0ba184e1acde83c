//! What the binary can be told to do: serve, or one operator's task.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use leptos::prelude::get_configuration;

use crate::features::{accounts, catalog, privacy};
use crate::infra::clock::Clock;
use crate::infra::collections::Collection;
use crate::infra::ctx::Ctx;
use crate::infra::reencrypt::RotationCursor;
use crate::infra::settings::Settings;
use crate::server::accept::{ConnectionTimeouts, Transport};
use crate::server::app::{App, connect};
use crate::server::tls::Tls;
use crate::server::{accept, jobs, key_rotation, router};
use crate::shared::error::AppError;

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
    /// Make the shop's first owner; answers the address where the password is set.
    Owner {
        #[command(subcommand)]
        task: OwnerTask,
    },
    /// Bring users from another shop.
    Users {
        #[command(subcommand)]
        task: UsersTask,
    },
    /// The demo's staff; refused in production.
    Demo {
        #[command(subcommand)]
        task: DemoTask,
    },
    /// Look at or fill the catalogue.
    Catalog {
        #[command(subcommand)]
        task: CatalogTask,
    },
    /// Print the addresses of everybody who agreed to be written to about news, one a line.
    NewsAddresses,
    /// Show what is about to be dropped because its time is over; changes nothing.
    RetentionPreview,
    /// Look after the database's indexes.
    Indexes {
        #[command(subcommand)]
        task: IndexesTask,
    },
    /// Change the keys that seal personal fields.
    Keys {
        #[command(subcommand)]
        task: KeysTask,
    },
}

#[derive(Subcommand)]
enum OwnerTask {
    /// Works once in the life of a shop.
    Create { email: String },
}

#[derive(Subcommand)]
enum UsersTask {
    /// Read one user a line from a CSV file with the columns email, password_hash (bcrypt or
    /// argon2id) and, optional, name.
    Import { file: PathBuf },
}

#[derive(Subcommand)]
enum DemoTask {
    /// Make an account for each role, with this password.
    Staff { password: String },
    /// Print the code that the authenticator app of a role shows now.
    Code { role: String },
}

#[derive(Subcommand)]
enum CatalogTask {
    /// Load catalog.json and its pictures into an empty store.
    Import { folder: PathBuf },
    /// Print the number of products.
    Count,
}

#[derive(Subcommand)]
enum IndexesTask {
    /// Drop unique indexes of earlier versions, once no instance of such a version runs any more.
    Prune,
}

#[derive(Subcommand)]
enum KeysTask {
    /// Seal anew, with the first data key, what any other one sealed, and find addresses by the
    /// first index key. Can be stopped at any time and started again, while the store is open.
    Rotate,
}

/// Runs what the command line asks for.
///
/// # Errors
/// One sentence for the operator.
pub async fn run(line: CommandLine) -> Result<(), String> {
    let settings = Settings::read(Path::new(OPTIONS_FILE))?;
    match line.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(settings).await,
        Command::Indexes { task: IndexesTask::Prune } => {
            let ctx = system(settings).await?;
            let dropped = ctx
                .mongo
                .prune_indexes(ctx.collections.iter().map(Collection::indexes))
                .await
                .map_err(describe_error)?;
            for name in &dropped {
                println!("dropped {name}");
            }
            println!("{} unique indexes of earlier versions were dropped.", dropped.len());
            Ok(())
        }
        Command::Owner { task: OwnerTask::Create { email } } => {
            let ctx = system(settings).await?;
            let path = accounts::service::create_first_owner(&ctx, &email)
                .await
                .map_err(describe_error)?;
            println!(
                "Open this address within 30 minutes and set the password:\n{}{path}",
                ctx.settings.base_url
            );
            Ok(())
        }
        Command::Users { task: UsersTask::Import { file } } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
            let done = accounts::service::import_users(&system(settings).await?, &text)
                .await
                .map_err(describe_error)?;
            println!("{} users imported, {} were here already", done.imported, done.known);
            Ok(())
        }
        Command::Demo { task } => demo_task(settings, task).await,
        Command::Catalog { task } => catalog_task(settings, task).await,
        Command::NewsAddresses => {
            let addresses = privacy::service::news_addresses(&system(settings).await?)
                .await
                .map_err(describe_error)?;
            addresses.iter().for_each(|address| println!("{address}"));
            Ok(())
        }
        Command::RetentionPreview => {
            println!("{:>10} {:>10} {:>10}", "kept", "due", "in 30 days");
            for line in privacy::service::retention_preview(&system(settings).await?)
                .await
                .map_err(describe_error)?
            {
                println!(
                    "{:>10} {:>10} {:>10}  {}",
                    line.kept, line.due, line.soon, line.description
                );
            }
            Ok(())
        }
        Command::Keys { task: KeysTask::Rotate } => rotate_keys(settings).await,
    }
}

async fn serve(settings: Settings) -> Result<(), String> {
    let options = get_configuration(Some(OPTIONS_FILE))
        .map_err(|e| format!("{OPTIONS_FILE}: {e}"))?
        .leptos_options;
    let transport = match &settings.services.tls {
        Some(files) => Transport::Tls(Tls::load(files)?),
        None => Transport::Plain,
    };
    let address: SocketAddr = options.site_addr;
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|e| format!("{address} cannot be listened on: {e}"))?;
    let app = App::build(
        settings,
        PathBuf::from(options.site_root.to_string()),
        Clock::of_this_process(),
    )
    .await?;
    jobs::start(&app);
    if let Transport::Tls(tls) = &transport {
        jobs::follow_certificate(&app, tls);
    }
    tracing::info!(%address, stripe_api = %crate::infra::stripe::api_version(), base_url = %app.clients.settings.base_url, "serving");
    let router = router::router(app.clone());
    let timeouts = if app.clients.settings.production {
        ConnectionTimeouts::in_production()
    } else {
        ConnectionTimeouts::default()
    };
    accept::serve(app, listener, transport, router, timeouts, stop_signal()).await;
    Ok(())
}

async fn demo_task(settings: Settings, task: DemoTask) -> Result<(), String> {
    let ctx = system(settings).await?;
    match task {
        DemoTask::Staff { password } => {
            accounts::service::create_demo_staff(&ctx, &password).await.map_err(describe_error)
        }
        DemoTask::Code { role } => {
            println!(
                "{}",
                accounts::service::demo_code(&ctx, &role).await.map_err(describe_error)?
            );
            Ok(())
        }
    }
}

/// The store acting on its operator's word.
async fn system(settings: Settings) -> Result<Ctx, String> {
    Ok(Ctx::system(connect(settings, Clock::of_this_process()).await?))
}

fn describe_error(error: AppError) -> String {
    let fields = error
        .fields
        .iter()
        .map(|field| field.message.as_ref())
        .filter(|message| *message != error.message);
    let words = std::iter::once(error.message.as_ref()).chain(fields).collect::<Vec<_>>().join(" ");
    words + &error.cause().map(|cause| format!(" ({cause})")).unwrap_or_default()
}

async fn catalog_task(settings: Settings, task: CatalogTask) -> Result<(), String> {
    let ctx = system(settings).await?;
    match task {
        CatalogTask::Import { folder } => {
            let done =
                catalog::service::import::import(&ctx, &folder).await.map_err(describe_error)?;
            println!(
                "{} products, {} variants, {} categories",
                done.products, done.variants, done.categories
            );
        }
        CatalogTask::Count => {
            println!("{}", catalog::service::count(&ctx).await.map_err(|e| e.to_string())?)
        }
    }
    Ok(())
}

async fn rotate_keys(settings: Settings) -> Result<(), String> {
    let ctx = system(settings).await?;
    let rotated = key_rotation::rotate(&ctx, |cursor| show_progress(&progress_of(cursor))).await;
    show_progress("");
    let outcomes = rotated.map_err(describe_error)?;
    for outcome in &outcomes {
        println!(
            "{}: {} documents, {} sealed anew",
            outcome.collection, outcome.documents, outcome.reencrypted
        );
    }
    println!("{}", key_rotation::describe_removable_keys(&ctx, &outcomes)?);
    Ok(())
}

fn progress_of(cursor: &RotationCursor) -> String {
    format!(
        "{}: {} documents looked at, {} sealed anew",
        cursor.collection(),
        cursor.read,
        cursor.reencrypted
    )
}

/// One line that is written over again and again, if anybody looks.
fn show_progress(line: &str) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        // Nobody is kept from their work by a line that cannot be written.
        let _ = write!(out, "\r\x1b[K{line}").and_then(|()| out.flush());
    }
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
