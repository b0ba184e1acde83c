//! Every unsafe request must come from our own pages (R29); it is checked before any function can
//! run.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::infra::ctx::{Outcome, SecurityEvent};
use crate::server::app::App;
use crate::server::middleware::client_info::ClientInfo;

/// Signed by its sender, or counting only: these two read no cookie.
const EXEMPT: [&str; 2] = ["/webhooks/stripe", "/csp-report"];

pub async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe
        || EXEMPT.contains(&request.uri().path())
        || comes_from_us(request.headers(), &app.clients.settings.base_url)
    {
        return next.run(request).await;
    }
    if let Some(client) = request.extensions().get::<ClientInfo>() {
        let object: String = request.uri().path().chars().take(100).collect();
        app.public_ctx(&client.request_id, client.client_ip).log_security_event(SecurityEvent {
            name: "foreign_origin",
            outcome: Outcome::Refused,
            object: &object,
        });
    }
    (
        StatusCode::FORBIDDEN,
        [(header::CACHE_CONTROL, "no-store")],
        "This request did not come from the store's own pages.",
    )
        .into_response()
}

fn comes_from_us(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == base_url,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect::<HeaderMap>()
    }

    #[test]
    fn r29_a12_only_our_own_origin_may_write() {
        let ours = "https://shop.example";
        assert!(comes_from_us(&headers(&[("sec-fetch-site", "same-origin")]), ours));
        assert!(comes_from_us(&headers(&[("origin", "https://shop.example")]), ours));
        for refused in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://shop.example")],
            &[("origin", "null")],
            &[("origin", "https://shop.example:8443")],
            &[("origin", "http://shop.example")],
            &[("origin", "https://evil.shop.example")],
            &[],
        ] {
            assert!(!comes_from_us(&headers(refused), ours), "{refused:?}");
        }
    }
}
