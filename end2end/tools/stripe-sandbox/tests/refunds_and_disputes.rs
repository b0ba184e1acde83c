//! Refunds and disputes, and what the report says about the money.

mod support;

use serde_json::{Value, json};
use support::{NOW, TestSandbox, sandbox};

async fn refunded(sandbox: &TestSandbox, intent: &str) -> (Value, Value) {
    let charge = sandbox.get(&format!("/v1/charges?payment_intent={intent}")).await.json()["data"]
        [0]["amount_refunded"]
        .clone();
    let report = sandbox.control("GET", "report", Value::Null).await;
    (charge, report["payment_intents"][intent]["money"]["refunded"].clone())
}

async fn refused(sandbox: &TestSandbox, path: &str, body: Value) -> u16 {
    sandbox
        .send(sandbox.request("POST", &format!("/sandbox/{path}"), &body.to_string()))
        .await
        .status
}

#[tokio::test]
async fn refunds_never_exceed_the_payment() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    let first = sandbox
        .post("/v1/refunds", &format!("payment_intent={intent}&amount=3000&reason=requested_by_customer&metadata[order]=o1"))
        .await
        .json();
    assert_eq!(
        (&first["status"], &first["amount"], &first["metadata"]["order"]),
        (&json!("succeeded"), &json!(3000), &json!("o1"))
    );
    for amount in ["2001", "0", "-1"] {
        let refused =
            sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount={amount}")).await;
        assert_eq!(
            (refused.status, refused.json()["error"]["param"].as_str()),
            (400, Some("amount"))
        );
    }
    let rest = sandbox
        .post("/v1/refunds", &format!("charge={}", first["charge"].as_str().unwrap_or_default()))
        .await;
    assert_eq!(rest.json()["amount"], 2000);
    let nothing_left =
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.json();
    assert_eq!(nothing_left["error"]["code"], "charge_already_refunded");
    let charge = sandbox.get(&format!("/v1/charges?payment_intent={intent}")).await.json();
    assert_eq!(
        (&charge["data"][0]["refunded"], &charge["data"][0]["amount_refunded"]),
        (&json!(true), &json!(5000))
    );
    let list = sandbox.get(&format!("/v1/refunds?payment_intent={intent}")).await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_failed_refund_gives_the_money_back_to_the_merchant() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    sandbox.control("POST", "refunds/begin", json!({ "status": "pending" })).await;
    let refund = sandbox
        .control("POST", "refunds", json!({ "payment_intent": intent, "amount": 1000 }))
        .await;
    assert_eq!(refund["status"], "pending");
    let failed = sandbox
        .control(
            "POST",
            &format!("refunds/{}/fail", refund["id"].as_str().unwrap_or_default()),
            json!({}),
        )
        .await;
    assert_eq!(failed["status"], "failed");
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(
        report["orders"]["o1"]["currencies"]["eur"],
        json!({ "captured": 5000, "refunded": 0, "lost_in_disputes": 0 })
    );
    let types = sandbox.event_types().await;
    assert_eq!(
        types[4..],
        [
            "refund.created",
            "charge.refunded",
            "refund.updated",
            "charge.refund.updated",
            "refund.failed"
        ]
    );
    assert_eq!(
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=5000")).await.status,
        200
    );
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
    assert!(
        types.contains(&"charge.dispute.created".to_owned())
            && types.contains(&"charge.dispute.closed".to_owned())
    );
}

