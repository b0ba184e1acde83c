//! Queries of `orders` and of the number counter; what happens to an order's payment is in
//! `payment`.

pub mod payment;

use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::features::orders::model::payment::{PaymentAttempt, PaymentFacts, payment_state};
use crate::features::orders::model::{
    ChosenShipping, OrderLine, OrderState, PaymentState, Seller, TaxSnapshot, TimelineEntry,
};
use crate::features::shipping::model::Address;
use crate::infra::collections::{Collection, DateKind, Erasure, Retention, index, unique_index};
use crate::infra::crypto::{Purpose, TokenHash};
use crate::infra::keyset_pagination::{newest_first, older_than};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline, with_deadline_unique};
use crate::infra::sealed::{EmailIndex, Sealed, SealedCollection, SealedField};
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{AccountId, AttemptId, CartId, OrderId};
use crate::shared::money::Currency;
use crate::shared::pagination::Position;
use crate::shared::pricing::Totals;
use crate::shared::timestamp::Timestamp;

pub const ORDERS: &str = "orders";
const COUNTERS: &str = "counters";

pub const EMAIL: SealedField<EmailAddress> = SealedField::new(ORDERS, "email", Purpose::Pii);
pub const ADDRESS: SealedField<Address> = SealedField::new(ORDERS, "address", Purpose::Pii);
pub const BILLING: SealedField<Address> = SealedField::new(ORDERS, "billing", Purpose::Pii);
pub const NOTE: SealedField<String> = SealedField::new(ORDERS, "note", Purpose::Notes);

/// What is sealed in `orders`.
pub const SEALED: SealedCollection = SealedCollection {
    name: ORDERS,
    fields: &[EMAIL.place(), ADDRESS.place(), BILLING.place(), NOTE.place()],
    email_index: Some(EmailIndex { field: "email_index", of: EMAIL }),
    copies: None,
};

/// An order as stored. Personal fields are sealed for this document and this field.
#[derive(Clone, Serialize, Deserialize)]
pub struct OrderDocument {
    #[serde(rename = "_id")]
    pub id: OrderId,
    pub number: String,
    /// The key of the checkout page it was placed from: one page, one order.
    pub checkout_key: String,
    /// What was sent under that key.
    pub content_hash: String,
    pub cart_id: CartId,
    /// The account it belongs to; a guest's has none until the address is confirmed.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// Set when its customer was erased: until then the books are kept, closed to everybody's eyes.
    #[serde(default)]
    pub restricted_until: Option<Timestamp>,
    pub state: OrderState,
    pub attempts: Vec<PaymentAttempt>,
    pub payment: PaymentFacts,
    pub currency: Currency,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    pub seller: Seller,
    pub tax: TaxSnapshot,
    /// Minor units; what Stripe must report.
    pub total_minor: i64,
    pub email: Sealed<EmailAddress>,
    pub email_index: Vec<String>,
    pub address: Option<Sealed<Address>>,
    pub billing: Option<Sealed<Address>>,
    pub note: Option<Sealed<String>>,
    pub shipping: Option<ChosenShipping>,
    pub terms_version: String,
    /// Hashes of the secrets in the browsers that may see this order.
    pub browsers: Vec<AccessGrant>,
    /// Hashes of mailed links.
    pub links: Vec<AccessGrant>,
    pub created_at: Timestamp,
    pub hold_expires_at: Timestamp,
    pub paid_at: Option<Timestamp>,
    pub timeline: Vec<TimelineEntry>,
}

impl OrderDocument {
    /// The label of its money, derived from the facts.
    pub fn payment_state(&self) -> PaymentState {
        payment_state(self.state, &self.payment, self.latest_attempt().map(|attempt| attempt.state))
    }

    pub fn latest_attempt(&self) -> Option<&PaymentAttempt> {
        self.attempts.last()
    }

    pub fn attempt(&self, id: AttemptId) -> Option<&PaymentAttempt> {
        self.attempts.iter().find(|attempt| attempt.id == id)
    }

