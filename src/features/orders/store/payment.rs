//! The conditional writes that decide what becomes of an order's payment: each is one write on one
//! document.

use mongodb::bson::{Document, doc, to_bson};
use mongodb::options::ReturnDocument;
use strum::VariantArray as _;

use super::{OrderDocument, orders};
use crate::features::orders::model::payment::{
    AttemptState, Capture, CaptureUse, DisputeFact, PaymentAttempt,
};
use crate::features::orders::model::{OrderEvent, OrderState, TimelineEntry};
use crate::infra::mongo::{Mongo, Tx, TxResult, with_deadline};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{AttemptId, OrderId};
use crate::shared::timestamp::Timestamp;

/// Stores the session that Stripe made for an attempt, whatever became of the attempt (R132).
/// Answers the order as it is afterwards; `None` when there is no such attempt.
///
/// Only an attempt that was still waiting for its session becomes open and gets the address to send
/// the shopper to.
pub async fn record_session(
    mongo: &Mongo,
    order_id: OrderId,
    attempt_id: AttemptId,
    session_id: &str,
    url: Option<&str>,
) -> AppResult<Option<OrderDocument>> {
    let with = |condition: Document| attempt_filter(order_id, attempt_id, condition);
    let waiting = with(doc! { "state": "created", "session_id": null });
    let opened = doc! { "$set": {
        "attempts.$.state": "open", "attempts.$.session_id": session_id, "attempts.$.session_url": url,
        "payment.unanswered": false,
    } };
    if let Some(order) = with_deadline(
        orders(mongo).find_one_and_update(waiting, opened).return_document(ReturnDocument::After),
    )
    .await?
    {
        return Ok(Some(order));
    }
    let late = with(doc! { "session_id": null });
    let recorded = doc! { "$set": { "attempts.$.session_id": session_id } };
    if let Some(order) = with_deadline(
        orders(mongo).find_one_and_update(late, recorded).return_document(ReturnDocument::After),
    )
    .await?
    {
        return Ok(Some(order));
    }
    // Known already; or a second session, which the caller finds out by its id.
    with_deadline(orders(mongo).find_one(with(Document::new()))).await
}

/// Moves an attempt from one of `from` to `to`; true if it did.
pub async fn set_attempt_state(
    mongo: &Mongo,
    order_id: OrderId,
    attempt_id: AttemptId,
    from: &[AttemptState],
    to: AttemptState,
) -> AppResult<bool> {
    let states: Vec<&str> = from.iter().map(|state| state.key()).collect();
    let filter = attempt_filter(order_id, attempt_id, doc! { "state": { "$in": states } });
    let change = doc! { "$set": { "attempts.$.state": to.key() } };
    Ok(with_deadline(orders(mongo).update_one(filter, change)).await?.modified_count == 1)
}

/// Notes that an attempt's money is on its way, and by which payment.
pub async fn set_processing(
    mongo: &Mongo,
    order_id: OrderId,
    attempt_id: AttemptId,
    payment_intent: Option<&str>,
    now: Timestamp,
) -> AppResult<()> {
    let filter = attempt_filter(
        order_id,
        attempt_id,
        doc! { "state": { "$in": ["created", "open", "superseded"] } },
    );
    let change = doc! { "$set": {
        "attempts.$.state": "processing", "attempts.$.payment_intent": payment_intent, "attempts.$.processing_since": now,
    } };
    with_deadline(orders(mongo).update_one(filter, change)).await.map(drop)
}

/// Notes that Stripe gave no answer.
pub async fn set_unanswered(mongo: &Mongo, order_id: OrderId) -> AppResult<()> {
    let filter = doc! { "_id": order_id, "state": "pending_payment" };
    with_deadline(orders(mongo).update_one(filter, doc! { "$set": { "payment.unanswered": true } }))
        .await
        .map(drop)
}

/// Adds an attempt after the last of `known` attempts, which can no longer be gone on with, and
/// moves the end of the hold. `None` when somebody else was first or the order has ended.
pub async fn add_attempt(
    mongo: &Mongo,
    order_id: OrderId,
    known: usize,
    attempt: &PaymentAttempt,
    hold_expires_at: Timestamp,
) -> AppResult<Option<OrderDocument>> {
    let Some(last) = known.checked_sub(1) else { return Ok(None) };
    let mut filter = pending_with(order_id, known)?;
    // Over, or paid with money that the order could not use.
    let over = vec![
        doc! { format!("attempts.{last}.state"): { "$in": ["superseded", "expired"] } },
        doc! { format!("attempts.{last}.capture.use"): "unclaimed" },
    ];
    filter.insert("$or", over);
    let change = doc! {
        "$push": { "attempts": to_bson(attempt).map_err(AppError::internal)? },
        "$set": { "hold_expires_at": hold_expires_at, "payment.unanswered": false },
    };
    with_deadline(
        orders(mongo).find_one_and_update(filter, change).return_document(ReturnDocument::After),
    )
    .await
}

