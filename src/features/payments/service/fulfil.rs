//! The one way an order becomes paid: webhook, return page, retry, sweeper and reconciliation all come here.

use mongodb::bson::doc;

use crate::features::cart;
use crate::features::inventory;
use crate::features::notifications;
use crate::features::orders;
use crate::features::orders::model::PaymentState;
use crate::features::payments::model::{AttemptState, Fulfilment, RefundState};
use crate::features::payments::service::refunds::enqueue_refund;
use crate::features::payments::store::{self, AttemptDocument, RefundEntry};
use crate::features::payments::stripe::requests::{self, SessionState, SessionStatus, StripeFailure};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::TxResult;
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult};
use crate::shared::money::Money;

/// Asks Stripe how a session of ours stands and does what follows from it, once, however often it is called.
///
/// `event_id` is remembered in the transaction that has the effect.
///
/// # Errors
/// `NotFound` for a session that no attempt of ours has; `Unavailable` when Stripe or the database does not answer.
pub async fn fulfil(ctx: &Ctx, session_id: &str, event_id: Option<&str>) -> AppResult<Fulfilment> {
    let attempt = store::by_session(&ctx.mongo, session_id).await?.ok_or_else(AppError::not_found)?;
    let session = requests::session(&ctx.stripe, session_id).await.map_err(|failure| unanswered(&failure))?;
    if session.paid && session.status == SessionStatus::Complete {
        return paid(ctx, &attempt, &session, event_id).await;
    }
    let (fulfilment, state) = match session.status {
        SessionStatus::Complete if session.payment_failed => (Fulfilment::Dead, AttemptState::Dead),
        SessionStatus::Complete => (Fulfilment::Processing, AttemptState::Processing),
        SessionStatus::Open => (Fulfilment::Open, AttemptState::Open),
        SessionStatus::Expired => (Fulfilment::Dead, AttemptState::Dead),
    };
    if attempt.state != state {
        store::set_unpaid_state(&ctx.mongo, attempt.id, state).await?;
        if let Some(payment_state) = shown_as(fulfilment) {
            orders::service::set_payment_state(ctx, attempt.order_id, payment_state).await?;
        }
    }
    Ok(fulfilment)
}

/// Records money that arrived and what it pays for, all in one transaction.
///
/// Answers [`Fulfilment::GivenBack`] when no order can take it: then its refund is already on the way.
pub(super) async fn settle(
    ctx: &Ctx,
    attempt: &AttemptDocument,
    captured: i64,
    payment_intent: Option<&str>,
    event_id: Option<&str>,
) -> AppResult<Fulfilment> {
    let (ctx_in, attempt_in) = (ctx.clone(), attempt.clone());
    let (payment_intent, event_id) = (payment_intent.map(str::to_owned), event_id.map(str::to_owned));
    let outcome = ctx
        .mongo
        .transaction(move |session| {
            let (ctx, attempt, payment_intent, event_id) = (ctx_in.clone(), attempt_in.clone(), payment_intent.clone(), event_id.clone());
            Box::pin(async move {
                if let Some(event_id) = &event_id {
                    store::remember_event_in(&ctx.mongo, session, event_id, ctx.now()).await?;
                }
                // Invariant: from here on this runs once per attempt, whoever called first.
                if !store::captured(&ctx.mongo, session, attempt.id, captured, payment_intent.as_deref()).await? {
                    return Ok(None);
                }
                let as_agreed = captured == attempt.amount_minor;
                let order = if as_agreed { orders::service::mark_paid(&ctx, session, attempt.order_id).await? } else { None };
                match order {
                    Some(order) => {
                        hand_over(&ctx, session, &order).await?;
                        Ok(Some(Fulfilment::Paid))
                    }
                    None => {
                        give_back(&ctx, session, &attempt, captured).await?;
                        Ok(Some(Fulfilment::GivenBack))
                    }
                }
            })
        })
        .await?;
    match outcome {
        Some(done) => {
            ctx.outbox_bell.notify_waiters();
            if done == Fulfilment::Paid {
                let order = orders::service::by_id(ctx, attempt.order_id).await?;
                cart::service::refresh_copy(ctx, order.cart_id).await?;
            }
            Ok(done)
        }
        None => already_settled(ctx, attempt).await,
    }
}

