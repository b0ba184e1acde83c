//! Handles every call to `/v1`: authentication, faults and idempotency keys.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde_json::{Value, json};

use crate::account::{API_VERSION, RequestInfo, random_alphanumeric};
use crate::api;
use crate::api_error::ApiError;
use crate::calendar::http_date;
use crate::faults::FaultKind;
use crate::form::{self, Params};
use crate::idempotency::{Answer, Decision};
use crate::sandbox::{AccountHandle, Sandbox};

/// Marks an answer that the server must not send: it closes the connection instead.
#[derive(Clone)]
pub(crate) struct DropConnection;

/// The TCP connection a request came over, numbered since the process started.
#[derive(Clone, Copy)]
pub(crate) struct ConnectionId(pub u64);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replayed {
    Yes,
    No,
}

struct Call {
    method: String,
    /// Everything after `/v1/`.
    path: String,
    parameters: Value,
    request: RequestInfo,
}

pub(crate) async fn handle_call(
    State(sandbox): State<Sandbox>,
    connection: Option<Extension<ConnectionId>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = format!("req_{}", random_alphanumeric(14));
    let secret_key = match authenticate(&headers) {
        Ok(secret_key) => secret_key,
        Err(error) => {
            return build_response(
                &error_answer(&error, &request_id),
                Replayed::No,
                None,
                sandbox.now(),
            );
        }
    };
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let encoded = if method == Method::POST {
        body.as_ref()
    } else {
        uri.query().unwrap_or_default().as_bytes()
    };
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
    if let Some(Extension(ConnectionId(connection))) = connection {
        sandbox.account(&secret_key).with(|account| account.connections.record(connection));
    }
    // A task of its own: the work goes on when the caller disconnects, as at Stripe.
    let request = call.request.clone();
    match tokio::spawn(process_call(sandbox.clone(), secret_key, call)).await {
        Ok(response) => response,
        Err(_) => {
            let answer = error_answer(&ApiError::internal(), &request.id);
            build_response(&answer, Replayed::No, Some(&request), sandbox.now())
        }
    }
}

/// The secret key of a bearer token or a basic-auth user name.
pub(crate) fn authenticate(headers: &HeaderMap) -> Result<String, ApiError> {
    let header =
        headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim().to_owned(),
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("basic") => {
            decode_basic_user(token.trim()).unwrap_or_default()
        }
        _ => String::new(),
    };
    if key.is_empty() {
        return Err(ApiError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    }
    if key.len() <= "sk_test_".len() || !key.starts_with("sk_test_") {
        return Err(ApiError::invalid_key(&key));
    }
    Ok(key)
}

fn decode_basic_user(token: &str) -> Option<String> {
    let decoded = base64::engine::general_purpose::STANDARD.decode(token).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split(':').next().unwrap_or_default().to_owned())
}

async fn process_call(sandbox: Sandbox, secret_key: String, call: Call) -> Response {
    let handle = sandbox.account(&secret_key);
    let (answer, replayed) = match begin_call(&handle, &call) {
        Err(error) => (error_answer(&error, &call.request.id), Replayed::No),
        Ok(decision) => {
            wait_for_delay(&handle, &call, FaultKind::Delay).await;
            let executed = match decision {
                Decision::Replay(answer) => (answer, Replayed::Yes),
                Decision::Execute => (execute(&sandbox, &handle, &call), Replayed::No),
            };
            sandbox.notify_change();
            wait_for_delay(&handle, &call, FaultKind::DelayAfterWork).await;
            executed
        }
    };
    sandbox.notify_change();
    let (now, is_dropped) = handle.with(|account| {
        let dropped = account.faults.take(&call.method, &call.path, FaultKind::DropAfterWork);
        (account.now(), dropped.is_some())
    });
    let mut response = build_response(&answer, replayed, Some(&call.request), now);
    if is_dropped {
        response.extensions_mut().insert(DropConnection);
    }
    response
}

async fn wait_for_delay(handle: &AccountHandle, call: &Call, kind: FaultKind) {
    let delay = handle.with(|account| account.faults.take_delay(&call.method, &call.path, kind));
    tokio::time::sleep(Duration::from_millis(delay)).await;
}

