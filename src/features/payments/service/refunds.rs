//! Giving money back: taken off our own books first, then asked from Stripe, then confirmed or put
//! back.
//!
//! Invariants: refunded ≤ captured; money that is owed back is asked for until Stripe confirms it
//! (R133); what Stripe's list of refunds says is the truth (R139).

use std::time::Duration;

use crate::features::orders;
use crate::features::orders::model::payment::{Capture, CaptureUse};
use crate::features::orders::service::Order;
use crate::features::orders::service::payment::{RefundBalanceChange, RefundTarget};
use crate::features::payments::model::{IssueRefund, RefundAllocation, RefundPurpose, RefundState};
use crate::features::payments::service::{stripe, unanswered};
use crate::features::payments::store::{self, RefundDocument};
use crate::features::payments::stripe::requests::{self, StripeFailure, StripeRefund};
use crate::infra::ctx::{Actor, Ctx};
use crate::infra::mongo::{Tx, TxResult};
use crate::infra::outbox::{self, Progress};
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::{AttemptId, OrderId, RefundId};
use crate::shared::money::Money;

/// Then Stripe may have forgotten a key (it keeps them for a day at least).
const KEY_LIFE: Duration = Duration::from_hours(23);
/// What Stripe's lists may be behind.
const LIST_LAG: Duration = Duration::from_mins(5);
/// Until a refund is looked at again that Stripe has not answered for.
const ANSWER_EVERY: Duration = Duration::from_mins(1);
/// Between two looks at a refund that the bank has not confirmed: its news comes by itself.
const PENDING_EVERY: Duration = Duration::from_hours(1);

/// A refund of money that pays an order.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// Chosen by whoever asks: the same id is one refund.
    pub id: RefundId,
    pub order_id: OrderId,
    pub amount_minor: i64,
    pub shares: RefundAllocation,
    pub reason: String,
}

/// Begins a refund.
///
/// # Errors
/// `Forbidden` for anyone but the store itself (staff follow with the admin); `Conflict` when the
/// order is not paid, more would go back than is left, however many ask at once, or a dispute is
/// open.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "staff issue refunds in the admin, which is to come")
)]
pub async fn refund_order(ctx: &Ctx, new: NewRefund) -> AppResult<()> {
    if ctx.request.actor != Actor::System {
        return Err(AppError::new(ErrorKind::Forbidden, "forbidden", "You may not do this."));
    }
    if new.amount_minor <= 0 {
        return Err(AppError::invalid("refund_amount", "A refund is more than nothing."));
    }
    let order = orders::service::by_id(ctx, new.order_id).await?;
    let paying = |used: &Capture| used.used_for == CaptureUse::Order;
    let Some(attempt) =
        order.attempts.iter().find(|attempt| attempt.capture.as_ref().is_some_and(paying))
    else {
        return Err(AppError::conflict(
            "order_not_paid",
            "Nothing was paid for this order, so nothing can go back.",
        ));
    };
    if order.payment.dispute.as_ref().is_some_and(|dispute| dispute.state.is_open()) {
        return Err(AppError::conflict(
            "payment_disputed",
            "The payment is disputed. Wait until the dispute is closed.",
        ));
    }
    let refund = RefundDocument {
        id: new.id,
        order_id: order.id,
        attempt_id: attempt.id,
        payment_intent: payment_intent_of(attempt.capture.as_ref())?,
        amount: Money::new(new.amount_minor, order.currency),
        purpose: RefundPurpose::Order,
        shares: new.shares,
        reason: new.reason,
        actor: "system".into(),
        stripe_id: None,
        state: RefundState::Requested,
        failure: None,
        key_number: 1,
        key_used_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let ctx_in = ctx.clone();
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, refund) = (ctx_in.clone(), refund.clone());
            Box::pin(async move { enqueue_refund(&ctx, tx, &refund).await })
        })
        .await
}

/// An order's refunds, in the order they were made.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "staff issue refunds in the admin, which is to come")
)]
pub async fn refunds_of_order(ctx: &Ctx, order_id: OrderId) -> AppResult<Vec<RefundDocument>> {
    store::refunds_of_order(&ctx.mongo, order_id).await
}

