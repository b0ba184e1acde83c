//! A sandbox of its own for each test, called without a network and with a clock that only the test
//! moves.

// Each test file uses its own part of this.
#![allow(dead_code)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt;
use serde_json::Value;
use stripe_sandbox::clock::Clock;
use stripe_sandbox::{Config, Sandbox, router};
use tower::ServiceExt;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const SESSION: &str = "mode=payment&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=2500&line_items[0][price_data][product_data][name]=Teapot&line_items[0][quantity]=2&success_url=http://shop.test/return?id={CHECKOUT_SESSION_ID}&cancel_url=http://shop.test/cart&client_reference_id=order-1&customer_email=ann@shop.test&metadata[order_id]=o1&payment_intent_data[metadata][order_id]=o1";
pub(crate) const GOOD_CARD: &str = "number=4242 4242 4242 4242&expiry=12/34&cvc=123&name=Ann";

pub(crate) struct TestSandbox {
    pub(crate) router: Router,
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Clock,
    pub(crate) key: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

pub(crate) fn sandbox() -> TestSandbox {
    let clock = Clock::fixed(NOW * 1000);
    let config =
        Config { public_url: "http://pay.test".to_owned(), merchant_name: "Cartwright".to_owned() };
    let sandbox = Sandbox::new(config, clock.clone());
    TestSandbox { router: router(sandbox.clone()), sandbox, clock, key: "sk_test_one".to_owned() }
}

impl TestSandbox {
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> =
            self.router.clone().oneshot(request).await.expect("infallible");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.into_body().collect().await.expect("a whole body").to_bytes();
        Answer { status, headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Request<Body> {
        self.request_with(method, path, body, &[])
    }

    pub(crate) fn request_with(
        &self,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Request<Body> {
        let kind = if path.starts_with("/sandbox") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let mut request = Request::builder().method(method).uri(path).header("content-type", kind);
        if !path.starts_with("/pay") {
            request = request.header("authorization", format!("Bearer {}", self.key));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::from(body.to_owned())).expect("a valid request")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path, "")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(self.request("POST", path, body)).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, body: &str, key: &str) -> Answer {
        self.send(self.request_with("POST", path, body, &[("idempotency-key", key)])).await
    }

    /// A control call that must succeed.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let answer =
            self.send(self.request(method, &format!("/sandbox/{path}"), &body.to_string())).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// The id of a new session of 50.00 euro.
    pub(crate) async fn new_session(&self) -> String {
        let answer = self.post("/v1/checkout/sessions", SESSION).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    /// A paid session's id and its payment intent's.
    pub(crate) async fn paid_session(&self) -> (String, String) {
        let id = self.new_session().await;
        let paid = self
            .control(
                "POST",
                &format!("sessions/{id}/pay"),
                serde_json::json!({ "card": "4242424242424242" }),
            )
            .await;
        (id, paid["session"]["payment_intent"].as_str().expect("an intent").to_owned())
    }

    /// The types of all events, oldest first.
    pub(crate) async fn event_types(&self) -> Vec<String> {
        let events = self.control("GET", "events", Value::Null).await;
        let events = events["data"].as_array().cloned().unwrap_or_default();
        events.iter().filter_map(|event| event["type"].as_str().map(str::to_owned)).collect()
    }
}
