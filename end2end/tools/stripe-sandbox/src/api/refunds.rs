//! `/v1/refunds`.

use serde_json::Value;

use super::listing;
use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::RefundStatus;
use crate::render::refund::render_refund;
use crate::rules::refunds::{self, NewRefund};

const KNOWN: &[&str] = &[
    "amount",
    "charge",
    "currency",
    "customer",
    "expand",
    "instructions_email",
    "metadata",
    "origin",
    "payment_intent",
    "reason",
    "refund_application_fee",
    "reverse_transfer",
];

pub(crate) fn create(account: &mut Account, params: &Params) -> Result<Value, ApiError> {
    params.refuse_unknown(KNOWN)?;
    let reason = params.text("reason");
    if let Some(unknown) = reason
        .filter(|reason| !["duplicate", "fraudulent", "requested_by_customer"].contains(reason))
    {
        let message = format!(
            "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer, not '{unknown}'"
        );
        return Err(ApiError::invalid("parameter_invalid", message, "reason"));
    }
    let order = NewRefund {
        charge: refunds::find_charge(
            account,
            params.text("charge"),
            params.text("payment_intent"),
        )?,
        amount: params.integer("amount")?,
        reason: reason.map(str::to_owned),
        metadata: params.metadata("metadata")?,
    };
    let id = refunds::create(account, order)?;
    retrieve(account, &id)
}

pub(crate) fn retrieve(account: &Account, id: &str) -> Result<Value, ApiError> {
    account
        .refunds
        .get(id)
        .map(render_refund)
        .ok_or_else(|| ApiError::no_such("refund", id, "refund"))
}

/// Metadata is what Stripe lets a caller change.
pub(crate) fn update(account: &mut Account, id: &str, params: &Params) -> Result<Value, ApiError> {
    params.refuse_unknown(&["expand", "metadata"])?;
    let metadata = params.metadata("metadata")?;
    let refund =
        account.refunds.get_mut(id).ok_or_else(|| ApiError::no_such("refund", id, "refund"))?;
    refund.metadata.extend(metadata);
    refund.metadata.retain(|_, text| !text.is_empty());
    Ok(render_refund(refund))
}

/// Only a refund that waits for the shopper can be cancelled by a call.
pub(crate) fn cancel(account: &mut Account, id: &str) -> Result<Value, ApiError> {
    let refund =
        account.refunds.get(id).ok_or_else(|| ApiError::no_such("refund", id, "refund"))?;
    if refund.status != RefundStatus::RequiresAction {
        return Err(ApiError::refused(
            None,
            "Only refunds with a status of requires_action can be canceled.",
        ));
    }
    refunds::change_status(account, id, RefundStatus::Canceled, refunds::DEFAULT_FAILURE_REASON)?;
    retrieve(account, id)
}

pub(crate) fn list(account: &Account, params: &Params) -> Result<Value, ApiError> {
    let (charge, intent) = (params.text("charge"), params.text("payment_intent"));
    listing::paginate_table(
        account,
        &account.refunds,
        "/v1/refunds",
        params,
        render_refund,
        |refund| {
            charge.is_none_or(|charge| refund.charge == charge)
                && intent.is_none_or(|intent| refund.payment_intent == intent)
        },
    )
}
