//! From an order to Stripe's page: the stored attempt, its session, and the next attempt after a dead one.

use mongodb::ClientSession;
use mongodb::bson::oid::ObjectId;

use crate::features::orders;
use crate::features::orders::model::{OrderState, PaymentState};
use crate::features::orders::service::Order;
use crate::features::payments::model::{AttemptState, Fulfilment, NextStep};
use crate::features::payments::service::fulfil::{fulfil, settle, unanswered};
use crate::features::payments::store::{self, AttemptDocument};
use crate::features::payments::stripe::requests::{self, NewSession, PageLine, SessionState, StripeFailure};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::TxResult;
use crate::infra::rate_limit::{RetryAfter, Rule};
use crate::shared::error::{AppError, AppResult};
use crate::shared::money::Money;
use crate::shared::pricing::TraceKind;

const RETRIES: Rule = Rule { name: "retry_payment", limit: 10, window_seconds: 600 };
/// Seconds: Stripe refuses sessions that end sooner.
const SHORTEST_SESSION: i64 = 30 * 60;
/// Milliseconds after which no request of ours can still be on its way: four times its deadline.
const NOTHING_IN_FLIGHT: i64 = 60_000;
/// Seconds Stripe's clock and ours may differ.
const CLOCK_DIFFERENCE: i64 = 300;

/// The first attempt of a new order; stored in the order's own transaction.
pub fn first_attempt(ctx: &Ctx, order: &Order) -> AttemptDocument {
    attempt(ctx, order, 1)
}

pub async fn insert_attempt(ctx: &Ctx, session: &mut ClientSession, attempt: &AttemptDocument) -> TxResult<()> {
    store::insert(&ctx.mongo, session, attempt).await
}

/// Where the shopper goes now. Calling it again, even at the same time, leads to the same session.
///
/// # Errors
/// `Internal` when Stripe refuses our request; a Stripe that does not answer is [`NextStep::TryLater`].
pub async fn next_step(ctx: &Ctx, order: &Order) -> AppResult<NextStep> {
    if order.state.is_paid_for() {
        return Ok(NextStep::AlreadyPaid);
    }
    let latest =
        store::of_order(&ctx.mongo, order.id).await?.into_iter().next().ok_or_else(|| AppError::internal("an order without an attempt"))?;
    match (latest.state, latest.session_url.clone()) {
        (AttemptState::Open, Some(url)) if latest.expires_at > ctx.now() / 1_000 => Ok(NextStep::PayAt(url)),
        (AttemptState::Paid, _) => Ok(NextStep::AlreadyPaid),
        (AttemptState::Created, _) => open_session(ctx, order, &latest).await,
        _ => Ok(NextStep::TryLater),
    }
}

/// A shopper who came back unpaid tries again: the same order, the same total.
///
/// # Errors
/// `Conflict` when the order can no longer be paid.
pub async fn retry(ctx: &Ctx, number: &str) -> AppResult<(Order, NextStep)> {
    ctx.limiter.check(RETRIES, &ctx.request.limit_key()).await.map_err(|RetryAfter(seconds)| AppError::too_many_requests(seconds))?;
    let order = orders::service::for_this_browser(ctx, number).await?;
    if order.state.is_paid_for() {
        return Ok((order, NextStep::AlreadyPaid));
    }
    if order.state != OrderState::PendingPayment {
        return Err(AppError::conflict("order_ended", "This order has expired. Your cart is as you left it, so you can order again."));
    }
    let latest =
        store::of_order(&ctx.mongo, order.id).await?.into_iter().next().ok_or_else(|| AppError::internal("an order without an attempt"))?;
    let step = match (&latest.session_id, latest.state) {
        (_, AttemptState::Created) => next_step(ctx, &order).await?,
        (Some(session_id), _) => match fulfil(ctx, session_id, None).await {
            Ok(Fulfilment::Paid) => NextStep::AlreadyPaid,
            Ok(Fulfilment::Open) => next_step(ctx, &order).await?,
            Ok(Fulfilment::Processing) => NextStep::TryLater,
            Ok(Fulfilment::Dead | Fulfilment::GivenBack) => another_attempt(ctx, &order, latest.number).await?,
            // Whether the last session was paid is not known: no second one beside it.
            Err(_) => NextStep::TryLater,
        },
        (None, _) => another_attempt(ctx, &order, latest.number).await?,
    };
    Ok((order, step))
}

/// An order that costs nothing is complete without Stripe, under the same guards.
pub async fn settle_without_payment(ctx: &Ctx, order: &Order) -> AppResult<()> {
    let attempt =
        store::of_order(&ctx.mongo, order.id).await?.into_iter().next().ok_or_else(|| AppError::internal("an order without an attempt"))?;
    settle(ctx, &attempt, 0, None, None).await.map(drop)
}

/// Asks Stripe for the session of a stored attempt, or for the one it already made under this key.
pub(super) async fn ensure_session(ctx: &Ctx, order: &Order, attempt: &AttemptDocument) -> AppResult<Option<SessionState>> {
    let content = content(ctx, order, attempt)?;
    match requests::create_session(&ctx.stripe, &content).await {
        Ok(session) => {
            store::opened(&ctx.mongo, attempt.id, &session.id, session.url.as_deref()).await?;
            Ok(Some(session))
        }
        Err(StripeFailure::Refused(cause)) => {
            // Nothing was made under this key, and with this content nothing ever will be.
            tracing::error!(order = %order.number, %cause, "Stripe refused a session");
            store::set_unpaid_state(&ctx.mongo, attempt.id, AttemptState::Dead).await?;
            Ok(None)
        }
        Err(StripeFailure::KeyConflict(cause)) => Err(AppError::internal(cause)),
        Err(StripeFailure::Unknown(cause)) => look_for_session(ctx, order, attempt, cause).await,
    }
}

