//! Disputes: what the bank says about a payment, read from Stripe, in whatever order the events
//! come.

use crate::features::orders;
use crate::features::orders::model::payment::CaptureUse;
use crate::features::orders::service::Order;
use crate::features::payments::service::{stripe, unanswered};
use crate::features::payments::store::{self, DisputeDocument};
use crate::features::payments::stripe::requests;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::shared::error::{AppError, AppResult};
use crate::shared::timestamp::Timestamp;

/// Reads a dispute from Stripe and stores how it stands.
///
/// # Errors
/// `NotFound` when the payment is not known to this order yet; `Unavailable` when Stripe does not
/// answer.
pub(super) async fn sync_dispute(ctx: &Ctx, order: &Order, dispute_id: &str) -> AppResult<()> {
    let seen =
        requests::dispute(stripe(ctx), dispute_id).await.map_err(|failure| unanswered(&failure))?;
    let payment_intent = seen.payment_intent.clone().ok_or_else(AppError::not_found)?;
    let attempt = order.attempt_of_payment(&payment_intent).ok_or_else(AppError::not_found)?;
    let dispute = DisputeDocument {
        id: seen.id,
        order_id: order.id,
        attempt_id: attempt.id,
        payment_intent,
        amount: seen.amount,
        state: seen.state,
        rank: seen.state.rank(),
        reason: seen.reason,
        respond_by: seen.respond_by,
        fee_minor: seen.fee_minor,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let pays_order =
        attempt.capture.as_ref().is_none_or(|capture| capture.used_for == CaptureUse::Order);
    let (ctx_in, dispute_in) = (ctx.clone(), dispute.clone());
    let is_news = ctx
        .mongo
        .transaction(move |tx| {
            let (ctx, dispute) = (ctx_in.clone(), dispute_in.clone());
            Box::pin(async move {
                if !store::put_dispute(&ctx.mongo, tx, &dispute).await? {
                    return Ok(false);
                }
                // A dispute about money that is going back anyway says nothing about the order
                // (R134).
                if pays_order {
                    orders::service::payment::set_dispute(
                        &ctx,
                        tx,
                        dispute.order_id,
                        &dispute.id,
                        dispute.state,
                        dispute.amount,
                    )
                    .await?;
                }
                Ok(true)
            })
        })
        .await?;
    if is_news {
        ctx.log_security_event(SecurityEvent {
            name: "dispute",
            outcome: Outcome::Done,
            object: dispute.state.key(),
        });
        if dispute.state.is_open() {
            tracing::error!(target: "alarm", order = %order.number, state = dispute.state.key(), respond_by = dispute.respond_by.map(Timestamp::unix_seconds), "a payment is disputed");
        }
    }
    Ok(())
}
