//! Webhooks over real connections: signatures, retries and faults, and connections closed without
//! an answer.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use stripe_sandbox::server::serve;
use support::{SESSION, TestSandbox, sandbox};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[derive(Clone)]
struct Shop {
    received: UnboundedSender<(String, Value)>,
    answer: Arc<AtomicU16>,
}

struct Rig {
    sandbox: TestSandbox,
    address: std::net::SocketAddr,
    received: UnboundedReceiver<(String, Value)>,
    answer: Arc<AtomicU16>,
}

async fn receive(State(shop): State<Shop>, headers: HeaderMap, body: String) -> StatusCode {
    let signature =
        headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let event = serde_json::from_str(&body).unwrap_or_default();
    // The test may already have seen enough and gone.
    let _ = shop.received.send((signature.to_owned(), event));
    StatusCode::from_u16(shop.answer.load(Ordering::SeqCst)).unwrap_or_default()
}

async fn rig() -> Rig {
    let (sender, received) = unbounded_channel();
    let answer = Arc::new(AtomicU16::new(200));
    let shop = Router::new()
        .route("/hook", axum::routing::post(receive))
        .with_state(Shop { received: sender, answer: answer.clone() });
    let shop_listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let shop_address = shop_listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(shop_listener, shop).await });
    let sandbox = sandbox();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(serve(sandbox.sandbox.clone(), listener));
    let endpoint = format!(
        "url=http://{shop_address}/hook&enabled_events[]=checkout.session.completed&enabled_events[]=checkout.session.expired&enabled_events[]=payment_intent.succeeded"
    );
    let endpoint = sandbox.post("/v1/webhook_endpoints", &endpoint).await.json();
    assert!(endpoint["secret"].as_str().unwrap_or_default().starts_with("whsec_"));
    Rig { sandbox, address, received, answer }
}

impl Rig {
    async fn next(&mut self) -> (String, Value) {
        let wait = tokio::time::timeout(std::time::Duration::from_secs(10), self.received.recv());
        wait.await.expect("an event in time").expect("the shop runs")
    }

    async fn next_type(&mut self) -> String {
        self.next().await.1["type"].as_str().unwrap_or_default().to_owned()
    }

