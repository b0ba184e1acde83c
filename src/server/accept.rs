//! The accept loop: axum's own has no limit on how long a client may take to send its headers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use crate::server::app::App;
use crate::server::tls::Tls;

const CONNECTIONS: usize = 10_000;

/// What connections travel in.
#[derive(Clone)]
pub enum Transport {
    /// To a proxy, or on one's own machine.
    Plain,
    Tls(Tls),
}

/// How long clients are waited for.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionTimeouts {
    /// For all headers of a request, the first one's together with the handshake; also for the next
    /// request of a connection.
    pub headers: Duration,
    /// Longest pause between two parts of a body.
    pub body: Duration,
    /// For a sign of life over HTTP/2, and as long until it is asked for: its connections stay open
    /// between requests.
    pub sign_of_life: Duration,
    /// For balancers to notice that this instance is leaving, before it stops accepting.
    pub farewell: Duration,
    /// For running requests once the process is to end.
    pub drain: Duration,
}

impl Default for ConnectionTimeouts {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(10),
            body: Duration::from_secs(10),
            sign_of_life: Duration::from_secs(30),
            farewell: Duration::ZERO,
            drain: Duration::from_secs(25),
        }
    }
}

impl ConnectionTimeouts {
    /// Behind a balancer: it gets three seconds to notice that an instance is leaving.
    pub fn in_production() -> Self {
        Self { farewell: Duration::from_secs(3), ..Self::default() }
    }
}

/// Serves until `stop` resolves, then lets running requests end.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    transport: Transport,
    router: Router,
    timeouts: ConnectionTimeouts,
    stop: impl Future<Output = ()>,
) {
    let builder = builder(timeouts);
    let graceful = GracefulShutdown::new();
    let leaving = CancellationToken::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    let mut leave_at: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop, if leave_at.is_none() => {
                // Balancers hear of it first: for a moment this instance still answers, and says
                // that it will not.
                app.ready.store(false, Ordering::Relaxed);
                leave_at = Some(Instant::now() + timeouts.farewell);
                continue;
            }
            () = tokio::time::sleep_until(leave_at.unwrap_or_else(Instant::now)), if leave_at.is_some() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most often: a pause lets some close.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let exchange = Exchange {
            builder: builder.clone(),
            router: router.clone(),
            peer,
            timeouts,
            watcher: graceful.watcher(),
        };
        let (transport, leaving) = (transport.clone(), leaving.clone());
        tokio::spawn(async move {
            exchange.begin(transport, stream, &leaving).await;
            drop(place);
        });
    }
    leaving.cancel();
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(timeouts.drain) => tracing::warn!("some requests did not end in time"),
    }
}

fn builder(timeouts: ConnectionTimeouts) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.headers)
        .max_buf_size(24 * 1024)
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(16 * 1024);
    // Whoever loses the network says no goodbye: unasked, such a connection would keep its place
    // for ever.
    builder
        .http2()
        .keep_alive_interval(timeouts.sign_of_life)
        .keep_alive_timeout(timeouts.sign_of_life);
    builder
}

/// What the requests of one connection are served with.
struct Exchange {
    builder: Builder<TokioExecutor>,
    router: Router,
    peer: SocketAddr,
    timeouts: ConnectionTimeouts,
    watcher: Watcher,
}

impl Exchange {
    async fn begin(self, transport: Transport, stream: TcpStream, leaving: &CancellationToken) {
        let deadline = Instant::now() + self.timeouts.headers;
        match transport {
            Transport::Plain => self.run(stream, deadline).await,
            Transport::Tls(tls) => {
                if let Some(stream) = shake_hands(&tls, stream, deadline, leaving).await {
                    self.run(stream, deadline).await;
                }
            }
        }
    }

    /// Serves a connection to its end; the headers of its first request must be there by the
    /// deadline.
    async fn run(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        deadline: Instant,
    ) {
        let Self { builder, router, peer, timeouts, watcher } = self;
        let begun = Arc::new(AtomicBool::new(false));
        let begins = begun.clone();
        let service =
            router.map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
                begins.store(true, Ordering::Relaxed);
                request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
                request.map(|body| axum::body::Body::new(TimeoutBody::new(timeouts.body, body)))
            });
        let connection = builder.serve_connection_with_upgrades(
            TokioIo::new(stream),
            TowerToHyperService::new(service),
        );
        let watched = watcher.watch(connection);
        tokio::pin!(watched);
        // The limit on headers counts from their first byte, and the protocol is told from the
        // first bytes alone: a client that sends next to nothing would be waited for without end.
        let ended = tokio::time::timeout_at(deadline, &mut watched).await.is_ok();
        if !ended && begun.load(Ordering::Relaxed) {
            let _ = watched.await;
        }
    }
}

/// The beginning of TLS; nobody waits for it but the connection's own task. A stop ends it: nothing
/// has been asked yet.
async fn shake_hands(
    tls: &Tls,
    stream: TcpStream,
    deadline: Instant,
    leaving: &CancellationToken,
) -> Option<TlsStream<TcpStream>> {
    match leaving.run_until_cancelled(tokio::time::timeout_at(deadline, tls.accept(stream))).await?
    {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("a TLS handshake took too long");
            None
        }
    }
}
