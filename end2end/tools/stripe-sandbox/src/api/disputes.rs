//! `/v1/disputes`, read-only: the control API opens disputes, as a bank does.

use serde_json::Value;

use super::listing;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::render::dispute::render_dispute;

pub(crate) fn retrieve(account: &Account, id: &str) -> Result<Value, ApiError> {
    account
        .disputes
        .get(id)
        .map(render_dispute)
        .ok_or_else(|| ApiError::no_such("dispute", id, "dispute"))
}

pub(crate) fn list(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let (charge, intent) = (params.text("charge"), params.text("payment_intent"));
    listing::paginate_table(
        account,
        &account.disputes,
        "/v1/disputes",
        params,
        render_dispute,
        |dispute| {
            charge.is_none_or(|charge| dispute.charge == charge)
                && intent.is_none_or(|intent| dispute.payment_intent == intent)
        },
    )
}
