//! The control API under `/sandbox`: what a shopper, a bank or a bad day would do, for tests to call.

pub mod faults;
mod report;
mod shopper;
mod webhooks;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::account::Account;
use crate::api_error::ApiError;
use crate::gateway::authenticate;
use crate::records::{DisputeStatus, RefundStatus};
use crate::render::dispute::dispute_json;
use crate::render::refund::refund_json;
use crate::rules::refunds::{self, RefundOrder};
use crate::rules::{disputes, session_life};
use crate::sandbox::Sandbox;
use faults::Fault;

pub async fn handle_call(State(sandbox): State<Sandbox>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let result = authenticate(&headers).and_then(|secret_key| {
        let path = uri.path().trim_start_matches("/sandbox/");
        if (method.as_str(), path) == ("DELETE", "account") {
            sandbox.forget(&secret_key);
            return Ok(json!({ "forgotten": true }));
        }
        let body = read_body(&body)?;
        let answer = sandbox.account(&secret_key).with(|account| execute(account, method.as_str(), path, &body));
        sandbox.note_change();
        answer
    });
    match result {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(error.body())).into_response()
        }
    }
}

fn read_body(body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|error| ApiError::refused(None, format!("The body is not JSON: {error}")))
}

fn execute(account: &mut Account, method: &str, path: &str, body: &Value) -> Result<Value, ApiError> {
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        ("GET", ["faults"]) => Ok(json!({ "faults": account.faults })),
        ("POST", ["faults"]) => {
            account.faults.push(read::<Fault>(body)?);
            Ok(json!({ "faults": account.faults }))
        }
        ("DELETE", ["faults"]) => {
            account.faults.clear();
            Ok(json!({ "faults": [] }))
        }
        ("POST", ["webhooks", "mode"]) => webhooks::set_mode(account, body),
        ("POST", ["webhooks", "flush"]) => webhooks::flush(account, body),
        ("POST", ["webhooks", "redeliver"]) => webhooks::redeliver(account, body),
        ("POST", ["webhooks", "roll_secret"]) => webhooks::roll_secret(account, body),
        ("GET", ["events"]) => Ok(webhooks::events(account)),
        ("POST", ["events"]) => webhooks::invent_event(account, body),
        ("POST", ["sessions", id, "pay"]) => shopper::pay(account, id, body),
        ("POST", ["sessions", id, "challenge"]) => shopper::challenge(account, id, body),
        ("POST", ["sessions", id, "settle"]) => shopper::settle(account, id, body),
        ("POST", ["sessions", id, "expire"]) => {
            session_life::expire_by_caller(account, id)?;
            shopper::session(account, id)
        }
        ("POST", ["refunds"]) => refund(account, body),
        ("POST", ["refunds", "begin"]) => {
            account.refunds_begin = read::<RefundStatus>(&body["status"])?;
            Ok(json!({ "status": account.refunds_begin }))
        }
        ("POST", ["refunds", id, "succeed"]) => {
            refunds::succeed(account, id)?;
            Ok(json!(account.refunds.get(id).map(refund_json)))
        }
        ("POST", ["refunds", id, "fail"]) => {
            refunds::fail(account, id, text(body, "reason").unwrap_or("lost_or_stolen_card"))?;
            Ok(json!(account.refunds.get(id).map(refund_json)))
        }
        ("POST", ["disputes"]) => {
            let reason = text(body, "reason").unwrap_or("fraudulent");
            let id = disputes::open(account, required(body, "payment_intent")?, reason)?;
            Ok(json!(account.disputes.get(&id).map(dispute_json)))
        }
        ("POST", ["disputes", id, "close"]) => {
            let verdict = read::<DisputeStatus>(&body["outcome"])?;
            disputes::close(account, id, verdict)?;
            Ok(json!(account.disputes.get(id).map(dispute_json)))
        }
        ("POST", ["clock", "advance"]) => advance_clock(account, body),
        ("GET", ["report"]) => Ok(report::report(account)),
        _ => Err(ApiError::unknown_address(method, &format!("/sandbox/{path}"))),
    }
}

fn refund(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let order = RefundOrder {
        charge: refunds::charge_of(account, text(body, "charge"), text(body, "payment_intent"))?,
        amount: body["amount"].as_i64(),
        reason: text(body, "reason").map(str::to_owned),
        metadata: Default::default(),
    };
    let id = refunds::create(account, order)?;
    Ok(json!(account.refunds.get(&id).map(refund_json)))
}

fn advance_clock(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let seconds = body["seconds"].as_i64().filter(|seconds| *seconds >= 0);
    let seconds = seconds.ok_or_else(|| ApiError::invalid("parameter_invalid", "seconds must be 0 or more", "seconds"))?;
    account.offset_seconds += seconds;
    if let Some(advanced) = body["advance_signatures"].as_bool() {
        account.advanced_signatures = advanced;
    }
    session_life::expire_due(account);
    Ok(json!({ "now": account.now(), "offset_seconds": account.offset_seconds }))
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, ApiError> {
    serde_json::from_value(value.clone()).map_err(|error| ApiError::refused(None, format!("Not understood: {error}")))
}

fn text<'a>(body: &'a Value, field: &str) -> Option<&'a str> {
    body[field].as_str()
}

fn required<'a>(body: &'a Value, field: &str) -> Result<&'a str, ApiError> {
    text(body, field).ok_or_else(|| ApiError::invalid("parameter_missing", format!("Missing field: {field}."), field))
}
