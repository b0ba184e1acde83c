//! Queries of `orders` and of the number counter.

use mongodb::bson::{Binary, Document, doc, oid::ObjectId, spec::BinarySubtype};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{ClientSession, IndexModel};
use serde::{Deserialize, Serialize};

use crate::features::orders::model::{ChosenShipping, OrderEvent, OrderLine, OrderState, PaymentState, TimelineEntry};
use crate::infra::crypto::Purpose;
use crate::infra::mongo::{CollectionIndexes, Mongo, TxResult, bounded, bounded_unique};
use crate::infra::reseal::{EmailIndex, SealedCollection, SealedField};
use crate::shared::error::{AppError, AppResult};
use crate::shared::money::Currency;
use crate::shared::pricing::Totals;

pub const ORDERS: &str = "orders";
const COUNTERS: &str = "counters";

/// What is sealed in `orders`.
pub const SEALED: SealedCollection = SealedCollection {
    name: ORDERS,
    fields: &[
        SealedField::at("email", Purpose::Pii),
        SealedField::at("address", Purpose::Pii),
        SealedField::at("billing", Purpose::Pii),
        SealedField::at("note", Purpose::Notes),
    ],
    email_index: Some(EmailIndex { field: "email_index", of: "email" }),
    copies: None,
};

/// An order as stored. Personal fields are sealed for this document and this field.
#[derive(Clone, Serialize, Deserialize)]
pub struct OrderDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub number: String,
    /// The key of the checkout page it was placed from: one page, one order.
    pub checkout_key: String,
    /// What was sent under that key.
    pub content_hash: String,
    pub cart_id: ObjectId,
    /// The account it belongs to; a guest's has none until the address is confirmed.
    #[serde(default)]
    pub account_id: Option<ObjectId>,
    /// Set when its customer was erased: until then the books are kept, closed to everybody's eyes.
    #[serde(default)]
    pub restricted_until: Option<i64>,
    pub state: OrderState,
    pub payment_state: PaymentState,
    pub currency: Currency,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    /// Minor units; what Stripe must report.
    pub total_minor: i64,
    pub refunded_minor: i64,
    pub email: Binary,
    pub email_index: Vec<String>,
    pub address: Option<Binary>,
    pub billing: Option<Binary>,
    pub note: Option<Binary>,
    pub shipping: Option<ChosenShipping>,
    pub terms_version: String,
    /// Hashes of the secrets in the browsers that may see this order.
    pub browsers: Vec<Opener>,
    /// Hashes of mailed links.
    pub links: Vec<Opener>,
    pub created_at: i64,
    pub hold_expires_at: i64,
    pub paid_at: Option<i64>,
    pub timeline: Vec<TimelineEntry>,
}

/// Something that opens one order until it expires.
#[derive(Clone, Serialize, Deserialize)]
pub struct Opener {
    pub hash: String,
    pub expires_at: i64,
}

pub fn indexes() -> Vec<CollectionIndexes> {
    let unique = |keys: Document| IndexModel::builder().keys(keys).options(IndexOptions::builder().unique(true).build()).build();
    let plain = |keys: Document| IndexModel::builder().keys(keys).build();
    vec![CollectionIndexes {
        collection: ORDERS,
        indexes: vec![
            unique(doc! { "number": 1 }),
            unique(doc! { "checkout_key": 1 }),
            plain(doc! { "state": 1, "hold_expires_at": 1 }),
            plain(doc! { "email_index": 1, "state": 1 }),
            plain(doc! { "cart_id": 1, "state": 1 }),
            plain(doc! { "account_id": 1, "created_at": -1 }),
            plain(doc! { "created_at": -1 }),
            plain(doc! { "restricted_until": 1 }),
            plain(doc! { "state": 1, "created_at": -1 }),
        ],
    }]
}

/// The next order number: rising, never given twice. A number lost with a failed order stays unused.
pub async fn next_number(mongo: &Mongo) -> AppResult<i64> {
    let counters = mongo.collection::<Document>(COUNTERS);
    // The very first callers may meet while the counter is being made: one of them makes it, the others ask again.
    for _ in 0..5 {
        let operation = counters
            .find_one_and_update(doc! { "_id": "order_number" }, doc! { "$inc": { "value": 1_i64 } })
            .upsert(true)
            .return_document(ReturnDocument::After);
        if let Some(counter) = bounded_unique(operation).await?.flatten() {
            return counter.get_i64("value").map_err(AppError::internal);
        }
    }
    Err(AppError::unavailable("the order counter could not be raised"))
}

