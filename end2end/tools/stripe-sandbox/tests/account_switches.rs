//! What an account can be switched to: other currencies, late lists, events of another product, its
//! own time.

mod support;

use serde_json::{Value, json};
use stripe_sandbox::server::serve;
use support::{NOW, SESSION, TestSandbox, sandbox};
use tokio::net::TcpListener;

const SESSIONS: &str = "/v1/checkout/sessions";

async fn ids_of(sandbox: &TestSandbox, path: &str) -> Vec<String> {
    let list = sandbox.get(path).await.json();
    let data = list["data"].as_array().cloned().unwrap_or_default();
    data.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect()
}

async fn pay(sandbox: &TestSandbox, form: &str) -> Value {
    let id =
        sandbox.post(SESSIONS, form).await.json()["id"].as_str().unwrap_or_default().to_owned();
    sandbox
        .control("POST", &format!("sessions/{id}/pay"), json!({ "card": "4242424242424242" }))
        .await;
    sandbox.get(&format!("{SESSIONS}/{id}?expand[]=payment_intent.latest_charge")).await.json()
}

#[tokio::test]
async fn adaptive_pricing_shows_another_currency_and_settles_in_the_sessions() {
    let sandbox = sandbox();
    sandbox
        .control(
            "POST",
            "currency",
            json!({ "presentment_currency": "usd", "rate_basis_points": 11_000 }),
        )
        .await;
    let paid = pay(&sandbox, SESSION).await;
    let shown = json!({ "presentment_amount": 5500, "presentment_currency": "usd" });
    assert_eq!((&paid["currency"], &paid["amount_total"]), (&json!("eur"), &json!(5000)));
    for object in [&paid, &paid["payment_intent"], &paid["payment_intent"]["latest_charge"]] {
        assert_eq!(object["presentment_details"], shown);
        assert_eq!(object["currency"], "eur");
    }
    assert_eq!(
        (&paid["adaptive_pricing"]["enabled"], &paid["currency_conversion"]),
        (&json!(true), &Value::Null)
    );
    let intent = paid["payment_intent"]["id"].as_str().unwrap_or_default();
    let refund =
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=1000")).await.json();
    assert_eq!(refund["presentment_details"]["presentment_amount"], 1100);

    let switched_off = pay(&sandbox, &format!("{SESSION}&adaptive_pricing[enabled]=false")).await;
    assert_eq!(switched_off["adaptive_pricing"]["enabled"], false);
    assert_eq!(switched_off["presentment_details"], Value::Null);
    assert_eq!(switched_off["payment_intent"]["presentment_details"], Value::Null);
}

