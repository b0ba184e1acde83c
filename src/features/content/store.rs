//! Queries of `content_pages`.

use mongodb::bson::doc;
use serde::{Deserialize, Serialize};

use crate::infra::collections::{Collection, Erasure, unique_index};
use crate::infra::mongo::{Mongo, collect, with_deadline, with_deadline_unique};
use crate::shared::error::AppResult;
use crate::shared::ids::ContentPageId;
use crate::shared::timestamp::Timestamp;

const PAGES: &str = "content_pages";
/// Far more pages of text than a shop has.
const MOST_PAGES: i64 = 1_000;

/// A page as stored; its text has been checked.
#[derive(Clone, Serialize, Deserialize)]
pub struct PageDocument {
    #[serde(rename = "_id")]
    pub id: ContentPageId,
    pub slug: String,
    pub title: String,
    pub description: String,
    /// Markdown.
    pub body: String,
    pub updated_at: Timestamp,
}

/// What a list of pages needs.
#[derive(Clone, Debug, Deserialize)]
pub struct PageEntry {
    pub slug: String,
    pub updated_at: Timestamp,
}

pub fn collections() -> Vec<Collection> {
    let by_slug = unique_index(doc! { "slug": 1 });
    vec![Collection::new(PAGES, Erasure::NotPersonal).with_indexes([by_slug])]
}

pub async fn by_slug(mongo: &Mongo, slug: &str) -> AppResult<Option<PageDocument>> {
    with_deadline(mongo.collection::<PageDocument>(PAGES).find_one(doc! { "slug": slug })).await
}

/// All pages by their slugs.
pub async fn all(mongo: &Mongo) -> AppResult<Vec<PageEntry>> {
    let pages = mongo.collection::<PageEntry>(PAGES);
    let operation = pages
        .find(doc! {})
        .sort(doc! { "slug": 1 })
        .limit(MOST_PAGES)
        .projection(doc! { "slug": 1, "updated_at": 1 });
    collect(operation).await
}

/// Adds a page unless one with its slug is there; another process may be adding it as well.
pub async fn add(mongo: &Mongo, page: &PageDocument) -> AppResult<()> {
    with_deadline_unique(mongo.collection::<PageDocument>(PAGES).insert_one(page)).await.map(drop)
}