pub async fn insert(mongo: &Mongo, session: &mut ClientSession, order: &OrderDocument) -> TxResult<()> {
    orders(mongo).insert_one(order).session(session).await?;
    Ok(())
}

pub async fn by_id(mongo: &Mongo, id: ObjectId) -> AppResult<Option<OrderDocument>> {
    bounded(orders(mongo).find_one(doc! { "_id": id })).await
}

pub async fn by_checkout_key(mongo: &Mongo, key: &str) -> AppResult<Option<OrderDocument>> {
    bounded(orders(mongo).find_one(doc! { "checkout_key": key })).await
}

/// An order for a browser that holds one of its secrets.
pub async fn by_number_for_browser(mongo: &Mongo, number: &str, hashes: &[String], now: i64) -> AppResult<Option<OrderDocument>> {
    let opened_by = doc! { "$elemMatch": { "hash": { "$in": hashes }, "expires_at": { "$gt": now } } };
    bounded(orders(mongo).find_one(doc! { "number": number, "browsers": opened_by })).await
}

/// An order of one account. Orders without an account match nobody (R37).
pub async fn by_number_of_account(mongo: &Mongo, number: &str, account_id: ObjectId) -> AppResult<Option<OrderDocument>> {
    bounded(orders(mongo).find_one(doc! { "number": number, "account_id": account_id })).await
}

/// Orders of one account, the newest first, placed before a moment.
pub async fn of_account(mongo: &Mongo, account_id: ObjectId, before: i64, limit: i64) -> AppResult<Vec<OrderDocument>> {
    use futures::TryStreamExt;
    let filter = doc! { "account_id": account_id, "created_at": { "$lt": before } };
    let cursor = bounded(orders(mongo).find(filter).sort(doc! { "created_at": -1 }).limit(limit)).await?;
    bounded(cursor.try_collect()).await
}

/// Orders of an account that are under way.
pub async fn open_of_account(mongo: &Mongo, account_id: ObjectId) -> AppResult<Vec<OrderDocument>> {
    use futures::TryStreamExt;
    let cursor = bounded(orders(mongo).find(under_way(account_id)).sort(doc! { "created_at": -1 }).limit(100)).await?;
    bounded(cursor.try_collect()).await
}

/// As [`open_of_account`], in the caller's transaction: whether there is one.
pub async fn is_open_in(mongo: &Mongo, session: &mut ClientSession, account_id: ObjectId) -> TxResult<bool> {
    Ok(orders(mongo).find_one(under_way(account_id)).session(session).await?.is_some())
}

pub async fn owns_any_in(mongo: &Mongo, session: &mut ClientSession, account_id: ObjectId) -> TxResult<bool> {
    Ok(orders(mongo).find_one(doc! { "account_id": account_id }).session(session).await?.is_some())
}

/// Unpaid orders of a cart that is no more hang on the one it was joined with.
pub async fn move_unpaid(mongo: &Mongo, session: &mut ClientSession, from: ObjectId, to: ObjectId) -> TxResult<()> {
    let filter = doc! { "cart_id": from, "state": "pending_payment" };
    orders(mongo).update_many(filter, doc! { "$set": { "cart_id": to } }).session(session).await?;
    Ok(())
}

/// Locks the orders of an account that goes: nobody is led to them any more, by account, address, cookie or link.
pub async fn restrict(mongo: &Mongo, session: &mut ClientSession, account_id: ObjectId, kept_for: i64) -> TxResult<()> {
    let mut cursor = orders(mongo).find(doc! { "account_id": account_id }).session(&mut *session).await?;
    let mut dates = Vec::new();
    while let Some(order) = cursor.next(&mut *session).await.transpose()? {
        dates.push((order.id, order.paid_at.unwrap_or(order.created_at).saturating_add(kept_for)));
    }
    for (id, until) in dates {
        let closed = doc! { "account_id": null, "email_index": [], "browsers": [], "links": [], "note": null, "restricted_until": until };
        orders(mongo).update_one(doc! { "_id": id }, doc! { "$set": closed }).session(&mut *session).await?;
    }
    Ok(())
}

