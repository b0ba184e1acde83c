//! The way into `/v1`: who calls, which faults are switched on, what an idempotency key already answered.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde_json::{Value, json};

use crate::account::{API_VERSION, RequestInfo, random_text};
use crate::api;
use crate::api_error::ApiError;
use crate::control::faults::{self, FaultKind};
use crate::form::{self, Params};
use crate::idempotency::{Answer, Decision};
use crate::sandbox::{AccountHandle, Sandbox};

/// Marks an answer that the server must not send: it closes the connection instead.
#[derive(Clone)]
pub struct DropConnection;

struct Call {
    method: String,
    /// Everything after `/v1/`.
    path: String,
    parameters: Value,
    request: RequestInfo,
}

pub async fn handle_call(State(sandbox): State<Sandbox>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request_id = format!("req_{}", random_text(14));
    let secret_key = match authenticate(&headers) {
        Ok(secret_key) => secret_key,
        Err(error) => return respond(&refusal(&error, &request_id), false, None),
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let encoded = if method == Method::POST { body.as_ref() } else { uri.query().unwrap_or_default().as_bytes() };
    let call = Call {
        path: uri.path().trim_start_matches("/v1/").to_owned(),
        parameters: form::decode(encoded),
        request: RequestInfo {
            id: request_id,
            idempotency_key: text("idempotency-key").filter(|_| method == Method::POST),
            api_version: text("stripe-version"),
        },
        method: method.to_string(),
    };
    // A task of its own: the work goes on when the caller hangs up, as it does at Stripe.
    let request = call.request.clone();
    match tokio::spawn(run(sandbox, secret_key, call)).await {
        Ok(response) => response,
        Err(_) => respond(&refusal(&ApiError::internal(), &request.id), false, Some(&request)),
    }
}

/// The secret key of a bearer token or a basic-auth user name.
pub fn authenticate(headers: &HeaderMap) -> Result<String, ApiError> {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim().to_owned(),
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("basic") => user_name(token.trim()).unwrap_or_default(),
        _ => String::new(),
    };
    if key.is_empty() {
        return Err(ApiError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    }
    if key.len() <= "sk_test_".len() || !key.starts_with("sk_test_") {
        let shown: String = key.chars().take(8).collect();
        return Err(ApiError::unauthorized(&format!("Invalid API Key provided: {shown}***")));
    }
    Ok(key)
}

fn user_name(token: &str) -> Option<String> {
    let decoded = base64::engine::general_purpose::STANDARD.decode(token).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split(':').next().unwrap_or_default().to_owned())
}

async fn run(sandbox: Sandbox, secret_key: String, call: Call) -> Response {
    let handle = sandbox.account(&secret_key);
    let (answer, replayed) = match begin(&handle, &call) {
        Err(error) => (refusal(&error, &call.request.id), false),
        Ok(decision) => {
            let delay = handle.with(|account| faults::take_delay(account, &call.method, &call.path));
            tokio::time::sleep(Duration::from_millis(delay)).await;
            match decision {
                Decision::Replay(answer) => (answer, true),
                Decision::Execute => (execute(&sandbox, &handle, &call), false),
            }
        }
    };
    sandbox.note_change();
    let mut response = respond(&answer, replayed, Some(&call.request));
    let is_dropped = handle.with(|account| faults::take(account, &call.method, &call.path, FaultKind::DropAfterWork).is_some());
    if is_dropped {
        response.extensions_mut().insert(DropConnection);
    }
    response
}

/// Counts the call, refuses it if a fault says so (which comes before idempotency), then asks the idempotency key.
fn begin(handle: &AccountHandle, call: &Call) -> Result<Decision, ApiError> {
    let endpoint = endpoint_name(&call.method, &call.path);
    let request = json!([call.method, call.path, call.parameters]);
    handle.with(|account| {
        *account.calls.entry(endpoint.clone()).or_default() += 1;
        if faults::take(account, &call.method, &call.path, FaultKind::RateLimit429).is_some() {
            return Err(ApiError::rate_limited());
        }
        let key = call.request.idempotency_key.as_deref();
        if faults::take(account, &call.method, &call.path, FaultKind::Conflict409).is_some() {
            return Err(key.map_or_else(ApiError::lock_timeout, ApiError::key_in_use));
        }
        let now = account.now();
        match key {
            None => Ok(Decision::Execute),
            Some(key) if key.len() > 255 => {
                let message = "Keys for idempotent requests must be at most 255 characters.";
                Err(ApiError::refused(None, message))
            }
            Some(key) => account.idempotency.begin(key, &endpoint, &request, now),
        }
    })
}

fn execute(sandbox: &Sandbox, handle: &AccountHandle, call: &Call) -> Answer {
    let params = Params::root(&call.parameters);
    handle.with(|account| {
        let mut is_stored = true;
        let before = faults::take(account, &call.method, &call.path, FaultKind::Error500BeforeWork);
        let mut answer = match &before {
            Some(fault) => {
                is_stored = fault.store_answer;
                refusal(&ApiError::internal(), &call.request.id)
            }
            None => {
                account.request = Some(call.request.clone());
                let result = api::execute(account, sandbox.config(), &call.method, &call.path, &params);
                account.request = None;
                match result {
                    Ok(body) => Answer { status: 200, body, request_id: call.request.id.clone() },
                    Err(error) => refusal(&error, &call.request.id),
                }
            }
        };
        if let Some(fault) = faults::take(account, &call.method, &call.path, FaultKind::Error500AfterWork) {
            is_stored = fault.store_answer;
            answer = refusal(&ApiError::internal(), &call.request.id);
        }
        if let Some(key) = &call.request.idempotency_key {
            account.idempotency.finish(key, is_stored.then(|| answer.clone()));
        }
        answer
    })
}

/// The address with ids replaced, for counting: `POST /v1/checkout/sessions/{id}/expire`.
fn endpoint_name(method: &str, path: &str) -> String {
    let is_id = |segment: &str| segment.contains('_') && segment.chars().any(|letter| letter.is_ascii_digit());
    let segments: Vec<&str> = path.split('/').map(|segment| if is_id(segment) { "{id}" } else { segment }).collect();
    format!("{method} /v1/{}", segments.join("/"))
}

pub fn refusal(error: &ApiError, request_id: &str) -> Answer {
    Answer { status: error.status, body: error.body(), request_id: request_id.to_owned() }
}

fn respond(answer: &Answer, replayed: bool, request: Option<&RequestInfo>) -> Response {
    let status = axum::http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let body = serde_json::to_string_pretty(&answer.body).unwrap_or_default();
    let mut response = (status, [("content-type", "application/json")], body).into_response();
    let mut set = |name: &'static str, text: &str| {
        if let Ok(value) = axum::http::HeaderValue::from_str(text) {
            response.headers_mut().insert(name, value);
        }
    };
    set("cache-control", "no-cache, no-store");
    set("request-id", request.map_or(&answer.request_id, |request| &request.id));
    set("stripe-version", request.and_then(|request| request.api_version.as_deref()).unwrap_or(API_VERSION));
    if let Some(key) = request.and_then(|request| request.idempotency_key.as_deref()) {
        set("idempotency-key", key);
    }
    if replayed {
        set("idempotent-replayed", "true");
        set("original-request", &answer.request_id);
    }
    response
}
