//! What happens to the payment of an order, with its line in the history. Only `payments` calls
//! this, with Stripe's word.

use super::timeline_entry;
use crate::features::orders::model::payment::{
    AttemptState, Capture, CaptureUse, DisputeFact, DisputeState, PaymentAttempt, next_hold_end,
};
use crate::features::orders::model::{OrderState, TimelineEntry};
use crate::features::orders::store::OrderDocument;
use crate::features::orders::store::payment::{self as store, CaptureEntries};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult};
use crate::shared::error::AppResult;
use crate::shared::ids::{AttemptId, OrderId};
use crate::shared::money::Money;

pub use crate::features::orders::store::payment::{RefundBalanceChange, RefundTarget};

/// An order that costs nothing, as it is stored: paid from the first moment.
pub fn mark_paid_without_payment(ctx: &Ctx, order: OrderDocument) -> OrderDocument {
    let now = ctx.now();
    let timeline = vec![timeline_entry(now, "Order placed; nothing to pay")];
    OrderDocument { state: OrderState::Paid, paid_at: Some(now), timeline, ..order }
}

/// Stores the session that Stripe made for an attempt, whatever became of the attempt; the order as
/// it is afterwards.
pub async fn record_session(
    ctx: &Ctx,
    order_id: OrderId,
    attempt_id: AttemptId,
    session_id: &str,
    url: Option<&str>,
) -> AppResult<Option<OrderDocument>> {
    store::record_session(&ctx.mongo, order_id, attempt_id, session_id, url).await
}

/// The attempt can never be paid any more.
pub async fn expire_attempt(
    ctx: &Ctx,
    order_id: OrderId,
    attempt_id: AttemptId,
) -> AppResult<bool> {
    use AttemptState as S;
    let from = [S::Created, S::Open, S::Processing, S::Superseded];
    store::set_attempt_state(&ctx.mongo, order_id, attempt_id, &from, S::Expired).await
}

/// Another attempt may take its place; a session that turns up for it later will be expired.
pub async fn supersede_attempt(
    ctx: &Ctx,
    order_id: OrderId,
    attempt_id: AttemptId,
) -> AppResult<bool> {
    let from = [AttemptState::Created, AttemptState::Expired];
    store::set_attempt_state(&ctx.mongo, order_id, attempt_id, &from, AttemptState::Superseded)
        .await
}

pub async fn set_processing(
    ctx: &Ctx,
    order_id: OrderId,
    attempt_id: AttemptId,
    payment_intent: Option<&str>,
) -> AppResult<()> {
    store::set_processing(&ctx.mongo, order_id, attempt_id, payment_intent, ctx.now()).await
}

pub async fn set_unanswered(ctx: &Ctx, order_id: OrderId) -> AppResult<()> {
    store::set_unanswered(&ctx.mongo, order_id).await
}

/// Adds the next attempt and holds the goods for it. `None` when somebody else was first, the order
/// has ended, or its hour is over (R121).
pub async fn add_attempt(
    ctx: &Ctx,
    order: &OrderDocument,
    attempt: &PaymentAttempt,
) -> AppResult<Option<OrderDocument>> {
    let hold = ctx.settings.limits.hold();
    let Some(hold_end) = next_hold_end(order.created_at, ctx.now(), hold) else {
        return Ok(None);
    };
    store::add_attempt(&ctx.mongo, order.id, order.attempts.len(), attempt, hold_end).await
}

/// Adds an attempt that nobody may go on with, to be looked after until it is settled.
pub async fn add_superseded(
    ctx: &Ctx,
    order_id: OrderId,
    attempt: &PaymentAttempt,
) -> AppResult<()> {
    store::add_superseded(&ctx.mongo, order_id, attempt).await
}

/// Records money that arrived: it pays the order, or the order cannot take it. `None` when it was
/// recorded before.
pub async fn record_capture(
    ctx: &Ctx,
    tx: &mut Tx,
    order_id: OrderId,
    attempt_id: AttemptId,
    capture: &Capture,
) -> TxResult<Option<(OrderDocument, CaptureUse)>> {
    let back = format!(
        "A payment of {} could not be used for this order; it is being given back.",
        capture.amount
    );
    let entries = CaptureEntries {
        paid: timeline_entry(capture.at, "Payment received"),
        unclaimed: TimelineEntry { at: capture.at, text: back, visible: false },
    };
    store::record_capture(&ctx.mongo, tx, order_id, attempt_id, capture, entries).await
}

/// Ends an unpaid order as it was read; `None` when it has changed since.
pub async fn expire(
    ctx: &Ctx,
    tx: &mut Tx,
    read: &OrderDocument,
    why: &str,
) -> TxResult<Option<OrderDocument>> {
    store::expire(&ctx.mongo, tx, read, &timeline_entry(ctx.now(), why)).await
}

/// Takes an amount off what can be refunded; false when less is left or a dispute is open.
pub async fn reserve_refund(
    ctx: &Ctx,
    tx: &mut Tx,
    order_id: OrderId,
    attempt_id: AttemptId,
    minor: i64,
    counts: RefundTarget,
) -> TxResult<bool> {
    store::reserve_refund(&ctx.mongo, tx, order_id, attempt_id, minor, counts).await
}

/// Follows a refund's change of state. `text` is a line in the history that the customer sees.
pub async fn apply_refund_move(
    ctx: &Ctx,
    tx: &mut Tx,
    order_id: OrderId,
    attempt_id: AttemptId,
    counts: RefundTarget,
    by: RefundBalanceChange,
    text: Option<String>,
) -> TxResult<()> {
    let visible = counts == RefundTarget::ForOrder;
    let entry = text.map(|text| TimelineEntry { at: ctx.now(), text, visible });
    store::apply_refund_move(&ctx.mongo, tx, order_id, attempt_id, counts, by, entry.as_ref()).await
}

/// Notes how a dispute stands; true if this is news.
pub async fn set_dispute(
    ctx: &Ctx,
    tx: &mut Tx,
    order_id: OrderId,
    id: &str,
    state: DisputeState,
    amount: Money,
) -> TxResult<bool> {
    let fact = DisputeFact { id: id.to_owned(), state, rank: state.rank() };
    let text = match state {
        DisputeState::InquiryNeedsResponse | DisputeState::InquiryUnderReview => {
            format!("The customer's bank asks about {amount}")
        }
        DisputeState::NeedsResponse | DisputeState::UnderReview => {
            format!("The customer disputes {amount}")
        }
        DisputeState::Won => format!("The dispute over {amount} was won"),
        DisputeState::Lost => format!("The dispute over {amount} was lost"),
        DisputeState::InquiryClosed | DisputeState::Prevented => {
            format!("The question about {amount} is closed")
        }
    };
    let entry = TimelineEntry { at: ctx.now(), text, visible: false };
    store::set_dispute(&ctx.mongo, tx, order_id, &fact, &entry).await
}
