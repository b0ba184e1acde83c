//! Creating, reading, listing and ending sessions.

mod support;

use serde_json::json;
use support::{NOW, SESSION, sandbox};

#[tokio::test]
async fn a_created_session_has_the_callers_values() {
    let sandbox = sandbox();
    let answer = sandbox.post("/v1/checkout/sessions", SESSION).await;
    let session = answer.json();
    assert!(answer.header("request-id").starts_with("req_"));
    assert_eq!(session["amount_total"], 5000);
    assert_eq!(session["currency"], "eur");
    assert_eq!(session["client_reference_id"], "order-1");
    assert_eq!(session["metadata"], json!({ "order_id": "o1" }));
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&json!("open"), &json!("unpaid"))
    );
    let id = session["id"].as_str().unwrap_or_default();
    assert_eq!(session["url"], format!("http://pay.test/pay/{id}"));
    assert_eq!(sandbox.get(&format!("/v1/checkout/sessions/{id}")).await.json(), session);
    let lines = sandbox.get(&format!("/v1/checkout/sessions/{id}/line_items")).await.json();
    assert_eq!(
        (&lines["data"][0]["amount_total"], &lines["data"][0]["quantity"]),
        (&json!(5000), &json!(2))
    );
}

#[tokio::test]
async fn wrong_parameters_are_refused_by_name() {
    let sandbox = sandbox();
    let near = NOW + 30 * 60 - 1;
    let far = NOW + 24 * 60 * 60 + 1;
    for (change, param) in [
        ("expires_at=soon".to_owned(), "expires_at"),
        (format!("expires_at={near}"), "expires_at"),
        (format!("expires_at={far}"), "expires_at"),
        ("mode=subscription".to_owned(), "mode"),
        ("line_items[0][quantity]=0".to_owned(), "line_items[0][quantity]"),
        ("line_items[0][price_data][unit_amount]=-1".to_owned(), "line_items[0][price_data][unit_amount]"),
        ("line_items[0][price_data][unit_amount]=1.5".to_owned(), "line_items[0][price_data][unit_amount]"),
        ("line_items[1][price_data][currency]=usd&line_items[1][price_data][unit_amount]=1&line_items[1][price_data][product_data][name]=x&line_items[1][quantity]=1".to_owned(), "line_items[1][price_data][currency]"),
        ("success_url=shop".to_owned(), "success_url"),
        ("amount=1".to_owned(), "amount"),
    ] {
        let answer = sandbox.post("/v1/checkout/sessions", &format!("{SESSION}&{change}")).await;
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (400, Some(param)), "{}", answer.text);
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
    }
    for exact in [NOW + 30 * 60, NOW + 24 * 60 * 60] {
        assert_eq!(
            sandbox
                .post("/v1/checkout/sessions", &format!("{SESSION}&expires_at={exact}"))
                .await
                .status,
            200
        );
    }
    let too_small = SESSION.replace("=2500", "=10");
    assert_eq!(
        sandbox.post("/v1/checkout/sessions", &too_small).await.json()["error"]["code"],
        "amount_too_small"
    );
}

#[tokio::test]
async fn keys_are_required_and_separate_accounts() {
    let mut sandbox = sandbox();
    let id = sandbox.new_session().await;
    let path = format!("/v1/checkout/sessions/{id}");
    for authorization in ["", "Bearer sk_live_x", "Bearer sk_test_", "Bearer pk_test_x", "Basic !"]
    {
        let request = axum::http::Request::get(&path).header("authorization", authorization);
        let answer = sandbox.send(request.body(axum::body::Body::empty()).expect("valid")).await;
        assert_eq!(
            (answer.status, answer.json()["error"]["type"].as_str()),
            (401, Some("invalid_request_error"))
        );
    }
    let basic = axum::http::Request::get(&path).header("authorization", "Basic c2tfdGVzdF9vbmU6");
    assert_eq!(
        sandbox.send(basic.body(axum::body::Body::empty()).expect("valid")).await.status,
        200
    );
    sandbox.key = "sk_test_two".to_owned();
    let foreign = sandbox.get(&path).await;
    assert_eq!(
        (foreign.status, foreign.json()["error"]["code"].as_str()),
        (404, Some("resource_missing"))
    );
    sandbox.key = "sk_test_one".to_owned();
    sandbox.control("DELETE", "account", json!({})).await;
    assert_eq!(sandbox.get(&path).await.status, 404);
}