async fn paid(ctx: &Ctx, attempt: &AttemptDocument, session: &SessionState, event_id: Option<&str>) -> AppResult<Fulfilment> {
    let as_agreed = session.amount_total == attempt.amount_minor && session.currency.eq_ignore_ascii_case(attempt.currency.code());
    if !as_agreed {
        // Whatever was captured is recorded as such and goes back in full: an order is never paid with another sum.
        tracing::error!(
            attempt = %attempt.id, session = %session.id,
            expected = attempt.amount_minor, captured = session.amount_total, currency = %session.currency,
            "a payment does not match its order",
        );
        ctx.record(SecurityEvent { name: "amount_mismatch", outcome: Outcome::Refused, object: &attempt.id.to_string() });
        orders::service::note_for_staff(ctx, attempt.order_id, "A payment did not match this order; it is being given back.").await?;
        if !session.currency.eq_ignore_ascii_case(attempt.currency.code()) {
            return Err(AppError::internal("a payment arrived in another currency; it needs a person"));
        }
    }
    settle(ctx, attempt, session.amount_total, session.payment_intent.as_deref(), event_id).await
}

/// What a paid order sets in motion: its goods are sold, they leave the cart, the customer is told.
async fn hand_over(ctx: &Ctx, session: &mut mongodb::ClientSession, order: &orders::service::Order) -> TxResult<()> {
    inventory::service::sell(ctx, session, order.id, &orders::service::demand(order)).await?;
    cart::service::take_out_bought(ctx, session, order.cart_id, &orders::service::bought(order)).await?;
    let mail = doc! { "template": notifications::model::Template::OrderConfirmed.key(), "order_id": order.id };
    outbox::enqueue(&ctx.mongo, session, notifications::jobs::SEND_MAIL, mail, ctx.now()).await
}

/// Money for an order that is paid already, has ended, or costs something else.
async fn give_back(ctx: &Ctx, session: &mut mongodb::ClientSession, attempt: &AttemptDocument, captured: i64) -> TxResult<()> {
    if captured == 0 {
        return Ok(());
    }
    tracing::warn!(attempt = %attempt.id, captured, "a payment has no order to pay and is given back");
    let refund = RefundEntry {
        id: format!("{}-unclaimed", attempt.id.to_hex()),
        amount_minor: captured,
        state: RefundState::Pending,
        reason: "the order could not take this payment".into(),
        created_at: ctx.now(),
    };
    if store::reserve_refund(&ctx.mongo, session, attempt.id, &refund).await? {
        enqueue_refund(ctx, session, attempt.id, &refund.id).await?;
    }
    Ok(())
}

async fn already_settled(ctx: &Ctx, attempt: &AttemptDocument) -> AppResult<Fulfilment> {
    let now = store::by_id(&ctx.mongo, attempt.id).await?.ok_or_else(AppError::not_found)?;
    let unclaimed = now.refunds.iter().any(|r| r.id.ends_with("-unclaimed"));
    Ok(if unclaimed { Fulfilment::GivenBack } else { Fulfilment::Paid })
}

const fn shown_as(fulfilment: Fulfilment) -> Option<PaymentState> {
    match fulfilment {
        Fulfilment::Processing => Some(PaymentState::Processing),
        Fulfilment::Open => Some(PaymentState::Awaiting),
        Fulfilment::Dead => Some(PaymentState::Failed),
        Fulfilment::Paid | Fulfilment::GivenBack => None,
    }
}

pub(super) fn unanswered(failure: &StripeFailure) -> AppError {
    match failure {
        StripeFailure::Unknown(cause) => AppError::unavailable(cause),
        StripeFailure::Refused(cause) | StripeFailure::KeyConflict(cause) => AppError::internal(cause),
    }
}

/// An amount of an attempt as money.
pub(super) fn money(attempt: &AttemptDocument, minor: i64) -> Money {
    Money::new(minor, attempt.currency)
}
