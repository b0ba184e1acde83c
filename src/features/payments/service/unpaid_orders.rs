//! How an unpaid order is looked after and how it ends: Stripe is told first, only then are the
//! goods free again, once.
//!
//! Invariant (R136): nothing is freed unless Stripe said that it cannot be paid any more.

use std::time::Duration;

use crate::features::inventory;
use crate::features::inventory::model::Cause;
use crate::features::orders;
use crate::features::orders::model::OrderState;
use crate::features::orders::model::payment::{AttemptState, PaymentAttempt};
use crate::features::orders::service::Order;
use crate::features::payments::model::{PaymentOutcome, WatchOrder};
use crate::features::payments::service::checkout_sessions::{Ensured, ensure_session};
use crate::features::payments::service::settle_payment::settle_attempt;
use crate::features::payments::service::{stripe, stripe_now, unanswered};
use crate::features::payments::stripe::requests::{self, Expiry};
use crate::infra::ctx::Ctx;
use crate::infra::outbox::{self, Progress};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::OrderId;

/// Between two looks at an order that waits for its payment.
pub(super) const WATCH_EVERY: Duration = Duration::from_mins(5);
/// Between two looks at a payment whose money is on its way: its news comes by itself.
const PROCESSING_EVERY: Duration = Duration::from_hours(1);
/// Until an order is looked at again whose state changed while it was looked at.
const SOON: Duration = Duration::from_secs(15);
/// Then money that is on its way needs a person: no method of Stripe's takes longer.
const PROCESSING_LIMIT: Duration = Duration::from_hours(21 * 24);

/// Looks at one order: finds a payment that nobody told of, ends the order when its hold is over,
/// and closes pages that are still open after it was paid.
pub async fn watch_order(ctx: &Ctx, order_id: OrderId) -> AppResult<Progress> {
    let Some(order) = orders::service::find(ctx, order_id).await? else {
        return Ok(Progress::Done);
    };
    if order.state != OrderState::PendingPayment {
        return close_remaining(ctx, &order).await;
    }
    let outcome = if ctx.now() >= order.hold_expires_at {
        end_unpaid(ctx, &order, "Not paid in time; the goods are free again").await?
    } else {
        ask_about(ctx, &order).await?
    };
    Ok(match outcome {
        PaymentOutcome::Paid => {
            tracing::warn!(order = %order.number, healed = true, "a payment was found that no webhook had told of");
            return close_remaining(ctx, &orders::service::by_id(ctx, order.id).await?).await;
        }
        PaymentOutcome::Processing => return after_processing(ctx, &order).await,
        PaymentOutcome::Expired | PaymentOutcome::Refunded
            if ctx.now() >= order.hold_expires_at =>
        {
            Progress::Done
        }
        PaymentOutcome::Open if ctx.now() >= order.hold_expires_at => {
            Progress::Again { at: ctx.now() + SOON }
        }
        _ => Progress::Again { at: (ctx.now() + WATCH_EVERY).min(order.hold_expires_at) },
    })
}

/// Ends an unpaid order, or finds out that it has been paid.
///
/// Answers [`PaymentOutcome::Open`] when a shopper went back to pay in the same moment: then
/// nothing was freed.
///
/// # Errors
/// `Unavailable` while Stripe does not say how the payment stands: then nothing is freed either.
pub async fn end_unpaid(ctx: &Ctx, order: &Order, why: &str) -> AppResult<PaymentOutcome> {
    let mut outcome = PaymentOutcome::Expired;
    for attempt in order.attempts.iter().filter(|attempt| attempt.state.is_unsettled()) {
        match close_attempt(ctx, order, attempt).await? {
            PaymentOutcome::Paid => return Ok(PaymentOutcome::Paid),
            still @ (PaymentOutcome::Processing | PaymentOutcome::Open) => outcome = still,
            PaymentOutcome::Expired | PaymentOutcome::Refunded => {}
        }
    }
    if outcome != PaymentOutcome::Expired || release_goods(ctx, order, why).await? {
        return Ok(outcome);
    }
    let now = orders::service::by_id(ctx, order.id).await?;
    Ok(if now.state.is_paid_for() {
        PaymentOutcome::Paid
    } else if now.state == OrderState::PendingPayment {
        PaymentOutcome::Open
    } else {
        PaymentOutcome::Expired
    })
}

