//! Queries of `audit`: insert and read, nothing else.

use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use crate::infra::collections::{Collection, Erasure, index};
use crate::infra::keyset_pagination::{newest_first, older_than};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline};
use crate::shared::error::AppResult;
use crate::shared::ids::AuditEntryId;
use crate::shared::pagination::Position;
use crate::shared::timestamp::Timestamp;

const AUDIT: &str = "audit";

/// Ids and fixed words only: personal data stay where they are sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditDocument {
    #[serde(rename = "_id")]
    pub id: AuditEntryId,
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub before: Document,
    pub after: Document,
    pub request_id: String,
}

pub fn collections() -> Vec<Collection> {
    let newest_first = index(doc! { "at": -1, "_id": -1 });
    vec![Collection::new(AUDIT, Erasure::NotPersonal).with_indexes([newest_first])]
}

pub async fn insert(mongo: &Mongo, row: &AuditDocument) -> AppResult<()> {
    with_deadline(mongo.collection::<AuditDocument>(AUDIT).insert_one(row)).await.map(drop)
}

pub async fn insert_in(mongo: &Mongo, tx: &mut Tx, row: &AuditDocument) -> TxResult<()> {
    mongo.collection::<AuditDocument>(AUDIT).insert_one(row).session(tx).await?;
    Ok(())
}

/// The newest rows after a position in the list.
pub async fn page(
    mongo: &Mongo,
    after: Option<Position>,
    limit: i64,
) -> AppResult<Vec<AuditDocument>> {
    let rows = mongo.collection::<AuditDocument>(AUDIT);
    collect(
        rows.find(older_than(Document::new(), "at", after)).sort(newest_first("at")).limit(limit),
    )
    .await
}
