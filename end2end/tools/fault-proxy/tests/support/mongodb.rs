//! MongoDB's messages made by hand, a client that sends them and a server that does everything it
//! is told.

use bson::{Bson, Document, doc};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::{Rig, send};

pub(crate) const MORE_TO_COME: u32 = 1 << 1;

/// A message as it is on the wire.
pub(crate) fn message(id: i32, response_to: i32, flags: u32, body: &Document) -> Vec<u8> {
    let body = bson::to_vec(body).expect("a document");
    let length = i32::try_from(body.len() + 21).expect("small");
    let mut bytes = Vec::new();
    for number in [length, id, response_to, 2013] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(flags.to_le_bytes());
    bytes.push(0);
    bytes.extend(body);
    bytes
}

#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) id: i32,
    pub(crate) response_to: i32,
    pub(crate) flags: u32,
    pub(crate) body: Document,
}

impl Received {
    pub(crate) fn name(&self) -> &str {
        self.body.keys().next().map_or("", String::as_str)
    }

    pub(crate) fn labels(&self) -> Vec<&str> {
        self.body.get_array("errorLabels").into_iter().flatten().filter_map(Bson::as_str).collect()
    }
}

/// The next message; `None` once the other side has closed.
pub(crate) async fn next_message(stream: &mut TcpStream) -> Option<Received> {
    let mut header = [0; 21];
    stream.read_exact(&mut header).await.ok()?;
    let number = |at: usize| i32::from_le_bytes(header[at..at + 4].try_into().expect("four bytes"));
    let mut body = vec![0; usize::try_from(number(0)).expect("a length") - 21];
    stream.read_exact(&mut body).await.ok()?;
    let body = bson::from_slice(&body).expect("a document");
    Some(Received {
        id: number(4),
        response_to: number(8),
        flags: number(16).cast_unsigned(),
        body,
    })
}

/// A server that does everything, and tells what it did.
pub(crate) struct Store {
    pub(crate) rig: Rig,
    pub(crate) done: mpsc::UnboundedReceiver<String>,
}

impl Store {
    pub(crate) async fn start() -> Self {
        let Rig { proxy, upstream } = Rig::start("mongodb://").await;
        let listener = upstream.into_std().expect("a listener");
        let (tell, done) = mpsc::unbounded_channel();
        let serving = tokio::net::TcpListener::from_std(listener.try_clone().expect("a copy"))
            .expect("a listener");
        tokio::spawn(async move {
            while let Ok((stream, _)) = serving.accept().await {
                tokio::spawn(serve(stream, tell.clone()));
            }
        });
        // Nobody else accepts; the rig keeps the port.
        let upstream = tokio::net::TcpListener::from_std(listener).expect("a listener");
        Self { rig: Rig { proxy, upstream }, done }
    }

    pub(crate) async fn client(&self) -> Client {
        Client { stream: self.rig.client().await, next_id: 1 }
    }

    /// What was done so far.
    pub(crate) fn done(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.done.try_recv().ok()).collect()
    }
}

pub(crate) async fn serve(mut stream: TcpStream, tell: mpsc::UnboundedSender<String>) {
    while let Some(command) = next_message(&mut stream).await {
        let name = command.name().to_owned();
        let reply = match name.as_str() {
            "hello" => {
                doc! { "isWritablePrimary": true, "setName": "rs", "hosts": ["db:1"], "me": "db:1", "ok": 1.0 }
            }
            name => doc! { "did": name, "ok": 1.0 },
        };
        let _ = tell.send(name);
        if command.flags & MORE_TO_COME == 0 {
            send(&mut stream, message(1_000 + command.id, command.id, 0, &reply)).await;
        }
    }
}

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) next_id: i32,
}

impl Client {
    /// The reply; `None` if the connection was closed instead.
    pub(crate) async fn run(&mut self, command: Document) -> Option<Received> {
        let id = self.send(&command, 0).await;
        let reply = next_message(&mut self.stream).await?;
        assert_eq!(reply.response_to, id);
        Some(reply)
    }

    pub(crate) async fn send(&mut self, command: &Document, flags: u32) -> i32 {
        let id = self.next_id;
        self.next_id += 1;
        send(&mut self.stream, message(id, 0, flags, command)).await;
        id
    }

    pub(crate) async fn succeeds(&mut self, command: Document) {
        let name = command.keys().next().cloned().unwrap_or_default();
        let reply = self.run(command).await.expect("a reply");
        assert_eq!(reply.body.get_str("did"), Ok(name.as_str()));
    }
}

pub(crate) fn find() -> Document {
    doc! { "find": "orders", "filter": {}, "$db": "shop" }
}

pub(crate) fn insert() -> Document {
    doc! { "insert": "orders", "txnNumber": 1_i64, "$db": "shop" }
}

pub(crate) fn update() -> Document {
    doc! { "update": "stock", "txnNumber": 2_i64, "$db": "shop" }
}

pub(crate) fn commit() -> Document {
    doc! { "commitTransaction": 1, "txnNumber": 3_i64, "autocommit": false, "$db": "admin" }
}