#[tokio::test]
async fn only_open_sessions_can_be_expired() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    let path = format!("/v1/checkout/sessions/{id}/expire");
    let expired = sandbox.post(&path, "").await.json();
    assert_eq!((&expired["status"], &expired["url"]), (&json!("expired"), &json!(null)));
    assert_eq!(sandbox.post(&path, "").await.status, 400);
    let (paid, _) = sandbox.paid_session().await;
    assert_eq!(sandbox.post(&format!("/v1/checkout/sessions/{paid}/expire"), "").await.status, 400);
    assert_eq!(sandbox.event_types().await[0], "checkout.session.expired");
}

#[tokio::test]
async fn sessions_expire_by_themselves() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    sandbox
        .control("POST", &format!("sessions/{id}/pay"), json!({ "card": "4000000000000002" }))
        .await;
    sandbox.control("POST", "clock/advance", json!({ "seconds": 24 * 60 * 60 - 1 })).await;
    assert_eq!(sandbox.get(&format!("/v1/checkout/sessions/{id}")).await.json()["status"], "open");
    sandbox.clock.advance_fixed(1000);
    let session =
        sandbox.get(&format!("/v1/checkout/sessions/{id}?expand[]=payment_intent")).await.json();
    assert_eq!(
        (&session["status"], &session["payment_intent"]["status"]),
        (&json!("expired"), &json!("canceled"))
    );
    assert_eq!(
        sandbox.event_types().await.last().map(String::as_str),
        Some("checkout.session.expired")
    );
}

#[tokio::test]
async fn lists_are_paged_and_filtered() {
    let sandbox = sandbox();
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(sandbox.new_session().await);
        sandbox.clock.advance_fixed(1000);
    }
    let page = |query: String| {
        let sandbox = &sandbox;
        async move {
            let list = sandbox.get(&format!("/v1/checkout/sessions?{query}")).await.json();
            let data = list["data"].as_array().cloned().unwrap_or_default();
            let ids: Vec<String> =
                data.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect();
            (ids, list["has_more"] == true)
        }
    };
    let newest: Vec<String> = ids.iter().rev().cloned().collect();
    assert_eq!(page("limit=2".to_owned()).await, (newest[..2].to_vec(), true));
    assert_eq!(
        page(format!("limit=2&starting_after={}", newest[1])).await,
        (newest[2..4].to_vec(), true)
    );
    assert_eq!(page(format!("starting_after={}", newest[3])).await, (newest[4..].to_vec(), false));
    assert_eq!(
        page(format!("limit=2&ending_before={}", newest[4])).await,
        (newest[2..4].to_vec(), true)
    );
    assert_eq!(page(format!("created[gte]={}", NOW + 3)).await, (newest[..2].to_vec(), false));
    assert_eq!(
        page(format!("created[gt]={}&created[lt]={}", NOW, NOW + 2)).await,
        (newest[3..4].to_vec(), false)
    );
    assert_eq!(sandbox.get("/v1/checkout/sessions?limit=101").await.status, 400);
    assert_eq!(sandbox.get("/v1/checkout/sessions?starting_after=cs_x").await.status, 404);
    assert_eq!(sandbox.get("/v1/nothing").await.status, 404);
    let (paid, intent) = sandbox.paid_session().await;
    assert_eq!(page(format!("payment_intent={intent}")).await, (vec![paid], false));
}
