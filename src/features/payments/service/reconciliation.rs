//! Compares what we believe with what Stripe knows, for everything that is not finished, and heals the difference.

use crate::features::orders;
use crate::features::orders::service::Order;
use crate::features::payments::model::{AttemptState, Fulfilment};
use crate::features::payments::service::fulfil::fulfil;
use crate::features::payments::service::refunds::sync_refunds;
use crate::features::payments::service::sessions::ensure_session;
use crate::features::payments::store;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

const BATCH: i64 = 500;
/// Milliseconds an order is left alone: its shopper is still on the way to Stripe.
const YOUNGEST: i64 = 60_000;

/// One round over all unpaid orders and unconfirmed refunds. What fails is looked at again in the next round.
pub async fn reconcile(ctx: &Ctx) -> AppResult<()> {
    for order in orders::service::pending_since(ctx, ctx.now() - YOUNGEST, BATCH).await? {
        match settle_order(ctx, &order).await {
            Ok(Fulfilment::Paid) => {
                tracing::warn!(order = %order.number, healed = true, "reconciliation found a payment that no webhook had told of")
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(order = %order.number, code = %error.code, cause = error.cause().unwrap_or("none"), "an order could not be reconciled")
            }
        }
    }
    for attempt in store::with_pending_refunds(&ctx.mongo, BATCH).await? {
        if let Err(error) = sync_refunds(ctx, &attempt).await {
            tracing::warn!(attempt = %attempt.id, code = %error.code, "a refund could not be reconciled");
        }
    }
    Ok(())
}

/// Asks Stripe about every attempt of an order that is not known to be dead.
pub async fn settle_order(ctx: &Ctx, order: &Order) -> AppResult<Fulfilment> {
    let mut outcome = Fulfilment::Dead;
    for attempt in store::of_order(&ctx.mongo, order.id).await? {
        let session_id = match (attempt.state, attempt.session_id.clone()) {
            (AttemptState::Dead, _) => continue,
            (_, Some(session_id)) => session_id,
            // The process ended between asking Stripe and storing the answer.
            (_, None) => match ensure_session(ctx, order, &attempt).await? {
                Some(session) => session.id,
                None => continue,
            },
        };
        match fulfil(ctx, &session_id, None).await? {
            Fulfilment::Paid => return Ok(Fulfilment::Paid),
            other => outcome = other,
        }
    }
    Ok(outcome)
}
