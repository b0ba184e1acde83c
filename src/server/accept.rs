//! The accept loop: axum's own has no limit on how long a client may take to send its headers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use crate::server::app::App;

const CONNECTIONS: usize = 10_000;

/// How long clients are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For all headers of a request; also for the next request of a connection.
    pub headers: Duration,
    /// Longest pause between two parts of a body.
    pub body: Duration,
    /// For balancers to notice that this instance is leaving, before it stops accepting.
    pub farewell: Duration,
    /// For running requests once the process is to end.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { headers: Duration::from_secs(10), body: Duration::from_secs(10), farewell: Duration::ZERO, drain: Duration::from_secs(25) }
    }
}

impl Patience {
    /// Behind a balancer: it gets three seconds to notice that an instance is leaving.
    pub fn in_production() -> Self {
        Self { farewell: Duration::from_secs(3), ..Self::default() }
    }
}

/// Serves until `stop` resolves, then lets running requests end.
pub async fn serve(app: Arc<App>, listener: TcpListener, router: Router, patience: Patience, stop: impl Future<Output = ()>) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.headers).max_buf_size(24 * 1024).keep_alive(true);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100).max_header_list_size(16 * 1024);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    let mut leave_at: Option<tokio::time::Instant> = None;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop, if leave_at.is_none() => {
                // Balancers hear of it first: for a moment this instance still answers, and says that it will not.
                app.ready.store(false, Ordering::Relaxed);
                leave_at = Some(tokio::time::Instant::now() + patience.farewell);
                continue;
            }
            () = tokio::time::sleep_until(leave_at.unwrap_or_else(tokio::time::Instant::now)), if leave_at.is_some() => break,
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
        let begun = Arc::new(AtomicBool::new(false));
        let begins = begun.clone();
        let service = router.clone().map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
            begins.store(true, Ordering::Relaxed);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            request.map(|body| axum::body::Body::new(TimeoutBody::new(patience.body, body)))
        });
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
        let watched = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            tokio::pin!(watched);
            // The limit on headers counts from their first byte, and the protocol is told from the first bytes alone:
            // a client that sends next to nothing would be waited for without end.
            let ended = tokio::time::timeout(patience.headers, &mut watched).await.is_ok();
            if !ended && begun.load(Ordering::Relaxed) {
                let _ = watched.await;
            }
            drop(place);
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(patience.drain) => tracing::warn!("some requests did not end in time"),
    }
}
