//! Use-cases of stock: what is free, and the three movements an order causes.

use std::collections::HashMap;

use mongodb::ClientSession;
use mongodb::bson::{doc, oid::ObjectId};

use crate::features::inventory::jobs::STOCK_LEVEL_CROSSED;
use crate::features::inventory::model::{Demand, Movement, Shortage};
use crate::features::inventory::store::{self, LedgerRow, StockDocument};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::TxResult;
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::Sku;

const BATCH: usize = 500;

/// Free units per sku; a sku nobody ever stocked is missing.
pub async fn available(ctx: &Ctx, skus: &[Sku]) -> AppResult<HashMap<Sku, i64>> {
    if skus.is_empty() {
        return Ok(HashMap::new());
    }
    store::available(&ctx.mongo, skus).await
}

/// Holds units for an order, in the order's own transaction: all lines or none.
///
/// Demand is taken in the order of the skus, so that two orders never wait for each other in a circle.
///
/// # Errors
/// `Conflict` with code `out_of_stock` for the first sku that cannot be had.
pub async fn reserve(ctx: &Ctx, session: &mut ClientSession, order_id: ObjectId, demand: &[Demand]) -> TxResult<()> {
    let demand = sorted(demand);
    refuse_early(ctx, &demand).await?;
    let mut rows = Vec::with_capacity(demand.len());
    for wanted in demand {
        let units = i64::from(wanted.units);
        let Some(after) = store::reserve(&ctx.mongo, session, &wanted.sku, units).await? else {
            return Err(shortage(ctx, &wanted).await.into());
        };
        if after.level.available == 0 {
            announce(ctx, session, &after).await?;
        }
        rows.push(row(ctx, &wanted.sku, Movement::Reserve, units, order_id));
    }
    store::write_ledger(&ctx.mongo, session, &rows).await
}

/// Gives the units of an unpaid order back.
pub async fn release(ctx: &Ctx, session: &mut ClientSession, order_id: ObjectId, demand: &[Demand]) -> TxResult<()> {
    settle(ctx, session, order_id, demand, Movement::Release).await
}

/// Turns the held units of an order that was paid into sold ones.
pub async fn sell(ctx: &Ctx, session: &mut ClientSession, order_id: ObjectId, demand: &[Demand]) -> TxResult<()> {
    settle(ctx, session, order_id, demand, Movement::Sell).await
}

pub async fn has_any_stock(ctx: &Ctx) -> AppResult<bool> {
    store::has_any(&ctx.mongo).await
}

/// The first stock of a new catalogue: sku, product id and units.
pub async fn receive_first_stock(ctx: &Ctx, stock: &[(Sku, String, i64)]) -> AppResult<()> {
    store::remove_ledger(&ctx.mongo).await?;
    for batch in stock.chunks(BATCH) {
        let documents: Vec<StockDocument> = batch
            .iter()
            .map(|(sku, product_id, units)| StockDocument {
                sku: sku.clone(),
                product_id: product_id.clone(),
                level: Movement::Receive.change(*units),
            })
            .collect();
        let rows: Vec<LedgerRow> = batch.iter().map(|(sku, _, units)| first_row(ctx, sku, *units)).collect();
        store::insert_first(&ctx.mongo, &documents, &rows).await?;
    }
    Ok(())
}

async fn settle(ctx: &Ctx, session: &mut ClientSession, order_id: ObjectId, demand: &[Demand], movement: Movement) -> TxResult<()> {
    let mut rows = Vec::with_capacity(demand.len());
    for held in sorted(demand) {
        let units = i64::from(held.units);
        let Some(after) = store::settle(&ctx.mongo, session, &held.sku, movement, units).await? else {
            return Err(AppError::internal(format!("{} has fewer than {units} reserved units", held.sku)).into());
        };
        let came_back = movement == Movement::Release && after.level.available == units;
        if came_back {
            announce(ctx, session, &after).await?;
        }
        rows.push(row(ctx, &held.sku, movement, units, order_id));
    }
    store::write_ledger(&ctx.mongo, session, &rows).await
}

/// A look before the leap: when goods are gone, hundreds of late buyers need not fight over their record to learn it.
async fn refuse_early(ctx: &Ctx, demand: &[Demand]) -> TxResult<()> {
    let skus: Vec<Sku> = demand.iter().map(|d| d.sku.clone()).collect();
    let free = store::available(&ctx.mongo, &skus).await?;
    match demand.iter().find(|d| free.get(&d.sku).copied().unwrap_or(0) < i64::from(d.units)) {
        Some(wanted) => Err(shortage(ctx, wanted).await.into()),
        None => Ok(()),
    }
}

/// Listings say "sold out" from the product's own record; it follows when a sku runs out or comes back.
async fn announce(ctx: &Ctx, session: &mut ClientSession, stock: &StockDocument) -> TxResult<()> {
    outbox::enqueue(&ctx.mongo, session, STOCK_LEVEL_CROSSED, doc! { "product_id": &stock.product_id }, ctx.now()).await
}

/// Says what is left. Read outside the transaction: it is about to be given up.
async fn shortage(ctx: &Ctx, wanted: &Demand) -> AppError {
    let left = store::available(&ctx.mongo, std::slice::from_ref(&wanted.sku))
        .await
        .ok()
        .and_then(|levels| levels.get(&wanted.sku).copied())
        .unwrap_or(0);
    let shortage = Shortage { sku: wanted.sku.clone(), available: u32::try_from(left).unwrap_or(0) };
    let message = match shortage.available {
        0 => "Something in your cart has just sold out. Nothing was ordered and nothing was charged.".to_owned(),
        n => format!("Only {n} of something in your cart are left. Nothing was ordered and nothing was charged."),
    };
    AppError::conflict("out_of_stock", message)
        .because(format!("{} wanted {}, available {}", shortage.sku, wanted.units, shortage.available))
}

/// One entry per sku, ordered.
fn sorted(demand: &[Demand]) -> Vec<Demand> {
    let mut summed: Vec<Demand> = Vec::with_capacity(demand.len());
    for wanted in demand {
        match summed.iter_mut().find(|d| d.sku == wanted.sku) {
            Some(known) => known.units = known.units.saturating_add(wanted.units),
            None => summed.push(wanted.clone()),
        }
    }
    summed.sort_by(|a, b| a.sku.cmp(&b.sku));
    summed
}

fn row(ctx: &Ctx, sku: &Sku, movement: Movement, units: i64, order_id: ObjectId) -> LedgerRow {
    LedgerRow {
        id: ObjectId::new(),
        sku: sku.clone(),
        movement,
        units,
        order_id: Some(order_id),
        actor: "store".into(),
        reason: "order".into(),
        at: ctx.now(),
    }
}

fn first_row(ctx: &Ctx, sku: &Sku, units: i64) -> LedgerRow {
    LedgerRow {
        id: ObjectId::new(),
        sku: sku.clone(),
        movement: Movement::Receive,
        units,
        order_id: None,
        actor: "import".into(),
        reason: "first stock".into(),
        at: ctx.now(),
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn r67_demand_is_summed_per_sku_and_ordered() {
        let demand = |sku: &str, units| Demand { sku: Sku::new(sku), units };
        let summed = sorted(&[demand("B", 1), demand("A", 2), demand("B", 3)]);
        assert_eq!(summed, [demand("A", 2), demand("B", 4)]);
    }
}
