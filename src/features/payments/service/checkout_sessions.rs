//! Sessions at Stripe: made for a stored attempt, found again when their answer is lost, and
//! expired when their attempt is over.
//!
//! Invariant (R132): a session that Stripe made is stored whatever became of its attempt.

use crate::features::orders;
use crate::features::orders::model::payment::{AttemptState, CLOCK_MARGIN, PaymentAttempt};
use crate::features::orders::service::Order;
use crate::features::payments::model::WatchOrder;
use crate::features::payments::service::{host_of, stripe, stripe_now, unanswered};
use crate::features::payments::stripe::requests::{
    self, Expiry, MAX_LINES, NewSession, PageLine, SessionState, ShipTo, StripeFailure,
};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::new_id;
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::OrderId;
use crate::shared::money::Money;
use crate::shared::pricing::TraceKind;
use crate::shared::pricing::charge_rules::to_provider_amount;

/// Characters of a line's name and of the description that Stripe shows without cutting them off.
const LONGEST_TEXT: usize = 250;

/// What Stripe has for an attempt.
pub(super) enum Ensured {
    /// The session of a current attempt: the shopper may be sent there.
    Payable(SessionState),
    /// There is a session, and the attempt has been followed by another or has ended: it was
    /// expired.
    MovedOn,
    /// Stripe repeats a failure under this key and lists no session: if it made one, nobody knows
    /// its address.
    Lost,
    /// Stripe refused the request for good: there is no session and there will be none.
    Impossible,
}

/// Asks Stripe for the session of a stored attempt, or for the one it already made under this key.
///
/// # Errors
/// `Unavailable` while it is not certain what Stripe has made.
pub(super) async fn ensure_session(
    ctx: &Ctx,
    order: &Order,
    attempt: &PaymentAttempt,
) -> AppResult<Ensured> {
    let content = session_content(ctx, order, attempt)?;
    match requests::create_session(stripe(ctx), &content).await {
        Ok(session) => record(ctx, order, attempt, session).await,
        Err(StripeFailure::Refused { cause, .. }) => {
            tracing::error!(order = %order.number, %cause, "Stripe refused a session");
            orders::service::payment::expire_attempt(ctx, order.id, attempt.id).await?;
            Ok(Ensured::Impossible)
        }
        Err(StripeFailure::ServerError(_)) => match find_lost_session(ctx, attempt).await? {
            Some(session) => record(ctx, order, attempt, session).await,
            None => Ok(Ensured::Lost),
        },
        Err(StripeFailure::Unknown(cause)) => match find_lost_session(ctx, attempt).await? {
            Some(session) => record(ctx, order, attempt, session).await,
            None => Err(AppError::unavailable(cause)),
        },
        Err(StripeFailure::KeyConflict(cause)) => {
            // Another version of the store made the request in other words: what it made counts.
            tracing::error!(target: "alarm", order = %order.number, %cause, "a payment key was used for other content");
            match find_lost_session(ctx, attempt).await? {
                Some(session) => record(ctx, order, attempt, session).await,
                None => Ok(Ensured::Lost),
            }
        }
        Err(failure) => Err(unanswered(&failure)),
    }
}

/// Stripe's answer under this key is lost, or is a stored failure: what it really made decides
/// (F17).
async fn find_lost_session(ctx: &Ctx, attempt: &PaymentAttempt) -> AppResult<Option<SessionState>> {
    // By Stripe's clock, as its end was.
    let since = attempt.expires_at - ctx.settings.limits.session_life() - CLOCK_MARGIN;
    requests::find_session(stripe(ctx), attempt.id, since)
        .await
        .map_err(|failure| unanswered(&failure))
}

