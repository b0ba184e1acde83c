//! Queries of `payment_attempts` and `stripe_events`.

use futures::TryStreamExt;
use mongodb::bson::{DateTime, Document, doc, oid::ObjectId};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{ClientSession, IndexModel};
use serde::{Deserialize, Serialize};

use crate::features::payments::model::{AttemptState, RefundState};
use crate::infra::mongo::{CollectionIndexes, Mongo, TxResult, bounded, bounded_unique};
use crate::shared::error::AppResult;
use crate::shared::money::Currency;

const ATTEMPTS: &str = "payment_attempts";
const EVENTS: &str = "stripe_events";
/// Days an event's id is remembered; Stripe repeats events for three.
const EVENT_DAYS: u64 = 30;

/// One try to pay one order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttemptDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub order_id: ObjectId,
    /// 1 for the first try; unique within the order.
    pub number: i32,
    /// Stored before it is first sent; sent again only with the same content.
    pub idempotency_key: String,
    pub state: AttemptState,
    pub amount_minor: i64,
    pub currency: Currency,
    /// Unix seconds, part of the request's content.
    pub expires_at: i64,
    pub session_id: Option<String>,
    pub session_url: Option<String>,
    pub payment_intent: Option<String>,
    pub captured_minor: i64,
    /// What can still be given back. Invariant: `captured = refundable + Σ refunds that did not fail`.
    pub refundable_minor: i64,
    pub refunds: Vec<RefundEntry>,
    pub created_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefundEntry {
    /// Our id; Stripe's own for refunds made in its dashboard.
    pub id: String,
    pub amount_minor: i64,
    pub state: RefundState,
    pub reason: String,
    pub created_at: i64,
}

pub fn indexes() -> Vec<CollectionIndexes> {
    let unique = |keys: Document| IndexModel::builder().keys(keys).options(IndexOptions::builder().unique(true).build()).build();
    let plain = |keys: Document| IndexModel::builder().keys(keys).build();
    let expiry = IndexModel::builder()
        .keys(doc! { "received_at": 1 })
        .options(IndexOptions::builder().expire_after(std::time::Duration::from_secs(EVENT_DAYS * 86_400)).build())
        .build();
    vec![
        CollectionIndexes {
            collection: ATTEMPTS,
            indexes: vec![
                unique(doc! { "order_id": 1, "number": 1 }),
                unique(doc! { "idempotency_key": 1 }),
                plain(doc! { "session_id": 1 }),
                plain(doc! { "payment_intent": 1 }),
                plain(doc! { "refunds.state": 1 }),
            ],
        },
        // An event's id is the document's own id, which is unique by itself.
        CollectionIndexes { collection: EVENTS, indexes: vec![expiry] },
    ]
}

pub async fn insert(mongo: &Mongo, session: &mut ClientSession, attempt: &AttemptDocument) -> TxResult<()> {
    attempts(mongo).insert_one(attempt).session(session).await?;
    Ok(())
}

pub async fn by_id(mongo: &Mongo, id: ObjectId) -> AppResult<Option<AttemptDocument>> {
    bounded(attempts(mongo).find_one(doc! { "_id": id })).await
}

/// An order's attempts, the latest first.
pub async fn of_order(mongo: &Mongo, order_id: ObjectId) -> AppResult<Vec<AttemptDocument>> {
    let cursor = bounded(attempts(mongo).find(doc! { "order_id": order_id }).sort(doc! { "number": -1 })).await?;
    bounded(cursor.try_collect()).await
}

pub async fn by_session(mongo: &Mongo, session_id: &str) -> AppResult<Option<AttemptDocument>> {
    bounded(attempts(mongo).find_one(doc! { "session_id": session_id })).await
}

pub async fn by_payment_intent(mongo: &Mongo, payment_intent: &str) -> AppResult<Option<AttemptDocument>> {
    bounded(attempts(mongo).find_one(doc! { "payment_intent": payment_intent })).await
}

/// Attempts with a refund that Stripe has not confirmed.
pub async fn with_pending_refunds(mongo: &Mongo, limit: i64) -> AppResult<Vec<AttemptDocument>> {
    let cursor = bounded(attempts(mongo).find(doc! { "refunds.state": "pending" }).limit(limit)).await?;
    bounded(cursor.try_collect()).await
}

