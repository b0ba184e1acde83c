//! `/v1/checkout/sessions`.

use serde_json::Value;

use super::listing;
use crate::Config;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::Session;
use crate::render::session::{line_item_json, session_json};
use crate::rules::{new_session, session_life};

pub fn create(account: &mut Account, config: &Config, params: &Params) -> Result<Value, ApiError> {
    let id = new_session::create(account, config, params)?;
    retrieve(account, &id)
}

pub fn retrieve(account: &Account, id: &str) -> Result<Value, ApiError> {
    find(account, id).map(session_json)
}

/// Metadata is what Stripe lets a caller change without a new session.
pub fn update(account: &mut Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    params.refuse_unknown(&["collected_information", "expand", "metadata", "shipping_options"])?;
    let metadata = params.metadata("metadata")?;
    let session = account
        .sessions
        .get_mut(id)
        .ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))?;
    session.metadata.extend(metadata);
    session.metadata.retain(|_, text| !text.is_empty());
    Ok(session_json(session))
}

pub fn expire(account: &mut Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    params.refuse_unknown(&["expand"])?;
    session_life::expire_by_caller(account, id)?;
    retrieve(account, id)
}

pub fn list(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let intent = params.text("payment_intent");
    let status = params.text("status");
    let email = params.child("customer_details").and_then(|details| details.text("email"));
    listing::page(
        account,
        &account.sessions,
        "/v1/checkout/sessions",
        params,
        session_json,
        |session| {
            intent.is_none_or(|intent| session.payment_intent.as_deref() == Some(intent))
                && status.is_none_or(|status| {
                    serde_json::to_value(session.status).is_ok_and(|is| is == status)
                })
                && email.is_none_or(|email| session.payer_email.as_deref() == Some(email))
        },
    )
}

pub fn line_items(account: &Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    let session = find(account, id)?;
    let url = format!("/v1/checkout/sessions/{id}/line_items");
    listing::page_of(
        &session.line_items,
        |item| &item.id,
        &url,
        params,
        |item| line_item_json(item, session),
    )
}

fn find<'a>(account: &'a Account, id: &str) -> Result<&'a Session, ApiError> {
    account.sessions.get(id).ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))
}