#[tokio::test]
async fn a_forced_currency_replaces_the_sessions() {
    let sandbox = sandbox();
    sandbox
        .control(
            "POST",
            "currency",
            json!({ "forced_currency": "usd", "rate_basis_points": 11_000 }),
        )
        .await;
    let paid = pay(&sandbox, &format!("{SESSION}&adaptive_pricing[enabled]=false")).await;
    for (object, amount) in [
        (&paid, "amount_total"),
        (&paid["payment_intent"], "amount_received"),
        (&paid["payment_intent"]["latest_charge"], "amount_captured"),
    ] {
        assert_eq!((&object["currency"], &object[amount]), (&json!("usd"), &json!(5500)));
    }
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(report["orders"]["o1"]["currencies"]["usd"]["captured"], 5500);
    sandbox.control("POST", "currency", json!({})).await;
    assert_eq!(pay(&sandbox, SESSION).await["payment_intent"]["currency"], "eur");
    let refused = sandbox
        .send(sandbox.request("POST", "/sandbox/currency", "{\"forced_currency\":\"xxx\"}"))
        .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn lists_lag_behind_what_an_id_shows() {
    let sandbox = sandbox();
    sandbox.control("POST", "lists", json!({ "list_lag_seconds": 60 })).await;
    let (session, intent) = sandbox.paid_session().await;
    let refund =
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=1")).await.json();
    let dispute = sandbox.control("POST", "disputes", json!({ "payment_intent": intent })).await;
    let event = sandbox.control("GET", "events", Value::Null).await["data"][0]["id"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let objects = [
        (SESSIONS, session),
        ("/v1/refunds", text(&refund["id"])),
        ("/v1/disputes", text(&dispute["id"])),
        ("/v1/events", text(&event)),
    ];
    for (path, id) in &objects {
        assert_eq!(sandbox.get(&format!("{path}/{id}")).await.status, 200, "{path}");
        assert!(ids_of(&sandbox, path).await.is_empty(), "{path}");
    }
    sandbox.control("POST", "clock/advance", json!({ "seconds": 59 })).await;
    assert!(ids_of(&sandbox, SESSIONS).await.is_empty());
    sandbox.control("POST", "clock/advance", json!({ "seconds": 1 })).await;
    for (path, id) in &objects {
        assert!(ids_of(&sandbox, path).await.contains(id), "{path}");
    }
}

#[tokio::test]
async fn another_products_objects_are_there_but_not_among_the_orders() {
    let sandbox = sandbox();
    sandbox.paid_session().await;
    let foreign = sandbox
        .control(
            "POST",
            "events/foreign",
            json!({ "amount": 3000, "currency": "usd", "metadata": { "list": "news" } }),
        )
        .await;
    let kinds: Vec<&str> = foreign["events"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event["type"].as_str())
        .collect();
    for kind in [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.refunded",
        "refund.updated",
        "charge.dispute.created",
    ] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    for (path, object) in [
        (SESSIONS, "session"),
        ("/v1/payment_intents", "payment_intent"),
        ("/v1/charges", "charge"),
        ("/v1/refunds", "refund"),
        ("/v1/disputes", "dispute"),
    ] {
        let id = foreign[object].as_str().unwrap_or_default();
        let found = sandbox.get(&format!("{path}/{id}")).await;
        assert_eq!(found.status, 200, "{object}");
        if object != "dispute" {
            assert_eq!(found.json()["metadata"], json!({ "list": "news" }), "{object}");
        }
    }
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(report["orders"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(report["currencies"]["usd"], Value::Null);
    let intent = foreign["payment_intent"].as_str().unwrap_or_default();
    assert_eq!(report["foreign"]["payment_intents"][intent]["money"]["refunded"], 1000);
    let bare = sandbox.control("POST", "events/foreign", json!({ "metadata": {} })).await;
    let session = sandbox
        .get(&format!("{SESSIONS}/{}", bare["session"].as_str().unwrap_or_default()))
        .await
        .json();
    assert_eq!((&session["metadata"], &session["client_reference_id"]), (&json!({}), &Value::Null));
}

#[tokio::test]
async fn every_answer_carries_the_accounts_time_and_stripes_headers() {
    let sandbox = sandbox();
    let now = "Fri, 15 Jan 2027 08:00:00 GMT";
    assert_eq!(NOW, 1_800_000_000);
    assert_eq!(sandbox.get(SESSIONS).await.header("date"), now);
    sandbox.control("POST", "clock/advance", json!({ "seconds": 3661 })).await;
    let later = "Fri, 15 Jan 2027 09:01:01 GMT";
    for path in [SESSIONS, "/v1/nothing", "/v1/charges/ch_x"] {
        let answer = sandbox.get(path).await;
        assert_eq!(answer.header("date"), later, "{path}");
        assert!(answer.header("request-id").starts_with("req_"));
        assert_eq!(answer.header("server"), "nginx");
        assert!(!answer.header("stripe-version").is_empty());
    }
    let refused =
        axum::http::Request::get(SESSIONS).body(axum::body::Body::empty()).expect("valid");
    assert_eq!(sandbox.send(refused).await.header("date"), now);
}

#[tokio::test]
async fn connections_are_kept_open_and_counted() {
    use http_body_util::{BodyExt, Full};
    use hyper_util::client::legacy::Client;
    let sandbox = sandbox();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(serve(sandbox.sandbox.clone(), listener));
    let connections =
        || async { sandbox.control("GET", "report", Value::Null).await["connections"].clone() };
    assert_eq!(connections().await, 0);
    for clients in 1..=2 {
        let client: Client<_, Full<axum::body::Bytes>> =
            Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
        for _ in 0..5 {
            let request = hyper::Request::get(format!("http://{address}{SESSIONS}"))
                .header("authorization", "Bearer sk_test_one");
            let answer = client
                .request(request.body(Full::default()).expect("valid"))
                .await
                .expect("answered");
            assert_eq!(answer.status(), 200);
            answer.into_body().collect().await.expect("whole");
        }
        assert_eq!(connections().await, clients);
    }
}
