//! Giving money back: taken off our own books first, then asked from Stripe, then confirmed or put back.

use mongodb::ClientSession;
use mongodb::bson::{doc, oid::ObjectId};

use crate::features::orders;
use crate::features::payments::jobs::REFUND;
use crate::features::payments::model::RefundState;
use crate::features::payments::service::fulfil::{money, unanswered};
use crate::features::payments::store::{self, AttemptDocument, RefundEntry};
use crate::features::payments::stripe::requests::{self, RefundSeen, StripeFailure};
use crate::infra::ctx::{Actor, Ctx};
use crate::infra::mongo::TxResult;
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult, ErrorKind};

/// Begins a refund. `refund_id` makes it repeatable: the same id is one refund.
///
/// # Errors
/// `Forbidden` for anyone but the store itself (staff follow with the admin); `Conflict` when more would go back than
/// was captured, however many ask at once.
pub async fn refund_attempt(ctx: &Ctx, attempt_id: ObjectId, amount_minor: i64, refund_id: &str, reason: &str) -> AppResult<()> {
    if ctx.request.actor != Actor::System {
        return Err(AppError::new(ErrorKind::Forbidden, "forbidden", "You may not do this."));
    }
    if amount_minor <= 0 {
        return Err(AppError::invalid("refund_amount", "A refund is more than nothing."));
    }
    let refund =
        RefundEntry { id: refund_id.into(), amount_minor, state: RefundState::Pending, reason: reason.into(), created_at: ctx.now() };
    let ctx_in = ctx.clone();
    ctx.mongo
        .transaction(move |session| {
            let (ctx, refund) = (ctx_in.clone(), refund.clone());
            Box::pin(async move {
                if !store::reserve_refund(&ctx.mongo, session, attempt_id, &refund).await? {
                    return Err(AppError::conflict("refund_too_high", "That is more than is left to refund.").into());
                }
                enqueue_refund(&ctx, session, attempt_id, &refund.id).await
            })
        })
        .await?;
    ctx.outbox_bell.notify_waiters();
    Ok(())
}

pub(super) async fn enqueue_refund(ctx: &Ctx, session: &mut ClientSession, attempt_id: ObjectId, refund_id: &str) -> TxResult<()> {
    outbox::enqueue(&ctx.mongo, session, REFUND, doc! { "attempt_id": attempt_id, "refund_id": refund_id }, ctx.now()).await
}

/// Asks Stripe for a refund that our books already hold.
pub async fn send_refund(ctx: &Ctx, attempt_id: ObjectId, refund_id: &str) -> AppResult<()> {
    let attempt = store::by_id(&ctx.mongo, attempt_id).await?.ok_or_else(AppError::not_found)?;
    let Some(refund) = attempt.refunds.iter().find(|r| r.id == refund_id && r.state == RefundState::Pending) else { return Ok(()) };
    let payment_intent = attempt.payment_intent.as_deref().ok_or_else(|| AppError::internal("a refund without a payment"))?;
    match requests::refund(&ctx.stripe, payment_intent, money(&attempt, refund.amount_minor), refund_id).await {
        Ok(seen) if seen.failed => finish(ctx, &attempt, refund, RefundState::Failed).await,
        Ok(_) => finish(ctx, &attempt, refund, RefundState::Succeeded).await,
        Err(StripeFailure::Refused(cause)) => {
            // Stripe may have given it back already under another hand; what it knows decides.
            tracing::error!(attempt = %attempt.id, %cause, "Stripe refused a refund");
            sync_refunds(ctx, &attempt).await?;
            finish(ctx, &attempt, refund, RefundState::Failed).await
        }
        Err(failure) => Err(unanswered(&failure)),
    }
}

/// Takes over what Stripe knows of a payment's refunds: confirmations, failures, and those made in its dashboard.
pub async fn sync_refunds(ctx: &Ctx, attempt: &AttemptDocument) -> AppResult<()> {
    let Some(payment_intent) = attempt.payment_intent.as_deref() else { return Ok(()) };
    for seen in requests::refunds_of_payment(&ctx.stripe, payment_intent).await.map_err(|f| unanswered(&f))? {
        let id = seen.our_id.clone().unwrap_or_else(|| seen.id.clone());
        match attempt.refunds.iter().find(|known| known.id == id) {
            Some(known) if seen.failed && known.state != RefundState::Failed => {
                tracing::error!(security_event = "refund_failed", attempt = %attempt.id, refund = %known.id, "a refund failed; its amount can be refunded again");
                finish(ctx, attempt, known, RefundState::Failed).await?;
            }
            Some(known) if !seen.failed && known.state == RefundState::Pending => {
                finish(ctx, attempt, known, RefundState::Succeeded).await?
            }
            Some(_) => {}
            None if seen.failed => {}
            None => absorb(ctx, attempt, &seen, &id).await?,
        }
    }
    Ok(())
}

async fn finish(ctx: &Ctx, attempt: &AttemptDocument, refund: &RefundEntry, state: RefundState) -> AppResult<()> {
    let (ctx_in, attempt_in, refund_in) = (ctx.clone(), attempt.clone(), refund.clone());
    ctx.mongo
        .transaction(move |session| {
            let (ctx, attempt, refund) = (ctx_in.clone(), attempt_in.clone(), refund_in.clone());
            Box::pin(async move {
                if store::finish_refund(&ctx.mongo, session, attempt.id, &refund, state).await?.is_none() {
                    return Ok(());
                }
                let amount = money(&attempt, refund.amount_minor);
                match (state, refund.state) {
                    (RefundState::Succeeded, _) => {
                        orders::service::add_refund(&ctx, session, attempt.order_id, amount, &format!("{amount} refunded")).await
                    }
                    (RefundState::Failed, RefundState::Succeeded) => {
                        let back = money(&attempt, -refund.amount_minor);
                        orders::service::add_refund(&ctx, session, attempt.order_id, back, &format!("A refund of {amount} failed")).await
                    }
                    _ => Ok(()),
                }
            })
        })
        .await
}

/// A refund made in Stripe's dashboard appears on our side as well.
async fn absorb(ctx: &Ctx, attempt: &AttemptDocument, seen: &RefundSeen, id: &str) -> AppResult<()> {
    let refund = RefundEntry {
        id: id.into(),
        amount_minor: seen.amount,
        state: RefundState::Succeeded,
        reason: "made at Stripe".into(),
        created_at: ctx.now(),
    };
    let (ctx_in, attempt_in) = (ctx.clone(), attempt.clone());
    ctx.mongo
        .transaction(move |session| {
            let (ctx, attempt, refund) = (ctx_in.clone(), attempt_in.clone(), refund.clone());
            Box::pin(async move {
                if store::reserve_refund(&ctx.mongo, session, attempt.id, &refund).await? {
                    let amount = money(&attempt, refund.amount_minor);
                    orders::service::add_refund(&ctx, session, attempt.order_id, amount, &format!("{amount} refunded")).await?;
                }
                Ok(())
            })
        })
        .await
}