/// Drops restricted orders whose date has come; answers how many.
pub async fn drop_past_retention(mongo: &Mongo, now: i64) -> AppResult<u64> {
    Ok(bounded(orders(mongo).delete_many(doc! { "restricted_until": { "$ne": null, "$lte": now } })).await?.deleted_count)
}

/// Orders as staff list them, the newest first.
pub async fn list(mongo: &Mongo, state: Option<OrderState>, before: i64, limit: i64) -> AppResult<Vec<OrderDocument>> {
    use futures::TryStreamExt;
    let mut filter = doc! { "created_at": { "$lt": before } };
    if let Some(state) = state {
        filter.insert("state", state.key());
    }
    let cursor = bounded(orders(mongo).find(filter).sort(doc! { "created_at": -1 }).limit(limit)).await?;
    bounded(cursor.try_collect()).await
}

pub async fn by_number(mongo: &Mongo, number: &str) -> AppResult<Option<OrderDocument>> {
    bounded(orders(mongo).find_one(doc! { "number": number })).await
}

/// How many orders are in one state.
pub async fn count(mongo: &Mongo, state: OrderState) -> AppResult<u64> {
    bounded(orders(mongo).count_documents(doc! { "state": state.key() })).await
}

/// Orders of an address that belong to nobody yet become an account's.
pub async fn join_account(mongo: &Mongo, session: &mut ClientSession, email_index: &[String], account_id: ObjectId) -> TxResult<()> {
    let filter = doc! { "email_index": { "$in": email_index }, "account_id": null };
    orders(mongo).update_many(filter, doc! { "$set": { "account_id": account_id } }).session(session).await?;
    Ok(())
}

/// Lets a browser in that came with a mailed link.
pub async fn open_with_link(mongo: &Mongo, number: &str, link_hash: &str, browser: &Opener, now: i64) -> AppResult<bool> {
    let opened_by = doc! { "$elemMatch": { "hash": link_hash, "expires_at": { "$gt": now } } };
    add_opener(mongo, doc! { "number": number, "links": opened_by }, "browsers", browser).await
}

/// Whether a mailed link still opens the order.
pub async fn link_is_valid(mongo: &Mongo, number: &str, link_hash: &str, now: i64) -> AppResult<bool> {
    let opened_by = doc! { "$elemMatch": { "hash": link_hash, "expires_at": { "$gt": now } } };
    Ok(bounded(orders(mongo).count_documents(doc! { "number": number, "links": opened_by })).await? == 1)
}

/// Another browser or link that opens the order; the oldest beyond ten stop working.
pub async fn add_opener(mongo: &Mongo, filter: Document, field: &str, opener: &Opener) -> AppResult<bool> {
    let entry = mongodb::bson::to_bson(opener).map_err(AppError::internal)?;
    let push = doc! { "$push": { field: { "$each": [entry], "$slice": -10 } } };
    Ok(bounded(orders(mongo).update_one(filter, push)).await?.matched_count == 1)
}

/// How many unpaid orders an e-mail address or a cart keeps open.
pub async fn open_orders(mongo: &Mongo, email_index: &[String], cart_id: ObjectId) -> AppResult<u64> {
    let filter = doc! { "state": "pending_payment", "$or": [{ "email_index": { "$in": email_index } }, { "cart_id": cart_id }] };
    bounded(orders(mongo).count_documents(filter)).await
}

/// The unpaid order of a cart, if there is one.
pub async fn pending_of_cart(mongo: &Mongo, cart_id: ObjectId) -> AppResult<Option<OrderDocument>> {
    bounded(orders(mongo).find_one(doc! { "cart_id": cart_id, "state": "pending_payment" })).await
}

pub async fn pending_of_cart_in(mongo: &Mongo, session: &mut ClientSession, cart_id: ObjectId) -> TxResult<Option<OrderDocument>> {
    Ok(orders(mongo).find_one(doc! { "cart_id": cart_id, "state": "pending_payment" }).session(session).await?)
}

/// Unpaid orders whose hold ended before `now`, oldest first.
pub async fn holds_ended(mongo: &Mongo, now: i64, limit: i64) -> AppResult<Vec<OrderDocument>> {
    pending(mongo, doc! { "state": "pending_payment", "hold_expires_at": { "$lte": now } }, limit).await
}

