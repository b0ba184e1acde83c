//! Queries of `refunds`, `disputes` and `stripe_events`.

use std::time::Duration;

use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};

use crate::features::orders::model::payment::DisputeState;
use crate::features::payments::model::{RefundAllocation, RefundPurpose, RefundState};
use crate::infra::collections::{Collection, Erasure, expiry_index, index};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline, with_deadline_unique};
use crate::shared::error::AppResult;
use crate::shared::ids::{AttemptId, OrderId, RefundId};
use crate::shared::money::Money;
use crate::shared::timestamp::Timestamp;

pub const REFUNDS: &str = "refunds";
pub const DISPUTES: &str = "disputes";
pub const EVENTS: &str = "stripe_events";
/// How long an event's id is remembered; Stripe lists events for thirty days.
const EVENT_LIFE: Duration = Duration::from_hours(30 * 24);

/// Money that goes back, or went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefundDocument {
    /// Chosen by whoever asks, so that asking twice is one refund; Stripe's id for refunds made
    /// there.
    #[serde(rename = "_id")]
    pub id: RefundId,
    pub order_id: OrderId,
    pub attempt_id: AttemptId,
    pub payment_intent: String,
    pub amount: Money,
    pub purpose: RefundPurpose,
    pub shares: RefundAllocation,
    pub reason: String,
    /// Who asked: `system`, an account's id, `stripe`.
    pub actor: String,
    /// Stripe's id, once known.
    pub stripe_id: Option<String>,
    pub state: RefundState,
    /// Stripe's word for why it failed.
    pub failure: Option<String>,
    /// Raised when the key before is known to have made nothing: part of the idempotency key.
    pub key_number: i64,
    /// When the present key was first used.
    pub key_used_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl RefundDocument {
    pub fn idempotency_key(&self) -> String {
        format!("refund:{}:{}", self.id, self.key_number)
    }
}

/// An argument about a payment between the customer's bank and the shop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DisputeDocument {
    /// Stripe's id.
    #[serde(rename = "_id")]
    pub id: String,
    pub order_id: OrderId,
    pub attempt_id: AttemptId,
    pub payment_intent: String,
    pub amount: Money,
    pub state: DisputeState,
    pub rank: i64,
    /// Stripe's word, such as `fraudulent`.
    pub reason: String,
    /// Until when evidence can be handed in.
    pub respond_by: Option<Timestamp>,
    /// Minor units that Stripe charges for it.
    pub fee_minor: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub fn collections() -> Vec<Collection> {
    let refunds = Collection::new(REFUNDS, Erasure::NotPersonal)
        .with_indexes([index(doc! { "order_id": 1 }), index(doc! { "payment_intent": 1 })]);
    let disputes = Collection::new(DISPUTES, Erasure::NotPersonal)
        .with_indexes([index(doc! { "order_id": 1 })]);
    // An event's id is the document's own id, which is unique by itself.
    let events = Collection::new(EVENTS, Erasure::NotPersonal)
        .with_indexes([expiry_index("received_at", EVENT_LIFE)]);
    vec![refunds, disputes, events]
}

pub async fn insert_refund(mongo: &Mongo, tx: &mut Tx, refund: &RefundDocument) -> TxResult<()> {
    refunds(mongo).insert_one(refund).session(tx).await?;
    Ok(())
}

pub async fn refund_by_id(mongo: &Mongo, id: &RefundId) -> AppResult<Option<RefundDocument>> {
    with_deadline(refunds(mongo).find_one(doc! { "_id": id })).await
}

pub async fn refund_by_id_in(
    mongo: &Mongo,
    tx: &mut Tx,
    id: &RefundId,
) -> TxResult<Option<RefundDocument>> {
    Ok(refunds(mongo).find_one(doc! { "_id": id }).session(tx).await?)
}

/// An order's refunds, in the order they were made.
pub async fn refunds_of_order(mongo: &Mongo, order_id: OrderId) -> AppResult<Vec<RefundDocument>> {
    collect(refunds(mongo).find(doc! { "order_id": order_id }).sort(doc! { "created_at": 1 })).await
}

pub async fn refunds_of_payment(
    mongo: &Mongo,
    payment_intent: &str,
) -> AppResult<Vec<RefundDocument>> {
    collect(refunds(mongo).find(doc! { "payment_intent": payment_intent })).await
}

