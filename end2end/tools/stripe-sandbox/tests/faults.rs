//! Idempotency keys and the faults of the API.

mod support;

use serde_json::{Value, json};
use support::{SESSION, TestSandbox, sandbox};

const PATH: &str = "/v1/checkout/sessions";

async fn sessions(sandbox: &TestSandbox) -> usize {
    sandbox.get(PATH).await.json()["data"].as_array().map_or(0, Vec::len)
}

async fn fault(sandbox: &TestSandbox, kind: &str) {
    sandbox
        .control(
            "POST",
            "faults",
            json!({ "endpoint": format!("POST {PATH}"), "kind": kind, "count": 1 }),
        )
        .await;
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again() {
    let sandbox = sandbox();
    let first = sandbox.post_with_key(PATH, SESSION, "k1").await;
    let again = sandbox.post_with_key(PATH, SESSION, "k1").await;
    assert_eq!(
        (first.header("idempotent-replayed"), again.header("idempotent-replayed")),
        ("", "true")
    );
    assert_eq!(first.json(), again.json());
    let other = sandbox.post_with_key(PATH, &format!("{SESSION}&locale=de"), "k1").await;
    assert_eq!(
        (other.status, other.json()["error"]["type"].as_str()),
        (400, Some("idempotency_error"))
    );
    assert_eq!(sessions(&sandbox).await, 1);
    let report = sandbox.control("GET", "report", Value::Null).await;
    let calls = &report["calls"]["by_idempotency_key"]["k1"];
    assert_eq!(
        calls,
        &json!({ "endpoint": format!("POST {PATH}"), "calls": 3, "executed": 1, "replayed": 1, "refused": 1 })
    );
}

#[tokio::test]
async fn refusals_are_stored_under_their_key_too() {
    let sandbox = sandbox();
    assert_eq!(sandbox.post_with_key(PATH, "mode=payment", "k").await.status, 400);
    let again = sandbox.post_with_key(PATH, "mode=payment", "k").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (400, "true"));
}

#[tokio::test]
async fn a_500_is_given_again_with_the_work_done_or_not() {
    let sandbox = sandbox();
    for (kind, done) in [("error_500_after_work", 1), ("error_500_before_work", 1)] {
        fault(&sandbox, kind).await;
        for _ in 0..2 {
            let answer = sandbox.post_with_key(PATH, SESSION, kind).await;
            assert_eq!(
                (answer.status, answer.json()["error"]["type"].as_str()),
                (500, Some("api_error"))
            );
        }
        assert_eq!(sessions(&sandbox).await, done, "{kind}");
    }
    assert_eq!(sandbox.post_with_key(PATH, SESSION, "new").await.status, 200);
}

#[tokio::test]
async fn a_500_that_is_not_stored_leaves_the_key_free() {
    let sandbox = sandbox();
    let fault = json!({ "endpoint": "POST /v1/*/sessions", "kind": "error_500_before_work", "count": 1, "store_answer": false });
    sandbox.control("POST", "faults", fault).await;
    assert_eq!(sandbox.post_with_key(PATH, SESSION, "k").await.status, 500);
    assert_eq!(sandbox.post_with_key(PATH, SESSION, "k").await.status, 200);
}

#[tokio::test]
async fn rate_limits_and_conflicts_come_before_the_key() {
    let sandbox = sandbox();
    for (kind, status) in [("rate_limit_429", 429), ("conflict_409", 409)] {
        fault(&sandbox, kind).await;
        assert_eq!(sandbox.post_with_key(PATH, SESSION, kind).await.status, status);
        assert_eq!(sandbox.post_with_key(PATH, SESSION, kind).await.status, 200);
    }
    let endless = json!({ "endpoint": format!("* {PATH}"), "kind": "rate_limit_429" });
    sandbox.control("POST", "faults", endless).await;
    for _ in 0..3 {
        assert_eq!(sandbox.get(PATH).await.status, 429);
    }
    sandbox.control("DELETE", "faults", json!({})).await;
    assert_eq!(sandbox.get(PATH).await.status, 200);
}

