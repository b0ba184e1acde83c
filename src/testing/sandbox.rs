//! The test's own account at the Stripe sandbox: pays as shoppers do, switches faults, reads the
//! report.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Sandbox {
    base: String,
    key: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Sandbox {
    pub fn new(base: &str, key: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').into(),
            key: key.into(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Answers the secret its deliveries will be signed with.
    pub async fn register_webhook(&self, url: &str) -> String {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("url", url)
            .append_pair("enabled_events[]", "*")
            .finish();
        let answer = self
            .request(
                Method::POST,
                "/v1/webhook_endpoints",
                "application/x-www-form-urlencoded",
                body,
            )
            .await;
        answer.1["secret"].as_str().unwrap_or_else(|| panic!("no secret: {}", answer.1)).to_owned()
    }

    /// Nothing is delivered there any more.
    pub async fn remove_webhook(&self, url: &str) {
        let (_, known) = self.plain_get("/v1/webhook_endpoints?limit=100").await;
        let ours =
            known["data"].as_array().into_iter().flatten().find(|endpoint| endpoint["url"] == url);
        let id = ours
            .and_then(|endpoint| endpoint["id"].as_str())
            .unwrap_or_else(|| panic!("nothing is delivered to {url}: {known}"));
        let (status, answer) = self
            .request(
                Method::DELETE,
                &format!("/v1/webhook_endpoints/{id}"),
                "application/json",
                String::new(),
            )
            .await;
        assert!(status.is_success(), "{answer}");
    }

    /// Pays a session by card, as its page would. Answers the outcome's name.
    pub async fn pay(&self, session_id: &str, card: &str) -> String {
        let (_, answer) = self
            .control(Method::POST, &format!("sessions/{session_id}/pay"), json!({ "card": card }))
            .await;
        answer["outcome"].as_str().unwrap_or_else(|| panic!("not paid: {answer}")).to_owned()
    }

    pub async fn pay_by_bank_transfer(&self, session_id: &str) {
        self.control(
            Method::POST,
            &format!("sessions/{session_id}/pay"),
            json!({ "method": "bank_transfer" }),
        )
        .await;
    }

    pub async fn settle(&self, session_id: &str, outcome: &str) {
        self.control(
            Method::POST,
            &format!("sessions/{session_id}/settle"),
            json!({ "outcome": outcome }),
        )
        .await;
    }

    /// `normal`, `withhold` and the like.
    pub async fn webhooks(&self, mode: &str) {
        let (status, answer) =
            self.control(Method::POST, "webhooks/mode", json!({ "mode": mode })).await;
        assert!(status.is_success(), "{answer}");
    }

    /// Sets a fault for some calls of an endpoint, such as `POST /v1/checkout/sessions`.
    pub async fn fault(&self, endpoint: &str, kind: &str, count: u64) {
        let (status, answer) = self
            .control(
                Method::POST,
                "faults",
                json!({ "endpoint": endpoint, "kind": kind, "count": count }),
            )
            .await;
        assert!(status.is_success(), "{answer}");
    }

    /// The endpoint fails this way until the faults are cleared.
    pub async fn standing_fault(&self, endpoint: &str, kind: &str) {
        let (status, answer) = self
            .control(Method::POST, "faults", json!({ "endpoint": endpoint, "kind": kind }))
            .await;
        assert!(status.is_success(), "{answer}");
    }

    /// The next calls of an endpoint take this long; the work is done before or after the wait.
    pub async fn delay(&self, endpoint: &str, kind: &str, wait: Duration, count: u64) {
        let milliseconds = u64::try_from(wait.as_millis()).expect("a short wait");
        let fault = json!({ "endpoint": endpoint, "kind": kind, "count": count, "milliseconds": milliseconds });
        let (status, answer) = self.control(Method::POST, "faults", fault).await;
        assert!(status.is_success(), "{answer}");
    }

    /// A session that another program makes on the same account.
    pub async fn foreign_session(&self, n: u32) {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("mode", "payment")
            .append_pair("success_url", "https://other.example/")
            .append_pair("line_items[0][quantity]", "1")
            .append_pair("line_items[0][price_data][currency]", "eur")
            .append_pair("line_items[0][price_data][unit_amount]", "500")
            .append_pair("line_items[0][price_data][product_data][name]", &format!("Ticket {n}"))
            .finish();
        let (status, answer) = self
            .request(
                Method::POST,
                "/v1/checkout/sessions",
                "application/x-www-form-urlencoded",
                body,
            )
            .await;
        assert!(status.is_success(), "{answer}");
    }

    /// Posts to the control API and answers what it says.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(Method::POST, path, body).await;
        assert!(status.is_success(), "{path}: {answer}");
        answer
    }

    /// The endpoint answers 500 until the faults are cleared, does nothing and remembers nothing.
    pub async fn outage(&self, endpoint: &str) {
        let fault =
            json!({ "endpoint": endpoint, "kind": "error_500_before_work", "store_answer": false });
        let (status, answer) = self.control(Method::POST, "faults", fault).await;
        assert!(status.is_success(), "{answer}");
    }

    pub async fn clear_faults(&self) {
        self.control(Method::DELETE, "faults", Value::Null).await;
    }

    pub async fn advance(&self, by: Duration) {
        let (status, answer) = self
            .control(
                Method::POST,
                "clock/advance",
                json!({ "seconds": by.as_secs(), "advance_signatures": true }),
            )
            .await;
        assert!(status.is_success(), "{answer}");
    }

    /// A refund made in Stripe's own dashboard.
    pub async fn dashboard_refund(&self, payment_intent: &str, amount: i64) {
        let (status, answer) = self
            .control(
                Method::POST,
                "refunds",
                json!({ "payment_intent": payment_intent, "amount": amount }),
            )
            .await;
        assert!(status.is_success(), "{answer}");
    }

    /// A session as Stripe's own interface answers it.
    pub async fn session(&self, session_id: &str) -> Value {
        self.plain_get(&format!("/v1/checkout/sessions/{session_id}")).await.1
    }

    pub async fn report(&self) -> Value {
        self.control(Method::GET, "report", Value::Null).await.1
    }

    pub async fn events(&self) -> Value {
        self.control(Method::GET, "events", Value::Null).await.1
    }

    /// How often an endpoint was called, such as `POST /v1/checkout/sessions`.
    pub async fn calls(&self, endpoint: &str) -> i64 {
        self.report().await["calls"]["by_endpoint"][endpoint].as_i64().unwrap_or(0)
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.request(method, &format!("/sandbox/{path}"), "application/json", body).await
    }

    pub async fn plain_get(&self, path: &str) -> (StatusCode, Value) {
        self.request(Method::GET, path, "application/json", String::new()).await
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: String,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, content_type)
            .body(Full::new(Bytes::from(body)))
            .expect("a request");
        let response = self.client.request(request).await.expect("the sandbox answers");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

/// The session's id in the address of its page.
pub fn session_id(url: &str) -> String {
    let path = url.split('?').next().unwrap_or(url);
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