    pub fn attempt_of_session(&self, session_id: &str) -> Option<&PaymentAttempt> {
        self.attempts.iter().find(|attempt| attempt.session_id.as_deref() == Some(session_id))
    }

    pub fn attempt_of_payment(&self, payment_intent: &str) -> Option<&PaymentAttempt> {
        let is_of =
            |attempt: &&PaymentAttempt| attempt.payment_intent.as_deref() == Some(payment_intent);
        self.attempts.iter().find(is_of)
    }
}

/// Something that opens one order until it expires.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccessGrant {
    pub hash: TokenHash,
    pub expires_at: Timestamp,
}

pub fn collections() -> Vec<Collection> {
    let orders = Collection::new(ORDERS, Erasure::Restricted)
        .with_indexes([
            unique_index(doc! { "number": 1 }),
            unique_index(doc! { "checkout_key": 1 }),
            index(doc! { "cart_id": 1, "state": 1 }),
            index(doc! { "attempts.session_id": 1 }),
            index(doc! { "attempts.payment_intent": 1 }),
            index(doc! { "email_index": 1 }),
            index(doc! { "account_id": 1, "created_at": -1, "_id": -1 }),
            index(doc! { "created_at": -1, "_id": -1 }),
            index(doc! { "restricted_until": 1 }),
            index(doc! { "state": 1, "created_at": -1, "_id": -1 }),
        ])
        .with_sealed(&SEALED)
        .exported_as("orders")
        .with_retention(Retention {
            description: "Orders of erased customers, after the period for which the law keeps the books",
            field: "restricted_until",
            date: DateKind::Millis,
            kept_for: Duration::ZERO,
            only: None,
        });
    vec![orders, Collection::new(COUNTERS, Erasure::NotPersonal)]
}

/// Takes `count` order numbers for this process; answers the last of them. Numbers that a process
/// did not use stay unused.
pub async fn take_numbers(mongo: &Mongo, count: i64) -> AppResult<i64> {
    let counters = mongo.collection::<Document>(COUNTERS);
    // The very first callers may meet while the counter is being made: one of them makes it, the
    // others ask again.
    for _ in 0..5 {
        let operation = counters
            .find_one_and_update(
                doc! { "_id": "order_number" },
                doc! { "$inc": { "value": count } },
            )
            .upsert(true)
            .return_document(ReturnDocument::After);
        if let Some(counter) = with_deadline_unique(operation).await?.flatten() {
            return counter.get_i64("value").map_err(AppError::internal);
        }
    }
    Err(AppError::unavailable("the order counter could not be raised"))
}

pub async fn insert(mongo: &Mongo, tx: &mut Tx, order: &OrderDocument) -> TxResult<()> {
    orders(mongo).insert_one(order).session(tx).await?;
    Ok(())
}

pub async fn by_id(mongo: &Mongo, id: OrderId) -> AppResult<Option<OrderDocument>> {
    with_deadline(orders(mongo).find_one(doc! { "_id": id })).await
}

/// The order placed from a checkout page, and the unpaid orders of a cart: one query.
pub async fn find_by_key_or_cart(
    mongo: &Mongo,
    key: &str,
    cart_id: CartId,
) -> AppResult<Vec<OrderDocument>> {
    let filter = doc! { "$or": [{ "checkout_key": key }, unpaid_of_cart(cart_id)] };
    collect(orders(mongo).find(filter)).await
}

pub async fn unpaid_of_account(mongo: &Mongo, tx: &mut Tx, account_id: AccountId) -> TxResult<u64> {
    let unpaid = doc! { "account_id": account_id, "state": OrderState::PendingPayment.key() };
    Ok(orders(mongo).count_documents(unpaid).session(tx).await?)
}

pub async fn find_by_checkout_session(
    mongo: &Mongo,
    session_id: &str,
) -> AppResult<Option<OrderDocument>> {
    with_deadline(orders(mongo).find_one(doc! { "attempts.session_id": session_id })).await
}