#[tokio::test]
async fn the_report_groups_by_order() {
    let sandbox = sandbox();
    let (first, intent) = sandbox.paid_session().await;
    let second = sandbox.new_session().await;
    let report = sandbox.control("GET", "report", Value::Null).await;
    let order = &report["orders"]["o1"];
    assert_eq!(order["payment_intents"], json!([intent]));
    let states: Vec<_> = order["sessions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|session| (session["id"].clone(), session["status"].clone()))
        .collect();
    assert_eq!(states, [(json!(first), json!("complete")), (json!(second), json!("open"))]);
    assert_eq!(report["payment_intents"][&intent]["money"]["captured"], 5000);
    assert_eq!(report["calls"]["by_endpoint"]["POST /v1/checkout/sessions"], 2);
}

#[tokio::test]
async fn a_refund_goes_through_its_states_with_an_event_each() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    for (begin, ways, end, money) in [
        ("pending", vec!["succeeded"], "succeeded", 1000),
        ("pending", vec!["succeeded", "failed"], "failed", 0),
        ("pending", vec!["canceled"], "canceled", 0),
        ("requires_action", vec!["succeeded"], "succeeded", 1000),
        ("requires_action", vec!["pending", "failed"], "failed", 0),
    ] {
        let before = refunded(&sandbox, &intent).await.0.as_i64().unwrap_or_default();
        sandbox.control("POST", "refunds/begin", json!({ "status": begin })).await;
        let events = sandbox.event_types().await.len();
        let refund = sandbox
            .post("/v1/refunds", &format!("payment_intent={intent}&amount=1000"))
            .await
            .json();
        assert_eq!(refund["status"], begin);
        assert_eq!(refund["next_action"].is_object(), begin == "requires_action");
        let id = refund["id"].as_str().unwrap_or_default();
        assert_eq!(refunded(&sandbox, &intent).await, (json!(before + 1000), json!(before + 1000)));
        for way in &ways {
            let moved = sandbox
                .control("POST", &format!("refunds/{id}/status"), json!({ "status": way }))
                .await;
            assert_eq!(moved["status"], *way);
        }
        assert_eq!(sandbox.get(&format!("/v1/refunds/{id}")).await.json()["status"], end);
        assert_eq!(
            refunded(&sandbox, &intent).await,
            (json!(before + money), json!(before + money))
        );
        let mut expected = vec!["refund.created", "charge.refunded"];
        for way in &ways {
            expected.extend(["refund.updated", "charge.refund.updated"]);
            expected.extend((*way == "failed").then_some("refund.failed"));
        }
        assert_eq!(sandbox.event_types().await[events..], expected);
        if end != "succeeded" {
            assert_eq!(
                refused(
                    &sandbox,
                    &format!("refunds/{id}/status"),
                    json!({ "status": "succeeded" })
                )
                .await,
                400
            );
        }
    }
}

#[tokio::test]
async fn a_refund_may_fail_at_once() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    sandbox.control("POST", "refunds/begin", json!({ "status": "failed" })).await;
    let refund = sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.json();
    assert_eq!(
        (&refund["status"], &refund["failure_reason"]),
        (&json!("failed"), &json!("lost_or_stolen_card"))
    );
    assert_eq!(refunded(&sandbox, &intent).await, (json!(0), json!(0)));
    assert_eq!(sandbox.event_types().await[4..], ["refund.created", "refund.failed"]);
    assert_eq!(refused(&sandbox, "refunds/begin", json!({ "status": "canceled" })).await, 400);
    sandbox.control("POST", "refunds/begin", json!({ "status": "requires_action" })).await;
    let waiting = sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.json();
    let path = format!("/v1/refunds/{}/cancel", waiting["id"].as_str().unwrap_or_default());
    assert_eq!(sandbox.post(&path, "").await.json()["status"], "canceled");
    assert_eq!(sandbox.post(&path, "").await.status, 400);
}

#[tokio::test]
async fn refunds_are_listed_page_by_page() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    for order in 0..5 {
        sandbox.control("POST", "refunds", json!({ "payment_intent": intent, "amount": 1, "metadata": { "n": order.to_string() } })).await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = sandbox
            .get(&format!("/v1/refunds?payment_intent={intent}&limit=2{after}"))
            .await
            .json();
        let rows = page["data"].as_array().cloned().unwrap_or_default();
        seen.extend(
            rows.iter().map(|row| row["metadata"]["n"].as_str().unwrap_or_default().to_owned()),
        );
        match (page["has_more"] == true, rows.last()) {
            (true, Some(last)) => {
                after = format!("&starting_after={}", last["id"].as_str().unwrap_or_default())
            }
            _ => break,
        }
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    for limit in [0, 101] {
        assert_eq!(sandbox.get(&format!("/v1/refunds?limit={limit}")).await.status, 400);
    }
    let report = sandbox.control("GET", "report", Value::Null).await;
    let first = &report["refunds"][0];
    assert_eq!(
        (&first["status"], &first["metadata"], &first["amount"]),
        (&json!("succeeded"), &json!({ "n": "0" }), &json!(1))
    );
}

