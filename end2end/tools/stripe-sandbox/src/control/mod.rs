//! The control API under `/sandbox`, with which tests act as a shopper or a bank and add faults.
//! `README.md` of this package lists every call with its body.

mod other_product;
mod refunds_and_disputes;
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
use crate::rules::session_expiry;
use crate::sandbox::Sandbox;

pub(crate) async fn handle_call(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let result = authenticate(&headers).and_then(|secret_key| {
        let path = uri.path().trim_start_matches("/sandbox/");
        if (method.as_str(), path) == ("DELETE", "account") {
            sandbox.remove_account(&secret_key);
            return Ok(json!({ "forgotten": true }));
        }
        let body = parse_request_body(&body)?;
        let answer = sandbox
            .account(&secret_key)
            .with(|account| execute(account, sandbox.config(), method.as_str(), path, &body));
        sandbox.notify_change();
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

fn parse_request_body(body: &[u8]) -> Result<Value, ApiError> {
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
            account.faults.add(parse_body::<Fault>(body)?);
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
        ("POST", ["events"]) => webhooks::create_event(account, body),
        ("POST", ["events", "foreign"]) => other_product::create_payment(account, config, body),
        ("POST", ["sessions", id, "pay"]) => shopper::pay(account, id, body),
        ("POST", ["sessions", id, "challenge"]) => shopper::answer_challenge(account, id, body),
        ("POST", ["sessions", id, "settle"]) => shopper::settle(account, id, body),
        ("POST", ["sessions", id, "expire"]) => {
            session_expiry::expire_on_request(account, id)?;
            shopper::find_session(account, id)
        }
        ("POST", ["refunds"]) => refunds_and_disputes::create_refund(account, body),
        ("POST", ["refunds", "begin"]) => refunds_and_disputes::set_initial_status(account, body),
        ("POST", ["refunds", id, "succeed"]) => {
            refunds_and_disputes::change_refund(account, id, RefundStatus::Succeeded, body)
        }
        ("POST", ["refunds", id, "fail"]) => {
            refunds_and_disputes::change_refund(account, id, RefundStatus::Failed, body)
        }
        ("POST", ["refunds", id, "cancel"]) => {
            refunds_and_disputes::change_refund(account, id, RefundStatus::Canceled, body)
        }
        ("POST", ["refunds", id, "status"]) => {
            refunds_and_disputes::change_refund(account, id, parse_body(&body["status"])?, body)
        }
        ("POST", ["disputes"]) => refunds_and_disputes::open_dispute(account, body),
        ("POST", ["disputes", id, "close"]) => {
            refunds_and_disputes::change_dispute(account, id, &body["outcome"])
        }
        ("POST", ["disputes", id, "status"]) => {
            refunds_and_disputes::change_dispute(account, id, &body["status"])
        }
        ("POST", ["currency"]) => settings::set_currency(account, body),
        ("POST", ["lists"]) => settings::set_list_lag(account, body),
        ("POST", ["clock", "advance"]) => advance_clock(account, body),
        ("GET", ["report"]) => Ok(report::build_report(account)),
        _ => Err(ApiError::unknown_url(method, &format!("/sandbox/{path}"))),
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
    session_expiry::expire_due(account);
    Ok(json!({ "now": account.now(), "offset_seconds": account.offset_seconds }))
}

fn parse_body<T: DeserializeOwned>(value: &Value) -> Result<T, ApiError> {
    serde_json::from_value(value.clone())
        .map_err(|error| ApiError::refused(None, format!("Not understood: {error}")))
}

fn read_text<'a>(body: &'a Value, field: &str) -> Option<&'a str> {
    body[field].as_str()
}

/// A whole number; absent and null are none.
fn read_integer(body: &Value, field: &str) -> Result<Option<i64>, ApiError> {
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

fn read_required_text<'a>(body: &'a Value, field: &str) -> Result<&'a str, ApiError> {
    read_text(body, field).ok_or_else(|| {
        ApiError::invalid("parameter_missing", format!("Missing field: {field}."), field)
    })
}