/// Unpaid orders placed before a moment: reconciliation asks Stripe about them.
pub async fn pending_since(mongo: &Mongo, placed_before: i64, limit: i64) -> AppResult<Vec<OrderDocument>> {
    pending(mongo, doc! { "state": "pending_payment", "created_at": { "$lte": placed_before } }, limit).await
}

async fn pending(mongo: &Mongo, filter: Document, limit: i64) -> AppResult<Vec<OrderDocument>> {
    use futures::TryStreamExt;
    let cursor = bounded(orders(mongo).find(filter).sort(doc! { "state": 1, "hold_expires_at": 1 }).limit(limit)).await?;
    bounded(cursor.try_collect()).await
}

/// Makes an event happen to an order, if it can still happen to it.
///
/// Invariant: this conditional write is the only way an order changes its state; `None` means that somebody else was
/// first, and nothing may follow.
pub async fn advance(
    mongo: &Mongo,
    session: &mut ClientSession,
    id: ObjectId,
    event: OrderEvent,
    to: OrderState,
    change: StateChange,
) -> TxResult<Option<OrderDocument>> {
    let filter = doc! { "_id": id, "state": { "$in": OrderState::before(event) } };
    let mut set = doc! { "state": to.key(), "payment_state": change.payment_state.key() };
    if let Some(paid_at) = change.paid_at {
        set.insert("paid_at", paid_at);
    }
    let entry = mongodb::bson::to_bson(&change.entry)?;
    let update = doc! { "$set": set, "$push": { "timeline": entry } };
    Ok(orders(mongo).find_one_and_update(filter, update).return_document(ReturnDocument::After).session(session).await?)
}

/// What changes together with the state.
pub struct StateChange {
    pub payment_state: PaymentState,
    pub paid_at: Option<i64>,
    pub entry: TimelineEntry,
}

/// Notes how a payment stands while the order itself waits.
pub async fn set_payment_state(mongo: &Mongo, id: ObjectId, state: PaymentState) -> AppResult<()> {
    let filter = doc! { "_id": id, "state": "pending_payment" };
    bounded(orders(mongo).update_one(filter, doc! { "$set": { "payment_state": state.key() } })).await.map(drop)
}

/// Moves the end of an unpaid order's hold.
pub async fn extend_hold(mongo: &Mongo, session: &mut ClientSession, id: ObjectId, until: i64) -> TxResult<bool> {
    let update = doc! { "$set": { "hold_expires_at": until, "payment_state": "awaiting" } };
    let written = orders(mongo).update_one(doc! { "_id": id, "state": "pending_payment" }, update).session(session).await?;
    Ok(written.matched_count == 1)
}

/// Adds to what has been given back; the payment state follows.
pub async fn add_refund(mongo: &Mongo, session: &mut ClientSession, id: ObjectId, minor: i64, entry: TimelineEntry) -> TxResult<()> {
    let entry = mongodb::bson::to_bson(&entry)?;
    let update = doc! { "$inc": { "refunded_minor": minor }, "$push": { "timeline": entry } };
    let after =
        orders(mongo).find_one_and_update(doc! { "_id": id }, update).return_document(ReturnDocument::After).session(&mut *session).await?;
    let Some(order) = after.filter(|order| order.paid_at.is_some()) else { return Ok(()) };
    let state = match order.refunded_minor {
        0 => PaymentState::Paid,
        all if all >= order.total_minor => PaymentState::Refunded,
        _ => PaymentState::PartlyRefunded,
    };
    orders(mongo).update_one(doc! { "_id": id }, doc! { "$set": { "payment_state": state.key() } }).session(session).await?;
    Ok(())
}

/// Adds a line to the history.
pub async fn note(mongo: &Mongo, id: ObjectId, entry: &TimelineEntry) -> AppResult<()> {
    let entry = mongodb::bson::to_bson(entry).map_err(AppError::internal)?;
    bounded(orders(mongo).update_one(doc! { "_id": id }, doc! { "$push": { "timeline": entry } })).await.map(drop)
}

pub fn binary(bytes: Vec<u8>) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes }
}

fn under_way(account_id: ObjectId) -> Document {
    let states: Vec<&str> = OrderState::ALL.into_iter().filter(|state| state.is_under_way()).map(OrderState::key).collect();
    doc! { "account_id": account_id, "state": { "$in": states } }
}

fn orders(mongo: &Mongo) -> mongodb::Collection<OrderDocument> {
    mongo.collection(ORDERS)
}