/// Stores a session of an attempt. A session that must no longer be paid is expired at once, and
/// checked until Stripe confirms it.
pub(super) async fn record(
    ctx: &Ctx,
    order: &Order,
    attempt: &PaymentAttempt,
    session: SessionState,
) -> AppResult<Ensured> {
    use orders::service::payment;
    let Some(now) =
        payment::record_session(ctx, order.id, attempt.id, &session.id, session.url.as_deref())
            .await?
    else {
        return Err(AppError::internal("a session for an attempt that is not there"));
    };
    let Some(stored) = now.attempt(attempt.id) else {
        return Err(AppError::internal("an attempt is gone"));
    };
    let is_this = stored.session_id.as_deref() == Some(session.id.as_str());
    if is_this && (stored.state.is_current() || stored.capture.is_some()) {
        return Ok(Ensured::Payable(session));
    }
    let late = if is_this {
        // Unsettled until Stripe has said that it cannot be paid.
        payment::supersede_attempt(ctx, order.id, attempt.id).await?;
        attempt.id
    } else {
        tracing::error!(target: "alarm", order = %order.number, session = %session.id, "Stripe made a second session under one key");
        let second = second_attempt(ctx, order.id, attempt, &session);
        payment::add_superseded(ctx, order.id, &second).await?;
        second.id
    };
    outbox::ensure(&ctx.mongo, &WatchOrder { order_id: order.id }, ctx.now()).await?;
    match requests::expire_session(stripe(ctx), &session.id, stripe_now(ctx)).await {
        Ok(Expiry::Expired) => payment::expire_attempt(ctx, order.id, late).await.map(drop)?,
        Ok(Expiry::NotOpen) => {}
        Err(failure) => ctx.log_failure(&unanswered(&failure)),
    }
    Ok(Ensured::MovedOn)
}

/// A session that nobody asked for becomes an attempt of its own, so that it is looked after like
/// any other.
fn second_attempt(
    ctx: &Ctx,
    order_id: OrderId,
    first: &PaymentAttempt,
    session: &SessionState,
) -> PaymentAttempt {
    PaymentAttempt {
        id: new_id(),
        idempotency_key: format!("{order_id}:{}:{}", first.number, session.id),
        state: AttemptState::Superseded,
        session_id: Some(session.id.clone()),
        session_url: None,
        payment_intent: None,
        capture: None,
        created_at: ctx.now(),
        processing_since: None,
        ..first.clone()
    }
}

/// Made from stored values alone, so that a repeated request is the same request.
fn session_content(ctx: &Ctx, order: &Order, attempt: &PaymentAttempt) -> AppResult<NewSession> {
    let address = orders::service::address_of(ctx, order)?;
    Ok(NewSession {
        idempotency_key: attempt.idempotency_key.clone(),
        order_id: order.id,
        attempt_id: attempt.id,
        shop: host_of(&attempt.shop_address).to_owned(),
        order_number: order.number.clone(),
        description: format!("Order {}", order.number),
        currency: order.currency,
        lines: page_lines(order),
        email: orders::service::email_of(ctx, order)?.to_string(),
        ship_to: address.map(|address| ShipTo {
            name: address.name,
            line1: address.line1,
            line2: address.line2,
            city: Some(address.city),
            postal_code: Some(address.postcode).filter(|postcode| !postcode.is_empty()),
            state: address.province,
            country: address.country,
            phone: address.phone,
        }),
        success_url: format!(
            "{}/checkout/return?session_id={{CHECKOUT_SESSION_ID}}",
            attempt.shop_address
        ),
        cancel_url: format!("{}/order/{}", attempt.shop_address, order.number),
        expires_at: attempt.expires_at,
    })
}

/// The order's lines, shipping and added tax; one line with the total where Stripe takes no such
/// lines: more than it allows, or with a discount, which it knows only as a coupon of its own.
fn page_lines(order: &Order) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = order
        .lines
        .iter()
        .map(|line| {
            let name = if line.variant.is_empty() {
                line.name.clone()
            } else {
                format!("{} ({})", line.name, line.variant)
            };
            let name = name.chars().take(LONGEST_TEXT).collect();
            PageLine { name, unit_price: line.unit_price, quantity: u64::from(line.quantity) }
        })
        .collect();
    let others = order.totals.trace.iter().filter(|step| {
        !step.included
            && matches!(step.kind, TraceKind::Shipping | TraceKind::Tax)
            && !step.amount.is_zero()
    });
    lines.extend(others.map(|step| PageLine {
        name: step.label.clone(),
        unit_price: step.amount,
        quantity: 1,
    }));
    let sum: i128 =
        lines.iter().map(|l| i128::from(l.unit_price.minor()) * i128::from(l.quantity)).sum();
    let are_chargeable = lines.iter().all(|line| to_provider_amount(line.unit_price).is_ok());
    if sum != i128::from(order.total_minor) || lines.len() > MAX_LINES || !are_chargeable {
        let units: u32 = order.lines.iter().map(|line| line.quantity).sum();
        lines = vec![PageLine {
            name: format!("Order {} ({units} items)", order.number),
            unit_price: Money::new(order.total_minor, order.currency),
            quantity: 1,
        }];
    }
    lines
}
