//! `/v1/webhook_endpoints`.

use serde_json::{Value, json};

use super::listing;
use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::Endpoint;
use crate::render::event::render_endpoint;

pub(crate) fn create(account: &mut Account, params: &Params) -> Result<Value, ApiError> {
    let url = params.required_text("url")?;
    if !url.starts_with("http://") {
        let message = "Invalid URL: the sandbox delivers to plain http:// addresses.";
        return Err(ApiError::invalid("url_invalid", message, "url"));
    }
    let enabled_events: Vec<String> =
        params.text_list("enabled_events").into_iter().map(str::to_owned).collect();
    if enabled_events.is_empty() {
        let message = "Missing required param: enabled_events.";
        return Err(ApiError::invalid("parameter_missing", message, "enabled_events"));
    }
    let endpoint = Endpoint {
        id: format!("we_1{}", random_alphanumeric(23)),
        created: account.now(),
        url: url.to_owned(),
        secret: format!("whsec_{}", random_alphanumeric(32)),
        enabled_events,
        description: params.text("description").map(str::to_owned),
        api_version: params.text("api_version").map(str::to_owned),
        metadata: params.metadata("metadata")?,
    };
    let mut answer = render_endpoint(&endpoint);
    answer["secret"] = json!(endpoint.secret);
    account.endpoints.push(endpoint);
    Ok(answer)
}

pub(crate) fn retrieve(account: &Account, id: &str) -> Result<Value, ApiError> {
    let endpoint = account.endpoints.iter().find(|endpoint| endpoint.id == id);
    endpoint
        .map(render_endpoint)
        .ok_or_else(|| ApiError::no_such("webhook endpoint", id, "webhook_endpoint"))
}

pub(crate) fn list(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let newest_first: Vec<&Endpoint> = account.endpoints.iter().rev().collect();
    listing::paginate_rows(
        &newest_first,
        |endpoint| &endpoint.id,
        "/v1/webhook_endpoints",
        params,
        |endpoint| render_endpoint(endpoint),
    )
}

pub(crate) fn delete(account: &mut Account, id: &str) -> Result<Value, ApiError> {
    retrieve(account, id)?;
    account.endpoints.retain(|endpoint| endpoint.id != id);
    for event in account.events.iter_mut() {
        event.deliveries.retain(|delivery| delivery.endpoint != id);
    }
    Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
}