/// Gives back money that the order could not take: begun in the transaction that records it.
pub(super) async fn refund_unclaimed(
    ctx: &Ctx,
    tx: &mut Tx,
    order: &Order,
    attempt_id: AttemptId,
    capture: &Capture,
) -> TxResult<()> {
    if capture.amount.is_zero() {
        return Ok(());
    }
    tracing::warn!(target: "alarm", order = %order.number, amount = capture.amount.minor(), "a payment has no order to pay and goes back");
    let refund = RefundDocument {
        id: RefundId::new(format!("unclaimed-{attempt_id}")),
        order_id: order.id,
        attempt_id,
        payment_intent: payment_intent_of(Some(capture))?,
        amount: capture.amount,
        purpose: RefundPurpose::Unclaimed,
        shares: RefundAllocation::Amount,
        reason: "the order could not take this payment".into(),
        actor: "system".into(),
        stripe_id: None,
        state: RefundState::Requested,
        failure: None,
        key_number: 1,
        key_used_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    enqueue_refund(ctx, tx, &refund).await
}

async fn enqueue_refund(ctx: &Ctx, tx: &mut Tx, refund: &RefundDocument) -> TxResult<()> {
    if let Some(known) = store::refund_by_id_in(&ctx.mongo, tx, &refund.id).await? {
        let is_same = known.order_id == refund.order_id && known.amount == refund.amount;
        return if is_same {
            Ok(())
        } else {
            Err(AppError::conflict(
                "refund_id_used",
                "This refund was already made for another amount.",
            )
            .into())
        };
    }
    let (order_id, minor) = (refund.order_id, refund.amount.minor());
    let counts = counts(refund.purpose);
    if !orders::service::payment::reserve_refund(
        ctx,
        tx,
        order_id,
        refund.attempt_id,
        minor,
        counts,
    )
    .await?
    {
        return Err(
            AppError::conflict("refund_too_high", "That is more than is left to refund.").into()
        );
    }
    store::insert_refund(&ctx.mongo, tx, refund).await?;
    outbox::enqueue(tx, &IssueRefund { refund_id: refund.id.clone() }, ctx.now())
}

/// Asks Stripe for a refund that our books already hold, and follows it until its end is known.
pub async fn advance_refund(ctx: &Ctx, refund_id: &RefundId) -> AppResult<Progress> {
    let Some(refund) = store::refund_by_id(&ctx.mongo, refund_id).await? else {
        return Ok(Progress::Done);
    };
    match refund.state {
        RefundState::Requested => send_to_stripe(ctx, &refund).await?,
        RefundState::Pending | RefundState::RequiresAction => {
            sync_refunds_of(ctx, &refund.payment_intent, refund.order_id).await?
        }
        RefundState::Succeeded | RefundState::Failed | RefundState::Canceled => {}
    }
    let now = store::refund_by_id(&ctx.mongo, refund_id).await?.unwrap_or(refund);
    Ok(match now.state {
        RefundState::Requested => Progress::Again { at: ctx.now() + ANSWER_EVERY },
        RefundState::Pending | RefundState::RequiresAction => {
            Progress::Again { at: ctx.now() + PENDING_EVERY }
        }
        RefundState::Succeeded => Progress::Done,
        // Money of an order that failed to go back is staff's to decide about; unclaimed money is
        // owed in any case.
        RefundState::Failed | RefundState::Canceled if now.purpose == RefundPurpose::Order => {
            Progress::Done
        }
        RefundState::Failed | RefundState::Canceled if left_to_return(ctx, &now).await? <= 0 => {
            Progress::Done
        }
        RefundState::Failed | RefundState::Canceled => {
            Progress::Park { why: "unclaimed_money_could_not_go_back" }
        }
    })
}

/// Sends the request. The key stays the same until Stripe's own list shows that nothing was made
/// under it (R58).
async fn send_to_stripe(ctx: &Ctx, refund: &RefundDocument) -> AppResult<()> {
    let mut refund = refund.clone();
    if let Some(used_at) = refund.key_used_at {
        // Sent before: what became of it?
        sync_refunds_of(ctx, &refund.payment_intent, refund.order_id).await?;
        let Some(now) = store::refund_by_id(&ctx.mongo, &refund.id).await? else { return Ok(()) };
        if now.state != RefundState::Requested {
            return Ok(());
        }
        // Wait before using a new key: Stripe's list of refunds can be several minutes late.
        let is_forgotten = ctx.now().saturating_since(used_at) >= KEY_LIFE;
        if is_forgotten && ctx.now().saturating_since(now.updated_at) >= LIST_LAG {
            let Some(raised) = store::raise_key(&ctx.mongo, &now, ctx.now()).await? else {
                return Ok(());
            };
            refund = raised;
        }
    }
    // Before the request, so that a worker that dies with it leaves a trace.
    store::note_request(&ctx.mongo, &refund, ctx.now()).await?;
    let key = refund.idempotency_key();
    match requests::refund(stripe(ctx), &refund.payment_intent, refund.amount, &refund.id, &key)
        .await
    {
        Ok(seen) => apply(ctx, &refund, &seen).await,
        Err(StripeFailure::Refused { code, cause }) => {
            record_failure(ctx, &refund, code.as_deref(), &cause).await
        }
        Err(failure) => Err(unanswered(&failure)),
    }
}

/// Stripe refused the content. Somebody may already have refunded it at Stripe: Stripe's list of
/// refunds decides.
async fn record_failure(
    ctx: &Ctx,
    refund: &RefundDocument,
    code: Option<&str>,
    cause: &str,
) -> AppResult<()> {
    tracing::error!(target: "alarm", refund = %refund.id, %cause, "Stripe refused a refund");
    sync_refunds_of(ctx, &refund.payment_intent, refund.order_id).await?;
    let Some(now) = store::refund_by_id(&ctx.mongo, &refund.id).await? else { return Ok(()) };
    if now.state != RefundState::Requested {
        return Ok(());
    }
    if now.purpose == RefundPurpose::Order {
        return transition(ctx, &now, RefundState::Failed, None, Some(code.unwrap_or("refused")))
            .await;
    }
    match left_to_return(ctx, &now).await? {
        // Owed all the same: an empty balance passes. The next request has a key of its own.
        left if left >= now.amount.minor() => {
            store::raise_key(&ctx.mongo, &now, ctx.now()).await?;
            Err(AppError::unavailable(cause))
        }
        // Somebody gave a part back at Stripe: the rest is a refund of its own.
        left => {
            transition(ctx, &now, RefundState::Canceled, None, Some("returned at Stripe")).await?;
            if left > 0 { return_rest(ctx, &now, left).await } else { Ok(()) }
        }
    }
}

/// Minor units of a payment that nobody has given back or is giving back, apart from one refund.
async fn left_to_return(ctx: &Ctx, apart_from: &RefundDocument) -> AppResult<i64> {
    let order = orders::service::by_id(ctx, apart_from.order_id).await?;
    let capture = order.attempt(apart_from.attempt_id).and_then(|attempt| attempt.capture.as_ref());
    let captured = capture.map_or(0, |capture| capture.amount.minor());
    let others = store::refunds_of_payment(&ctx.mongo, &apart_from.payment_intent).await?;
    let counts = |refund: &&RefundDocument| {
        refund.id != apart_from.id && (refund.state.is_under_way() || refund.state.has_succeeded())
    };
    Ok(captured - others.iter().filter(counts).map(|refund| refund.amount.minor()).sum::<i64>())
}

async fn return_rest(ctx: &Ctx, first: &RefundDocument, left: i64) -> AppResult<()> {
    let rest = RefundDocument {
        id: RefundId::new(format!("{}-rest-{left}", first.id)),
        amount: Money::new(left, first.amount.currency()),
        state: RefundState::Requested,
        stripe_id: None,
        failure: None,
        key_number: 1,
        key_used_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
        ..first.clone()
    };
    let ctx_in = ctx.clone();
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, rest) = (ctx_in.clone(), rest.clone());
            Box::pin(async move { enqueue_refund(&ctx, tx, &rest).await })
        })
        .await
}