/// Counts the call, then applies refusing faults (before idempotency), then the idempotency key.
fn begin_call(handle: &AccountHandle, call: &Call) -> Result<Decision, ApiError> {
    let endpoint = endpoint_name(&call.method, &call.path);
    let request = json!([call.method, call.path, call.parameters]);
    handle.with(|account| {
        *account.calls.entry(endpoint.clone()).or_default() += 1;
        let key = call.request.idempotency_key.as_deref();
        let refusal =
            account.faults.take_refusal(&account.secret_key, &call.method, &call.path, key);
        if let Some(error) = refusal {
            return Err(error);
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
    let params = Params::new(&call.parameters);
    handle.with(|account| {
        let mut is_stored = true;
        let mut answer = if let Some(fault) =
            account.faults.take(&call.method, &call.path, FaultKind::Error500BeforeWork)
        {
            is_stored = fault.store_answer;
            error_answer(&ApiError::internal(), &call.request.id)
        } else if let Some((error, store_answer)) =
            account.faults.take_bad_request(&call.method, &call.path)
        {
            is_stored = store_answer;
            error_answer(&error, &call.request.id)
        } else {
            account.request = Some(call.request.clone());
            let result = api::execute(account, sandbox.config(), &call.method, &call.path, &params);
            account.request = None;
            match result {
                Ok(body) => Answer { status: 200, body, request_id: call.request.id.clone() },
                Err(error) => error_answer(&error, &call.request.id),
            }
        };
        if let Some(fault) =
            account.faults.take(&call.method, &call.path, FaultKind::Error500AfterWork)
        {
            is_stored = fault.store_answer;
            answer = error_answer(&ApiError::internal(), &call.request.id);
        }
        if let Some(key) = &call.request.idempotency_key {
            account.idempotency.finish(key, is_stored.then(|| answer.clone()));
        }
        answer
    })
}

/// The address with ids replaced, for counting: `POST /v1/checkout/sessions/{id}/expire`.
fn endpoint_name(method: &str, path: &str) -> String {
    let is_id = |segment: &str| {
        segment.contains('_') && segment.chars().any(|letter| letter.is_ascii_digit())
    };
    let segments: Vec<&str> =
        path.split('/').map(|segment| if is_id(segment) { "{id}" } else { segment }).collect();
    format!("{method} /v1/{}", segments.join("/"))
}

pub(crate) fn error_answer(error: &ApiError, request_id: &str) -> Answer {
    Answer { status: error.status, body: error.body(), request_id: request_id.to_owned() }
}

/// An answer with the headers that Stripe gives every answer; `now` is in seconds by the account's
/// clock.
fn build_response(
    answer: &Answer,
    replayed: Replayed,
    request: Option<&RequestInfo>,
    now: i64,
) -> Response {
    let status = axum::http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let body = serde_json::to_string_pretty(&answer.body).unwrap_or_default();
    let mut response = (status, [("content-type", "application/json")], body).into_response();
    let mut set = |name: &'static str, text: &str| {
        if let Ok(value) = axum::http::HeaderValue::from_str(text) {
            response.headers_mut().insert(name, value);
        }
    };
    for (name, text) in COMMON_HEADERS {
        set(name, text);
    }
    set("date", &http_date(now));
    set("request-id", request.map_or(&answer.request_id, |request| &request.id));
    set(
        "stripe-version",
        request.and_then(|request| request.api_version.as_deref()).unwrap_or(API_VERSION),
    );
    if let Some(key) = request.and_then(|request| request.idempotency_key.as_deref()) {
        set("idempotency-key", key);
    }
    if replayed == Replayed::Yes {
        set("idempotent-replayed", "true");
        set("original-request", &answer.request_id);
    }
    if answer.status == 429 {
        set("stripe-rate-limited-reason", "global-rate");
    }
    response
}

const COMMON_HEADERS: &[(&str, &str)] = &[
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-methods", "GET, HEAD, PUT, PATCH, POST, DELETE"),
    ("access-control-allow-origin", "*"),
    (
        "access-control-expose-headers",
        "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
    ),
    ("access-control-max-age", "300"),
    ("cache-control", "no-cache, no-store"),
    ("server", "nginx"),
    ("vary", "Origin"),
];