pub async fn by_payment_intent(
    mongo: &Mongo,
    payment_intent: &str,
) -> AppResult<Option<OrderDocument>> {
    with_deadline(orders(mongo).find_one(doc! { "attempts.payment_intent": payment_intent })).await
}

/// An order for a browser that holds one of its secrets.
pub async fn by_number_for_browser(
    mongo: &Mongo,
    number: &str,
    hashes: &[TokenHash],
    now: Timestamp,
) -> AppResult<Option<OrderDocument>> {
    let opened_by =
        doc! { "$elemMatch": { "hash": { "$in": hashes }, "expires_at": { "$gt": now } } };
    with_deadline(orders(mongo).find_one(doc! { "number": number, "browsers": opened_by })).await
}

/// An order of one account. Orders without an account match nobody (R37).
pub async fn by_number_of_account(
    mongo: &Mongo,
    number: &str,
    account_id: AccountId,
) -> AppResult<Option<OrderDocument>> {
    with_deadline(orders(mongo).find_one(doc! { "number": number, "account_id": account_id })).await
}

/// Orders of one account, the newest first.
pub async fn of_account(
    mongo: &Mongo,
    account_id: AccountId,
    after: Option<Position>,
    limit: i64,
) -> AppResult<Vec<OrderDocument>> {
    let filter = older_than(doc! { "account_id": account_id }, "created_at", after);
    collect(orders(mongo).find(filter).sort(newest_first("created_at")).limit(limit)).await
}

/// Orders of an account that are under way.
pub async fn open_of_account(
    mongo: &Mongo,
    account_id: AccountId,
) -> AppResult<Vec<OrderDocument>> {
    collect(orders(mongo).find(under_way(account_id)).sort(doc! { "created_at": -1 }).limit(100))
        .await
}

/// As [`open_of_account`], in the caller's transaction: whether there is one.
pub async fn is_open_in(mongo: &Mongo, tx: &mut Tx, account_id: AccountId) -> TxResult<bool> {
    Ok(orders(mongo).find_one(under_way(account_id)).session(tx).await?.is_some())
}

pub async fn owns_any_in(mongo: &Mongo, tx: &mut Tx, account_id: AccountId) -> TxResult<bool> {
    Ok(orders(mongo).find_one(doc! { "account_id": account_id }).session(tx).await?.is_some())
}

/// The unpaid orders of a cart that was deleted move to the cart it was merged into, which may have
/// one too: the next order of that cart replaces both.
pub async fn move_unpaid(mongo: &Mongo, tx: &mut Tx, from: CartId, to: CartId) -> TxResult<()> {
    orders(mongo)
        .update_many(unpaid_of_cart(from), doc! { "$set": { "cart_id": to } })
        .session(tx)
        .await?;
    Ok(())
}

