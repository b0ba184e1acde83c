//! The page Stripe sends shoppers back to: it believes nothing it is told and asks Stripe itself.

use crate::features::cart;
use crate::features::orders;
use crate::features::payments::model::{PaymentOutcome, ReturnState};
use crate::features::payments::service::settle_payment::settle_attempt;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

/// Longer than any id of Stripe's.
const LONGEST_ID: usize = 255;

/// How the payment of a session stands, for the browser that placed its order; others learn
/// nothing.
pub async fn resolve_payment_return(ctx: &Ctx, session_id: &str) -> AppResult<ReturnState> {
    let plausible = session_id.starts_with("cs_")
        && session_id.len() <= LONGEST_ID
        && session_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !plausible {
        return Ok(ReturnState::Unknown);
    }
    let Some(order) = orders::service::find_by_checkout_session(ctx, session_id).await? else {
        return Ok(ReturnState::Unknown);
    };
    let Some(attempt) = order.attempt_of_session(session_id) else {
        return Ok(ReturnState::Unknown);
    };
    let ours = orders::service::is_open_to_this_browser(ctx, &order);
    // The work is done for whoever comes: it is Stripe's word that counts. Only what is said
    // differs.
    let outcome = match order.state.is_paid_for() {
        true => Ok(PaymentOutcome::Paid),
        false => settle_attempt(ctx, &order, attempt.id, session_id, None).await,
    };
    if !ours {
        return Ok(ReturnState::Unknown);
    }
    let is_paid = match outcome {
        Ok(PaymentOutcome::Paid) => true,
        // Another attempt may have paid the order in the meantime.
        _ => orders::service::by_id(ctx, order.id).await?.state.is_paid_for(),
    };
    if is_paid {
        cart::service::refresh_hint(ctx).await?;
        return Ok(ReturnState::Paid { number: order.number });
    }
    Ok(match outcome {
        // Never "failed" while unknown.
        Err(error) => {
            ctx.log_failure(&error);
            ReturnState::Confirming
        }
        Ok(PaymentOutcome::Processing | PaymentOutcome::Paid) => ReturnState::Confirming,
        Ok(PaymentOutcome::Refunded) => ReturnState::Refunded,
        Ok(PaymentOutcome::Open | PaymentOutcome::Expired) => {
            ReturnState::NotCharged { number: order.number }
        }
    })
}
