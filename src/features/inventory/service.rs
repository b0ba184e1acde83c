//! Use-cases of stock: what is free, and the three movements an order causes.

use std::collections::HashMap;

use crate::features::inventory::model::{
    Cause, CauseKind, Movement, Shortage, StockLevelCrossed, StockRequest,
};
use crate::features::inventory::store::{self, LedgerRow, StockDocument};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult, new_id};
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{ProductId, Sku};

const BATCH: usize = 500;

/// Free units per sku; a sku nobody ever stocked is missing.
pub async fn available(ctx: &Ctx, skus: &[Sku]) -> AppResult<HashMap<Sku, i64>> {
    if skus.is_empty() {
        return Ok(HashMap::new());
    }
    store::available(&ctx.mongo, skus).await
}

/// Free units over all skus of a product, as they are in the caller's transaction.
pub async fn available_of_product(ctx: &Ctx, tx: &mut Tx, product_id: ProductId) -> TxResult<i64> {
    store::available_of_product(&ctx.mongo, tx, product_id).await
}

/// Holds units for an order, in the order's own transaction: all lines or none.
///
/// # Errors
/// `Conflict` with code `out_of_stock` for the first sku that cannot be had.
pub async fn reserve(
    ctx: &Ctx,
    tx: &mut Tx,
    cause: &Cause,
    demand: &[StockRequest],
) -> TxResult<()> {
    move_all(ctx, tx, cause, demand, &[Movement::Reserve]).await
}

/// Holds and sells at once what costs nothing.
///
/// # Errors
/// As for [`reserve`].
pub async fn reserve_and_sell(
    ctx: &Ctx,
    tx: &mut Tx,
    cause: &Cause,
    demand: &[StockRequest],
) -> TxResult<()> {
    move_all(ctx, tx, cause, demand, &[Movement::Reserve, Movement::Sell]).await
}

/// Gives the units of an unpaid order back.
pub async fn release(
    ctx: &Ctx,
    tx: &mut Tx,
    cause: &Cause,
    demand: &[StockRequest],
) -> TxResult<()> {
    move_all(ctx, tx, cause, demand, &[Movement::Release]).await
}

/// Turns the held units of an order that was paid into sold ones.
pub async fn sell(ctx: &Ctx, tx: &mut Tx, cause: &Cause, demand: &[StockRequest]) -> TxResult<()> {
    move_all(ctx, tx, cause, demand, &[Movement::Sell]).await
}

pub async fn has_any_stock(ctx: &Ctx) -> AppResult<bool> {
    store::has_any(&ctx.mongo).await
}

/// The first stock of a new catalogue: sku, product id and units.
pub async fn receive_first_stock(ctx: &Ctx, stock: &[(Sku, ProductId, i64)]) -> AppResult<()> {
    store::remove_ledger(&ctx.mongo).await?;
    for batch in stock.chunks(BATCH) {
        let documents: Vec<StockDocument> = batch
            .iter()
            .map(|(sku, product_id, units)| StockDocument {
                sku: sku.clone(),
                product_id: *product_id,
                level: Movement::Receive.change(*units),
            })
            .collect();
        let rows: Vec<LedgerRow> =
            batch.iter().map(|(sku, _, units)| first_row(ctx, sku, *units)).collect();
        store::insert_first(&ctx.mongo, &documents, &rows).await?;
    }
    Ok(())
}

/// Moves every sku of a demand. The ledger is written first and the stock last, because many buyers
/// write to the same stock; skus are taken in order, so that two orders never wait for each other
/// in a circle.
async fn move_all(
    ctx: &Ctx,
    tx: &mut Tx,
    cause: &Cause,
    demand: &[StockRequest],
    movements: &[Movement],
) -> TxResult<()> {
    let demand = sorted(demand);
    let rows: Vec<LedgerRow> = demand
        .iter()
        .flat_map(|moved| {
            movements
                .iter()
                .map(|movement| row(ctx, &moved.sku, *movement, i64::from(moved.units), cause))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    store::write_ledger(&ctx.mongo, tx, &rows).await?;
    tx.flush_messages().await?;
    for moved in demand {
        let units = i64::from(moved.units);
        let Some(after) = store::move_units(&ctx.mongo, tx, &moved.sku, movements, units).await?
        else {
            return Err(match movements.first() {
                Some(Movement::Reserve) => shortage(ctx, &moved).await,
                _ => AppError::internal(format!(
                    "{} has fewer than {units} units to move",
                    moved.sku
                )),
            }
            .into());
        };
        let change: i64 = movements.iter().map(|movement| movement.change(units).available).sum();
        let ran_out = change < 0 && after.level.available == 0;
        let came_back = change > 0 && after.level.available == change;
        if ran_out || came_back {
            // Listings say "sold out" from the product's own record; it follows.
            outbox::enqueue(tx, &StockLevelCrossed { product_id: after.product_id }, ctx.now())?;
        }
    }
    Ok(())
}

/// Says what is left. Read outside the transaction: it is about to be given up.
async fn shortage(ctx: &Ctx, wanted: &StockRequest) -> AppError {
    let left = store::available(&ctx.mongo, std::slice::from_ref(&wanted.sku))
        .await
        .ok()
        .and_then(|levels| levels.get(&wanted.sku).copied())
        .unwrap_or(0);
    let shortage =
        Shortage { sku: wanted.sku.clone(), available: u32::try_from(left).unwrap_or(0) };
    let message = match shortage.available {
        0 => {
            "Something in your cart has just sold out. Nothing was ordered and nothing was charged."
                .to_owned()
        }
        n => format!(
            "Only {n} of something in your cart are left. Nothing was ordered and nothing was charged."
        ),
    };
    AppError::conflict("out_of_stock", message).because(format!(
        "{} wanted {}, available {}",
        shortage.sku, wanted.units, shortage.available
    ))
}

/// One entry per sku, ordered.
fn sorted(demand: &[StockRequest]) -> Vec<StockRequest> {
    let mut summed: Vec<StockRequest> = Vec::with_capacity(demand.len());
    for wanted in demand {
        match summed.iter_mut().find(|d| d.sku == wanted.sku) {
            Some(known) => known.units = known.units.saturating_add(wanted.units),
            None => summed.push(wanted.clone()),
        }
    }
    summed.sort_by(|a, b| a.sku.cmp(&b.sku));
    summed
}

fn row(ctx: &Ctx, sku: &Sku, movement: Movement, units: i64, cause: &Cause) -> LedgerRow {
    LedgerRow {
        id: new_id(),
        sku: sku.clone(),
        movement,
        units,
        cause: cause.clone(),
        actor: "store".into(),
        reason: cause.kind.key().into(),
        at: ctx.now(),
    }
}

fn first_row(ctx: &Ctx, sku: &Sku, units: i64) -> LedgerRow {
    LedgerRow {
        id: new_id(),
        sku: sku.clone(),
        movement: Movement::Receive,
        units,
        cause: Cause::new(CauseKind::Import, format!("first-stock-{sku}")),
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
        let demand = |sku: &str, units| StockRequest { sku: Sku::new(sku), units };
        let summed = sorted(&[demand("B", 1), demand("A", 2), demand("B", 3)]);
        assert_eq!(summed, [demand("A", 2), demand("B", 4)]);
    }
}
