//! Faults of webhooks, and events that a test creates.

use serde_json::{Value, json};

use super::{parse_body, read_required_text, read_text};
use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::render::event::render_event;
use crate::webhooks::mode::WebhookMode;
use crate::webhooks::schedule;

/// `{"mode": "duplicate", "n": 3}`, or several at once: `{"modes": [{"mode": "withhold"}, {"mode":
/// "several_v1"}]}`.
pub(crate) fn set_mode(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let mut mode = WebhookMode::default();
    let single = [body.clone()];
    for wanted in body["modes"].as_array().map_or(single.as_slice(), Vec::as_slice) {
        match read_required_text(wanted, "mode")? {
            "normal" => {}
            "withhold" => mode.withhold = true,
            "drop" => mode.drop = true,
            "duplicate" => {
                mode.copies = u32::try_from(wanted["n"].as_u64().unwrap_or(2)).unwrap_or(2)
            }
            "reorder" => mode.reorder = true,
            "delay" => mode.delay_milliseconds = wanted["milliseconds"].as_i64().unwrap_or(1000),
            "several_v1" => {
                let second =
                    read_text(wanted, "secret").map_or_else(schedule::random_secret, str::to_owned);
                mode.second_secret = Some(second);
            }
            "wrong_livemode" => mode.wrong_livemode = true,
            other => {
                return Err(ApiError::invalid(
                    "parameter_invalid",
                    format!("Unknown mode: {other}"),
                    "mode",
                ));
            }
        }
    }
    account.webhook_mode = mode;
    Ok(json!({ "mode": account.webhook_mode }))
}

/// `{"only": [ids or types]}` releases only these events. Events that are never named stay
/// withheld.
pub(crate) fn flush(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let only: Option<Vec<String>> = match &body["only"] {
        Value::Null => None,
        named => Some(parse_body(named)?),
    };
    Ok(json!({ "released": schedule::flush(account, only.as_deref()) }))
}

pub(crate) fn redeliver(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let id = read_required_text(body, "event")?;
    if account.events.get(id).is_none() {
        return Err(ApiError::no_such("event", id, "event"));
    }
    let copies = u32::try_from(body["copies"].as_u64().unwrap_or(1)).unwrap_or(1);
    Ok(json!({ "deliveries": schedule::redeliver(account, id, copies) }))
}

/// Gives an endpoint (the first when none is named) a new secret and answers with both.
pub(crate) fn roll_secret(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let wanted = read_text(body, "endpoint");
    let endpoint = account
        .endpoints
        .iter_mut()
        .find(|endpoint| wanted.is_none_or(|wanted| endpoint.id == wanted));
    let endpoint = endpoint.ok_or_else(|| {
        ApiError::no_such("webhook endpoint", wanted.unwrap_or_default(), "endpoint")
    })?;
    let new = read_text(body, "secret")
        .map_or_else(|| format!("whsec_{}", random_alphanumeric(32)), str::to_owned);
    let old = std::mem::replace(&mut endpoint.secret, new.clone());
    Ok(json!({ "endpoint": endpoint.id, "old_secret": old, "secret": new }))
}

/// Every event with the state of its deliveries, oldest first.
pub(crate) fn events(account: &Account) -> Value {
    let events: Vec<Value> = account
        .events
        .iter()
        .map(|event| {
            let mut json = render_event(event);
            json["deliveries"] = json!(event.deliveries);
            json
        })
        .collect();
    json!({ "data": events })
}

/// Creates a correctly signed event with any object, to test that a receiver validates it.
pub(crate) fn create_event(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    account.record_event(read_required_text(body, "type")?, body["object"].clone());
    let invented = account.events.iter().next_back();
    Ok(json!(invented.map(render_event)))
}