/// Locks the orders of an account that goes: nobody is led to them any more, by account, address,
/// cookie or link.
pub async fn restrict(
    mongo: &Mongo,
    tx: &mut Tx,
    account_id: AccountId,
    kept_for: Duration,
) -> TxResult<()> {
    let mut cursor =
        orders(mongo).find(doc! { "account_id": account_id }).session(&mut *tx).await?;
    let mut dates = Vec::new();
    while let Some(order) = cursor.next(&mut *tx).await.transpose()? {
        dates.push((order.id, order.paid_at.unwrap_or(order.created_at) + kept_for));
    }
    for (id, until) in dates {
        let closed = doc! { "account_id": null, "email_index": [], "browsers": [], "links": [], "note": null, "restricted_until": until };
        orders(mongo)
            .update_one(doc! { "_id": id }, doc! { "$set": closed })
            .session(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Drops restricted orders whose date has come; answers how many.
pub async fn drop_past_retention(mongo: &Mongo, now: Timestamp) -> AppResult<u64> {
    Ok(with_deadline(
        orders(mongo).delete_many(doc! { "restricted_until": { "$ne": null, "$lte": now } }),
    )
    .await?
    .deleted_count)
}

/// Orders as staff list them, the newest first.
pub async fn list(
    mongo: &Mongo,
    state: Option<OrderState>,
    after: Option<Position>,
    limit: i64,
) -> AppResult<Vec<OrderDocument>> {
    let of_state = state.map_or_else(Document::new, |state| doc! { "state": state.key() });
    let filter = older_than(of_state, "created_at", after);
    collect(orders(mongo).find(filter).sort(newest_first("created_at")).limit(limit)).await
}

pub async fn by_number(mongo: &Mongo, number: &str) -> AppResult<Option<OrderDocument>> {
    with_deadline(orders(mongo).find_one(doc! { "number": number })).await
}

/// How many orders are in one state, counted up to `most`.
pub async fn count(mongo: &Mongo, state: OrderState, most: u64) -> AppResult<u64> {
    with_deadline(orders(mongo).count_documents(doc! { "state": state.key() }).limit(most)).await
}

/// Orders of an address that belong to nobody yet become an account's.
pub async fn attach_to_account(
    mongo: &Mongo,
    tx: &mut Tx,
    email_index: &[String],
    account_id: AccountId,
) -> TxResult<()> {
    let filter = doc! { "email_index": { "$in": email_index }, "account_id": null };
    orders(mongo)
        .update_many(filter, doc! { "$set": { "account_id": account_id } })
        .session(tx)
        .await?;
    Ok(())
}

/// Lets a browser in that came with a mailed link.
pub async fn open_with_link(
    mongo: &Mongo,
    number: &str,
    link_hash: &TokenHash,
    browser: &AccessGrant,
    now: Timestamp,
) -> AppResult<bool> {
    let opened_by = doc! { "$elemMatch": { "hash": link_hash, "expires_at": { "$gt": now } } };
    add_access_grant(mongo, doc! { "number": number, "links": opened_by }, "browsers", browser)
        .await
}

/// Whether a mailed link still opens the order.
pub async fn link_is_valid(
    mongo: &Mongo,
    number: &str,
    link_hash: &TokenHash,
    now: Timestamp,
) -> AppResult<bool> {
    let opened_by = doc! { "$elemMatch": { "hash": link_hash, "expires_at": { "$gt": now } } };
    Ok(with_deadline(orders(mongo).count_documents(doc! { "number": number, "links": opened_by }))
        .await?
        == 1)
}

/// Another browser or link that opens the order; the oldest beyond ten stop working.
pub async fn add_access_grant(
    mongo: &Mongo,
    filter: Document,
    field: &str,
    grant: &AccessGrant,
) -> AppResult<bool> {
    let entry = mongodb::bson::to_bson(grant).map_err(AppError::internal)?;
    let push = doc! { "$push": { field: { "$each": [entry], "$slice": -10 } } };
    Ok(with_deadline(orders(mongo).update_one(filter, push)).await?.matched_count == 1)
}

/// The latest unpaid order of a cart, if there is one.
pub async fn pending_of_cart(mongo: &Mongo, cart_id: CartId) -> AppResult<Option<OrderDocument>> {
    with_deadline(orders(mongo).find_one(unpaid_of_cart(cart_id)).sort(newest_first("created_at")))
        .await
}

fn unpaid_of_cart(cart_id: CartId) -> Document {
    doc! { "cart_id": cart_id, "state": OrderState::PendingPayment.key() }
}

pub(super) fn orders(mongo: &Mongo) -> mongodb::Collection<OrderDocument> {
    mongo.collection(ORDERS)
}

fn under_way(account_id: AccountId) -> Document {
    let states: Vec<&str> = OrderState::VARIANTS
        .iter()
        .copied()
        .filter(|state| state.is_under_way())
        .map(OrderState::key)
        .collect();
    doc! { "account_id": account_id, "state": { "$in": states } }
}
