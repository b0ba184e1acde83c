//! Disputes and inquiries: opened by the shopper's bank, answered by the merchant, decided by the
//! bank.

use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::records::{BalanceTransaction, ChargeStatus, Dispute, DisputeStatus};
use crate::render::dispute::render_dispute;

pub(crate) struct NewDispute {
    pub(crate) payment_intent: String,
    pub(crate) reason: String,
    /// Minor units; everything not refunded when absent.
    pub(crate) amount: Option<i64>,
    /// What Stripe charges for a dispute, in minor units of the charge.
    pub(crate) fee: i64,
    pub(crate) status: DisputeStatus,
    pub(crate) seconds_to_respond: i64,
}

/// Opens an inquiry, which moves no money, or a dispute, which takes amount and fee from the
/// account at once.
pub(crate) fn open(account: &mut Account, new: NewDispute) -> Result<String, ApiError> {
    let now = account.now();
    let intent = &new.payment_intent;
    let charge = account.charges.iter().find(|charge| {
        charge.payment_intent == *intent && charge.status == ChargeStatus::Succeeded
    });
    let charge =
        charge.ok_or_else(|| ApiError::no_such("payment_intent", intent, "payment_intent"))?;
    let earlier = charge.dispute.as_ref().and_then(|id| account.disputes.get(id));
    if earlier.is_some_and(|earlier| earlier.status != DisputeStatus::WarningClosed) {
        return Err(ApiError::refused(None, "This charge has already been disputed."));
    }
    let dispute = Dispute {
        id: format!("du_1{}", random_alphanumeric(23)),
        created: now,
        amount: new.amount.unwrap_or(charge.amount - charge.refunded),
        currency: charge.currency.clone(),
        charge: charge.id.clone(),
        payment_intent: intent.clone(),
        reason: new.reason,
        status: new.status,
        due_by: now + new.seconds_to_respond,
        fee: new.fee,
        balance_transactions: Vec::new(),
    };
    let (id, charge_id) = (dispute.id.clone(), charge.id.clone());
    if let Some(charge) = account.charges.get_mut(&charge_id) {
        charge.dispute = Some(id.clone());
    }
    account.disputes.insert(dispute);
    record(account, "charge.dispute.created", &id);
    match new.status {
        DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Lost => {
            withdraw(account, &id)
        }
        DisputeStatus::Won => {
            withdraw(account, &id);
            reinstate(account, &id);
        }
        _ => {}
    }
    if new.status.is_closed() {
        record(account, "charge.dispute.closed", &id);
    }
    Ok(id)
}

/// Moves a dispute on, with the events and the money of that.
pub(crate) fn change_status(
    account: &mut Account,
    id: &str,
    to: DisputeStatus,
) -> Result<(), ApiError> {
    let dispute =
        account.disputes.get_mut(id).ok_or_else(|| ApiError::no_such("dispute", id, "dispute"))?;
    let from = dispute.status;
    if from.is_closed() {
        return Err(ApiError::refused(None, "This dispute is already closed."));
    }
    if !can_become(from, to) {
        let name = |status: DisputeStatus| {
            serde_json::to_value(status).unwrap_or_default().as_str().unwrap_or_default().to_owned()
        };
        let message =
            format!("A dispute with a status of {} cannot become {}.", name(from), name(to));
        return Err(ApiError::refused(None, message));
    }
    dispute.status = to;
    if from.is_inquiry() && to == DisputeStatus::NeedsResponse {
        record(account, "charge.dispute.updated", id);
        withdraw(account, id);
        return Ok(());
    }
    if to.is_closed() {
        record(account, "charge.dispute.closed", id);
    } else {
        record(account, "charge.dispute.updated", id);
    }
    if to == DisputeStatus::Won || (to == DisputeStatus::Prevented && !from.is_inquiry()) {
        reinstate(account, id);
    }
    Ok(())
}

/// The states a dispute can go to from each state that is not closed.
fn can_become(from: DisputeStatus, to: DisputeStatus) -> bool {
    use DisputeStatus::{
        Lost, NeedsResponse, Prevented, UnderReview, WarningClosed, WarningNeedsResponse,
        WarningUnderReview, Won,
    };
    match from {
        WarningNeedsResponse => {
            matches!(to, WarningUnderReview | WarningClosed | NeedsResponse | Prevented)
        }
        WarningUnderReview => matches!(to, WarningClosed | NeedsResponse | Prevented),
        NeedsResponse => matches!(to, UnderReview | Won | Lost | Prevented),
        UnderReview => matches!(to, Won | Lost),
        WarningClosed | Won | Lost | Prevented => false,
    }
}

/// Takes the disputed amount and the fee. What was refunded during an inquiry is not taken again.
fn withdraw(account: &mut Account, id: &str) {
    let now = account.now();
    let left = |dispute: &Dispute| {
        account.charges.get(&dispute.charge).map_or(0, |charge| charge.amount - charge.refunded)
    };
    let Some(amount) = account
        .disputes
        .get(id)
        .map(|dispute| dispute.amount.min(left(dispute)))
        .filter(|amount| *amount > 0)
    else {
        return;
    };
    if let Some(dispute) = account.disputes.get_mut(id) {
        let fee = dispute.fee;
        dispute.balance_transactions.push(BalanceTransaction {
            id: transaction_id(),
            created: now,
            amount: -amount,
            fee,
        });
    }
    record(account, "charge.dispute.funds_withdrawn", id);
}

/// Gives the amount back, not the fee.
fn reinstate(account: &mut Account, id: &str) {
    let now = account.now();
    let Some(dispute) = account.disputes.get_mut(id) else { return };
    let Some(amount) = dispute.balance_transactions.first().map(|withdrawal| -withdrawal.amount)
    else {
        return;
    };
    dispute.balance_transactions.push(BalanceTransaction {
        id: transaction_id(),
        created: now,
        amount,
        fee: 0,
    });
    record(account, "charge.dispute.funds_reinstated", id);
}

fn transaction_id() -> String {
    format!("txn_1{}", random_alphanumeric(23))
}

fn record(account: &mut Account, kind: &str, id: &str) {
    if let Some(object) = account.disputes.get(id).map(render_dispute) {
        account.record_event(kind, object);
    }
}
