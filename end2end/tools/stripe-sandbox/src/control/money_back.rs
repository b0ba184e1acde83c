//! Refunds made in Stripe's dashboard, and what banks do with refunds and disputes.

use serde_json::{Value, json};

use super::{integer, read, required, text};
use crate::account::Account;
use crate::api_error::ApiError;
use crate::records::{DisputeStatus, Metadata, RefundStatus};
use crate::render::dispute::dispute_json;
use crate::render::refund::refund_json;
use crate::rules::disputes::{self, DisputeOrder};
use crate::rules::refunds::{self, RefundOrder};

/// 15.00 in currencies with two decimals.
const USUAL_FEE: i64 = 1500;
const USUAL_TIME_TO_RESPOND: i64 = 7 * 24 * 60 * 60;

pub fn create_refund(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let metadata = match &body["metadata"] {
        Value::Null => Metadata::new(),
        given => read(given)?,
    };
    let order = RefundOrder {
        charge: refunds::charge_of(account, text(body, "charge"), text(body, "payment_intent"))?,
        amount: integer(body, "amount")?,
        reason: text(body, "reason").map(str::to_owned),
        metadata,
    };
    let id = refunds::create(account, order)?;
    Ok(json!(account.refunds.get(&id).map(refund_json)))
}

/// The state new refunds begin in.
pub fn set_beginning(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let status = read::<RefundStatus>(&body["status"])?;
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

pub fn change_refund(
    account: &mut Account,
    id: &str,
    to: RefundStatus,
    body: &Value,
) -> Result<Value, ApiError> {
    refunds::change_status(
        account,
        id,
        to,
        text(body, "reason").unwrap_or(refunds::USUAL_FAILURE),
    )?;
    Ok(json!(account.refunds.get(id).map(refund_json)))
}

/// `{"payment_intent": …}` opens a dispute; `"kind": "inquiry"` an inquiry, `"status"` any state
/// directly.
pub fn open_dispute(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let status = match (&body["status"], text(body, "kind").unwrap_or("dispute")) {
        (Value::Null, "dispute") => DisputeStatus::NeedsResponse,
        (Value::Null, "inquiry") => DisputeStatus::WarningNeedsResponse,
        (Value::Null, other) => {
            return Err(ApiError::invalid(
                "parameter_invalid",
                format!("Unknown kind: {other}"),
                "kind",
            ));
        }
        (status, _) => read(status)?,
    };
    let order = DisputeOrder {
        payment_intent: required(body, "payment_intent")?.to_owned(),
        reason: text(body, "reason").unwrap_or("fraudulent").to_owned(),
        amount: integer(body, "amount")?,
        fee: integer(body, "fee")?.unwrap_or(USUAL_FEE),
        status,
        seconds_to_respond: integer(body, "seconds_to_respond")?.unwrap_or(USUAL_TIME_TO_RESPOND),
    };
    let id = disputes::open(account, order)?;
    Ok(json!(account.disputes.get(&id).map(dispute_json)))
}

pub fn change_dispute(account: &mut Account, id: &str, status: &Value) -> Result<Value, ApiError> {
    disputes::change_status(account, id, read::<DisputeStatus>(status)?)?;
    Ok(json!(account.disputes.get(id).map(dispute_json)))
}
