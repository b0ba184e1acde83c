//! From an order to Stripe's page: the stored attempt, its session, and the next attempt after one
//! that is over.
//!
//! Invariant (R132): only the address of a session whose attempt is current is ever shown.

use std::time::Duration;

use crate::features::cart;
use crate::features::inventory;
use crate::features::inventory::model::Cause;
use crate::features::orders;
use crate::features::orders::model::OrderState;
use crate::features::orders::model::mails::SendOrderMail;
use crate::features::orders::model::payment::{AttemptState, PaymentAttempt};
use crate::features::orders::service::Order;
use crate::features::payments::model::{NextStep, PaymentOutcome, WatchOrder};
use crate::features::payments::service::checkout_sessions::{Ensured, ensure_session};
use crate::features::payments::service::settle_payment::settle_attempt;
use crate::features::payments::service::stripe_now;
use crate::features::payments::service::unpaid_orders::{WATCH_EVERY, end_unpaid};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult, new_id};
use crate::infra::outbox;
use crate::infra::rate_limit::{RetryAfter, Rule};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::OrderId;

const RETRIES: Rule = Rule { name: "retry_payment", limit: 10, window: Duration::from_mins(10) };
/// Stripe refuses sessions that end sooner.
const SHORTEST_SESSION: Duration = Duration::from_mins(30);
/// How long a shopper waits for the answer to one of our requests before another attempt may take
/// its place.
const ANSWER_OVERDUE: Duration = Duration::from_mins(1);

/// Gives a new order its first attempt, or marks it paid if it costs nothing.
pub fn prepare_payment(ctx: &Ctx, order: Order) -> Order {
    if order.total_minor == 0 {
        return orders::service::payment::mark_paid_without_payment(ctx, order);
    }
    let attempt = new_attempt(ctx, order.id, 1);
    Order { attempts: vec![attempt], ..order }
}

/// What belongs to a new order in its own transaction: its goods are held and somebody looks after
/// it; or, if it costs nothing, it is completed (R144). Answers the cart as it is afterwards, if it
/// changed.
pub async fn reserve_goods(
    ctx: &Ctx,
    tx: &mut Tx,
    order: &Order,
) -> TxResult<Option<cart::service::Cart>> {
    let (cause, demand) = (Cause::order(order.id), orders::service::stock_requests(order));
    if order.state.is_paid_for() {
        let cart = cart::service::take_out_bought(
            ctx,
            tx,
            order.cart_id,
            &orders::service::bought_quantities(order),
        )
        .await?;
        outbox::enqueue(tx, &SendOrderMail::confirmed(order.id), ctx.now())?;
        inventory::service::reserve_and_sell(ctx, tx, &cause, &demand).await?;
        return Ok(cart);
    }
    let watch = WatchOrder { order_id: order.id };
    outbox::enqueue_at(
        tx,
        &watch,
        ctx.now(),
        (ctx.now() + WATCH_EVERY).min(order.hold_expires_at),
    )?;
    inventory::service::reserve(ctx, tx, &cause, &demand).await?;
    Ok(None)
}

/// Where the shopper goes now. Calling it again, even at the same time, leads to the same session.
///
/// # Errors
/// `Internal` when Stripe refuses our request; a Stripe that does not answer is
/// [`NextStep::TryLater`].
pub async fn next_step(ctx: &Ctx, order: &Order) -> AppResult<NextStep> {
    if order.state.is_paid_for() {
        return Ok(NextStep::AlreadyPaid);
    }
    let Some(latest) = order.latest_attempt() else {
        return Err(AppError::internal("an order without an attempt"));
    };
    if order.state != OrderState::PendingPayment {
        return Err(order_ended());
    }
    match (latest.state, &latest.session_url) {
        (AttemptState::Open, Some(url)) if latest.expires_at > stripe_now(ctx) => {
            Ok(NextStep::PayAt(url.clone()))
        }
        // The money of it could not be used: another attempt may pay the order.
        (AttemptState::Paid, _) => Box::pin(begin_next_attempt(ctx, order)).await,
        (AttemptState::Created, _) => open_checkout_session(ctx, order, latest).await,
        _ => Ok(NextStep::TryLater),
    }
}

/// A shopper who came back unpaid tries again: the same order, the same total.
///
/// # Errors
/// `Conflict` when the order can no longer be paid.
pub async fn retry(ctx: &Ctx, number: &str) -> AppResult<(Order, NextStep)> {
    ctx.limiter
        .check(RETRIES, &ctx.request.limit_key())
        .await
        .map_err(|RetryAfter(seconds)| AppError::too_many_requests(seconds))?;
    let order = orders::service::find_for_browser(ctx, number).await?;
    if order.state.is_paid_for() {
        return Ok((order, NextStep::AlreadyPaid));
    }
    if order.state != OrderState::PendingPayment {
        return Err(order_ended());
    }
    let Some(latest) = order.latest_attempt().cloned() else {
        return Err(AppError::internal("an order without an attempt"));
    };
    let step = match (latest.state, &latest.session_id) {
        (AttemptState::Created, _) => next_step(ctx, &order).await?,
        (AttemptState::Superseded | AttemptState::Expired | AttemptState::Paid, _) => {
            begin_next_attempt(ctx, &order).await?
        }
        (_, Some(session_id)) => {
            match settle_attempt(ctx, &order, latest.id, session_id, None).await {
                Ok(PaymentOutcome::Paid) => NextStep::AlreadyPaid,
                Ok(PaymentOutcome::Open) => next_step(ctx, &order).await?,
                Ok(PaymentOutcome::Processing) => NextStep::TryLater,
                Ok(PaymentOutcome::Expired | PaymentOutcome::Refunded) => {
                    begin_next_attempt(ctx, &orders::service::by_id(ctx, order.id).await?).await?
                }
                // Whether the last session was paid is not known: no second one beside it.
                Err(error) => {
                    ctx.log_failure(&error);
                    NextStep::TryLater
                }
            }
        }
        (_, None) => NextStep::TryLater,
    };
    Ok((order, step))
}

