//! A way to a service that a test can cut, hold up and open again.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Connections stay open and nothing passes: a host that vanished.
    Silent,
    /// Connections are closed, new ones at once: a service that ended.
    Cut,
}

pub struct Relay {
    /// Host and port of the service itself, as its address names them.
    target: String,
    here: String,
    way: Arc<watch::Sender<Way>>,
}

impl Relay {
    /// Stands before the service that an address names, such as `redis://127.0.0.1:6379/`.
    pub async fn before(address: &str) -> Self {
        let target = host_and_port(address).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("an address").to_string();
        let way = Arc::new(watch::Sender::new(Way::Open));
        let (seen, to) = (way.clone(), target.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, to.clone(), seen.subscribe()));
            }
        });
        Self { target, here, way }
    }

    /// The service's address with the relay in its place.
    pub fn address(&self, address: &str) -> String {
        address.replacen(&self.target, &self.here, 1)
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

/// What meets a silence is closed when it ends; what comes during it waits.
async fn carry(mut client: TcpStream, target: String, mut way: watch::Receiver<Way>) {
    let now = way.wait_for(|way| *way != Way::Silent).await.map(|way| *way);
    if !matches!(now, Ok(Way::Open)) {
        return;
    }
    let Ok(mut service) = TcpStream::connect(&target).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut service) => {}
        _ = way.wait_for(|way| *way != Way::Open) => {}
    }
    let _ = way.wait_for(|way| *way != Way::Silent).await;
}

fn host_and_port(address: &str) -> &str {
    let authority = address.split_once("://").map_or(address, |(_, rest)| rest).split(['/', '?']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}
