//! What the catalogue puts into the list that search engines read.

use crate::features::catalog::store::sitemap as store;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

pub use crate::features::catalog::store::sitemap::{Entry, Stretch};

/// The products on sale at this moment, cut into stretches of `length`. Reads a small projection of every product: the
/// caller keeps the answer.
pub async fn stretches(ctx: &Ctx, length: usize) -> AppResult<Vec<Stretch>> {
    store::stretches(&ctx.mongo, length, ctx.now()).await
}

/// The products of one stretch, at most `length`.
pub async fn entries(ctx: &Ctx, stretch: &Stretch, length: usize) -> AppResult<Vec<Entry>> {
    store::entries(&ctx.mongo, stretch.first, length, ctx.now()).await
}
