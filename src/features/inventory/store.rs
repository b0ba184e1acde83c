//! Queries of `stock` and `stock_ledger`.

use std::collections::HashMap;

use futures::TryStreamExt;
use mongodb::bson::{Document, doc, oid::ObjectId};
use mongodb::options::IndexOptions;
use mongodb::{ClientSession, IndexModel};
use serde::{Deserialize, Serialize};

use crate::features::inventory::model::{Movement, StockLevel};
use crate::infra::mongo::{CollectionIndexes, Mongo, TxResult, bounded, bounded_bulk};
use crate::shared::error::AppResult;
use crate::shared::ids::Sku;

const STOCK: &str = "stock";
const LEDGER: &str = "stock_ledger";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StockDocument {
    #[serde(rename = "_id")]
    pub sku: Sku,
    /// Hexadecimal id of the product.
    pub product_id: String,
    #[serde(flatten)]
    pub level: StockLevel,
}

/// One movement; rows are only ever added.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LedgerRow {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub sku: Sku,
    pub movement: Movement,
    pub units: i64,
    /// The order that caused it; unique together with sku and movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<ObjectId>,
    pub actor: String,
    pub reason: String,
    pub at: i64,
}

pub fn indexes() -> Vec<CollectionIndexes> {
    // Once per order, sku and kind of movement: the last guard against moving stock twice. Rows without an order carry
    // their own id instead, so that a plain unique index serves.
    let once = IndexModel::builder().keys(doc! { "once": 1 }).options(IndexOptions::builder().unique(true).build()).build();
    let by_sku = IndexModel::builder().keys(doc! { "sku": 1, "at": 1 }).build();
    let by_product = IndexModel::builder().keys(doc! { "product_id": 1 }).build();
    vec![
        CollectionIndexes { collection: STOCK, indexes: vec![by_product] },
        CollectionIndexes { collection: LEDGER, indexes: vec![once, by_sku] },
    ]
}

pub async fn available(mongo: &Mongo, skus: &[Sku]) -> AppResult<HashMap<Sku, i64>> {
    let wanted: Vec<&str> = skus.iter().map(Sku::as_str).collect();
    let cursor = bounded(mongo.collection::<StockDocument>(STOCK).find(doc! { "_id": { "$in": wanted } })).await?;
    let documents: Vec<StockDocument> = bounded(cursor.try_collect()).await?;
    Ok(documents.into_iter().map(|d| (d.sku, d.level.available)).collect())
}

pub async fn available_of_product(mongo: &Mongo, product_id: &str) -> AppResult<i64> {
    let cursor = bounded(mongo.collection::<StockDocument>(STOCK).find(doc! { "product_id": product_id })).await?;
    let documents: Vec<StockDocument> = bounded(cursor.try_collect()).await?;
    Ok(documents.iter().map(|d| d.level.available).sum())
}

/// Takes `units` off what is free, if there are that many: one conditional write, so two buyers never get the same unit.
pub async fn reserve(mongo: &Mongo, session: &mut ClientSession, sku: &Sku, units: i64) -> TxResult<Option<StockDocument>> {
    let enough = doc! { "_id": sku.as_str(), "available": { "$gte": units } };
    move_units(mongo, session, enough, Movement::Reserve.change(units)).await
}

/// Gives reserved units back, or turns them into sold ones.
pub async fn settle(
    mongo: &Mongo,
    session: &mut ClientSession,
    sku: &Sku,
    movement: Movement,
    units: i64,
) -> TxResult<Option<StockDocument>> {
    let held = doc! { "_id": sku.as_str(), "reserved": { "$gte": units } };
    move_units(mongo, session, held, movement.change(units)).await
}

async fn move_units(mongo: &Mongo, session: &mut ClientSession, filter: Document, change: StockLevel) -> TxResult<Option<StockDocument>> {
    let update = doc! { "$inc": {
        "on_hand": change.on_hand, "available": change.available, "reserved": change.reserved, "sold": change.sold,
    } };
    let stock = mongo.collection::<StockDocument>(STOCK);
    let operation = stock.find_one_and_update(filter, update).return_document(mongodb::options::ReturnDocument::After);
    Ok(operation.session(session).await?)
}

pub async fn write_ledger(mongo: &Mongo, session: &mut ClientSession, rows: &[LedgerRow]) -> TxResult<()> {
    let documents = rows.iter().map(ledger_document).collect::<Result<Vec<_>, _>>()?;
    mongo.collection::<Document>(LEDGER).insert_many(documents).session(session).await?;
    Ok(())
}

/// Stock and ledger of new skus, in bulk, outside any transaction: the import begins again if it is interrupted.
pub async fn insert_first(mongo: &Mongo, stock: &[StockDocument], rows: &[LedgerRow]) -> AppResult<()> {
    let documents = rows.iter().map(ledger_document).collect::<Result<Vec<_>, _>>().map_err(crate::shared::error::AppError::internal)?;
    bounded_bulk(mongo.collection::<Document>(LEDGER).insert_many(documents)).await?;
    bounded_bulk(mongo.collection::<StockDocument>(STOCK).insert_many(stock)).await.map(drop)
}

pub async fn has_any(mongo: &Mongo) -> AppResult<bool> {
    Ok(bounded(mongo.collection::<Document>(STOCK).find_one(doc! {})).await?.is_some())
}

pub async fn remove_ledger(mongo: &Mongo) -> AppResult<()> {
    bounded_bulk(mongo.collection::<Document>(LEDGER).delete_many(doc! {})).await.map(drop)
}

fn ledger_document(row: &LedgerRow) -> Result<Document, mongodb::error::Error> {
    let mut document = mongodb::bson::to_document(row)?;
    let once = match row.order_id {
        Some(order) => format!("{}:{}:{}", order.to_hex(), row.sku, row.movement.key()),
        None => row.id.to_hex(),
    };
    document.insert("once", once);
    Ok(document)
}