/// Adds an attempt that nobody may go on with, to be looked after until it is settled; a second
/// time without effect.
pub async fn add_superseded(
    mongo: &Mongo,
    order_id: OrderId,
    attempt: &PaymentAttempt,
) -> AppResult<()> {
    let filter = doc! { "_id": order_id, "attempts.session_id": { "$ne": &attempt.session_id } };
    let first = to_bson(attempt).map_err(AppError::internal)?;
    // Before the others: the last attempt is the one that shoppers go on with.
    let change = doc! { "$push": { "attempts": { "$each": [first], "$position": 0 } } };
    with_deadline(orders(mongo).update_one(filter, change)).await.map(drop)
}

/// Records money that arrived through an attempt: once, whoever says so first.
///
/// `capture.used_for` says whether the money may pay the order; it does if the order still waits
/// for it. Answers the order as it is afterwards and what the money was used for; `None` when it
/// had been recorded before.
pub async fn record_capture(
    mongo: &Mongo,
    tx: &mut Tx,
    order_id: OrderId,
    attempt_id: AttemptId,
    capture: &Capture,
    entries: CaptureEntries,
) -> TxResult<Option<(OrderDocument, CaptureUse)>> {
    if capture.used_for == CaptureUse::Order {
        let mut filter = attempt_filter(order_id, attempt_id, doc! { "state": { "$ne": "paid" } });
        filter.insert("state", doc! { "$in": OrderState::before(OrderEvent::Pay) });
        let change = doc! {
            "$set": {
                "state": OrderState::Paid.key(), "paid_at": capture.at,
                "payment.unanswered": false,
                "attempts.$.state": "paid", "attempts.$.payment_intent": &capture.payment_intent,
                "attempts.$.capture": to_bson(capture)?,
            },
            "$inc": { "payment.captured_minor": capture.amount.minor() },
            "$push": { "timeline": to_bson(&entries.paid)? },
        };
        let collection = orders(mongo);
        let update =
            collection.find_one_and_update(filter, change).return_document(ReturnDocument::After);
        if let Some(order) = update.session(&mut *tx).await? {
            return Ok(Some((order, CaptureUse::Order)));
        }
    }
    let unclaimed = Capture { used_for: CaptureUse::Unclaimed, ..capture.clone() };
    let filter = attempt_filter(order_id, attempt_id, doc! { "state": { "$ne": "paid" } });
    let change = doc! {
        "$set": {
            "attempts.$.state": "paid", "attempts.$.payment_intent": &unclaimed.payment_intent,
            "attempts.$.capture": to_bson(&unclaimed)?,
        },
        "$push": { "timeline": to_bson(&entries.unclaimed)? },
    };
    let collection = orders(mongo);
    let update =
        collection.find_one_and_update(filter, change).return_document(ReturnDocument::After);
    Ok(update.session(tx).await?.map(|order| (order, CaptureUse::Unclaimed)))
}

/// The lines of the history that go with a capture.
pub struct CaptureEntries {
    pub paid: TimelineEntry,
    pub unclaimed: TimelineEntry,
}

/// Ends an unpaid order exactly as it was read: a retry in between has changed its attempts or its
/// hold, and then nothing is released (R136).
pub async fn expire(
    mongo: &Mongo,
    tx: &mut Tx,
    read: &OrderDocument,
    entry: &TimelineEntry,
) -> TxResult<Option<OrderDocument>> {
    let mut filter =
        pending_with(read.id, read.attempts.len()).map_err(crate::infra::mongo::TxError::App)?;
    filter.insert("hold_expires_at", read.hold_expires_at);
    // Whoever sent a shopper back to pay made an attempt payable again.
    filter
        .insert("attempts.state", doc! { "$nin": ["created", "open", "processing", "superseded"] });
    let change = doc! {
        "$set": { "state": OrderState::Expired.key() },
        "$push": { "timeline": to_bson(entry)? },
    };
    Ok(orders(mongo)
        .find_one_and_update(filter, change)
        .return_document(ReturnDocument::After)
        .session(tx)
        .await?)
}

