//! `/v1/payment_intents` and `/v1/charges`, for reading: only the hosted page makes payments.

use serde_json::Value;

use super::listing;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::render::payment::{charge_json, payment_intent_json};

pub fn retrieve_intent(account: &Account, id: &str) -> Result<Value, ApiError> {
    let intent = account.payment_intents.get(id);
    intent.map(payment_intent_json).ok_or_else(|| ApiError::no_such("payment_intent", id, "intent"))
}

pub fn list_intents(account: &Account, params: &Params) -> Result<Value, ApiError> {
    listing::page(
        account,
        &account.payment_intents,
        "/v1/payment_intents",
        params,
        payment_intent_json,
        |_| true,
    )
}

pub fn retrieve_charge(account: &Account, id: &str) -> Result<Value, ApiError> {
    account
        .charges
        .get(id)
        .map(charge_json)
        .ok_or_else(|| ApiError::no_such("charge", id, "charge"))
}

pub fn list_charges(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let intent = params.text("payment_intent");
    listing::page(account, &account.charges, "/v1/charges", params, charge_json, |charge| {
        intent.is_none_or(|intent| charge.payment_intent == intent)
    })
}
