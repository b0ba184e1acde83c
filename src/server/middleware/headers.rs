//! Security headers on every answer, refusals and files included.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::pages::withholds_referrer;
use crate::server::app::App;

pub async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let private = withholds_referrer(request.uri().path());
    let mut response = next.run(request).await;
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    fixed(headers, private);
    if is_html {
        set(headers, "content-security-policy", &app.policy.header);
        set(headers, "reporting-endpoints", "csp=\"/csp-report\"");
    }
    if app.clients.settings.is_https() {
        set(headers, "strict-transport-security", "max-age=63072000; includeSubDomains");
    }
    response
}

fn fixed(headers: &mut HeaderMap, private: bool) {
    set(headers, "x-content-type-options", "nosniff");
    set(
        headers,
        "referrer-policy",
        if private { "same-origin" } else { "strict-origin-when-cross-origin" },
    );
    set(headers, "cross-origin-opener-policy", "same-origin");
    set(headers, "cross-origin-resource-policy", "same-origin");
    set(
        headers,
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), usb=(), payment=(), browsing-topics=()",
    );
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
