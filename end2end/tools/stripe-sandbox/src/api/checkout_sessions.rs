//! `/v1/checkout/sessions`.

use serde_json::Value;

use super::listing;
use crate::Config;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::Session;
use crate::render::session::{render_line_item, render_session};
use crate::rules::{new_session, session_expiry};

pub(crate) fn create(
    account: &mut Account,
    config: &Config,
    params: &Params,
) -> Result<Value, ApiError> {
    let id = new_session::create(account, config, params)?;
    retrieve(account, &id)
}

pub(crate) fn retrieve(account: &Account, id: &str) -> Result<Value, ApiError> {
    find(account, id).map(render_session)
}

/// Metadata is what Stripe lets a caller change without a new session.
pub(crate) fn update(account: &mut Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    params.refuse_unknown(&["collected_information", "expand", "metadata", "shipping_options"])?;
    let metadata = params.metadata("metadata")?;
    let session = account
        .sessions
        .get_mut(id)
        .ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))?;
    session.metadata.extend(metadata);
    session.metadata.retain(|_, text| !text.is_empty());
    Ok(render_session(session))
}

pub(crate) fn expire(account: &mut Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    params.refuse_unknown(&["expand"])?;
    session_expiry::expire_on_request(account, id)?;
    retrieve(account, id)
}

pub(crate) fn list(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let intent = params.text("payment_intent");
    let status = params.text("status");
    let email = params.child("customer_details").and_then(|details| details.text("email"));
    listing::paginate_table(
        account,
        &account.sessions,
        "/v1/checkout/sessions",
        params,
        render_session,
        |session| {
            intent.is_none_or(|intent| session.payment_intent.as_deref() == Some(intent))
                && status.is_none_or(|status| {
                    serde_json::to_value(session.status).is_ok_and(|is| is == status)
                })
                && email.is_none_or(|email| session.payer_email.as_deref() == Some(email))
        },
    )
}

pub(crate) fn line_items(account: &Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    let session = find(account, id)?;
    let url = format!("/v1/checkout/sessions/{id}/line_items");
    listing::paginate_rows(
        &session.line_items,
        |item| &item.id,
        &url,
        params,
        |item| render_line_item(item, session),
    )
}

fn find<'a>(account: &'a Account, id: &str) -> Result<&'a Session, ApiError> {
    account.sessions.get(id).ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))
}
