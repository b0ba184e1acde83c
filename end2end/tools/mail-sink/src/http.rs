//! Serves the stored mails to browsers and tests.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::mailbox::{DeliveryMode, Mailbox};
use crate::pages;

#[derive(Deserialize)]
struct MailFilter {
    #[serde(default)]
    to: String,
    #[serde(default)]
    subject: String,
}

#[derive(Deserialize)]
struct Fault {
    mode: DeliveryMode,
}

pub(crate) fn router(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/", get(show_list))
        .route("/messages/{id}", get(show_mail))
        .route("/messages/{id}/html", get(show_html))
        .route("/api/messages", get(find_mails).delete(clear))
        .route("/api/faults", post(set_fault))
        .with_state(mailbox)
}

async fn show_list(
    State(mailbox): State<Arc<Mailbox>>,
    Query(filter): Query<MailFilter>,
) -> Html<String> {
    Html(pages::render_list(
        &mailbox.find(&filter.to, &filter.subject),
        &filter.to,
        &filter.subject,
    ))
}

async fn show_mail(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<u64>) -> Response {
    match mailbox.get(id) {
        Some(mail) => Html(pages::render_mail(&mail)).into_response(),
        None => (StatusCode::NOT_FOUND, Html(pages::render_not_found())).into_response(),
    }
}

/// The mail's own HTML. The policy keeps it from running anything even when it is opened outside
/// the frame.
async fn show_html(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<u64>) -> Response {
    match mailbox.get(id).and_then(|mail| mail.html) {
        Some(html) => {
            let policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'";
            ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn find_mails(
    State(mailbox): State<Arc<Mailbox>>,
    Query(filter): Query<MailFilter>,
) -> Json<Value> {
    Json(json!(mailbox.find(&filter.to, &filter.subject)))
}

async fn clear(State(mailbox): State<Arc<Mailbox>>) -> Response {
    match mailbox.clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn set_fault(State(mailbox): State<Arc<Mailbox>>, Json(fault): Json<Fault>) -> Json<Value> {
    mailbox.set_mode(fault.mode);
    Json(json!({ "mode": fault.mode }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    async fn call(mailbox: &Arc<Mailbox>, method: &str, path: &str, body: &str) -> (u16, String) {
        let request =
            Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = router(mailbox.clone()).oneshot(request).await.expect("infallible");
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn mails_are_found_shown_and_cleared() {
        let mailbox = Arc::new(Mailbox::default());
        let data = b"From: <shop@test>\r\nSubject: Order <script>\r\nContent-Type: text/html\r\n\r\n<b>hi</b>\r\n";
        mailbox.store("shop@test", &["Ann@test".to_owned()], data).expect("stored");
        let (_, found) = call(&mailbox, "GET", "/api/messages?to=ann@&subject=order", "").await;
        let found: Value = serde_json::from_str(&found).expect("JSON");
        assert_eq!(found[0]["to"][0], "Ann@test");
        let (_, nothing) = call(&mailbox, "GET", "/api/messages?to=bob", "").await;
        assert_eq!(nothing, "[]");
        let (status, page) = call(&mailbox, "GET", "/messages/1", "").await;
        assert_eq!(status, 200);
        assert!(page.contains("Order &lt;script&gt;") && !page.contains("<script>"));
        assert_eq!(
            call(&mailbox, "GET", "/messages/1/html", "").await,
            (200, "<b>hi</b>\r\n".to_owned())
        );
        assert_eq!(call(&mailbox, "DELETE", "/api/messages", "").await.0, 204);
        assert_eq!(call(&mailbox, "GET", "/messages/1", "").await.0, 404);
    }

    #[tokio::test]
    async fn faults_are_switched_by_name() {
        let mailbox = Arc::new(Mailbox::default());
        for (name, mode) in [
            ("reject_4xx", DeliveryMode::RejectTemporarily),
            ("reject_5xx", DeliveryMode::RejectPermanently),
            ("down", DeliveryMode::Down),
            ("ok", DeliveryMode::Ok),
        ] {
            call(&mailbox, "POST", "/api/faults", &format!("{{\"mode\":\"{name}\"}}")).await;
            assert_eq!(mailbox.mode(), mode);
        }
        assert_eq!(call(&mailbox, "POST", "/api/faults", "{\"mode\":\"x\"}").await.0, 422);
    }
}
