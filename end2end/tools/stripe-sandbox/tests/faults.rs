//! Idempotency keys and the faults of the API.

mod support;

use serde_json::{Value, json};
use support::{SESSION, TestSandbox, sandbox};

const PATH: &str = "/v1/checkout/sessions";

async fn sessions(sandbox: &TestSandbox) -> usize {
    sandbox.get(PATH).await.json()["data"].as_array().map_or(0, Vec::len)
}

async fn fault(sandbox: &TestSandbox, kind: &str) {
    sandbox.control("POST", "faults", json!({ "endpoint": format!("POST {PATH}"), "kind": kind, "count": 1 })).await;
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again() {
    let sandbox = sandbox();
    let first = sandbox.post_with_key(PATH, SESSION, "k1").await;
    let again = sandbox.post_with_key(PATH, SESSION, "k1").await;
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
    assert_eq!(first.json(), again.json());
    let other = sandbox.post_with_key(PATH, &format!("{SESSION}&locale=de"), "k1").await;
    assert_eq!((other.status, other.json()["error"]["type"].as_str()), (400, Some("idempotency_error")));
    assert_eq!(sessions(&sandbox).await, 1);
    let report = sandbox.control("GET", "report", Value::Null).await;
    let calls = &report["calls"]["by_idempotency_key"]["k1"];
    assert_eq!(calls, &json!({ "endpoint": format!("POST {PATH}"), "calls": 3, "executed": 1, "replayed": 1, "refused": 1 }));
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
            assert_eq!((answer.status, answer.json()["error"]["type"].as_str()), (500, Some("api_error")));
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
    let patience = std::time::Duration::from_millis(30);
    let impatient = tokio::time::timeout(patience, sandbox.post_with_key(PATH, SESSION, "k"));
    assert!(impatient.await.is_err());
    let meanwhile = sandbox.post_with_key(PATH, SESSION, "k").await;
    assert_eq!((meanwhile.status, meanwhile.json()["error"]["code"].as_str()), (409, Some("idempotency_key_in_use")));
    let finished = async {
        loop {
            let answer = sandbox.post_with_key(PATH, SESSION, "k").await;
            if answer.status != 409 {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    let replayed = tokio::time::timeout(std::time::Duration::from_secs(10), finished).await.expect("finished in time");
    assert_eq!((replayed.status, replayed.header("idempotent-replayed")), (200, "true"));
    assert_eq!(sessions(&sandbox).await, 1);
}
