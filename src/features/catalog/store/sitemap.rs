//! Every product on sale, in the order of ids, for the list that search engines read.

use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::{PRODUCTS, collect, on_sale, product_id};
use crate::infra::mongo::{Mongo, next, with_deadline};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::ProductId;
use crate::shared::timestamp::Timestamp;

/// Products read at a time.
const BATCH: usize = 5_000;

/// A part of the list: where it begins, and its latest change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapPart {
    pub first: ProductId,
    pub changed_at: Timestamp,
}

/// One product of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    #[serde(rename = "_id")]
    id: ProductId,
    pub slug: String,
    #[serde(rename = "updated_at")]
    pub changed_at: Timestamp,
}

/// Cuts the list into parts of `length` products, the last one of what is left.
pub async fn product_parts(
    mongo: &Mongo,
    length: usize,
    now: Timestamp,
) -> AppResult<Vec<SitemapPart>> {
    let products = mongo.collection::<Document>(PRODUCTS);
    let operation = products
        .find(on_sale(now))
        .sort(doc! { "_id": 1 })
        .projection(doc! { "updated_at": 1 })
        .batch_size(1_000);
    let mut cursor = with_deadline(operation).await?;
    let mut parts: Vec<SitemapPart> = Vec::new();
    let mut count = 0_usize;
    while let Some(document) = next(&mut cursor).await? {
        let changed_at = document.get_i64("updated_at").map_err(AppError::internal)?;
        let changed_at = Timestamp::from_unix_ms(changed_at);
        if count.is_multiple_of(length) {
            let first = product_id(&document)?;
            parts.push(SitemapPart { first, changed_at });
        } else if let Some(last) = parts.last_mut() {
            last.changed_at = last.changed_at.max(changed_at);
        }
        count += 1;
    }
    Ok(parts)
}

/// The products of one part, at most `length`, read in batches.
pub async fn entries(
    mongo: &Mongo,
    first: ProductId,
    length: usize,
    now: Timestamp,
) -> AppResult<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    while entries.len() < length {
        let mut filter = on_sale(now);
        filter.insert(
            "_id",
            entries.last().map_or_else(|| doc! { "$gte": first }, |last| doc! { "$gt": last.id }),
        );
        let wanted = BATCH.min(length - entries.len());
        let products = mongo.collection::<Entry>(PRODUCTS);
        let operation = products
            .find(filter)
            .sort(doc! { "_id": 1 })
            .limit(i64::try_from(wanted).unwrap_or(i64::MAX))
            .projection(doc! { "slug": 1, "updated_at": 1 });
        let batch = collect(operation).await?;
        let is_last = batch.len() < wanted;
        entries.extend(batch);
        if is_last {
            break;
        }
    }
    Ok(entries)
}