#[tokio::test]
async fn an_inquiry_takes_no_money_until_it_becomes_a_dispute() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    let events = sandbox.event_types().await.len();
    let inquiry = json!({ "payment_intent": intent, "kind": "inquiry", "fee": 2000, "seconds_to_respond": 3600 });
    let dispute = sandbox.control("POST", "disputes", inquiry).await;
    assert_eq!(
        (&dispute["status"], &dispute["evidence_details"]["due_by"]),
        (&json!("warning_needs_response"), &json!(NOW + 3600))
    );
    assert_eq!(
        (&dispute["balance_transactions"], &dispute["is_charge_refundable"]),
        (&json!([]), &json!(true))
    );
    assert_eq!(
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=1000")).await.status,
        200
    );
    let path = format!("disputes/{}/status", dispute["id"].as_str().unwrap_or_default());
    for (status, withdrawn) in
        [("warning_under_review", 0), ("needs_response", 1), ("under_review", 1), ("won", 2)]
    {
        let moved = sandbox.control("POST", &path, json!({ "status": status })).await;
        assert_eq!(moved["status"], status);
        assert_eq!(
            moved["balance_transactions"].as_array().map(Vec::len),
            Some(withdrawn),
            "{status}"
        );
        if status == "under_review" {
            let withdrawal = &moved["balance_transactions"][0];
            assert_eq!(
                (&withdrawal["amount"], &withdrawal["fee"], &withdrawal["net"]),
                (&json!(-4000), &json!(2000), &json!(-6000))
            );
            let refused = sandbox
                .post("/v1/refunds", &format!("payment_intent={intent}&amount=1000"))
                .await
                .json();
            assert_eq!(refused["error"]["code"], "charge_disputed");
        }
    }
    assert_eq!(refused(&sandbox, &path, json!({ "status": "lost" })).await, 400);
    let kinds: Vec<String> = sandbox.event_types().await[events..]
        .iter()
        .filter_map(|kind| kind.strip_prefix("charge.dispute.").map(str::to_owned))
        .collect();
    assert_eq!(
        kinds,
        [
            "created",
            "updated",
            "updated",
            "funds_withdrawn",
            "updated",
            "closed",
            "funds_reinstated"
        ]
    );
    let report = sandbox.control("GET", "report", Value::Null).await;
    let seen = &report["payment_intents"][&intent]["disputes"][0];
    assert_eq!(
        (&seen["status"], &seen["withdrawn"], &seen["fees"]),
        (&json!("won"), &json!(0), &json!(2000))
    );
}

#[tokio::test]
async fn every_state_of_a_dispute_can_be_reached() {
    let sandbox = sandbox();
    for status in [
        "warning_needs_response",
        "warning_under_review",
        "warning_closed",
        "needs_response",
        "under_review",
        "won",
        "lost",
        "prevented",
    ] {
        let (_, intent) = sandbox.paid_session().await;
        let dispute = sandbox
            .control("POST", "disputes", json!({ "payment_intent": intent, "status": status }))
            .await;
        assert_eq!(dispute["status"], status);
        let refund = sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await;
        assert_eq!(refund.status == 200, dispute["is_charge_refundable"] == true, "{status}");
    }
    let (_, intent) = sandbox.paid_session().await;
    let closed = sandbox
        .control("POST", "disputes", json!({ "payment_intent": intent, "kind": "inquiry" }))
        .await;
    let path = format!("disputes/{}/close", closed["id"].as_str().unwrap_or_default());
    sandbox.control("POST", &path, json!({ "outcome": "warning_closed" })).await;
    sandbox.clock.advance_fixed(1000);
    let second = sandbox.control("POST", "disputes", json!({ "payment_intent": intent })).await;
    let list = sandbox.get(&format!("/v1/disputes?payment_intent={intent}&limit=1")).await.json();
    assert_eq!((&list["data"][0]["id"], &list["has_more"]), (&second["id"], &json!(true)));
    let since = sandbox.get(&format!("/v1/disputes?created[gt]={NOW}")).await.json();
    assert_eq!(since["data"].as_array().map(Vec::len), Some(1));
    let lost = sandbox
        .control(
            "POST",
            &format!("disputes/{}/close", second["id"].as_str().unwrap_or_default()),
            json!({ "outcome": "lost" }),
        )
        .await;
    assert_eq!(lost["status"], "lost");
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(report["payment_intents"][&intent]["money"]["lost_in_disputes"], 5000);
}
