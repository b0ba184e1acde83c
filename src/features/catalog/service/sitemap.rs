//! What the catalogue puts into the list that search engines read.

use crate::features::catalog::store::sitemap as store;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

pub use crate::features::catalog::store::sitemap::{Entry, SitemapPart};

/// The products on sale at this moment, cut into parts of `length`. Reads a small projection of
/// every product: the caller keeps the answer.
pub async fn product_parts(ctx: &Ctx, length: usize) -> AppResult<Vec<SitemapPart>> {
    store::product_parts(&ctx.mongo, length, ctx.now()).await
}

/// The products of one part, at most `length`.
pub async fn entries(ctx: &Ctx, part: &SitemapPart, length: usize) -> AppResult<Vec<Entry>> {
    store::entries(&ctx.mongo, part.first, length, ctx.now()).await
}
