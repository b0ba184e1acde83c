//! Queries of `carts`: every change is one conditional write on one document.

use std::time::Duration;

use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};

use crate::features::cart::model::{LineMerge, MergeLimits, StoredLine, merge_lines};
use crate::infra::collections::{
    Collection, DateKind, Erasure, Retention, expiry_index, unique_index,
};
use crate::infra::mongo::{Mongo, Tx, TxResult, new_id, with_deadline, with_deadline_unique};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{CartId, Sku};
use crate::shared::money::Money;
use crate::shared::timestamp::Timestamp;

const CARTS: &str = "carts";
/// How long a cart is kept after its last change.
const LIFE: Duration = Duration::from_hours(30 * 24);

/// A cart as stored; lines keep the order in which they were added.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CartDocument {
    #[serde(rename = "_id")]
    pub id: CartId,
    /// Whose it is: the hash of a guest's secret, or the account (see `account_owner`).
    #[serde(rename = "holder")]
    pub owner: String,
    /// Sku → line.
    pub lines: Document,
    /// Raised by every change, and by every order.
    pub version: i64,
    pub expires_at: DateTime,
}

pub fn collections() -> Vec<Collection> {
    let carts = Collection::new(CARTS, Erasure::Deleted)
        .with_indexes([
            unique_index(doc! { "holder": 1 }),
            expiry_index("expires_at", Duration::ZERO),
        ])
        .exported_as("cart")
        .with_retention(Retention {
            description: "Carts, 30 days after their last change",
            field: "expires_at",
            date: DateKind::Date,
            kept_for: Duration::ZERO,
            only: None,
        });
    vec![carts]
}

/// Expiry counts when read; the database removes old carts later.
pub async fn by_owner(
    mongo: &Mongo,
    owner: &str,
    now: Timestamp,
) -> AppResult<Option<CartDocument>> {
    with_deadline(carts(mongo).find_one(live(owner, now))).await
}

/// What an addition needs to know.
pub struct Addition<'a> {
    pub owner: &'a str,
    pub sku: &'a Sku,
    pub units: u32,
    pub price: Money,
    /// The line may not hold more than this afterwards.
    pub ceiling: u32,
    pub max_lines: u32,
}

/// Adds units to a line, making cart and line where needed; `None` when a limit would be passed.
pub async fn add(
    mongo: &Mongo,
    addition: Addition<'_>,
    now: Timestamp,
) -> AppResult<Option<CartDocument>> {
    let Some(room_before) = addition.ceiling.checked_sub(addition.units) else { return Ok(None) };
    if let Some(updated) = add_to_existing(mongo, &addition, room_before, now).await? {
        return Ok(Some(updated));
    }
    // No cart yet, or a limit in the way: the unique index on the owner tells the two apart.
    if let Some(first) = create(mongo, &addition, now).await? {
        return Ok(Some(first));
    }
    // Another first addition may just have made the cart: one more try decides.
    add_to_existing(mongo, &addition, room_before, now).await
}

/// Makes a cart with its first line; `None` when its owner has one, or the line would pass its
/// limit.
pub async fn create(
    mongo: &Mongo,
    addition: &Addition<'_>,
    now: Timestamp,
) -> AppResult<Option<CartDocument>> {
    if addition.units > addition.ceiling {
        return Ok(None);
    }
    let mut lines = Document::new();
    lines.insert(
        addition.sku.as_str(),
        doc! { "q": i64::from(addition.units), "price": addition.price.minor() },
    );
    let first = CartDocument {
        id: new_id(),
        owner: addition.owner.into(),
        lines,
        version: 1,
        expires_at: DateTime::from(now + LIFE),
    };
    Ok(with_deadline_unique(carts(mongo).insert_one(&first)).await?.map(|_| first))
}