/// Asks Stripe about every attempt that has a session and is not settled.
async fn ask_about(ctx: &Ctx, order: &Order) -> AppResult<PaymentOutcome> {
    let mut outcome = PaymentOutcome::Open;
    for attempt in order.attempts.iter().filter(|attempt| attempt.state.is_unsettled()) {
        let Some(session_id) = &attempt.session_id else { continue };
        let seen = match attempt.state {
            // Its page must not stay payable beside the one the shopper goes on with.
            AttemptState::Superseded => close_attempt(ctx, order, attempt).await?,
            _ => settle_attempt(ctx, order, attempt.id, session_id, None).await?,
        };
        match seen {
            PaymentOutcome::Paid => return Ok(PaymentOutcome::Paid),
            PaymentOutcome::Processing => outcome = PaymentOutcome::Processing,
            _ => {}
        }
    }
    Ok(outcome)
}

async fn after_processing(ctx: &Ctx, order: &Order) -> AppResult<Progress> {
    let now = orders::service::by_id(ctx, order.id).await?;
    let since = now
        .attempts
        .iter()
        .filter_map(|attempt| attempt.processing_since)
        .min()
        .unwrap_or(ctx.now());
    if ctx.now().saturating_since(since) < PROCESSING_LIMIT {
        return Ok(Progress::Again { at: ctx.now() + PROCESSING_EVERY });
    }
    Ok(Progress::Park { why: "payment_processing_too_long" })
}

/// After an order was paid or has ended: no page of it stays payable.
async fn close_remaining(ctx: &Ctx, order: &Order) -> AppResult<Progress> {
    for attempt in order.attempts.iter().filter(|attempt| attempt.state.is_unsettled()) {
        match close_attempt(ctx, order, attempt).await? {
            PaymentOutcome::Processing => return after_processing(ctx, order).await,
            PaymentOutcome::Open => return Ok(Progress::Again { at: ctx.now() + SOON }),
            PaymentOutcome::Paid | PaymentOutcome::Refunded | PaymentOutcome::Expired => {}
        }
    }
    Ok(Progress::Done)
}

/// Makes sure that an attempt can never be paid any more, or finds out that it was.
async fn close_attempt(
    ctx: &Ctx,
    order: &Order,
    attempt: &PaymentAttempt,
) -> AppResult<PaymentOutcome> {
    let session_id = match (&attempt.session_id, attempt.state) {
        (Some(session_id), AttemptState::Processing) => {
            return settle_attempt(ctx, order, attempt.id, session_id, None).await;
        }
        (Some(session_id), _) => session_id.clone(),
        (None, _) if attempt.is_past_its_end(stripe_now(ctx)) => {
            orders::service::payment::expire_attempt(ctx, order.id, attempt.id).await?;
            return Ok(PaymentOutcome::Expired);
        }
        // Stored, and perhaps sent: the same key finds what Stripe made of it.
        (None, AttemptState::Created) => match ensure_session(ctx, order, attempt).await? {
            Ensured::Payable(session) => session.id,
            Ensured::Impossible => return Ok(PaymentOutcome::Expired),
            Ensured::MovedOn => return Ok(PaymentOutcome::Open),
            Ensured::Lost => {
                return Err(AppError::unavailable(
                    "Stripe does not say what it made of an attempt",
                ));
            }
        },
        (None, _) => {
            return Err(AppError::unavailable(
                "Stripe may still make a session for an earlier attempt",
            ));
        }
    };
    match requests::expire_session(stripe(ctx), &session_id, stripe_now(ctx))
        .await
        .map_err(|failure| unanswered(&failure))?
    {
        Expiry::Expired => {
            orders::service::payment::expire_attempt(ctx, order.id, attempt.id).await?;
            Ok(PaymentOutcome::Expired)
        }
        // Paid, on its way, or expired by itself.
        Expiry::NotOpen => settle_attempt(ctx, order, attempt.id, &session_id, None).await,
    }
}

/// Ends the order as it was read and frees its goods; false when it has changed since.
async fn release_goods(ctx: &Ctx, order: &Order, why: &str) -> AppResult<bool> {
    let (ctx_in, order_in, why) = (ctx.clone(), order.clone(), why.to_owned());
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, order, why) = (ctx_in.clone(), order_in.clone(), why.clone());
            Box::pin(async move {
                if orders::service::payment::expire(&ctx, tx, &order, &why).await?.is_none() {
                    return Ok(false);
                }
                outbox::cancel(tx, &WatchOrder { order_id: order.id }).await?;
                let cause = Cause::order(order.id);
                inventory::service::release(
                    &ctx,
                    tx,
                    &cause,
                    &orders::service::stock_requests(&order),
                )
                .await?;
                Ok(true)
            })
        })
        .await
}
