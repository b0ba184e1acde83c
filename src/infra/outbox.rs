//! Work that must follow a commit: rows written inside the transaction, taken one at a time under a lease.

use mongodb::bson::{Document, doc, oid::ObjectId};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{ClientSession, IndexModel};
use serde::{Deserialize, Serialize};

use crate::infra::mongo::{CollectionIndexes, Mongo, TxResult, bounded};
use crate::shared::error::AppResult;

const COLLECTION: &str = "outbox";
/// Milliseconds one worker may keep a row before another takes it over.
const LEASE_MS: i64 = 30_000;
/// Milliseconds after which a row that keeps failing becomes a dead letter.
const GIVE_UP_AFTER_MS: i64 = 24 * 3_600_000;
const LONGEST_PAUSE_MS: i64 = 15 * 60_000;

/// One piece of work. Invariant: `payload` holds ids, never personal data.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutboxRow {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub kind: String,
    pub payload: Document,
    pub state: String,
    pub attempts: i32,
    pub created_at: i64,
    pub next_at: i64,
    pub lease: Option<ObjectId>,
    pub last_error: Option<String>,
}

pub fn indexes() -> CollectionIndexes {
    let due = IndexModel::builder().keys(doc! { "state": 1, "next_at": 1 }).build();
    let finished = IndexModel::builder()
        .keys(doc! { "finished_at": 1 })
        .options(IndexOptions::builder().expire_after(std::time::Duration::from_secs(30 * 86_400)).build())
        .build();
    CollectionIndexes { collection: COLLECTION, indexes: vec![due, finished] }
}

/// Writes a row in the caller's transaction.
pub async fn enqueue(mongo: &Mongo, session: &mut ClientSession, kind: &str, payload: Document, now: i64) -> TxResult<()> {
    let row = OutboxRow {
        id: ObjectId::new(),
        kind: kind.into(),
        payload,
        state: "pending".into(),
        attempts: 0,
        created_at: now,
        next_at: now,
        lease: None,
        last_error: None,
    };
    mongo.collection::<OutboxRow>(COLLECTION).insert_one(row).session(session).await?;
    Ok(())
}

/// Takes the row that has been due longest, for [`LEASE_MS`].
pub async fn lease_next(mongo: &Mongo, now: i64) -> AppResult<Option<OutboxRow>> {
    let rows = mongo.collection::<OutboxRow>(COLLECTION);
    let operation = rows
        .find_one_and_update(
            doc! { "state": "pending", "next_at": { "$lte": now } },
            doc! { "$set": { "next_at": now + LEASE_MS, "lease": ObjectId::new() }, "$inc": { "attempts": 1 } },
        )
        .sort(doc! { "next_at": 1 })
        .return_document(ReturnDocument::After);
    bounded(operation).await
}

/// Ends a row; without effect when the lease has passed to another worker.
pub async fn mark_done(mongo: &Mongo, row: &OutboxRow, now: i64) -> AppResult<()> {
    let finished = mongodb::bson::DateTime::from_millis(now);
    let change = doc! { "$set": { "state": "done", "lease": null, "finished_at": finished } };
    bounded(mongo.collection::<OutboxRow>(COLLECTION).update_one(doc! { "_id": row.id, "lease": row.lease }, change)).await.map(drop)
}

/// Puts a row back with a growing pause, or aside for a person once it has failed for a day.
pub async fn mark_failed(mongo: &Mongo, row: &OutboxRow, now: i64, error: &str) -> AppResult<()> {
    let pause = 1_000_i64.saturating_mul(1 << row.attempts.clamp(0, 20)).min(LONGEST_PAUSE_MS);
    if now - row.created_at >= GIVE_UP_AFTER_MS {
        return mark_dead(mongo, row, now, error).await;
    }
    let change = doc! { "$set": { "lease": null, "next_at": now + pause, "last_error": error } };
    bounded(mongo.collection::<OutboxRow>(COLLECTION).update_one(doc! { "_id": row.id, "lease": row.lease }, change)).await.map(drop)
}

/// Puts a row aside for a person at once: trying again cannot help. They have as long to look at it as other rows are kept.
pub async fn mark_dead(mongo: &Mongo, row: &OutboxRow, now: i64, error: &str) -> AppResult<()> {
    let finished = mongodb::bson::DateTime::from_millis(now);
    let change = doc! { "$set": { "state": "dead", "lease": null, "last_error": error, "finished_at": finished } };
    bounded(mongo.collection::<OutboxRow>(COLLECTION).update_one(doc! { "_id": row.id, "lease": row.lease }, change)).await.map(drop)
}

/// How many rows have not reached a final state.
pub async fn unfinished(mongo: &Mongo) -> AppResult<u64> {
    bounded(mongo.collection::<OutboxRow>(COLLECTION).count_documents(doc! { "state": "pending" })).await
}