/// Notes that the present key is about to be used: for the first time, and again.
pub async fn note_request(mongo: &Mongo, refund: &RefundDocument, now: Timestamp) -> AppResult<()> {
    let filter = doc! { "_id": &refund.id, "key_number": refund.key_number };
    let first_used_at = refund.key_used_at.unwrap_or(now);
    with_deadline(
        refunds(mongo).update_one(
            filter,
            doc! { "$set": { "key_used_at": first_used_at, "updated_at": now } },
        ),
    )
    .await
    .map(drop)
}

/// Begins with a new key, because nothing was made under the present one.
pub async fn raise_key(
    mongo: &Mongo,
    refund: &RefundDocument,
    now: Timestamp,
) -> AppResult<Option<RefundDocument>> {
    let filter = doc! { "_id": &refund.id, "key_number": refund.key_number, "state": "requested" };
    let change = doc! { "$inc": { "key_number": 1_i64 }, "$set": { "key_used_at": null, "updated_at": now } };
    with_deadline(
        refunds(mongo).find_one_and_update(filter, change).return_document(ReturnDocument::After),
    )
    .await
}

/// Moves a refund along its table of states; answers it as it was before, if it moved.
pub async fn move_refund(
    mongo: &Mongo,
    tx: &mut Tx,
    id: &RefundId,
    to: RefundState,
    stripe_id: Option<&str>,
    failure: Option<&str>,
    now: Timestamp,
) -> TxResult<Option<RefundDocument>> {
    let filter = doc! { "_id": id, "state": { "$in": to.before() } };
    let mut set = doc! { "state": to.key(), "updated_at": now, "failure": failure };
    if let Some(stripe_id) = stripe_id {
        set.insert("stripe_id", stripe_id);
    }
    let collection = refunds(mongo);
    let update = collection.find_one_and_update(filter, doc! { "$set": set });
    Ok(update.return_document(ReturnDocument::Before).session(tx).await?)
}

/// Remembers Stripe's id of a refund whose state has not changed.
pub async fn set_stripe_id(mongo: &Mongo, id: &RefundId, stripe_id: &str) -> AppResult<()> {
    let filter = doc! { "_id": id, "stripe_id": null };
    with_deadline(refunds(mongo).update_one(filter, doc! { "$set": { "stripe_id": stripe_id } }))
        .await
        .map(drop)
}

/// Stores how a dispute stands, unless a later state of it is known; true if this is news.
pub async fn put_dispute(mongo: &Mongo, tx: &mut Tx, dispute: &DisputeDocument) -> TxResult<bool> {
    let disputes = mongo.collection::<DisputeDocument>(DISPUTES);
    let Some(known) = disputes.find_one(doc! { "_id": &dispute.id }).session(&mut *tx).await?
    else {
        disputes.insert_one(dispute).session(tx).await?;
        return Ok(true);
    };
    if known.rank >= dispute.rank {
        return Ok(false);
    }
    let fresh = DisputeDocument { created_at: known.created_at, ..dispute.clone() };
    let replaced = disputes
        .replace_one(doc! { "_id": &dispute.id, "rank": known.rank }, fresh)
        .session(tx)
        .await?;
    Ok(replaced.modified_count == 1)
}

#[cfg(test)]
pub async fn disputes_of_order(
    mongo: &Mongo,
    order_id: OrderId,
) -> AppResult<Vec<DisputeDocument>> {
    collect(mongo.collection::<DisputeDocument>(DISPUTES).find(doc! { "order_id": order_id })).await
}

/// Which of these events have been dealt with.
pub async fn known_events(mongo: &Mongo, ids: &[&str]) -> AppResult<Vec<String>> {
    let found: Vec<Document> =
        collect(mongo.collection::<Document>(EVENTS).find(doc! { "_id": { "$in": ids } })).await?;
    Ok(found.iter().filter_map(|event| event.get_str("_id").ok().map(str::to_owned)).collect())
}

/// Remembers an event whose work is done.
pub async fn remember_event(mongo: &Mongo, event_id: &str, now: Timestamp) -> AppResult<()> {
    let event = doc! { "_id": event_id, "received_at": DateTime::from(now) };
    with_deadline_unique(mongo.collection::<Document>(EVENTS).insert_one(event)).await.map(drop)
}

fn refunds(mongo: &Mongo) -> mongodb::Collection<RefundDocument> {
    mongo.collection(REFUNDS)
}
