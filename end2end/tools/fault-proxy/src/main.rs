//! The `fault-proxy` command: a proxy in front of one service, controlled over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::{Parser, ValueEnum};
use fault_proxy::{FaultProxy, Protocol, control};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Forwards everything to one service and injects faults on request.
#[derive(Parser)]
#[command(name = "fault-proxy", version)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The service: host:port, or its address such as mongodb://127.0.0.1:27017
    #[arg(long)]
    upstream: String,
    /// Address of the HTTP control: POST /fault, /rule, /topology; DELETE /fault; GET /stats
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Protocol of the service; by default as its address says
    #[arg(long)]
    protocol: Option<ProtocolArgument>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProtocolArgument {
    Tcp,
    Mongodb,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let protocol = match arguments.protocol {
        Some(ProtocolArgument::Tcp) => Protocol::Tcp,
        Some(ProtocolArgument::Mongodb) => Protocol::MongoDb,
        None => Protocol::from_address(&arguments.upstream),
    };
    let proxy =
        Arc::new(FaultProxy::listen(arguments.listen, &arguments.upstream, protocol).await?);
    let listener = TcpListener::bind(arguments.control).await?;
    // Before the line that says that the tool is ready: its reader may stop the process at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!(
        "fault-proxy listening on {} control on {}",
        proxy.local_address(),
        listener.local_addr()?
    );

    tokio::select! {
        result = axum::serve(listener, control::router(proxy)) => result,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}
