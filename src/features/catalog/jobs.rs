//! What the catalogue does when stock comes to nothing or comes back.

use crate::features::catalog::service;
use crate::features::inventory;
use crate::features::inventory::model::StockLevelCrossed;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::Progress;
use crate::shared::error::AppResult;

/// Writes to the product whether it can still be had.
///
/// Stock is read and the product written in one transaction that always writes the product: of two
/// workers one begins again and reads the stock afresh, so the older reading never has the last
/// word.
pub async fn stock_level_crossed(ctx: &Ctx, message: StockLevelCrossed) -> AppResult<Progress> {
    let (ctx_in, product_id) = (ctx.clone(), message.product_id);
    ctx.mongo
        .transaction(move |tx| {
            let ctx = ctx_in.clone();
            Box::pin(async move {
                let free = inventory::service::available_of_product(&ctx, tx, product_id).await?;
                service::set_in_stock(&ctx, tx, product_id, free > 0).await
            })
        })
        .await?;
    Ok(Progress::Done)
}