    /// The delivery of an event once so many attempts have been noted.
    async fn attempts(&self, id: &Value, wanted: u64) -> Value {
        let noted = async {
            loop {
                let events = self.sandbox.control("GET", "events", Value::Null).await;
                let event = events["data"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|event| event["id"] == *id);
                let delivery =
                    event.map(|event| event["deliveries"][0].clone()).unwrap_or_default();
                if delivery["attempts"] == wanted && delivery["state"] != "in_flight" {
                    return delivery;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), noted)
            .await
            .expect("attempts noted in time")
    }

    /// Waits until the sandbox has noted the shop's answers.
    async fn undelivered(&self, wanted: usize) {
        let noted = async {
            loop {
                let events = self.sandbox.get("/v1/events?delivery_success=false").await.json();
                if events["data"].as_array().map(Vec::len) == Some(wanted) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), noted)
            .await
            .expect("answers noted in time");
    }
}

#[tokio::test]
async fn events_arrive_signed_and_in_order() {
    let mut rig = rig().await;
    rig.sandbox.paid_session().await;
    let (signature, event) = rig.next().await;
    assert_eq!(event["type"], "payment_intent.succeeded");
    assert_eq!(event["livemode"], false);
    assert!(signature.starts_with(&format!("t={},v1=", support::NOW)), "{signature}");
    assert_eq!(rig.next_type().await, "checkout.session.completed");
    rig.undelivered(0).await;
}

#[tokio::test]
async fn a_refused_event_is_retried_with_growing_pauses() {
    let mut rig = rig().await;
    rig.answer.store(500, Ordering::SeqCst);
    rig.sandbox.paid_session().await;
    let first = rig.next().await.1["id"].clone();
    rig.next().await;
    rig.undelivered(2).await;
    let refused = rig
        .sandbox
        .get("/v1/events?type=payment_intent.succeeded&delivery_success=false")
        .await
        .json();
    assert_eq!(
        (&refused["data"][0]["id"], &refused["data"][0]["pending_webhooks"]),
        (&first, &json!(1))
    );
    rig.answer.store(200, Ordering::SeqCst);
    rig.sandbox.clock.advance_fixed(500);
    rig.sandbox.sandbox.notify_change();
    assert_eq!(rig.next().await.1["id"], first);
    rig.next().await;
    rig.undelivered(0).await;
}

#[tokio::test]
async fn withheld_events_wait_for_their_flush() {
    let mut rig = rig().await;
    rig.sandbox.control("POST", "webhooks/mode", json!({ "mode": "withhold" })).await;
    let (_, intent) = rig.sandbox.paid_session().await;
    rig.sandbox.control("POST", "webhooks/mode", json!({ "mode": "normal" })).await;
    let other = rig.sandbox.new_session().await;
    rig.sandbox.control("POST", &format!("sessions/{other}/expire"), json!({})).await;
    assert_eq!(rig.next_type().await, "checkout.session.expired");
    rig.undelivered(2).await;
    let only = json!({ "only": ["checkout.session.completed"] });
    assert_eq!(rig.sandbox.control("POST", "webhooks/flush", only).await["released"], 1);
    assert_eq!(rig.next().await.1["data"]["object"]["payment_intent"], intent.as_str());
    assert_eq!(rig.sandbox.control("POST", "webhooks/flush", json!({})).await["released"], 1);
    assert_eq!(rig.next_type().await, "payment_intent.succeeded");
}

#[tokio::test]
async fn events_are_duplicated_reversed_and_mislabelled() {
    let mut rig = rig().await;
    let modes = json!({ "modes": [{ "mode": "duplicate", "n": 3 }, { "mode": "reorder" }, { "mode": "several_v1" }, { "mode": "wrong_livemode" }] });
    rig.sandbox.control("POST", "webhooks/mode", modes).await;
    rig.sandbox.paid_session().await;
    rig.sandbox.clock.advance_fixed(250);
    rig.sandbox.sandbox.notify_change();
    for wanted in ["checkout.session.completed", "payment_intent.succeeded"] {
        for _ in 0..3 {
            let (signature, event) = rig.next().await;
            assert_eq!((&event["type"], &event["livemode"]), (&json!(wanted), &json!(true)));
            assert_eq!(signature.matches("v1=").count(), 2);
        }
    }
}

#[tokio::test]
async fn an_event_is_sent_again_on_request_and_can_be_invented() {
    let mut rig = rig().await;
    rig.sandbox.paid_session().await;
    let id = rig.next().await.1["id"].clone();
    rig.next().await;
    rig.undelivered(0).await;
    rig.sandbox.control("POST", "webhooks/redeliver", json!({ "event": id, "copies": 2 })).await;
    for _ in 0..2 {
        assert_eq!(rig.next().await.1["id"], id);
    }
    let forged = json!({ "type": "checkout.session.completed", "object": { "id": "cs_test_x", "amount_total": -1 } });
    rig.sandbox.control("POST", "events", forged).await;
    assert_eq!(rig.next().await.1["data"]["object"]["amount_total"], -1);
}

#[tokio::test]
async fn a_dropped_answer_leaves_the_work_done() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let rig = rig().await;
    let fault =
        json!({ "endpoint": "POST /v1/checkout/sessions", "kind": "drop_after_work", "count": 1 });
    rig.sandbox.control("POST", "faults", fault).await;
    let mut connection = tokio::net::TcpStream::connect(rig.address).await.expect("connected");
    let request = format!(
        "POST /v1/checkout/sessions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk_test_one\r\nidempotency-key: k\r\ncontent-length: {}\r\n\r\n{SESSION}",
        SESSION.len()
    );
    connection.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // Closed in order or reset: either way there is no answer.
    let _ = connection.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
    let again = rig.sandbox.post_with_key("/v1/checkout/sessions", SESSION, "k").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, "true"));
}