/// Stripe's answer under this key is lost, or is a stored failure: what it really made decides (F17).
async fn look_for_session(ctx: &Ctx, order: &Order, attempt: &AttemptDocument, cause: String) -> AppResult<Option<SessionState>> {
    let since = attempt.created_at / 1_000 - CLOCK_DIFFERENCE;
    let found =
        requests::find_session(&ctx.stripe, &order.id.to_hex(), attempt.expires_at, since).await.map_err(|failure| unanswered(&failure))?;
    if let Some(session) = found {
        store::opened(&ctx.mongo, attempt.id, &session.id, session.url.as_deref()).await?;
        return Ok(Some(session));
    }
    if ctx.now() - attempt.created_at < NOTHING_IN_FLIGHT {
        return Err(AppError::unavailable(cause));
    }
    store::set_unpaid_state(&ctx.mongo, attempt.id, AttemptState::Dead).await?;
    Ok(None)
}

async fn open_session(ctx: &Ctx, order: &Order, attempt: &AttemptDocument) -> AppResult<NextStep> {
    match ensure_session(ctx, order, attempt).await {
        Ok(Some(session)) => Ok(session.url.map_or(NextStep::TryLater, NextStep::PayAt)),
        Ok(None) if is_worn_out(ctx, attempt) => another_attempt(ctx, order, attempt.number).await,
        Ok(None) => Err(AppError::internal("Stripe refused a session")),
        Err(error) => {
            ctx.log_failure(&error);
            orders::service::set_payment_state(ctx, order.id, PaymentState::Unknown).await?;
            Ok(NextStep::TryLater)
        }
    }
}

/// Whether a dead attempt died of age: too late for its own session, or long enough ago that nothing is under way.
fn is_worn_out(ctx: &Ctx, attempt: &AttemptDocument) -> bool {
    attempt.expires_at < ctx.now() / 1_000 + SHORTEST_SESSION || ctx.now() - attempt.created_at >= NOTHING_IN_FLIGHT
}

/// The next attempt after one that can never be paid; two callers at once make one.
async fn another_attempt(ctx: &Ctx, order: &Order, dead: i32) -> AppResult<NextStep> {
    let next = attempt(ctx, order, dead + 1);
    let (ctx_in, order_id, stored) = (ctx.clone(), order.id, next.clone());
    let outcome = ctx
        .mongo
        .transaction(move |session| {
            let (ctx, stored) = (ctx_in.clone(), stored.clone());
            Box::pin(async move {
                if !orders::service::extend_hold(&ctx, session, order_id).await? {
                    return Err(AppError::conflict("order_ended", "This order has ended.").into());
                }
                insert_attempt(&ctx, session, &stored).await
            })
        })
        .await;
    if let Err(error) = outcome {
        // Somebody else made this attempt: theirs is as good.
        let latest = store::of_order(&ctx.mongo, order.id).await?.into_iter().next();
        return match latest.filter(|a| a.number == next.number) {
            Some(theirs) => Box::pin(open_session(ctx, order, &theirs)).await,
            None => Err(error),
        };
    }
    Box::pin(open_session(ctx, order, &next)).await
}

fn attempt(ctx: &Ctx, order: &Order, number: i32) -> AttemptDocument {
    let now = ctx.now();
    AttemptDocument {
        id: ObjectId::new(),
        order_id: order.id,
        number,
        idempotency_key: format!("{}:{number}:session", order.id.to_hex()),
        state: AttemptState::Created,
        amount_minor: order.total_minor,
        currency: order.currency,
        expires_at: now / 1_000 + i64::from(ctx.settings.limits.session_minutes) * 60,
        session_id: None,
        session_url: None,
        payment_intent: None,
        captured_minor: 0,
        refundable_minor: 0,
        refunds: Vec::new(),
        created_at: now,
    }
}

/// Made from stored values alone, so that a repeated request is the same request.
fn content(ctx: &Ctx, order: &Order, attempt: &AttemptDocument) -> AppResult<NewSession> {
    Ok(NewSession {
        idempotency_key: attempt.idempotency_key.clone(),
        order_id: order.id.to_hex(),
        order_number: order.number.clone(),
        currency: order.currency,
        lines: page_lines(order),
        email: orders::service::email_of(ctx, order)?,
        success_url: format!("{}/checkout/return?session_id={{CHECKOUT_SESSION_ID}}", ctx.settings.base_url),
        cancel_url: format!("{}/order/{}", ctx.settings.base_url, order.number),
        expires_at: attempt.expires_at,
    })
}

/// The order's lines, shipping and added tax; one line with the total if they should ever not add up to it.
fn page_lines(order: &Order) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = order
        .lines
        .iter()
        .map(|line| {
            let name = if line.variant.is_empty() { line.name.clone() } else { format!("{} ({})", line.name, line.variant) };
            PageLine { name, unit_price: line.unit_price, quantity: u64::from(line.quantity) }
        })
        .collect();
    let others = order
        .totals
        .trace
        .iter()
        .filter(|step| !step.included && matches!(step.kind, TraceKind::Shipping | TraceKind::Tax) && !step.amount.is_zero());
    lines.extend(others.map(|step| PageLine { name: step.label.clone(), unit_price: step.amount, quantity: 1 }));
    let sum: i128 = lines.iter().map(|l| i128::from(l.unit_price.minor()) * i128::from(l.quantity)).sum();
    if sum != i128::from(order.total_minor) {
        lines = vec![PageLine {
            name: format!("Order {}", order.number),
            unit_price: Money::new(order.total_minor, order.currency),
            quantity: 1,
        }];
    }
    lines
}