/// Takes an amount off what can be refunded of an attempt, if that much is left and no dispute is
/// open: before Stripe hears of it.
pub async fn reserve_refund(
    mongo: &Mongo,
    tx: &mut Tx,
    order_id: OrderId,
    attempt_id: AttemptId,
    minor: i64,
    counts: RefundTarget,
) -> TxResult<bool> {
    let mut filter = attempt_filter(
        order_id,
        attempt_id,
        doc! { "capture.refundable_minor": { "$gte": minor } },
    );
    if counts == RefundTarget::ForOrder {
        filter.insert("payment.dispute.state", doc! { "$nin": open_disputes() });
    }
    move_refund(
        mongo,
        tx,
        filter,
        counts,
        RefundBalanceChange { refundable: -minor, refunding: minor, refunded: 0 },
        None,
    )
    .await
}

/// Whether a refund gives back money that pays the order, or money that the order never took
/// (R134).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundTarget {
    ForOrder,
    ForAttemptAlone,
}

/// Minor units that move between what can be refunded, what is being refunded, and what has been.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RefundBalanceChange {
    pub refundable: i64,
    pub refunding: i64,
    pub refunded: i64,
}

/// Follows a refund's change of state in the order.
pub async fn apply_refund_move(
    mongo: &Mongo,
    tx: &mut Tx,
    order_id: OrderId,
    attempt_id: AttemptId,
    counts: RefundTarget,
    by: RefundBalanceChange,
    entry: Option<&TimelineEntry>,
) -> TxResult<()> {
    let filter = attempt_filter(order_id, attempt_id, Document::new());
    move_refund(mongo, tx, filter, counts, by, entry).await.map(drop)
}

async fn move_refund(
    mongo: &Mongo,
    tx: &mut Tx,
    filter: Document,
    counts: RefundTarget,
    by: RefundBalanceChange,
    entry: Option<&TimelineEntry>,
) -> TxResult<bool> {
    let mut inc = doc! { "attempts.$.capture.refundable_minor": by.refundable };
    if counts == RefundTarget::ForOrder {
        inc.insert("payment.refunding_minor", by.refunding);
        inc.insert("payment.refunded_minor", by.refunded);
    }
    let mut change = doc! { "$inc": inc };
    if let Some(entry) = entry {
        change.insert("$push", doc! { "timeline": to_bson(entry)? });
    }
    Ok(orders(mongo).update_one(filter, change).session(tx).await?.matched_count == 1)
}

/// Notes how a dispute stands, unless a later state of it is known. True if this is news.
pub async fn set_dispute(
    mongo: &Mongo,
    tx: &mut Tx,
    order_id: OrderId,
    fact: &DisputeFact,
    entry: &TimelineEntry,
) -> TxResult<bool> {
    let mut newer = vec![
        doc! { "payment.dispute": null },
        doc! { "payment.dispute.id": &fact.id, "payment.dispute.rank": { "$lt": fact.rank } },
    ];
    // Of two disputes an open one is what the order shows.
    newer.push(match fact.state.is_open() {
        true => doc! { "payment.dispute.id": { "$ne": &fact.id } },
        false => doc! { "payment.dispute.id": { "$ne": &fact.id }, "payment.dispute.state": { "$nin": open_disputes() } },
    });
    let filter = doc! { "_id": order_id, "$or": newer };
    let change = doc! { "$set": { "payment.dispute": to_bson(fact)? }, "$push": { "timeline": to_bson(entry)? } };
    Ok(orders(mongo).update_one(filter, change).session(tx).await?.modified_count == 1)
}

fn open_disputes() -> Vec<&'static str> {
    use crate::features::orders::model::payment::DisputeState;
    DisputeState::VARIANTS
        .iter()
        .copied()
        .filter(|state| state.is_open())
        .map(DisputeState::key)
        .collect()
}

/// One attempt of one order, under a condition on the attempt.
fn attempt_filter(order_id: OrderId, attempt_id: AttemptId, condition: Document) -> Document {
    let mut attempt = doc! { "id": attempt_id };
    attempt.extend(condition);
    doc! { "_id": order_id, "attempts": { "$elemMatch": attempt } }
}

fn pending_with(order_id: OrderId, attempts: usize) -> AppResult<Document> {
    let attempts = i64::try_from(attempts).map_err(AppError::internal)?;
    Ok(doc! { "_id": order_id, "state": "pending_payment", "attempts": { "$size": attempts } })
}
