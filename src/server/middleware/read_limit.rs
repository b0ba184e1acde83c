//! An in-process ceiling on reads per address: cheap enough to stand before everything that is
//! worth protecting.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::infra::rate_limit::RetryAfter;
use crate::server::app::App;
use crate::server::middleware::client_info::ClientInfo;

/// Files under these names cost next to nothing and are not counted.
const UNCOUNTED: [&str; 4] = ["/pkg/", "/media/", "/healthz", "/readyz"];

pub async fn layer(
    State(app): State<Arc<App>>,
    Extension(client): Extension<ClientInfo>,
    request: Request,
    next: Next,
) -> Response {
    let counted = *request.method() == Method::GET
        && !UNCOUNTED.iter().any(|prefix| request.uri().path().starts_with(prefix));
    if counted
        && let Some(RetryAfter(seconds)) =
            client.client_ip.and_then(|ip| app.public_reads.check(ip).err())
    {
        let headers = [
            (header::RETRY_AFTER, seconds.to_string()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        return (
            StatusCode::TOO_MANY_REQUESTS,
            headers,
            "That was a lot of requests. Wait a moment, then try again.",
        )
            .into_response();
    }
    next.run(request).await
}