#[tokio::test]
async fn a_key_in_flight_is_refused_and_the_work_outlives_its_caller() {
    let sandbox = sandbox();
    let delay = json!({ "endpoint": format!("POST {PATH}"), "kind": "delay", "milliseconds": 300, "count": 1 });
    sandbox.control("POST", "faults", delay).await;
    let timeout = std::time::Duration::from_millis(30);
    let timed_out = tokio::time::timeout(timeout, sandbox.post_with_key(PATH, SESSION, "k"));
    assert!(timed_out.await.is_err());
    let meanwhile = sandbox.post_with_key(PATH, SESSION, "k").await;
    assert_eq!(
        (meanwhile.status, meanwhile.json()["error"]["code"].as_str()),
        (409, Some("idempotency_key_in_use"))
    );
    let finished = async {
        loop {
            let answer = sandbox.post_with_key(PATH, SESSION, "k").await;
            if answer.status != 409 {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    let replayed = tokio::time::timeout(std::time::Duration::from_secs(10), finished)
        .await
        .expect("finished in time");
    assert_eq!((replayed.status, replayed.header("idempotent-replayed")), (200, "true"));
    assert_eq!(sessions(&sandbox).await, 1);
}

#[tokio::test]
async fn rights_that_are_missing_leave_the_key_free() {
    let sandbox = sandbox();
    for (kind, status, message) in [
        ("unauthorized_401", 401, "Invalid API Key provided: sk_test_********"),
        (
            "forbidden_403",
            403,
            "The provided key 'sk_test_********' does not have the required permissions for this endpoint on account",
        ),
    ] {
        let key = format!("key-{status}");
        sandbox.control("POST", "faults", json!({ "endpoint": "* /v1/**", "kind": kind })).await;
        for answer in
            [sandbox.post_with_key(PATH, SESSION, &key).await, sandbox.get("/v1/refunds").await]
        {
            assert_eq!(
                (answer.status, answer.json()["error"]["type"].as_str()),
                (status, Some("invalid_request_error"))
            );
            assert!(
                answer.json()["error"]["message"]
                    .as_str()
                    .is_some_and(|text| text.starts_with(message)),
                "{}",
                answer.text
            );
        }
        sandbox.control("DELETE", "faults", json!({})).await;
        let done = sandbox.post_with_key(PATH, SESSION, &key).await;
        assert_eq!((done.status, done.header("idempotent-replayed")), (200, ""));
    }
    let named = json!({ "endpoint": "GET /v1/refunds", "kind": "forbidden_403", "count": 1, "code": "testmode_charges_only", "message": "Not now." });
    sandbox.control("POST", "faults", named).await;
    let error = sandbox.get("/v1/refunds").await.json()["error"].clone();
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("testmode_charges_only"), &json!("Not now."))
    );
    assert_eq!(sandbox.get("/v1/refunds").await.status, 200);
}

#[tokio::test]
async fn a_400_can_be_given_in_place_of_the_work() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    let message = "Insufficient funds in your Stripe balance to refund this amount.";
    let fault = |store: bool| json!({ "endpoint": "POST /v1/refunds", "kind": "bad_request_400", "count": 1, "code": "balance_insufficient", "message": message, "store_answer": store });
    let form = format!("payment_intent={intent}");
    sandbox.control("POST", "faults", fault(true)).await;
    let refused = sandbox.post_with_key("/v1/refunds", &form, "k1").await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (400, &json!("balance_insufficient"))
    );
    assert_eq!(refused.json()["error"]["message"], message);
    let again = sandbox.post_with_key("/v1/refunds", &form, "k1").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (400, "true"));
    sandbox.control("POST", "faults", fault(false)).await;
    assert_eq!(sandbox.post_with_key("/v1/refunds", &form, "k2").await.status, 400);
    assert_eq!(sandbox.post_with_key("/v1/refunds", &form, "k2").await.status, 200);
}

#[tokio::test]
async fn a_delay_is_before_the_work_or_after_it() {
    for (kind, done) in [("delay", 0), ("delay_after_work", 1)] {
        let sandbox = sandbox();
        let delay = json!({ "endpoint": format!("POST {PATH}"), "kind": kind, "milliseconds": 60_000, "count": 1 });
        sandbox.control("POST", "faults", delay).await;
        let timeout = std::time::Duration::from_millis(50);
        let timed_out = tokio::time::timeout(timeout, sandbox.post_with_key(PATH, SESSION, "k"));
        assert!(timed_out.await.is_err());
        let finished = async {
            while sessions(&sandbox).await != done {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), finished).await.expect(kind);
        assert_eq!(sessions(&sandbox).await, done, "{kind}");
    }
}

#[tokio::test]
async fn every_post_takes_a_key_and_a_key_is_new_after_a_day() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    let expire = format!("{PATH}/{id}/expire");
    let first = sandbox.post_with_key(&expire, "", "e").await;
    let again = sandbox.post_with_key(&expire, "", "e").await;
    assert_eq!(
        (first.status, again.status, again.header("idempotent-replayed")),
        (200, 200, "true")
    );
    assert_eq!(sandbox.post_with_key(&expire, "", "other").await.status, 400);
    let made = sandbox.post_with_key(PATH, SESSION, "k").await.json()["id"].clone();
    sandbox.control("POST", "clock/advance", json!({ "seconds": 24 * 60 * 60 - 1 })).await;
    assert_eq!(sandbox.post_with_key(PATH, SESSION, "k").await.json()["id"], made);
    sandbox.control("POST", "clock/advance", json!({ "seconds": 1 })).await;
    let anew = sandbox.post_with_key(PATH, SESSION, "k").await;
    assert_eq!((anew.status, anew.header("idempotent-replayed")), (200, ""));
    assert_ne!(anew.json()["id"], made);
    assert_eq!(sandbox.post_with_key(&expire, "", "e").await.status, 400);
}
