//! Giving money back, never more than was captured.

use crate::account::{Account, random_text};
use crate::api_error::ApiError;
use crate::records::{ChargeStatus, DisputeStatus, Metadata, Refund, RefundStatus};
use crate::render::payment::charge_json;
use crate::render::refund::refund_json;

pub struct RefundOrder {
    pub charge: String,
    /// Minor units; everything that is left when absent.
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub metadata: Metadata,
}

/// Makes a refund. Invariant: the refunds of a charge that have not failed never exceed its amount.
pub fn create(account: &mut Account, order: RefundOrder) -> Result<String, ApiError> {
    let status = account.refunds_begin;
    let now = account.now();
    let disputes = &account.disputes;
    let charge = account.charges.get_mut(&order.charge).ok_or_else(|| ApiError::no_such("charge", &order.charge, "charge"))?;
    if charge.status != ChargeStatus::Succeeded {
        let message = format!("Charge {} has not been captured and cannot be refunded.", charge.id);
        return Err(ApiError::refused(None, message));
    }
    let dispute = charge.dispute.as_ref().and_then(|id| disputes.get(id));
    if dispute.is_some_and(|dispute| dispute.status != DisputeStatus::Won) {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", charge.id);
        return Err(ApiError::refused(Some("charge_disputed"), message));
    }
    let left = charge.amount - charge.refunded;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(ApiError::refused(Some("charge_already_refunded"), message));
    }
    let amount = order.amount.unwrap_or(left);
    if amount < 1 {
        return Err(ApiError::invalid("parameter_invalid_integer", "Invalid positive integer", "amount"));
    }
    if amount > left {
        let (amount, currency) = (amount, &charge.currency);
        let message = format!("Refund amount ({amount} {currency}) is greater than unrefunded amount on charge ({left} {currency})");
        return Err(ApiError::invalid("refund_amount_exceeds_charge", message, "amount"));
    }
    charge.refunded += amount;
    let refund = Refund {
        id: format!("re_3{}", random_text(23)),
        created: now,
        amount,
        currency: charge.currency.clone(),
        charge: charge.id.clone(),
        payment_intent: charge.payment_intent.clone(),
        reason: order.reason,
        status,
        failure_reason: None,
        metadata: order.metadata,
    };
    let (id, refund_object, charge_object) = (refund.id.clone(), refund_json(&refund), charge_json(charge));
    account.refunds.insert(refund);
    account.record_event("refund.created", refund_object);
    account.record_event("charge.refunded", charge_object);
    Ok(id)
}

/// Lets a pending refund arrive.
pub fn succeed(account: &mut Account, id: &str) -> Result<(), ApiError> {
    let refund = account.refunds.get_mut(id).ok_or_else(|| ApiError::no_such("refund", id, "refund"))?;
    if refund.status != RefundStatus::Pending {
        return Err(ApiError::refused(None, "This refund is not pending."));
    }
    refund.status = RefundStatus::Succeeded;
    let object = refund_json(refund);
    account.record_event("refund.updated", object);
    Ok(())
}

/// Lets a refund fail, even one already reported as succeeded, as banks do: the money is back at the merchant.
pub fn fail(account: &mut Account, id: &str, reason: &str) -> Result<(), ApiError> {
    let refund = account.refunds.get_mut(id).ok_or_else(|| ApiError::no_such("refund", id, "refund"))?;
    if refund.status == RefundStatus::Failed {
        return Err(ApiError::refused(None, "This refund has already failed."));
    }
    refund.status = RefundStatus::Failed;
    refund.failure_reason = Some(reason.to_owned());
    if let Some(charge) = account.charges.get_mut(&refund.charge) {
        charge.refunded -= refund.amount;
    }
    let object = refund_json(refund);
    account.record_event("refund.updated", object.clone());
    account.record_event("refund.failed", object);
    Ok(())
}

/// The charge a refund request means.
pub fn charge_of(account: &Account, charge: Option<&str>, payment_intent: Option<&str>) -> Result<String, ApiError> {
    match (charge, payment_intent) {
        (Some(charge), _) => Ok(charge.to_owned()),
        (None, Some(id)) => {
            let intent = account.payment_intents.get(id).ok_or_else(|| ApiError::no_such("payment_intent", id, "payment_intent"))?;
            intent
                .latest_charge
                .clone()
                .ok_or_else(|| ApiError::refused(None, format!("This PaymentIntent ({id}) does not have a successful charge to refund.")))
        }
        (None, None) => Err(ApiError::refused(
            Some("parameter_missing"),
            "One of the following params should be provided for this request: payment_intent or charge.",
        )),
    }
}
