//! The routes, and an HTTP/1.1 server that can close a connection instead of answering.

use std::convert::Infallible;

use axum::Router;
use axum::http::Request;
use axum::response::Html;
use axum::routing::{any, get, post};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::gateway::{ConnectionId, DropConnection};
use crate::sandbox::Sandbox;
use crate::webhooks::delivery::deliver_continuously;
use crate::{control, gateway, page};

pub fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/", get(front_page))
        .route("/v1/{*path}", any(gateway::handle_call))
        .route("/sandbox/{*path}", any(control::handle_call))
        .route("/pay/{session}", get(page::show_payment_page).post(page::submit_payment))
        .route("/pay/{session}/shipping", post(page::choose_shipping))
        .route("/pay/{session}/challenge", get(page::show_challenge).post(page::submit_challenge))
        .with_state(sandbox)
}

async fn front_page() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=\"en\"><title>Stripe sandbox</title><p>The Stripe sandbox is running. It moves no real money.",
    )
}

/// Serves connections and delivers webhooks until the returned future is dropped.
pub async fn serve(sandbox: Sandbox, listener: TcpListener) -> std::io::Result<Infallible> {
    tokio::spawn(deliver_continuously(sandbox.clone()));
    let router = router(sandbox);
    let mut connections = 0..u64::MAX;
    loop {
        let (stream, _) = listener.accept().await?;
        // Small answers must not wait for each other on a connection that is kept open.
        stream.set_nodelay(true)?;
        let connection = ConnectionId(connections.next().unwrap_or_default());
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            let router = router.clone();
            request.extensions_mut().insert(connection);
            async move {
                let Ok(response) = router.oneshot(request).await;
                match response.extensions().get::<DropConnection>() {
                    Some(_) => Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)),
                    None => Ok(response),
                }
            }
        });
        // An error of one connection does not affect the others.
        tokio::spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service),
        );
    }
}
