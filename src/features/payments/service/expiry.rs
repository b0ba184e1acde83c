//! How an unpaid order ends: Stripe is told first, only then are the goods free again, once.

use crate::features::inventory;
use crate::features::orders;
use crate::features::orders::service::Order;
use crate::features::payments::model::{AttemptState, Fulfilment};
use crate::features::payments::service::fulfil::{fulfil, unanswered};
use crate::features::payments::service::sessions::ensure_session;
use crate::features::payments::store::{self, AttemptDocument};
use crate::features::payments::stripe::requests::{self, StripeFailure};
use crate::infra::ctx::Ctx;
use crate::shared::error::{AppError, AppResult};

/// Orders looked at in one round.
const BATCH: i64 = 200;

/// Ends every unpaid order whose hold is over. One that cannot be ended now is tried again in the next round.
pub async fn release_expired_orders(ctx: &Ctx) -> AppResult<()> {
    for order in orders::service::holds_ended(ctx, BATCH).await? {
        if let Err(error) = end_unpaid(ctx, &order, "Not paid in time; the goods are free again").await {
            tracing::warn!(order = %order.number, code = %error.code, cause = error.cause().unwrap_or("none"), "an unpaid order could not be ended yet");
        }
    }
    Ok(())
}

/// Ends an unpaid order, or finds out that it has been paid.
///
/// # Errors
/// `Unavailable` while Stripe does not say how the payment stands: then nothing is released.
pub async fn end_unpaid(ctx: &Ctx, order: &Order, why: &str) -> AppResult<Fulfilment> {
    for attempt in store::of_order(&ctx.mongo, order.id).await? {
        let ended = close_attempt(ctx, order, &attempt).await?;
        if matches!(ended, Fulfilment::Paid | Fulfilment::Processing) {
            return Ok(ended);
        }
    }
    release(ctx, order, why).await?;
    Ok(Fulfilment::Dead)
}

/// Makes sure that an attempt can never be paid any more.
async fn close_attempt(ctx: &Ctx, order: &Order, attempt: &AttemptDocument) -> AppResult<Fulfilment> {
    let session_id = match (attempt.state, &attempt.session_id) {
        (AttemptState::Dead, _) => return Ok(Fulfilment::Dead),
        (AttemptState::Paid, _) => return fulfil_known(ctx, attempt).await,
        (_, Some(session_id)) => session_id.clone(),
        // Stored, and perhaps sent: the same key finds what Stripe made of it.
        (_, None) => match ensure_session(ctx, order, attempt).await? {
            Some(session) => session.id,
            None => return Ok(Fulfilment::Dead),
        },
    };
    match requests::expire_session(&ctx.stripe, &session_id).await {
        Ok(()) => {
            store::set_unpaid_state(&ctx.mongo, attempt.id, AttemptState::Dead).await?;
            Ok(Fulfilment::Dead)
        }
        // Not open any more: paid, on its way, or expired by itself.
        Err(StripeFailure::Refused(_)) => fulfil(ctx, &session_id, None).await,
        Err(failure) => Err(unanswered(&failure)),
    }
}

async fn fulfil_known(ctx: &Ctx, attempt: &AttemptDocument) -> AppResult<Fulfilment> {
    let session_id = attempt.session_id.as_deref().ok_or_else(|| AppError::internal("a paid attempt without a session"))?;
    fulfil(ctx, session_id, None).await
}

/// Ends the order and frees its goods; whoever comes second changes nothing.
async fn release(ctx: &Ctx, order: &Order, why: &str) -> AppResult<()> {
    let (ctx_in, order_in, why) = (ctx.clone(), order.clone(), why.to_owned());
    ctx.mongo
        .transaction(move |session| {
            let (ctx, order, why) = (ctx_in.clone(), order_in.clone(), why.clone());
            Box::pin(async move {
                if orders::service::mark_expired(&ctx, session, order.id, &why).await?.is_some() {
                    inventory::service::release(&ctx, session, order.id, &orders::service::demand(&order)).await?;
                }
                Ok(())
            })
        })
        .await?;
    ctx.outbox_bell.notify_waiters();
    Ok(())
}