/// Takes over what Stripe knows of a payment's refunds: confirmations, failures, and those made in
/// its dashboard.
pub(super) async fn sync_refunds(ctx: &Ctx, order: &Order, payment_intent: &str) -> AppResult<()> {
    let Some(attempt) = order.attempt_of_payment(payment_intent) else {
        return Err(AppError::not_found());
    };
    if attempt.capture.is_none() {
        // The payment's own news has not come yet; it comes first.
        return Err(AppError::not_found());
    }
    let seen = requests::refunds_of_payment(stripe(ctx), payment_intent)
        .await
        .map_err(|failure| unanswered(&failure))?;
    let known = store::refunds_of_payment(&ctx.mongo, payment_intent).await?;
    for seen in &seen {
        let is_it = |known: &&RefundDocument| {
            seen.our_id.as_ref() == Some(&known.id)
                || known.stripe_id.as_deref() == Some(seen.id.as_str())
        };
        match known.iter().find(is_it) {
            Some(known) => apply(ctx, known, seen).await?,
            None => import_refund(ctx, order, attempt.id, payment_intent, seen).await?,
        }
    }
    Ok(())
}

async fn sync_refunds_of(ctx: &Ctx, payment_intent: &str, order_id: OrderId) -> AppResult<()> {
    let order = orders::service::by_id(ctx, order_id).await?;
    sync_refunds(ctx, &order, payment_intent).await
}