/// Stores the session Stripe made. Repeating it changes nothing.
pub async fn opened(mongo: &Mongo, id: ObjectId, session_id: &str, url: Option<&str>) -> AppResult<()> {
    let filter = doc! { "_id": id, "state": "created" };
    let change = doc! { "$set": { "state": "open", "session_id": session_id, "session_url": url } };
    bounded(attempts(mongo).update_one(filter, change)).await.map(drop)
}

/// Moves an unpaid attempt to another unpaid state.
pub async fn set_unpaid_state(mongo: &Mongo, id: ObjectId, state: AttemptState) -> AppResult<()> {
    let filter = doc! { "_id": id, "state": { "$in": ["created", "open", "processing"] } };
    bounded(attempts(mongo).update_one(filter, doc! { "$set": { "state": state.key() } })).await.map(drop)
}

/// The money has arrived: true for the first who says so.
pub async fn captured(
    mongo: &Mongo,
    session: &mut ClientSession,
    id: ObjectId,
    minor: i64,
    payment_intent: Option<&str>,
) -> TxResult<bool> {
    let filter = doc! { "_id": id, "state": { "$ne": "paid" } };
    let change = doc! { "$set": { "state": "paid", "captured_minor": minor, "refundable_minor": minor, "payment_intent": payment_intent } };
    Ok(attempts(mongo).update_one(filter, change).session(session).await?.matched_count == 1)
}

/// Takes an amount off what can be refunded, if that much is left: before Stripe hears of it.
pub async fn reserve_refund(mongo: &Mongo, session: &mut ClientSession, id: ObjectId, refund: &RefundEntry) -> TxResult<bool> {
    let entry = mongodb::bson::to_bson(refund)?;
    let filter = doc! { "_id": id, "refundable_minor": { "$gte": refund.amount_minor }, "refunds.id": { "$ne": &refund.id } };
    let change = doc! { "$inc": { "refundable_minor": -refund.amount_minor }, "$push": { "refunds": entry } };
    Ok(attempts(mongo).update_one(filter, change).session(session).await?.matched_count == 1)
}

/// Ends a pending refund; a failed one gives its amount back. True for the first who says so.
pub async fn finish_refund(
    mongo: &Mongo,
    session: &mut ClientSession,
    id: ObjectId,
    refund: &RefundEntry,
    state: RefundState,
) -> TxResult<Option<AttemptDocument>> {
    let from = match state {
        // A refund can still fail after Stripe had accepted it.
        RefundState::Failed => vec!["pending", "succeeded"],
        _ => vec!["pending"],
    };
    let filter = doc! { "_id": id, "refunds": { "$elemMatch": { "id": &refund.id, "state": { "$in": from } } } };
    let back = if state == RefundState::Failed { refund.amount_minor } else { 0 };
    let change = doc! { "$set": { "refunds.$.state": mongodb::bson::to_bson(&state)? }, "$inc": { "refundable_minor": back } };
    Ok(attempts(mongo).find_one_and_update(filter, change).return_document(ReturnDocument::After).session(session).await?)
}

pub async fn event_is_known(mongo: &Mongo, event_id: &str) -> AppResult<bool> {
    Ok(bounded(mongo.collection::<Document>(EVENTS).find_one(doc! { "_id": event_id })).await?.is_some())
}

/// Remembers an event together with its effect.
pub async fn remember_event_in(mongo: &Mongo, session: &mut ClientSession, event_id: &str, now: i64) -> TxResult<()> {
    let (filter, change) = remembering(event_id, now);
    mongo.collection::<Document>(EVENTS).update_one(filter, change).upsert(true).session(session).await?;
    Ok(())
}

/// Remembers an event that had no effect of its own.
pub async fn remember_event(mongo: &Mongo, event_id: &str, now: i64) -> AppResult<()> {
    let (filter, change) = remembering(event_id, now);
    bounded_unique(mongo.collection::<Document>(EVENTS).update_one(filter, change).upsert(true)).await.map(drop)
}

fn remembering(event_id: &str, now: i64) -> (Document, Document) {
    (doc! { "_id": event_id }, doc! { "$setOnInsert": { "received_at": DateTime::from_millis(now) } })
}

fn attempts(mongo: &Mongo) -> mongodb::Collection<AttemptDocument> {
    mongo.collection(ATTEMPTS)
}
