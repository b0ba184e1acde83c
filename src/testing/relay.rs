//! A way to a service that a test can cut, hold up and open again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
    /// Writes that still pass; the one after them meets silence.
    writes_left: Arc<AtomicI64>,
}

/// The commands of the MongoDB driver that change something, as they stand in their messages.
const WRITES: [&[u8]; 5] = [b"\x02insert\0", b"\x02update\0", b"\x02delete\0", b"\x02findAndModify\0", b"commitTransaction\0"];

impl Relay {
    /// Stands before the service that an address names, such as `redis://127.0.0.1:6379/`.
    pub async fn before(address: &str) -> Self {
        let target = host_and_port(address).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("an address").to_string();
        let way = Arc::new(watch::Sender::new(Way::Open));
        let writes_left = Arc::new(AtomicI64::new(i64::MAX));
        let (seen, to, left) = (way.clone(), target.clone(), writes_left.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, to.clone(), seen.clone(), left.clone()));
            }
        });
        Self { target, here, way, writes_left }
    }

    /// The service's address with the relay in its place.
    pub fn address(&self, address: &str) -> String {
        address.replacen(&self.target, &self.here, 1)
    }

    pub fn set(&self, way: Way) {
        self.writes_left.store(i64::MAX, Ordering::SeqCst);
        self.way.send_replace(way);
    }

    /// Falls silent before the next write but `passing`.
    pub fn silent_after_writes(&self, passing: i64) {
        self.writes_left.store(passing, Ordering::SeqCst);
    }

    /// Ends when silence has fallen.
    pub async fn silence(&self) {
        let _ = self.way.subscribe().wait_for(|way| *way == Way::Silent).await;
    }
}

/// What meets a silence is closed when it ends; what comes during it waits.
async fn carry(client: TcpStream, target: String, switch: Arc<watch::Sender<Way>>, writes_left: Arc<AtomicI64>) {
    let mut way = switch.subscribe();
    let now = way.wait_for(|way| *way != Way::Silent).await.map(|way| *way);
    if !matches!(now, Ok(Way::Open)) {
        return;
    }
    let Ok(service) = TcpStream::connect(&target).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_service, mut to_service) = service.into_split();
    let there = async {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from_client.read(&mut bytes).await {
            let message = &bytes[..read];
            let changes = WRITES.iter().any(|name| message.windows(name.len()).any(|window| window == *name));
            if changes && writes_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
                switch.send_replace(Way::Silent);
                std::future::pending::<()>().await;
            }
            if to_service.write_all(message).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = there => {}
        _ = tokio::io::copy(&mut from_service, &mut to_client) => {}
        _ = way.wait_for(|way| *way != Way::Open) => {}
    }
    let _ = way.wait_for(|way| *way != Way::Silent).await;
}

fn host_and_port(address: &str) -> &str {
    let authority = address.split_once("://").map_or(address, |(_, rest)| rest).split(['/', '?']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}