async fn apply(ctx: &Ctx, refund: &RefundDocument, seen: &StripeRefund) -> AppResult<()> {
    if refund.state == seen.state {
        return match refund.stripe_id {
            Some(_) => Ok(()),
            None => store::set_stripe_id(&ctx.mongo, &refund.id, &seen.id).await,
        };
    }
    transition(ctx, refund, seen.state, Some(&seen.id), seen.failure.as_deref()).await
}

/// Moves a refund along its table, and the order's balance with it.
async fn transition(
    ctx: &Ctx,
    refund: &RefundDocument,
    to: RefundState,
    stripe_id: Option<&str>,
    failure: Option<&str>,
) -> AppResult<()> {
    let (ctx_in, refund_in) = (ctx.clone(), refund.clone());
    let (stripe_id, failure) = (stripe_id.map(str::to_owned), failure.map(str::to_owned));
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, refund, stripe_id, failure) = (ctx_in.clone(), refund_in.clone(), stripe_id.clone(), failure.clone());
            Box::pin(async move {
                let moved = store::move_refund(&ctx.mongo, tx, &refund.id, to, stripe_id.as_deref(), failure.as_deref(), ctx.now());
                let Some(before) = moved.await? else { return Ok(()) };
                let (by, text) = consequence(before.state, to, before.amount);
                let counts = counts(before.purpose);
                orders::service::payment::apply_refund_move(&ctx, tx, before.order_id, before.attempt_id, counts, by, text).await?;
                if matches!(to, RefundState::Failed | RefundState::Canceled) {
                    tracing::error!(target: "alarm", refund = %before.id, "a refund failed; its amount can be refunded again");
                }
                Ok(())
            })
        })
        .await
}

/// What a change of state means for the order's balance, and its line in the history.
fn consequence(
    from: RefundState,
    to: RefundState,
    amount: Money,
) -> (RefundBalanceChange, Option<String>) {
    let minor = amount.minor();
    let takes = |state: RefundState| i64::from(state.is_under_way() || state.has_succeeded());
    let under_way = |state: RefundState| i64::from(state.is_under_way());
    let succeeded = |state: RefundState| i64::from(state.has_succeeded());
    let by = RefundBalanceChange {
        refundable: minor * (takes(from) - takes(to)),
        refunding: minor * (under_way(to) - under_way(from)),
        refunded: minor * (succeeded(to) - succeeded(from)),
    };
    let text = match to {
        RefundState::Succeeded => Some(format!("{amount} refunded")),
        RefundState::Failed | RefundState::Canceled if from == RefundState::Succeeded => {
            Some(format!("A refund of {amount} failed"))
        }
        _ => None,
    };
    (by, text)
}

