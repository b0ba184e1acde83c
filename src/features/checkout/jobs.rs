//! What the checkout does when a cart was deleted.

use crate::features::cart::model::CartDeleted;
use crate::features::checkout::store;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::Progress;
use crate::shared::error::AppResult;

/// Drops what was typed for the cart. Done twice it changes nothing more.
pub async fn cart_deleted(ctx: &Ctx, message: CartDeleted) -> AppResult<Progress> {
    store::delete_alone(&ctx.mongo, message.cart_id).await?;
    Ok(Progress::Done)
}