async fn add_to_existing(
    mongo: &Mongo,
    addition: &Addition<'_>,
    room_before: u32,
    now: Timestamp,
) -> AppResult<Option<CartDocument>> {
    let line = format!("lines.{}", addition.sku);
    let quantity = format!("{line}.q");
    let fewer_lines = doc! { "$expr": { "$lt": [{ "$size": { "$objectToArray": "$lines" } }, i64::from(addition.max_lines)] } };
    let mut filter = live(addition.owner, now);
    filter.insert(quantity.clone(), doc! { "$not": { "$gt": i64::from(room_before) } });
    filter.insert("$or", vec![doc! { &line: { "$exists": true } }, fewer_lines]);
    let mut changed = touch(now);
    changed.insert(format!("{line}.price"), addition.price.minor());
    let update =
        doc! { "$inc": { quantity: i64::from(addition.units), "version": 1_i64 }, "$set": changed };
    with_deadline(
        carts(mongo).find_one_and_update(filter, update).return_document(ReturnDocument::After),
    )
    .await
}

/// Sets an existing line's quantity and the price the shopper has seen; `None` when there is no
/// such line.
pub async fn set(
    mongo: &Mongo,
    owner: &str,
    sku: &Sku,
    quantity: u32,
    price: Money,
    now: Timestamp,
) -> AppResult<Option<CartDocument>> {
    let line = format!("lines.{sku}");
    let mut filter = live(owner, now);
    filter.insert(line.clone(), doc! { "$exists": true });
    let mut changed = touch(now);
    changed.insert(line, doc! { "q": i64::from(quantity), "price": price.minor() });
    let update = doc! { "$set": changed, "$inc": { "version": 1_i64 } };
    with_deadline(
        carts(mongo).find_one_and_update(filter, update).return_document(ReturnDocument::After),
    )
    .await
}

/// Removes a line and answers the cart without it and the units it held; removing what is not there
/// changes nothing.
pub async fn remove(
    mongo: &Mongo,
    owner: &str,
    sku: &Sku,
    now: Timestamp,
) -> AppResult<Option<(CartDocument, u32)>> {
    let update = doc! { "$unset": { format!("lines.{sku}"): "" }, "$set": touch(now), "$inc": { "version": 1_i64 } };
    let before = with_deadline(
        carts(mongo)
            .find_one_and_update(live(owner, now), update)
            .return_document(ReturnDocument::Before),
    )
    .await?;
    Ok(before.map(|mut cart| {
        let units = cart.line(sku).map_or(0, |line| line.quantity);
        cart.lines.remove(sku.as_str());
        cart.version += 1;
        cart.expires_at = DateTime::from(now + LIFE);
        (cart, units)
    }))
}

/// Writes to the cart inside an order's transaction: two orders of one cart meet here, and the
/// second one waits.
///
/// Only as it was read: a cart that was ordered, joined or changed since is another one.
pub async fn claim(mongo: &Mongo, tx: &mut Tx, cart_id: CartId, version: i64) -> TxResult<bool> {
    let as_read = doc! { "_id": cart_id, "version": version };
    let written =
        carts(mongo).update_one(as_read, doc! { "$inc": { "version": 1_i64 } }).session(tx).await?;
    Ok(written.matched_count == 1)
}

/// Takes bought units out of a cart, in the transaction that marks the order paid: one update,
/// which reads each quantity where it stands.
pub async fn remove_bought(
    mongo: &Mongo,
    tx: &mut Tx,
    cart_id: CartId,
    bought: &[(Sku, u32)],
) -> TxResult<Option<CartDocument>> {
    let mut set = doc! { "version": { "$add": ["$version", 1_i64] } };
    for (sku, units) in bought {
        let line = format!("$lines.{sku}");
        let left = doc! { "$subtract": [format!("{line}.q"), i64::from(*units)] };
        let fewer = doc! { "q": left.clone(), "price": format!("{line}.price") };
        // A line that is not there has no quantity, and nothing is not greater than nothing: it
        // stays away.
        let kept = doc! { "$cond": [{ "$gt": [left, 0_i64] }, fewer, "$$REMOVE"] };
        set.insert(format!("lines.{sku}"), kept);
    }
    let collection = carts(mongo);
    let update =
        collection.find_one_and_update(doc! { "_id": cart_id }, vec![doc! { "$set": set }]);
    Ok(update.return_document(ReturnDocument::After).session(tx).await?)
}

