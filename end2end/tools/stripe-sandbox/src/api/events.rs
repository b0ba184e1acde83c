//! `/v1/events`.

use serde_json::Value;

use super::listing;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::render::event::render_event;

const MOST_TYPES: usize = 20;

pub(crate) fn retrieve(account: &Account, id: &str) -> Result<Value, ApiError> {
    account.events.get(id).map(render_event).ok_or_else(|| ApiError::no_such("event", id, "id"))
}

pub(crate) fn list(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let mut wanted = params.text_list("types");
    if wanted.len() > MOST_TYPES {
        let message = format!("Array types exceeded maximum {MOST_TYPES} allowed elements.");
        return Err(ApiError::invalid("parameter_invalid", message, "types"));
    }
    if !wanted.is_empty() && params.text("type").is_some() {
        let message = "You may only specify one of these parameters: type, types.";
        return Err(ApiError::invalid("parameters_exclusive", message, "types"));
    }
    wanted.extend(params.text("type"));
    let delivered = params.boolean("delivery_success")?;
    listing::paginate_table(account, &account.events, "/v1/events", params, render_event, |event| {
        (wanted.is_empty() || wanted.iter().any(|pattern| matches_type(pattern, &event.kind)))
            && delivered.is_none_or(|delivered| delivered == (event.count_undelivered() == 0))
    })
}

fn matches_type(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => pattern == kind,
    }
}
