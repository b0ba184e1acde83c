//! Queries of `audit`: insert and read, nothing else.

use mongodb::bson::{Document, doc, oid::ObjectId};
use mongodb::{ClientSession, IndexModel};
use serde::{Deserialize, Serialize};

use crate::infra::mongo::{CollectionIndexes, Mongo, TxResult, bounded};
use crate::shared::error::AppResult;

const AUDIT: &str = "audit";

/// Ids and fixed words only: personal data stay where they are sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub at: i64,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub before: Document,
    pub after: Document,
    pub request_id: String,
}

pub fn indexes() -> Vec<CollectionIndexes> {
    vec![CollectionIndexes { collection: AUDIT, indexes: vec![IndexModel::builder().keys(doc! { "at": -1 }).build()] }]
}

pub async fn insert(mongo: &Mongo, row: &AuditDocument) -> AppResult<()> {
    bounded(mongo.collection::<AuditDocument>(AUDIT).insert_one(row)).await.map(drop)
}

pub async fn insert_in(mongo: &Mongo, session: &mut ClientSession, row: &AuditDocument) -> TxResult<()> {
    mongo.collection::<AuditDocument>(AUDIT).insert_one(row).session(session).await?;
    Ok(())
}

/// The newest rows, before a moment.
pub async fn before(mongo: &Mongo, moment: i64, limit: i64) -> AppResult<Vec<AuditDocument>> {
    use futures::TryStreamExt;
    let rows = mongo.collection::<AuditDocument>(AUDIT);
    let cursor = bounded(rows.find(doc! { "at": { "$lt": moment } }).sort(doc! { "at": -1 }).limit(limit)).await?;
    bounded(cursor.try_collect()).await
}
