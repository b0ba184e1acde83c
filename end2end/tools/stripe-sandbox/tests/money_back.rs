//! Refunds and disputes, and what the report says about the money.

mod support;

use serde_json::{Value, json};
use support::sandbox;

#[tokio::test]
async fn refunds_never_exceed_the_payment() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    let first = sandbox
        .post("/v1/refunds", &format!("payment_intent={intent}&amount=3000&reason=requested_by_customer&metadata[order]=o1"))
        .await
        .json();
    assert_eq!((&first["status"], &first["amount"], &first["metadata"]["order"]), (&json!("succeeded"), &json!(3000), &json!("o1")));
    for amount in ["2001", "0", "-1"] {
        let refused = sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount={amount}")).await;
        assert_eq!((refused.status, refused.json()["error"]["param"].as_str()), (400, Some("amount")));
    }
    let rest = sandbox.post("/v1/refunds", &format!("charge={}", first["charge"].as_str().unwrap_or_default())).await;
    assert_eq!(rest.json()["amount"], 2000);
    let nothing_left = sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.json();
    assert_eq!(nothing_left["error"]["code"], "charge_already_refunded");
    let charge = sandbox.get(&format!("/v1/charges?payment_intent={intent}")).await.json();
    assert_eq!((&charge["data"][0]["refunded"], &charge["data"][0]["amount_refunded"]), (&json!(true), &json!(5000)));
    let list = sandbox.get(&format!("/v1/refunds?payment_intent={intent}")).await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_failed_refund_gives_the_money_back_to_the_merchant() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    sandbox.control("POST", "refunds/begin", json!({ "status": "pending" })).await;
    let refund = sandbox.control("POST", "refunds", json!({ "payment_intent": intent, "amount": 1000 })).await;
    assert_eq!(refund["status"], "pending");
    let failed = sandbox.control("POST", &format!("refunds/{}/fail", refund["id"].as_str().unwrap_or_default()), json!({})).await;
    assert_eq!(failed["status"], "failed");
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(report["orders"]["o1"]["currencies"]["eur"], json!({ "captured": 5000, "refunded": 0, "lost_in_disputes": 0 }));
    let types = sandbox.event_types().await;
    assert_eq!(types[4..], ["refund.created", "charge.refunded", "refund.updated", "refund.failed"]);
    assert_eq!(sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=5000")).await.status, 200);
}

#[tokio::test]
async fn a_disputed_payment_cannot_be_refunded_until_it_is_won() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    let dispute = sandbox.control("POST", "disputes", json!({ "payment_intent": intent })).await;
    let refused = sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.json();
    assert_eq!(refused["error"]["code"], "charge_disputed");
    let path = format!("disputes/{}/close", dispute["id"].as_str().unwrap_or_default());
    assert_eq!(sandbox.control("POST", &path, json!({ "outcome": "won" })).await["status"], "won");
    assert_eq!(sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.status, 200);
    let types = sandbox.event_types().await;
    assert!(types.contains(&"charge.dispute.created".to_owned()) && types.contains(&"charge.dispute.closed".to_owned()));
}

#[tokio::test]
async fn the_report_groups_by_order() {
    let sandbox = sandbox();
    let (first, intent) = sandbox.paid_session().await;
    let second = sandbox.new_session().await;
    let report = sandbox.control("GET", "report", Value::Null).await;
    let order = &report["orders"]["o1"];
    assert_eq!(order["payment_intents"], json!([intent]));
    let states: Vec<_> =
        order["sessions"].as_array().into_iter().flatten().map(|session| (session["id"].clone(), session["status"].clone())).collect();
    assert_eq!(states, [(json!(first), json!("complete")), (json!(second), json!("open"))]);
    assert_eq!(report["payment_intents"][&intent]["money"]["captured"], 5000);
    assert_eq!(report["calls"]["by_endpoint"]["POST /v1/checkout/sessions"], 2);
}