async fn open_checkout_session(
    ctx: &Ctx,
    order: &Order,
    attempt: &PaymentAttempt,
) -> AppResult<NextStep> {
    match ensure_session(ctx, order, attempt).await {
        Ok(Ensured::Payable(session)) => {
            Ok(session.url.map_or(NextStep::TryLater, NextStep::PayAt))
        }
        Ok(Ensured::MovedOn) => {
            Box::pin(next_step(ctx, &orders::service::by_id(ctx, order.id).await?)).await
        }
        Ok(Ensured::Impossible) if attempt.expires_at < stripe_now(ctx) + SHORTEST_SESSION => {
            // It was only too late for this attempt's own end.
            begin_next_attempt(ctx, &orders::service::by_id(ctx, order.id).await?).await
        }
        Ok(Ensured::Impossible) => {
            end_unpaid(
                ctx,
                &orders::service::by_id(ctx, order.id).await?,
                "The payment service did not take this order",
            )
            .await?;
            Err(AppError::conflict(
                "payment_refused",
                "The payment page could not be opened for this order. Nothing was charged, and your cart is as you left it. Check your e-mail address, then order again.",
            ))
        }
        Ok(Ensured::Lost) if ctx.now().saturating_since(attempt.created_at) >= ANSWER_OVERDUE => {
            replace_attempt(ctx, order, attempt).await
        }
        Ok(Ensured::Lost) => wait(ctx, order).await,
        Err(error) => {
            ctx.log_failure(&error);
            wait(ctx, order).await
        }
    }
}

async fn wait(ctx: &Ctx, order: &Order) -> AppResult<NextStep> {
    orders::service::payment::set_unanswered(ctx, order.id).await?;
    Ok(NextStep::TryLater)
}

/// Stripe repeats a failure under this key, and its list shows no session: another attempt may
/// begin. Whatever turns up for this one later is expired.
async fn replace_attempt(
    ctx: &Ctx,
    order: &Order,
    attempt: &PaymentAttempt,
) -> AppResult<NextStep> {
    orders::service::payment::supersede_attempt(ctx, order.id, attempt.id).await?;
    begin_next_attempt(ctx, &orders::service::by_id(ctx, order.id).await?).await
}

/// The next attempt after one that is over; two callers at once make one.
async fn begin_next_attempt(ctx: &Ctx, order: &Order) -> AppResult<NextStep> {
    if order.state != OrderState::PendingPayment {
        return if order.state.is_paid_for() {
            Ok(NextStep::AlreadyPaid)
        } else {
            Err(order_ended())
        };
    }
    let next = new_attempt(ctx, order.id, order.attempts.len() as i64 + 1);
    match orders::service::payment::add_attempt(ctx, order, &next).await? {
        Some(order) => {
            let next_look = (ctx.now() + WATCH_EVERY).min(order.hold_expires_at);
            outbox::reschedule(&ctx.mongo, &WatchOrder { order_id: order.id }, next_look).await?;
            Box::pin(open_checkout_session(ctx, &order, &next)).await
        }
        None => {
            let now = orders::service::by_id(ctx, order.id).await?;
            // Somebody else made the next attempt, or found the session of this one: theirs is as
            // good.
            let can_go_on = now
                .latest_attempt()
                .is_some_and(|latest| latest.state.is_current() && latest.capture.is_none());
            if can_go_on || now.state.is_paid_for() {
                return Box::pin(next_step(ctx, &now)).await;
            }
            Err(order_ended())
        }
    }
}

fn new_attempt(ctx: &Ctx, order_id: OrderId, number: i64) -> PaymentAttempt {
    PaymentAttempt {
        id: new_id(),
        number,
        idempotency_key: format!("{order_id}:{number}:session"),
        shop_address: ctx.settings.base_url.clone(),
        state: AttemptState::Created,
        expires_at: stripe_now(ctx) + ctx.settings.limits.session_life(),
        session_id: None,
        session_url: None,
        payment_intent: None,
        capture: None,
        created_at: ctx.now(),
        processing_since: None,
    }
}

fn order_ended() -> AppError {
    AppError::conflict(
        "order_ended",
        "This order has expired. Your cart is as you left it, so you can order again.",
    )
}
