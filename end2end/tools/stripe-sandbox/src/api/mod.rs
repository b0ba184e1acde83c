//! The `/v1` addresses, as pure functions of one account: method, path and parameters in, JSON or a refusal out.

mod checkout_sessions;
mod expand;
mod listing;
mod payments;
mod refunds;
mod webhook_endpoints;

use serde_json::Value;

use crate::Config;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::render::dispute::dispute_json;
use crate::render::event::event_json;

/// Executes one call; `path` is everything after `/v1/`.
pub fn execute(account: &mut Account, config: &Config, method: &str, path: &str, params: &Params) -> Result<Value, ApiError> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut answer = match (method, segments.as_slice()) {
        ("POST", ["checkout", "sessions"]) => checkout_sessions::create(account, config, params),
        ("GET", ["checkout", "sessions"]) => checkout_sessions::list(account, params),
        ("GET", ["checkout", "sessions", id]) => checkout_sessions::retrieve(account, id),
        ("POST", ["checkout", "sessions", id]) => checkout_sessions::update(account, id, params),
        ("POST", ["checkout", "sessions", id, "expire"]) => checkout_sessions::expire(account, id),
        ("GET", ["checkout", "sessions", id, "line_items"]) => checkout_sessions::line_items(account, id, params),
        ("GET", ["payment_intents"]) => payments::list_intents(account, params),
        ("GET", ["payment_intents", id]) => payments::retrieve_intent(account, id),
        ("GET", ["charges"]) => payments::list_charges(account, params),
        ("GET", ["charges", id]) => payments::retrieve_charge(account, id),
        ("POST", ["refunds"]) => refunds::create(account, params),
        ("GET", ["refunds"]) => refunds::list(account, params),
        ("GET", ["refunds", id]) => refunds::retrieve(account, id),
        ("GET", ["events"]) => list_events(account, params),
        ("GET", ["events", id]) => account.events.get(id).map(event_json).ok_or_else(|| ApiError::no_such("event", id, "id")),
        ("GET", ["disputes"]) => list_disputes(account, params),
        ("GET", ["disputes", id]) => account.disputes.get(id).map(dispute_json).ok_or_else(|| ApiError::no_such("dispute", id, "dispute")),
        ("POST", ["webhook_endpoints"]) => webhook_endpoints::create(account, params),
        ("GET", ["webhook_endpoints"]) => webhook_endpoints::list(account, params),
        ("GET", ["webhook_endpoints", id]) => webhook_endpoints::retrieve(account, id),
        ("DELETE", ["webhook_endpoints", id]) => webhook_endpoints::delete(account, id),
        _ => Err(ApiError::unknown_address(method, &format!("/v1/{path}"))),
    }?;
    for wanted in params.texts("expand") {
        expand::expand(account, &mut answer, wanted)?;
    }
    Ok(answer)
}

fn list_events(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let mut wanted = params.texts("types");
    wanted.extend(params.text("type"));
    let delivered = params.text("delivery_success").map(|text| text == "true");
    listing::page(&account.events, "/v1/events", params, event_json, |event| {
        (wanted.is_empty() || wanted.iter().any(|pattern| matches_type(pattern, &event.kind)))
            && delivered.is_none_or(|delivered| delivered == (event.undelivered() == 0))
    })
}

fn matches_type(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => pattern == kind,
    }
}

fn list_disputes(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let (charge, intent) = (params.text("charge"), params.text("payment_intent"));
    listing::page(&account.disputes, "/v1/disputes", params, dispute_json, |dispute| {
        charge.is_none_or(|charge| dispute.charge == charge) && intent.is_none_or(|intent| dispute.payment_intent == intent)
    })
}
