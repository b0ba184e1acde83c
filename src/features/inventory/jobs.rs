//! What follows a change of stock.

use crate::features::catalog;
use crate::features::inventory::store;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::OutboxRow;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::ProductId;

pub const STOCK_LEVEL_CROSSED: &str = "inventory.stock_level_crossed";

/// Tells the catalogue whether a product can still be had.
pub async fn stock_level_crossed(ctx: &Ctx, row: &OutboxRow) -> AppResult<()> {
    let product_id = row.payload.get_str("product_id").map_err(AppError::internal)?;
    let free = store::available_of_product(&ctx.mongo, product_id).await?;
    catalog::service::set_in_stock(ctx, &ProductId::new(product_id), free > 0).await
}
