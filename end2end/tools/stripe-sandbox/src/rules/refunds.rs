//! Giving money back, never more than was captured, and the states a refund goes through.

use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::currencies;
use crate::records::{Charge, ChargeStatus, Metadata, Refund, RefundStatus};
use crate::render::payment::render_charge;
use crate::render::refund::render_refund;
use crate::rules::presentment;

/// Why a refund fails when nobody says why.
pub(crate) const DEFAULT_FAILURE_REASON: &str = "lost_or_stolen_card";

pub(crate) struct NewRefund {
    pub(crate) charge: String,
    /// Minor units; everything that is left when absent.
    pub(crate) amount: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Metadata,
}

/// Makes a refund. Invariant: the refunds of a charge that have not failed or been cancelled never
/// exceed its amount.
pub(crate) fn create(account: &mut Account, new: NewRefund) -> Result<String, ApiError> {
    let status = account.refunds_begin;
    let now = account.now();
    let disputes = &account.disputes;
    let charge = account
        .charges
        .get_mut(&new.charge)
        .ok_or_else(|| ApiError::no_such("charge", &new.charge, "charge"))?;
    if charge.status != ChargeStatus::Succeeded {
        let message = format!("Charge {} has not been captured and cannot be refunded.", charge.id);
        return Err(ApiError::refused(None, message));
    }
    let dispute = charge.dispute.as_ref().and_then(|id| disputes.get(id));
    if dispute.is_some_and(|dispute| !dispute.status.is_charge_refundable()) {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", charge.id);
        return Err(ApiError::refused(Some("charge_disputed"), message));
    }
    let amount = checked_amount(charge, new.amount)?;
    if status.has_moved_money() {
        charge.refunded += amount;
    }
    let refund = Refund {
        id: format!("re_3{}", random_alphanumeric(23)),
        created: now,
        amount,
        currency: charge.currency.clone(),
        charge: charge.id.clone(),
        payment_intent: charge.payment_intent.clone(),
        reason: new.reason,
        status,
        failure_reason: (status == RefundStatus::Failed).then(|| DEFAULT_FAILURE_REASON.to_owned()),
        metadata: new.metadata,
        presentment: presentment::part_of(charge.presentment.as_ref(), amount, charge.amount),
    };
    let (id, refund_object, charge_object) =
        (refund.id.clone(), render_refund(&refund), render_charge(charge));
    account.refunds.insert(refund);
    account.record_event("refund.created", refund_object.clone());
    match status {
        RefundStatus::Failed => account.record_event("refund.failed", refund_object),
        _ => account.record_event("charge.refunded", charge_object),
    }
    Ok(id)
}

fn checked_amount(charge: &Charge, wanted: Option<i64>) -> Result<i64, ApiError> {
    let left = charge.amount - charge.refunded;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(ApiError::refused(Some("charge_already_refunded"), message));
    }
    let amount = wanted.unwrap_or(left);
    let currency = &charge.currency;
    if amount < 1 {
        return Err(ApiError::invalid(
            "parameter_invalid_integer",
            "Invalid positive integer",
            "amount",
        ));
    }
    if amount > left {
        let message = format!(
            "Refund amount ({amount} {currency}) is greater than unrefunded amount on charge ({left} {currency})"
        );
        return Err(ApiError::invalid("refund_amount_exceeds_charge", message, "amount"));
    }
    let step = currencies::find_rule(currency).map_or(1, |rule| rule.step);
    if amount % step != 0 {
        let message =
            format!("Invalid amount: amounts in {currency} must be evenly divisible by {step}.");
        return Err(ApiError::invalid("invalid_charge_amount", message, "amount"));
    }
    Ok(amount)
}

/// Moves a refund on, with the events of that. Even one already reported as succeeded may fail, as
/// it does at banks: the money is then back at the merchant.
pub(crate) fn change_status(
    account: &mut Account,
    id: &str,
    to: RefundStatus,
    failure_reason: &str,
) -> Result<(), ApiError> {
    let refund =
        account.refunds.get_mut(id).ok_or_else(|| ApiError::no_such("refund", id, "refund"))?;
    let from = refund.status;
    if !can_become(from, to) {
        let name = |status: RefundStatus| {
            serde_json::to_value(status).ok().and_then(|name| name.as_str().map(str::to_owned))
        };
        let message = format!(
            "A refund with a status of {} cannot become {}.",
            name(from).unwrap_or_default(),
            name(to).unwrap_or_default()
        );
        return Err(ApiError::refused(None, message));
    }
    refund.status = to;
    refund.failure_reason = (to == RefundStatus::Failed).then(|| failure_reason.to_owned());
    if from.has_moved_money()
        && !to.has_moved_money()
        && let Some(charge) = account.charges.get_mut(&refund.charge)
    {
        charge.refunded -= refund.amount;
    }
    let object = render_refund(refund);
    account.record_event("refund.updated", object.clone());
    account.record_event("charge.refund.updated", object.clone());
    if to == RefundStatus::Failed {
        account.record_event("refund.failed", object);
    }
    Ok(())
}

/// The states a refund can go to from each state.
fn can_become(from: RefundStatus, to: RefundStatus) -> bool {
    use RefundStatus::{Canceled, Failed, Pending, RequiresAction, Succeeded};
    match from {
        Pending => matches!(to, RequiresAction | Succeeded | Failed | Canceled),
        RequiresAction => matches!(to, Pending | Succeeded | Failed | Canceled),
        Succeeded => to == Failed,
        Failed | Canceled => false,
    }
}

/// The charge a refund request means.
pub(crate) fn find_charge(
    account: &Account,
    charge: Option<&str>,
    payment_intent: Option<&str>,
) -> Result<String, ApiError> {
    match (charge, payment_intent) {
        (Some(charge), _) => Ok(charge.to_owned()),
        (None, Some(id)) => {
            let intent = account
                .payment_intents
                .get(id)
                .ok_or_else(|| ApiError::no_such("payment_intent", id, "payment_intent"))?;
            intent.latest_charge.clone().ok_or_else(|| {
                ApiError::refused(
                    None,
                    format!(
                        "This PaymentIntent ({id}) does not have a successful charge to refund."
                    ),
                )
            })
        }
        (None, None) => Err(ApiError::refused(
            Some("parameter_missing"),
            "One of the following params should be provided for this request: payment_intent or charge.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::RefundStatus::{self, Canceled, Failed, Pending, RequiresAction, Succeeded};
    use super::can_become;

    #[test]
    fn a_failed_or_cancelled_refund_stays_so() {
        for to in [Pending, RequiresAction, Succeeded, Failed, Canceled] {
            assert!(!can_become(Failed, to) && !can_become(Canceled, to) && !can_become(to, to));
        }
        let ways: Vec<RefundStatus> = [Pending, RequiresAction, Succeeded, Failed, Canceled]
            .into_iter()
            .filter(|to| can_become(Succeeded, *to))
            .collect();
        assert_eq!(ways, [Failed]);
    }
}