/// What came of two carts.
pub struct MergedCarts {
    /// The account's cart as it is now; `None` when the guest's held nothing.
    pub cart: Option<(CartDocument, LineMerge)>,
    /// The deleted cart: the account's earlier one, or the guest's empty one.
    pub gone: Option<CartId>,
}

/// Makes a guest's cart the account's and pours what the account had into it; `None` when the guest
/// has no cart.
pub async fn merge(
    mongo: &Mongo,
    tx: &mut Tx,
    guest: &str,
    account: &str,
    limits: MergeLimits,
    now: Timestamp,
) -> TxResult<Option<MergedCarts>> {
    let Some(fresh) = carts(mongo).find_one(live(guest, now)).session(&mut *tx).await? else {
        return Ok(None);
    };
    if fresh.lines.is_empty() {
        carts(mongo).delete_one(doc! { "_id": fresh.id }).session(tx).await?;
        return Ok(Some(MergedCarts { cart: None, gone: Some(fresh.id) }));
    }
    let kept =
        carts(mongo).find_one_and_delete(doc! { "holder": account }).session(&mut *tx).await?;
    let version = fresh.version.max(kept.as_ref().map_or(0, |cart| cart.version)) + 1;
    let gone = kept.as_ref().map(|cart| cart.id);
    let held = kept.map(|cart| cart.stored_lines()).unwrap_or_default();
    let (lines, merged) = merge_lines(fresh.stored_lines(), held, limits);
    let lines: Document =
        lines.into_iter().map(|line| (line.sku.to_string(), as_stored(&line))).collect();
    let mut set = touch(now);
    set.insert("holder", account);
    set.insert("lines", lines);
    set.insert("version", version);
    let carts = carts(mongo);
    let change = carts.find_one_and_update(doc! { "_id": fresh.id }, doc! { "$set": set });
    let joined = change.return_document(ReturnDocument::After).session(tx).await?;
    Ok(Some(MergedCarts { cart: joined.map(|cart| (cart, merged)), gone }))
}

/// Drops the cart of one owner; answers its id.
pub async fn delete(mongo: &Mongo, tx: &mut Tx, owner: &str) -> TxResult<Option<CartId>> {
    Ok(carts(mongo)
        .find_one_and_delete(doc! { "holder": owner })
        .session(tx)
        .await?
        .map(|cart| cart.id))
}

fn as_stored(line: &StoredLine) -> Bson {
    Bson::Document(doc! { "q": i64::from(line.quantity), "price": line.seen_price })
}

impl CartDocument {
    pub fn stored_lines(&self) -> Vec<StoredLine> {
        self.lines.iter().filter_map(|(sku, line)| stored_line(sku, line)).collect()
    }

    pub fn line(&self, sku: &Sku) -> Option<StoredLine> {
        self.lines.get(sku.as_str()).and_then(|line| stored_line(sku.as_str(), line))
    }

    pub fn units(&self) -> u32 {
        self.stored_lines().iter().map(|line| line.quantity).sum()
    }

    /// What the hot copy holds: the document itself, without anything personal.
    pub fn to_copy(&self) -> AppResult<Vec<u8>> {
        mongodb::bson::to_vec(self).map_err(AppError::internal)
    }

    pub fn from_copy(bytes: &[u8]) -> Option<Self> {
        mongodb::bson::from_slice(bytes).ok()
    }
}

fn stored_line(sku: &str, line: &Bson) -> Option<StoredLine> {
    let line = line.as_document()?;
    let quantity = u32::try_from(number(line.get("q")?)?).ok()?;
    Some(StoredLine { sku: Sku::parse(sku)?, quantity, seen_price: number(line.get("price")?)? })
}

fn number(value: &Bson) -> Option<i64> {
    value.as_i64().or_else(|| value.as_i32().map(i64::from))
}

fn live(owner: &str, now: Timestamp) -> Document {
    doc! { "holder": owner, "expires_at": { "$gt": DateTime::from(now) } }
}

fn touch(now: Timestamp) -> Document {
    doc! { "expires_at": DateTime::from(now + LIFE) }
}

fn carts(mongo: &Mongo) -> mongodb::Collection<CartDocument> {
    mongo.collection(CARTS)
}
