//! Queries of `stock` and `stock_ledger`.

use std::collections::HashMap;

use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use crate::features::inventory::model::{Cause, Movement, StockLevel};
use crate::infra::collections::{Collection, Erasure, index, unique_index};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline, with_deadline_bulk};
use crate::shared::error::AppResult;
use crate::shared::ids::{LedgerEntryId, ProductId, Sku};
use crate::shared::timestamp::Timestamp;

const STOCK: &str = "stock";
const LEDGER: &str = "stock_ledger";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StockDocument {
    #[serde(rename = "_id")]
    pub sku: Sku,
    pub product_id: ProductId,
    #[serde(flatten)]
    pub level: StockLevel,
}

/// One movement; rows are only ever added.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LedgerRow {
    #[serde(rename = "_id")]
    pub id: LedgerEntryId,
    pub sku: Sku,
    pub movement: Movement,
    pub units: i64,
    /// Unique together with sku and movement.
    pub cause: Cause,
    pub actor: String,
    pub reason: String,
    pub at: Timestamp,
}

pub fn collections() -> Vec<Collection> {
    let stock = Collection::new(STOCK, Erasure::NotPersonal)
        .with_indexes([index(doc! { "product_id": 1 })]);
    // Once per cause, sku and kind of movement: the last guard against moving stock twice.
    let once = unique_index(doc! { "once": 1 });
    let ledger = Collection::new(LEDGER, Erasure::NotPersonal)
        .with_indexes([once, index(doc! { "sku": 1, "at": 1 })]);
    vec![stock, ledger]
}

pub async fn available(mongo: &Mongo, skus: &[Sku]) -> AppResult<HashMap<Sku, i64>> {
    let wanted: Vec<&str> = skus.iter().map(Sku::as_str).collect();
    let documents: Vec<StockDocument> =
        collect(mongo.collection::<StockDocument>(STOCK).find(doc! { "_id": { "$in": wanted } }))
            .await?;
    Ok(documents.into_iter().map(|d| (d.sku, d.level.available)).collect())
}

/// Free units over all skus of a product, as they are in the caller's transaction.
pub async fn available_of_product(
    mongo: &Mongo,
    tx: &mut Tx,
    product_id: ProductId,
) -> TxResult<i64> {
    let stock = mongo.collection::<StockDocument>(STOCK);
    let mut cursor = stock.find(doc! { "product_id": product_id }).session(&mut *tx).await?;
    let mut sum = 0;
    while let Some(document) = cursor.next(&mut *tx).await.transpose()? {
        sum += document.level.available;
    }
    Ok(sum)
}

/// Moves units of a sku, if what the movements need is there: one conditional write, so two buyers
/// never get the same unit.
pub async fn move_units(
    mongo: &Mongo,
    tx: &mut Tx,
    sku: &Sku,
    movements: &[Movement],
    units: i64,
) -> TxResult<Option<StockDocument>> {
    let mut filter = doc! { "_id": sku.as_str() };
    // The first movement says what must be there; those after it use what it brings.
    if let Some(needs) = movements.first().map(|movement| movement.needs(units)) {
        for (field, least) in
            [("available", needs.available), ("reserved", needs.reserved), ("sold", needs.sold)]
        {
            if least > 0 {
                filter.insert(field, doc! { "$gte": least });
            }
        }
    }
    let change = movements
        .iter()
        .fold(StockLevel::default(), |sum, movement| sum.plus(movement.change(units)));
    let update = doc! { "$inc": {
        "on_hand": change.on_hand, "available": change.available, "reserved": change.reserved, "sold": change.sold,
    } };
    let stock = mongo.collection::<StockDocument>(STOCK);
    let operation = stock
        .find_one_and_update(filter, update)
        .return_document(mongodb::options::ReturnDocument::After);
    Ok(operation.session(tx).await?)
}

pub async fn write_ledger(mongo: &Mongo, tx: &mut Tx, rows: &[LedgerRow]) -> TxResult<()> {
    let documents = rows.iter().map(ledger_document).collect::<Result<Vec<_>, _>>()?;
    mongo.collection::<Document>(LEDGER).insert_many(documents).session(tx).await?;
    Ok(())
}

/// Stock and ledger of new skus, in bulk, outside any transaction: the import begins again if it is
/// interrupted.
pub async fn insert_first(
    mongo: &Mongo,
    stock: &[StockDocument],
    rows: &[LedgerRow],
) -> AppResult<()> {
    let documents = rows
        .iter()
        .map(ledger_document)
        .collect::<Result<Vec<_>, _>>()
        .map_err(crate::shared::error::AppError::internal)?;
    with_deadline_bulk(mongo.collection::<Document>(LEDGER).insert_many(documents)).await?;
    with_deadline_bulk(mongo.collection::<StockDocument>(STOCK).insert_many(stock)).await.map(drop)
}

pub async fn has_any(mongo: &Mongo) -> AppResult<bool> {
    Ok(with_deadline(mongo.collection::<Document>(STOCK).find_one(doc! {})).await?.is_some())
}

pub async fn remove_ledger(mongo: &Mongo) -> AppResult<()> {
    with_deadline_bulk(mongo.collection::<Document>(LEDGER).delete_many(doc! {})).await.map(drop)
}

fn ledger_document(row: &LedgerRow) -> Result<Document, mongodb::error::Error> {
    let mut document = mongodb::bson::to_document(row)?;
    let once =
        format!("{}:{}:{}:{}", row.cause.kind.key(), row.cause.id, row.sku, row.movement.key());
    document.insert("once", once);
    Ok(document)
}
