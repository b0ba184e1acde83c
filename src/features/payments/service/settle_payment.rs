//! The one way an order becomes paid: webhook, return page, retry and the watch over unpaid orders
//! all come here.

use crate::features::cart;
use crate::features::inventory;
use crate::features::inventory::model::Cause;
use crate::features::orders;
use crate::features::orders::model::mails::SendOrderMail;
use crate::features::orders::model::payment::{Capture, CaptureUse, is_as_agreed};
use crate::features::orders::service::Order;
use crate::features::payments::model::{PaymentOutcome, WatchOrder};
use crate::features::payments::service::refunds::refund_unclaimed;
use crate::features::payments::service::{stripe, unanswered};
use crate::features::payments::stripe::requests::{self, ATTEMPT_ID, SessionState, SessionStatus};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::{Tx, TxResult};
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::AttemptId;

/// Asks Stripe how one of our sessions stands and does what follows from it, once, however often it
/// is called.
///
/// # Errors
/// `NotFound` for a session that none of our attempts has; `Unavailable` when Stripe or the
/// database does not answer.
#[cfg(test)]
pub async fn settle_payment(ctx: &Ctx, session_id: &str) -> AppResult<PaymentOutcome> {
    let order = orders::service::find_by_checkout_session(ctx, session_id)
        .await?
        .ok_or_else(AppError::not_found)?;
    let attempt = order.attempt_of_session(session_id).ok_or_else(AppError::not_found)?;
    settle_attempt(ctx, &order, attempt.id, session_id, None).await
}

/// As `settle_payment`, for an attempt whose order was just read. `event_id` is stored with the
/// effect.
pub(super) async fn settle_attempt(
    ctx: &Ctx,
    order: &Order,
    attempt_id: AttemptId,
    session_id: &str,
    event_id: Option<&str>,
) -> AppResult<PaymentOutcome> {
    let attempt = order.attempt(attempt_id).ok_or_else(AppError::not_found)?;
    // Of money that is recorded Stripe is not asked again (R138).
    if let Some(capture) = &attempt.capture
        && attempt.session_id.as_deref() == Some(session_id)
    {
        return Ok(outcome_of(capture.used_for));
    }
    let session =
        requests::session(stripe(ctx), session_id).await.map_err(|failure| unanswered(&failure))?;
    if session.metadata.get(ATTEMPT_ID).is_some_and(|named| named != attempt_id.as_str()) {
        return Err(AppError::internal("a session of another attempt"));
    }
    if session.paid && session.status == SessionStatus::Complete {
        return capture(ctx, order, attempt_id, &session, event_id).await;
    }
    Ok(match session.status {
        SessionStatus::Complete if !session.payment_failed => {
            let payment_intent = session.payment_intent.as_deref();
            orders::service::payment::set_processing(ctx, order.id, attempt_id, payment_intent)
                .await?;
            PaymentOutcome::Processing
        }
        SessionStatus::Open => PaymentOutcome::Open,
        SessionStatus::Complete | SessionStatus::Expired => {
            if orders::service::payment::expire_attempt(ctx, order.id, attempt_id).await? {
                // Whoever looks after the order learns it at once, also if it had been put aside.
                outbox::reschedule(&ctx.mongo, &WatchOrder { order_id: order.id }, ctx.now())
                    .await?;
            }
            PaymentOutcome::Expired
        }
    })
}

/// Records money that arrived and what it pays for, all in one transaction.
async fn capture(
    ctx: &Ctx,
    order: &Order,
    attempt_id: AttemptId,
    session: &SessionState,
    event_id: Option<&str>,
) -> AppResult<PaymentOutcome> {
    let Some(received) = session.received else {
        tracing::error!(target: "alarm", order = %order.number, session = %session.id, "a payment arrived in a currency that the store does not know");
        return Err(AppError::internal("a payment in a currency that the store does not know"));
    };
    let as_agreed = is_as_agreed(received, order.total_minor, order.currency);
    if !as_agreed {
        // Whatever was captured is recorded as such and goes back in full: an order is never paid
        // with another sum.
        tracing::error!(
            target: "alarm", order = %order.number, session = %session.id,
            expected = order.total_minor, received = received.minor(), currency = %received.currency(),
            "a payment does not match its order",
        );
        ctx.log_security_event(SecurityEvent {
            name: "amount_mismatch",
            outcome: Outcome::Refused,
            object: attempt_id.as_str(),
        });
    }
    let capture = Capture {
        amount: received,
        used_for: if as_agreed { CaptureUse::Order } else { CaptureUse::Unclaimed },
        refundable_minor: received.minor(),
        payment_intent: session.payment_intent.clone(),
        event_id: event_id.map(str::to_owned),
        at: ctx.now(),
    };
    let (ctx_in, order_id) = (ctx.clone(), order.id);
    let outcome = ctx
        .mongo
        .transaction(move |tx| {
            let (ctx, capture) = (ctx_in.clone(), capture.clone());
            Box::pin(async move {
                // Invariant: from here on this runs once per attempt, whoever called first.
                let recorded = orders::service::payment::record_capture(
                    &ctx, tx, order_id, attempt_id, &capture,
                )
                .await?;
                let Some((order, used_for)) = recorded else { return Ok(None) };
                let cart = match used_for {
                    CaptureUse::Order => complete_order(&ctx, tx, &order).await?,
                    CaptureUse::Unclaimed => {
                        refund_unclaimed(&ctx, tx, &order, attempt_id, &capture).await?;
                        None
                    }
                };
                Ok(Some((used_for, cart)))
            })
        })
        .await?;
    let Some((used_for, cart)) = outcome else {
        let now = orders::service::by_id(ctx, order.id).await?;
        let capture = now.attempt(attempt_id).and_then(|attempt| attempt.capture.as_ref());
        return capture
            .map(|capture| outcome_of(capture.used_for))
            .ok_or_else(|| AppError::internal("a capture is gone"));
    };
    if let Some(cart) = cart {
        cart::service::cache_cart(ctx, &cart).await?;
    }
    Ok(outcome_of(used_for))
}

/// What a paid order sets in motion: its goods are sold, they leave the cart, the customer is told.
/// Answers the cart as it is afterwards. The stock, which many buyers write to, comes last.
pub(super) async fn complete_order(
    ctx: &Ctx,
    tx: &mut Tx,
    order: &Order,
) -> TxResult<Option<cart::service::Cart>> {
    let cart = cart::service::take_out_bought(
        ctx,
        tx,
        order.cart_id,
        &orders::service::bought_quantities(order),
    )
    .await?;
    let watch = WatchOrder { order_id: order.id };
    if order.attempts.iter().any(|attempt| attempt.state.is_unsettled()) {
        // A second page may be open in another tab: it is closed before it is paid as well (R59).
        outbox::reschedule_in(tx, &watch, ctx.now()).await?;
    } else {
        outbox::cancel(tx, &watch).await?;
    }
    outbox::enqueue(tx, &SendOrderMail::confirmed(order.id), ctx.now())?;
    inventory::service::sell(
        ctx,
        tx,
        &Cause::order(order.id),
        &orders::service::stock_requests(order),
    )
    .await?;
    Ok(cart)
}

const fn outcome_of(used_for: CaptureUse) -> PaymentOutcome {
    match used_for {
        CaptureUse::Order => PaymentOutcome::Paid,
        CaptureUse::Unclaimed => PaymentOutcome::Refunded,
    }
}