#[tokio::test]
async fn retries_come_when_they_are_set_to_and_end() {
    let mut rig = rig().await;
    rig.sandbox.control("POST", "webhooks/retries", json!({ "seconds": [0.02, 3600] })).await;
    rig.answer.store(500, Ordering::SeqCst);
    let other = rig.sandbox.new_session().await;
    rig.sandbox.control("POST", &format!("sessions/{other}/expire"), json!({})).await;
    let first = rig.next().await.1["id"].clone();
    for seconds in [0.02, 3600.0] {
        rig.attempts(&first, 1 + u64::from(seconds > 1.0)).await;
        rig.sandbox.clock.advance_fixed((seconds * 1000.0) as i64);
        rig.sandbox.sandbox.notify_change();
        assert_eq!(rig.next().await.1["id"], first);
    }
    let delivery = rig.attempts(&first, 3).await;
    assert_eq!((&delivery["state"], &delivery["last_status"]), (&json!("given_up"), &json!(500)));
    assert_eq!(
        rig.sandbox.get("/v1/events?delivery_success=false").await.json()["data"][0]["id"],
        first
    );
}

#[tokio::test]
async fn dropped_events_are_never_sent_but_listed() {
    let mut rig = rig().await;
    rig.sandbox.control("POST", "webhooks/mode", json!({ "mode": "drop" })).await;
    let (_, intent) = rig.sandbox.paid_session().await;
    rig.sandbox.control("POST", "webhooks/mode", json!({ "mode": "normal" })).await;
    assert_eq!(rig.sandbox.control("POST", "webhooks/flush", json!({})).await["released"], 0);
    let other = rig.sandbox.new_session().await;
    rig.sandbox.control("POST", &format!("sessions/{other}/expire"), json!({})).await;
    assert_eq!(rig.next_type().await, "checkout.session.expired");
    rig.undelivered(2).await;
    let dropped = rig.sandbox.get("/v1/events?delivery_success=false&types[]=payment_intent.succeeded&types[]=refund.failed").await.json();
    assert_eq!(dropped["data"][0]["data"]["object"]["id"], intent.as_str());
    let events = rig.sandbox.control("GET", "events", Value::Null).await;
    let completed = events["data"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|event| event["type"] == "checkout.session.completed");
    let delivery = completed.map(|event| event["deliveries"][0].clone()).unwrap_or_default();
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("given_up"), &json!(0)));
}

#[tokio::test]
async fn events_are_filtered_and_paged() {
    let sandbox = sandbox();
    sandbox.paid_session().await;
    let all = sandbox.get("/v1/events?limit=100").await.json();
    let types: Vec<&str> = all["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(
        types,
        [
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.succeeded",
            "payment_intent.created"
        ]
    );
    let page = sandbox
        .get("/v1/events?types[]=payment_intent.created&types[]=payment_intent.succeeded&limit=1")
        .await
        .json();
    assert_eq!(
        (&page["data"][0]["type"], &page["has_more"]),
        (&json!("payment_intent.succeeded"), &json!(true))
    );
    assert_eq!(
        sandbox.get(&format!("/v1/events?created[gt]={}", support::NOW)).await.json()["data"],
        json!([])
    );
    let many: String = (0..21).map(|place| format!("&types[{place}]=charge.succeeded")).collect();
    assert_eq!(
        sandbox.get(&format!("/v1/events?limit=1{many}")).await.json()["error"]["param"],
        "types"
    );
    assert_eq!(
        sandbox.get("/v1/events?type=charge.failed&types[]=charge.failed").await.status,
        400
    );
    assert_eq!(sandbox.get("/v1/events?delivery_success=perhaps").await.status, 400);
}
