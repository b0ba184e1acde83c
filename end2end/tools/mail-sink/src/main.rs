//! The `mail-sink` command: receives mails by SMTP and shows them over HTTP.

mod http;
mod mail;
mod mailbox;
mod pages;
mod smtp;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use mailbox::Mailbox;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Receives mails and shows them. Sends no mail.
#[derive(Parser)]
#[command(name = "mail-sink", version)]
struct Arguments {
    /// Address that receives mail; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:1025")]
    smtp: SocketAddr,
    /// Address that shows mail; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:1080")]
    http: SocketAddr,
    /// Stores the mails as .eml files in this folder, so that they survive a restart
    #[arg(long)]
    dir: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let mailbox = Arc::new(Mailbox::open(arguments.dir)?);
    let smtp = TcpListener::bind(arguments.smtp).await?;
    let http = TcpListener::bind(arguments.http).await?;
    // Before the line that says that the tool is ready: its reader may stop the process at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!("mail-sink listening on smtp://{} http://{}", smtp.local_addr()?, http.local_addr()?);

    tokio::select! {
        result = accept_connections(smtp, mailbox.clone()) => result,
        result = axum::serve(http, http::router(mailbox)) => result,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}

async fn accept_connections(listener: TcpListener, mailbox: Arc<Mailbox>) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        // An error of one client does not affect the others.
        tokio::spawn(smtp::serve_client(stream, mailbox.clone()));
    }
}
