//! `/v1/payment_intents` and `/v1/charges`, read-only: only the hosted page creates payments.

use serde_json::Value;

use super::listing;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::render::payment::{render_charge, render_payment_intent};

pub(crate) fn retrieve_intent(account: &Account, id: &str) -> Result<Value, ApiError> {
    let intent = account.payment_intents.get(id);
    intent
        .map(render_payment_intent)
        .ok_or_else(|| ApiError::no_such("payment_intent", id, "intent"))
}

pub(crate) fn list_intents(account: &Account, params: &Params) -> Result<Value, ApiError> {
    listing::paginate_table(
        account,
        &account.payment_intents,
        "/v1/payment_intents",
        params,
        render_payment_intent,
        |_| true,
    )
}

pub(crate) fn retrieve_charge(account: &Account, id: &str) -> Result<Value, ApiError> {
    account
        .charges
        .get(id)
        .map(render_charge)
        .ok_or_else(|| ApiError::no_such("charge", id, "charge"))
}

pub(crate) fn list_charges(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let intent = params.text("payment_intent");
    listing::paginate_table(
        account,
        &account.charges,
        "/v1/charges",
        params,
        render_charge,
        |charge| intent.is_none_or(|intent| charge.payment_intent == intent),
    )
}
