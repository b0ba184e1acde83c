//! A proxy in front of an upstream whose side of each connection the test holds itself.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod mongodb;

use fault_proxy::FaultProxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Rig {
    pub(crate) proxy: FaultProxy,
    pub(crate) upstream: TcpListener,
}

impl Rig {
    /// `scheme` is empty or such as `mongodb://`.
    pub(crate) async fn start(scheme: &str) -> Self {
        let upstream = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = upstream.local_addr().expect("an address");
        Self { proxy: FaultProxy::start(&format!("{scheme}{address}")).await, upstream }
    }

    pub(crate) async fn client(&self) -> TcpStream {
        TcpStream::connect(self.proxy.local_address()).await.expect("the proxy listens")
    }

    pub(crate) async fn accept(&self) -> TcpStream {
        self.upstream.accept().await.expect("the proxy connects").0
    }

    /// Both ends of a new connection.
    pub(crate) async fn connect(&self) -> (TcpStream, TcpStream) {
        let client = self.client().await;
        (client, self.accept().await)
    }
}

pub(crate) async fn send(stream: &mut TcpStream, bytes: impl AsRef<[u8]>) {
    stream.write_all(bytes.as_ref()).await.expect("the other side reads");
}

/// The next bytes, exactly as many as expected.
pub(crate) async fn receive(stream: &mut TcpStream, expected: impl AsRef<[u8]>) {
    let mut bytes = vec![0; expected.as_ref().len()];
    stream.read_exact(&mut bytes).await.expect("bytes");
    assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(expected.as_ref()));
}

/// Everything until the other side closes.
pub(crate) async fn rest_of(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("a clean end");
    String::from_utf8_lossy(&bytes).into_owned()
}
