//! The switches over HTTP, and the command itself.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use fault_proxy::{Fault, FaultProxy, control};
use serde_json::{Value, json};
use support::{Rig, receive, send};
use tower::ServiceExt;

async fn call(proxy: &Arc<FaultProxy>, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request =
        Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).expect("a request");
    let response = control::router(proxy.clone()).oneshot(request).await.expect("infallible");
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn faults_are_set_by_name_and_cleared() {
    let proxy = Arc::new(FaultProxy::start("mongodb://127.0.0.1:1").await);
    for fault in [
        json!("down"),
        json!("reset"),
        json!("black_hole"),
        json!("stall"),
        json!("lost_host"),
        json!({ "latency": { "to_upstream_ms": 20, "to_client_ms": 0 } }),
        json!({ "slow_close": { "delay_ms": 5 } }),
        json!({ "slice": { "bytes": 1, "pause_ms": 1 } }),
        json!({ "bandwidth": { "bytes_per_second": 100 } }),
        json!({ "byte_limit": 100 }),
    ] {
        assert_eq!(call(&proxy, "POST", "/fault", fault.clone()).await.0, 204, "{fault}");
        assert_eq!(call(&proxy, "GET", "/stats", Value::Null).await.1["fault"], fault);
    }
    assert_eq!(call(&proxy, "DELETE", "/fault", Value::Null).await.0, 204);
    assert_eq!(proxy.fault(), Fault::None);
    assert_eq!(call(&proxy, "POST", "/fault", json!("unheard_of")).await.0, 422);
}

#[tokio::test]
async fn rules_and_topologies_are_read() {
    let proxy = Arc::new(FaultProxy::start("mongodb://127.0.0.1:1").await);
    for rule in [
        json!({ "commands": "any_write", "action": "cut_before_reply" }),
        json!({ "commands": { "named": ["insert"] }, "collection": "orders", "after": 2, "times": null, "action": "silence" }),
        json!({ "commands": "any", "action": { "answer": { "code": 112, "labels": ["TransientTransactionError"] } } }),
        json!({ "commands": "any", "action": { "delay": { "milliseconds": 20 } } }),
    ] {
        assert_eq!(call(&proxy, "POST", "/rule", rule.clone()).await.0, 204, "{rule}");
    }
    for topology in [
        json!({ "topology": "standalone" }),
        json!({ "topology": "no_primary", "milliseconds": 100 }),
    ] {
        assert_eq!(call(&proxy, "POST", "/topology", topology.clone()).await.0, 204, "{topology}");
    }
}

#[tokio::test]
async fn the_command_says_where_it_listens_and_passes_bytes() {
    let Rig { upstream, .. } = Rig::start("").await;
    let address = upstream.local_addr().expect("an address").to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fault-proxy"));
    let mut child = command
        .args(["--upstream", &address])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["fault-proxy", "listening", "on", listens, "control", "on", _] = words.as_slice() else {
        panic!("{line}")
    };
    let mut client = tokio::net::TcpStream::connect(listens).await.expect("it listens");
    let (mut server, _) = upstream.accept().await.expect("it connects");
    send(&mut client, "passed").await;
    receive(&mut server, "passed").await;
    child.kill().and_then(|()| child.wait()).expect("it ends");
}
