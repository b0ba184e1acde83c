//! `expand[]`: an id in an answer is replaced by the object it names.

use serde_json::{Value, json};

use crate::account::Account;
use crate::api_error::ApiError;
use crate::render::dispute::render_dispute;
use crate::render::payment::{render_charge, render_payment_intent};
use crate::render::refund::render_refund;
use crate::render::session::{
    render_line_item, render_product, render_session, render_shipping_rate,
};

/// Follows one dotted path, such as `data.payment_intent.latest_charge`.
pub(crate) fn expand(account: &Account, answer: &mut Value, path: &str) -> Result<(), ApiError> {
    let segments: Vec<&str> = path.split('.').collect();
    if segments.len() > 4 {
        return Err(ApiError::refused(None, "You cannot expand more than 4 levels of a property."));
    }
    expand_segments(account, answer, &segments, path)
}

fn expand_segments(
    account: &Account,
    place: &mut Value,
    segments: &[&str],
    path: &str,
) -> Result<(), ApiError> {
    let Some((segment, rest)) = segments.split_first() else {
        return Ok(());
    };
    if let (Some(items), "data") = (place.get_mut("data").and_then(Value::as_array_mut), *segment) {
        return items.iter_mut().try_for_each(|item| expand_segments(account, item, rest, path));
    }
    if let Some(list) = included_list(account, place, segment) {
        place[*segment] = list;
    }
    match place.get_mut(*segment) {
        Some(Value::Null) => Ok(()),
        Some(child @ (Value::Object(_) | Value::Array(_))) => {
            expand_segments(account, child, rest, path)
        }
        Some(child) => {
            let id = child.as_str().unwrap_or_default().to_owned();
            *child = find(account, &id).ok_or_else(|| cannot_expand(path))?;
            expand_segments(account, child, rest, path)
        }
        None => Err(cannot_expand(path)),
    }
}

fn cannot_expand(path: &str) -> ApiError {
    let message = format!("This property cannot be expanded ({path}).");
    ApiError { param: Some("expand".to_owned()), ..ApiError::refused(None, message) }
}

/// Lists that Stripe includes only on request.
fn included_list(account: &Account, object: &Value, segment: &str) -> Option<Value> {
    let id = object.get("id")?.as_str()?;
    match (object.get("object")?.as_str()?, segment) {
        ("checkout.session", "line_items") => {
            let session = account.sessions.get(id)?;
            let data: Vec<Value> =
                session.line_items.iter().map(|item| render_line_item(item, session)).collect();
            Some(list(data, &format!("/v1/checkout/sessions/{id}/line_items")))
        }
        ("charge", "refunds") => {
            let refunds = account.refunds.iter().rev().filter(|refund| refund.charge == id);
            Some(list(refunds.map(render_refund).collect(), &format!("/v1/charges/{id}/refunds")))
        }
        _ => None,
    }
}

fn list(data: Vec<Value>, url: &str) -> Value {
    json!({ "object": "list", "data": data, "has_more": false, "url": url })
}

fn find(account: &Account, id: &str) -> Option<Value> {
    let (kind, _) = id.split_once('_')?;
    match kind {
        "cs" => account.sessions.get(id).map(render_session),
        "pi" => account.payment_intents.get(id).map(render_payment_intent),
        "ch" => account.charges.get(id).map(render_charge),
        "du" => account.disputes.get(id).map(render_dispute),
        "re" => account.refunds.get(id).map(render_refund),
        "prod" => account.sessions.iter().find_map(|session| {
            let item = session.line_items.iter().find(|item| item.product_id == id)?;
            Some(render_product(item, session))
        }),
        "shr" => account.sessions.iter().find_map(|session| {
            let option = session.shipping_options.iter().find(|option| option.rate_id == id)?;
            Some(render_shipping_rate(option, session))
        }),
        _ => None,
    }
}
