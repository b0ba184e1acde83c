//! The page Stripe sends shoppers back to: it believes nothing it is told and asks Stripe itself.

use crate::features::cart;
use crate::features::orders;
use crate::features::payments::model::{Fulfilment, ReturnState};
use crate::features::payments::service::fulfil::fulfil;
use crate::features::payments::store;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

/// Longer than any id of Stripe's.
const LONGEST_ID: usize = 255;

/// How the payment of a session stands, for the browser that placed its order; others learn nothing.
pub async fn after_payment_page(ctx: &Ctx, session_id: &str) -> AppResult<ReturnState> {
    let plausible = session_id.starts_with("cs_")
        && session_id.len() <= LONGEST_ID
        && session_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !plausible {
        return Ok(ReturnState::Unknown);
    }
    let Some(attempt) = store::by_session(&ctx.mongo, session_id).await? else { return Ok(ReturnState::Unknown) };
    let before = orders::service::by_id(ctx, attempt.order_id).await?;
    let ours = orders::service::is_open_to_this_browser(ctx, &before);
    // The work is done for whoever comes: it is Stripe's word that counts. Only what is said differs.
    let outcome = fulfil(ctx, session_id, None).await;
    if !ours {
        return Ok(ReturnState::Unknown);
    }
    let order = orders::service::by_id(ctx, attempt.order_id).await?;
    if order.state.is_paid_for() {
        cart::service::refresh_hint(ctx).await?;
        return Ok(ReturnState::Paid { number: order.number });
    }
    Ok(match outcome {
        // Never "failed" while unknown.
        Err(error) => {
            ctx.log_failure(&error);
            ReturnState::Confirming
        }
        Ok(Fulfilment::Processing | Fulfilment::Paid) => ReturnState::Confirming,
        Ok(Fulfilment::Open | Fulfilment::Dead | Fulfilment::GivenBack) => ReturnState::NotCharged { number: order.number },
    })
}