/// A refund made at Stripe appears on our side as well, whatever ours are doing at the same time:
/// the money is gone.
async fn import_refund(
    ctx: &Ctx,
    order: &Order,
    attempt_id: AttemptId,
    payment_intent: &str,
    seen: &StripeRefund,
) -> AppResult<()> {
    let pays_order = order
        .attempt(attempt_id)
        .and_then(|attempt| attempt.capture.as_ref())
        .is_some_and(|c| c.used_for == CaptureUse::Order);
    let refund = RefundDocument {
        id: RefundId::new(seen.id.clone()),
        order_id: order.id,
        attempt_id,
        payment_intent: payment_intent.to_owned(),
        amount: seen.amount,
        purpose: if pays_order { RefundPurpose::Order } else { RefundPurpose::Unclaimed },
        shares: RefundAllocation::Unassigned,
        reason: "made at Stripe".into(),
        actor: "stripe".into(),
        stripe_id: Some(seen.id.clone()),
        state: seen.state,
        failure: seen.failure.clone(),
        key_number: 0,
        key_used_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let (ctx_in, state) = (ctx.clone(), seen.state);
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, refund) = (ctx_in.clone(), refund.clone());
            Box::pin(async move {
                if store::refund_by_id_in(&ctx.mongo, tx, &refund.id).await?.is_some() {
                    return Ok(());
                }
                store::insert_refund(&ctx.mongo, tx, &refund).await?;
                // From nothing to where it stands now: as if it had failed before it began.
                let (by, text) = consequence(RefundState::Failed, state, refund.amount);
                let counts = counts(refund.purpose);
                orders::service::payment::apply_refund_move(
                    &ctx,
                    tx,
                    refund.order_id,
                    refund.attempt_id,
                    counts,
                    by,
                    text,
                )
                .await?;
                if state.is_under_way() {
                    outbox::enqueue_at(
                        tx,
                        &IssueRefund { refund_id: refund.id.clone() },
                        ctx.now(),
                        ctx.now() + PENDING_EVERY,
                    )?;
                }
                Ok(())
            })
        })
        .await
}

const fn counts(purpose: RefundPurpose) -> RefundTarget {
    match purpose {
        RefundPurpose::Order => RefundTarget::ForOrder,
        RefundPurpose::Unclaimed => RefundTarget::ForAttemptAlone,
    }
}

fn payment_intent_of(capture: Option<&Capture>) -> AppResult<String> {
    capture
        .and_then(|capture| capture.payment_intent.clone())
        .ok_or_else(|| AppError::internal("a capture without a payment"))
}

#[cfg(test)]
mod unit_tests {
    use strum::VariantArray as _;

    use super::*;
    use crate::shared::money::Currency;

    #[test]
    fn r139_every_way_through_the_states_ends_with_the_balance_of_its_last_state() {
        let amount = Money::new(700, Currency::EUR);
        for from in RefundState::VARIANTS.iter().copied() {
            for to in RefundState::VARIANTS.iter().copied().filter(|to| from.may_become(*to)) {
                let (by, _) = consequence(from, to, amount);
                assert_eq!(
                    by.refundable + by.refunding + by.refunded,
                    0,
                    "{from:?} {to:?}: no money appears or is lost"
                );
            }
        }
        let sum = |states: &[RefundState]| {
            let moves = states.windows(2).map(|pair| consequence(pair[0], pair[1], amount).0);
            moves.fold((0, 0, 0), |sum, by| {
                (sum.0 + by.refundable, sum.1 + by.refunding, sum.2 + by.refunded)
            })
        };
        use RefundState as S;
        assert_eq!(sum(&[S::Requested, S::Pending, S::Succeeded, S::Failed]), (700, -700, 0));
        assert_eq!(sum(&[S::Requested, S::Succeeded]), (0, -700, 700));
        assert_eq!(sum(&[S::Requested, S::RequiresAction, S::Canceled]), (700, -700, 0));
    }
}
