//! The `/v1` endpoints as pure functions of one account: from method, path and parameters to JSON
//! or an error.

mod checkout_sessions;
mod disputes;
mod events;
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

/// Executes one call; `path` is everything after `/v1/`.
pub(crate) fn execute(
    account: &mut Account,
    config: &Config,
    method: &str,
    path: &str,
    params: &Params,
) -> Result<Value, ApiError> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut answer = match (method, segments.as_slice()) {
        ("POST", ["checkout", "sessions"]) => checkout_sessions::create(account, config, params),
        ("GET", ["checkout", "sessions"]) => checkout_sessions::list(account, params),
        ("GET", ["checkout", "sessions", id]) => checkout_sessions::retrieve(account, id),
        ("POST", ["checkout", "sessions", id]) => checkout_sessions::update(account, id, params),
        ("POST", ["checkout", "sessions", id, "expire"]) => {
            checkout_sessions::expire(account, id, params)
        }
        ("GET", ["checkout", "sessions", id, "line_items"]) => {
            checkout_sessions::line_items(account, id, params)
        }
        ("GET", ["payment_intents"]) => payments::list_intents(account, params),
        ("GET", ["payment_intents", id]) => payments::retrieve_intent(account, id),
        ("GET", ["charges"]) => payments::list_charges(account, params),
        ("GET", ["charges", id]) => payments::retrieve_charge(account, id),
        ("POST", ["refunds"]) => refunds::create(account, params),
        ("GET", ["refunds"]) => refunds::list(account, params),
        ("GET", ["refunds", id]) => refunds::retrieve(account, id),
        ("POST", ["refunds", id]) => refunds::update(account, id, params),
        ("POST", ["refunds", id, "cancel"]) => refunds::cancel(account, id),
        ("GET", ["events"]) => events::list(account, params),
        ("GET", ["events", id]) => events::retrieve(account, id),
        ("GET", ["disputes"]) => disputes::list(account, params),
        ("GET", ["disputes", id]) => disputes::retrieve(account, id),
        ("POST", ["webhook_endpoints"]) => webhook_endpoints::create(account, params),
        ("GET", ["webhook_endpoints"]) => webhook_endpoints::list(account, params),
        ("GET", ["webhook_endpoints", id]) => webhook_endpoints::retrieve(account, id),
        ("DELETE", ["webhook_endpoints", id]) => webhook_endpoints::delete(account, id),
        _ => Err(ApiError::unknown_url(method, &format!("/v1/{path}"))),
    }?;
    for wanted in params.text_list("expand") {
        expand::expand(account, &mut answer, wanted)?;
    }
    Ok(answer)
}
