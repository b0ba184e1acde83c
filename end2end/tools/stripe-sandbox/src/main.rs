//! The `stripe-sandbox` command.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use stripe_sandbox::clock::Clock;
use stripe_sandbox::{Config, Sandbox, persistence, server};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Replaces Stripe in development and tests. No real money moves.
#[derive(Parser)]
#[command(name = "stripe-sandbox", version)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:12111")]
    listen: SocketAddr,
    /// Address at which browsers reach the payment page [default: http://localhost:<port>]
    #[arg(long)]
    public_url: Option<String>,
    /// Stores everything in this file, so that it survives a restart
    #[arg(long)]
    state: Option<PathBuf>,
    /// Name on the payment page when a session brings none
    #[arg(long, default_value = "Cartwright")]
    merchant_name: String,
    /// Registers this webhook endpoint at start
    #[arg(long, requires_all = ["webhook_secret", "secret_key"])]
    webhook_url: Option<String>,
    /// The signing secret of that endpoint (whsec_…)
    #[arg(long, requires = "webhook_url")]
    webhook_secret: Option<String>,
    /// The account of that endpoint (sk_test_…)
    #[arg(long, requires = "webhook_url")]
    secret_key: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(arguments.listen).await?;
    let address = listener.local_addr()?;
    let public_url =
        arguments.public_url.unwrap_or_else(|| format!("http://localhost:{}", address.port()));
    let config = Config {
        public_url: public_url.trim_end_matches('/').to_owned(),
        merchant_name: arguments.merchant_name,
    };
    let sandbox = Sandbox::new(config, Clock::System);
    if let Some(file) = &arguments.state {
        persistence::load(&sandbox, file)?;
        tokio::spawn(persistence::save_continuously(sandbox.clone(), file.clone()));
    }
    if let (Some(url), Some(secret), Some(key)) =
        (&arguments.webhook_url, &arguments.webhook_secret, &arguments.secret_key)
    {
        sandbox.register_endpoint(key, url, secret);
    }
    // Before the line that says that the tool is ready: its reader may stop the process at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!("stripe-sandbox listening on http://{address}");

    tokio::select! {
        result = server::serve(sandbox.clone(), listener) => {
            result?;
        }
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    match &arguments.state {
        Some(file) => persistence::save(&sandbox, file),
        None => Ok(()),
    }
}
