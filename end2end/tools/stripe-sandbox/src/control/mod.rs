//! The control API under `/sandbox`: what a shopper, a bank or a bad day would do, for tests to
//! call. `README.md` of this package lists every call with its body.

mod foreign;
mod money_back;
mod report;
mod settings;
mod shopper;
mod webhooks;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Config;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::faults::Fault;
use crate::gateway::authenticate;
use crate::records::RefundStatus;
use crate::rules::session_life;
use crate::sandbox::Sandbox;

pub async fn handle_call(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let result = authenticate(&headers).and_then(|secret_key| {
        let path = uri.path().trim_start_matches("/sandbox/");
        if (method.as_str(), path) == ("DELETE", "account") {
            sandbox.forget(&secret_key);
            return Ok(json!({ "forgotten": true }));
        }
        let body = read_body(&body)?;
        let answer = sandbox
            .account(&secret_key)
            .with(|account| execute(account, sandbox.config(), method.as_str(), path, &body));
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
    serde_json::from_slice(body)
        .map_err(|error| ApiError::refused(None, format!("The body is not JSON: {error}")))
}

fn execute(
    account: &mut Account,
    config: &Config,
    method: &str,
    path: &str,
    body: &Value,
) -> Result<Value, ApiError> {
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        ("GET", ["faults"]) => Ok(json!({ "faults": account.faults })),
        ("POST", ["faults"]) => {
            account.faults.add(read::<Fault>(body)?);
            Ok(json!({ "faults": account.faults }))
        }
        ("DELETE", ["faults"]) => {
            account.faults.clear();
            Ok(json!({ "faults": [] }))
        }
        ("POST", ["webhooks", "mode"]) => webhooks::set_mode(account, body),
        ("POST", ["webhooks", "retries"]) => settings::set_retries(account, body),
        ("POST", ["webhooks", "flush"]) => webhooks::flush(account, body),
        ("POST", ["webhooks", "redeliver"]) => webhooks::redeliver(account, body),
        ("POST", ["webhooks", "roll_secret"]) => webhooks::roll_secret(account, body),
        ("GET", ["events"]) => Ok(webhooks::events(account)),
        ("POST", ["events"]) => webhooks::invent_event(account, body),
        ("POST", ["events", "foreign"]) => foreign::emit(account, config, body),
        ("POST", ["sessions", id, "pay"]) => shopper::pay(account, id, body),
        ("POST", ["sessions", id, "challenge"]) => shopper::challenge(account, id, body),
        ("POST", ["sessions", id, "settle"]) => shopper::settle(account, id, body),
        ("POST", ["sessions", id, "expire"]) => {
            session_life::expire_by_caller(account, id)?;
            shopper::session(account, id)
        }
        ("POST", ["refunds"]) => money_back::create_refund(account, body),
        ("POST", ["refunds", "begin"]) => money_back::set_beginning(account, body),
        ("POST", ["refunds", id, "succeed"]) => {
            money_back::change_refund(account, id, RefundStatus::Succeeded, body)
        }
        ("POST", ["refunds", id, "fail"]) => {
            money_back::change_refund(account, id, RefundStatus::Failed, body)
        }
        ("POST", ["refunds", id, "cancel"]) => {
            money_back::change_refund(account, id, RefundStatus::Canceled, body)
        }
        ("POST", ["refunds", id, "status"]) => {
            money_back::change_refund(account, id, read(&body["status"])?, body)
        }
        ("POST", ["disputes"]) => money_back::open_dispute(account, body),
        ("POST", ["disputes", id, "close"]) => {
            money_back::change_dispute(account, id, &body["outcome"])
        }
        ("POST", ["disputes", id, "status"]) => {
            money_back::change_dispute(account, id, &body["status"])
        }
        ("POST", ["currency"]) => settings::set_currency(account, body),
        ("POST", ["lists"]) => settings::set_list_lag(account, body),
        ("POST", ["clock", "advance"]) => advance_clock(account, body),
        ("GET", ["report"]) => Ok(report::report(account)),
        _ => Err(ApiError::unknown_address(method, &format!("/sandbox/{path}"))),
    }
}

fn advance_clock(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let seconds = body["seconds"].as_i64().filter(|seconds| *seconds >= 0);
    let seconds = seconds.ok_or_else(|| {
        ApiError::invalid("parameter_invalid", "seconds must be 0 or more", "seconds")
    })?;
    account.offset_seconds += seconds;
    if let Some(advanced) = body["advance_signatures"].as_bool() {
        account.advanced_signatures = advanced;
    }
    session_life::expire_due(account);
    Ok(json!({ "now": account.now(), "offset_seconds": account.offset_seconds }))
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, ApiError> {
    serde_json::from_value(value.clone())
        .map_err(|error| ApiError::refused(None, format!("Not understood: {error}")))
}

fn text<'a>(body: &'a Value, field: &str) -> Option<&'a str> {
    body[field].as_str()
}

/// A whole number; absent and null are none.
fn integer(body: &Value, field: &str) -> Result<Option<i64>, ApiError> {
    match &body[field] {
        Value::Null => Ok(None),
        given => {
            let invalid = || {
                ApiError::invalid(
                    "parameter_invalid_integer",
                    format!("Invalid integer: {given}"),
                    field,
                )
            };
            given.as_i64().map(Some).ok_or_else(invalid)
        }
    }
}

fn required<'a>(body: &'a Value, field: &str) -> Result<&'a str, ApiError> {
    text(body, field).ok_or_else(|| {
        ApiError::invalid("parameter_missing", format!("Missing field: {field}."), field)
    })
}
