//! The listener itself: clients that take their time, and the end of a process.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};

use crate::server::accept::{self, ConnectionTimeouts, Transport};
use crate::testing::app::TestApp;

pub(super) async fn listener() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Everything until the other side closes.
pub(super) async fn rest_of(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) const HASTE: ConnectionTimeouts = ConnectionTimeouts {
    headers: Duration::from_millis(50),
    body: Duration::from_millis(50),
    sign_of_life: Duration::from_millis(50),
    farewell: Duration::ZERO,
    drain: Duration::from_millis(50),
};

/// What a client gets that stops in the middle; the bound is for a listener that would wait for
/// ever.
async fn answer_to_half_a_request(timeouts: ConnectionTimeouts, sent: impl AsRef<[u8]>) -> String {
    let app = TestApp::start().await;
    let (listener, address) = listener().await;
    let routes = Router::new().route("/", post(|body: String| async move { body }));
    tokio::spawn(accept::serve(
        app.app.clone(),
        listener,
        Transport::Plain,
        routes,
        timeouts,
        std::future::pending(),
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent.as_ref()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), rest_of(&mut stream))
        .await
        .expect("the connection is closed some time")
}

#[test]
fn r105_r106_the_listener_is_patient_for_seconds_only() {
    let ConnectionTimeouts { headers, body, drain, .. } = ConnectionTimeouts::default();
    assert!(
        headers <= Duration::from_secs(10)
            && body <= Duration::from_secs(10)
            && drain <= Duration::from_secs(25)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r105_a41_headers_that_never_end_are_not_waited_for() {
    let timeouts = ConnectionTimeouts { body: Duration::from_secs(600), ..HASTE };
    let answer =
        answer_to_half_a_request(timeouts, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r105_a41_a_connection_that_says_nothing_is_closed() {
    for next_to_nothing in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let answer = answer_to_half_a_request(HASTE, next_to_nothing).await;
        assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r105_a41_a_body_that_stops_is_not_waited_for() {
    let timeouts = ConnectionTimeouts { headers: Duration::from_secs(600), ..HASTE };
    let sent = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nabc";
    let answer = answer_to_half_a_request(timeouts, sent).await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r105_a_client_that_vanished_after_a_request_over_http_2_keeps_no_connection() {
    let timeouts = ConnectionTimeouts { headers: Duration::from_secs(600), ..HASTE };
    let (settings, headers) = ([0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 6, 1, 5, 0, 0, 0, 1]);
    // GET, http, the path /, the host x: as HPACK writes them.
    let get = [0x82, 0x86, 0x84, 0x41, 1, b'x'];
    let sent = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &settings, &headers, &get].concat();
    answer_to_half_a_request(timeouts, sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r106_a_running_request_ends_before_the_process_does() {
    let app = TestApp::start().await;
    let (listener, address) = listener().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let routes = Router::new().route(
        "/slow",
        get(move || async move {
            tell.notify_one();
            wait.notified().await;
            "done"
        }),
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(accept::serve(
        app.app.clone(),
        listener,
        Transport::Plain,
        routes,
        ConnectionTimeouts::default(),
        async move {
            let _ = stopped.await;
        },
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    // Half open, and it must not keep the process from ending.
    let mut idle = TcpStream::connect(address).await.unwrap();
    begun.notified().await;
    stop.send(()).unwrap();
    app.until(|| async { !app.app.ready.load(Ordering::Relaxed) }).await;
    assert!(!serving.is_finished(), "a request is still running");
    go_on.notify_one();
    let answer = rest_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    assert_eq!(rest_of(&mut idle).await, "");
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
