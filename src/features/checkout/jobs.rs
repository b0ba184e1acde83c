//! What the checkout does when a cart is no more.

use crate::features::checkout::store;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::OutboxRow;
use crate::shared::error::{AppError, AppResult};

/// Drops what was typed for the cart. Done twice it changes nothing more.
pub async fn cart_gone(ctx: &Ctx, row: &OutboxRow) -> AppResult<()> {
    let cart_id = row.payload.get_object_id("cart_id").map_err(AppError::internal)?;
    store::delete_alone(&ctx.mongo, cart_id).await
}
