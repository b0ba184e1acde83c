//! Chargebacks: opened by the shopper's bank, closed won or lost.

use crate::account::{Account, random_text};
use crate::api_error::ApiError;
use crate::records::{ChargeStatus, Dispute, DisputeStatus};
use crate::render::dispute::dispute_json;

pub fn open(account: &mut Account, payment_intent: &str, reason: &str) -> Result<String, ApiError> {
    let now = account.now();
    let charge =
        account.charges.iter_mut().find(|charge| charge.payment_intent == payment_intent && charge.status == ChargeStatus::Succeeded);
    let charge = charge.ok_or_else(|| ApiError::no_such("payment_intent", payment_intent, "payment_intent"))?;
    if charge.dispute.is_some() {
        return Err(ApiError::refused(None, "This charge has already been disputed."));
    }
    let dispute = Dispute {
        id: format!("du_1{}", random_text(23)),
        created: now,
        amount: charge.amount - charge.refunded,
        currency: charge.currency.clone(),
        charge: charge.id.clone(),
        payment_intent: payment_intent.to_owned(),
        reason: reason.to_owned(),
        status: DisputeStatus::NeedsResponse,
    };
    charge.dispute = Some(dispute.id.clone());
    let (id, object) = (dispute.id.clone(), dispute_json(&dispute));
    account.disputes.insert(dispute);
    account.record_event("charge.dispute.created", object.clone());
    account.record_event("charge.dispute.funds_withdrawn", object);
    Ok(id)
}

pub fn close(account: &mut Account, id: &str, verdict: DisputeStatus) -> Result<(), ApiError> {
    let dispute = account.disputes.get_mut(id).ok_or_else(|| ApiError::no_such("dispute", id, "dispute"))?;
    if dispute.status != DisputeStatus::NeedsResponse {
        return Err(ApiError::refused(None, "This dispute is already closed."));
    }
    dispute.status = verdict;
    let object = dispute_json(dispute);
    account.record_event("charge.dispute.closed", object.clone());
    if verdict == DisputeStatus::Won {
        account.record_event("charge.dispute.funds_reinstated", object);
    }
    Ok(())
}
