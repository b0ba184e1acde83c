//! Refunds from Stripe's dashboard, and the banks' actions on refunds and disputes.

use serde_json::{Value, json};

use super::{parse_body, read_integer, read_required_text, read_text};
use crate::account::Account;
use crate::api_error::ApiError;
use crate::records::{DisputeStatus, Metadata, RefundStatus};
use crate::render::dispute::render_dispute;
use crate::render::refund::render_refund;
use crate::rules::disputes::{self, NewDispute};
use crate::rules::refunds::{self, NewRefund};

/// 15.00 in currencies with two decimals.
const DEFAULT_FEE: i64 = 1500;
const DEFAULT_SECONDS_TO_RESPOND: i64 = 7 * 24 * 60 * 60;

pub(crate) fn create_refund(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let metadata = match &body["metadata"] {
        Value::Null => Metadata::new(),
        given => parse_body(given)?,
    };
    let refund = NewRefund {
        charge: refunds::find_charge(
            account,
            read_text(body, "charge"),
            read_text(body, "payment_intent"),
        )?,
        amount: read_integer(body, "amount")?,
        reason: read_text(body, "reason").map(str::to_owned),
        metadata,
    };
    let id = refunds::create(account, refund)?;
    Ok(json!(account.refunds.get(&id).map(render_refund)))
}

/// The state new refunds begin in.
pub(crate) fn set_initial_status(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let status = parse_body::<RefundStatus>(&body["status"])?;
    if status == RefundStatus::Canceled {
        return Err(ApiError::invalid(
            "parameter_invalid",
            "No refund begins as canceled.",
            "status",
        ));
    }
    account.refunds_begin = status;
    Ok(json!({ "status": status }))
}

pub(crate) fn change_refund(
    account: &mut Account,
    id: &str,
    to: RefundStatus,
    body: &Value,
) -> Result<Value, ApiError> {
    refunds::change_status(
        account,
        id,
        to,
        read_text(body, "reason").unwrap_or(refunds::DEFAULT_FAILURE_REASON),
    )?;
    Ok(json!(account.refunds.get(id).map(render_refund)))
}

/// `{"payment_intent": …}` opens a dispute; `"kind": "inquiry"` an inquiry, `"status"` any state
/// directly.
pub(crate) fn open_dispute(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let status = match (&body["status"], read_text(body, "kind").unwrap_or("dispute")) {
        (Value::Null, "dispute") => DisputeStatus::NeedsResponse,
        (Value::Null, "inquiry") => DisputeStatus::WarningNeedsResponse,
        (Value::Null, other) => {
            return Err(ApiError::invalid(
                "parameter_invalid",
                format!("Unknown kind: {other}"),
                "kind",
            ));
        }
        (status, _) => parse_body(status)?,
    };
    let dispute = NewDispute {
        payment_intent: read_required_text(body, "payment_intent")?.to_owned(),
        reason: read_text(body, "reason").unwrap_or("fraudulent").to_owned(),
        amount: read_integer(body, "amount")?,
        fee: read_integer(body, "fee")?.unwrap_or(DEFAULT_FEE),
        status,
        seconds_to_respond: read_integer(body, "seconds_to_respond")?
            .unwrap_or(DEFAULT_SECONDS_TO_RESPOND),
    };
    let id = disputes::open(account, dispute)?;
    Ok(json!(account.disputes.get(&id).map(render_dispute)))
}

pub(crate) fn change_dispute(
    account: &mut Account,
    id: &str,
    status: &Value,
) -> Result<Value, ApiError> {
    disputes::change_status(account, id, parse_body::<DisputeStatus>(status)?)?;
    Ok(json!(account.disputes.get(id).map(render_dispute)))
}
