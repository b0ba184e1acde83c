//! The one queue: rows written inside a transaction, taken under a lease, one lane beside the
//! other.
//!
//! Invariants: a row is worked on by one worker at a time, and a worker whose lease passed on
//! changes nothing (the fencing number); finished rows are deleted; parked rows stay until a person
//! decides.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;

use crate::infra::collections::{Collection, Erasure, index};
use crate::infra::mongo::messages::row_id;
use crate::infra::mongo::{Mongo, Tx, TxResult, with_deadline, with_deadline_unique};
use crate::shared::error::{AppError, AppResult};
use crate::shared::message::{Lane, OutboxMessage, Retries};
use crate::shared::timestamp::Timestamp;

pub use crate::infra::mongo::messages::{OUTBOX, OutboxRow};

/// How long one worker may keep a row before another takes it over.
pub const LEASE: Duration = Duration::from_secs(30);
/// After this a row that keeps failing is parked, where its kind may be given up.
const GIVE_UP_AFTER: Duration = Duration::from_hours(24);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// A row whose worker panicked this often is parked, whatever its kind: it would only panic again.
const MAX_PANICS: i32 = 5;
/// The lane of rows that wait for a person.
const PARKED: &str = "parked";

/// How the work on a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Done,
    /// Not finished: look again at this moment.
    Again {
        at: Timestamp,
    },
    /// The job has put its row back itself.
    PutBack,
    /// Only a person can go on.
    Park {
        why: &'static str,
    },
}

pub fn collection() -> Collection {
    let due = index(doc! { "lane": 1, "next_at": 1 });
    Collection::new(OUTBOX, Erasure::NotPersonal).with_indexes([due])
}

/// Leaves a message in the caller's transaction. The runner writes all messages in one command
/// before it commits, and wakes their workers afterwards.
pub fn enqueue<M: OutboxMessage>(tx: &mut Tx, message: &M, now: Timestamp) -> TxResult<()> {
    enqueue_at(tx, message, now, now)
}

/// As [`enqueue`], to be done at `next_at` at the earliest.
pub fn enqueue_at<M: OutboxMessage>(
    tx: &mut Tx,
    message: &M,
    now: Timestamp,
    next_at: Timestamp,
) -> TxResult<()> {
    tx.push_message(OutboxRow::new(message, now, next_at)?, M::LANE);
    Ok(())
}

/// Takes a keyed message back in the caller's transaction: what it was to do has happened.
pub async fn cancel<M: OutboxMessage>(tx: &mut Tx, message: &M) -> TxResult<()> {
    let rows = tx.mongo().collection::<OutboxRow>(OUTBOX);
    rows.delete_one(doc! { "_id": row_id(message) }).session(tx).await?;
    Ok(())
}

/// Moves a keyed message to another moment, also one that was parked; a worker that holds it loses
/// its lease.
pub async fn reschedule<M: OutboxMessage>(
    mongo: &Mongo,
    message: &M,
    next_at: Timestamp,
) -> AppResult<()> {
    let (filter, change) = moving(message, next_at);
    with_deadline(rows(mongo).update_one(filter, change)).await?;
    mongo.signals().wake(M::LANE);
    Ok(())
}

/// As [`reschedule`], in the caller's transaction.
pub async fn reschedule_in<M: OutboxMessage>(
    tx: &mut Tx,
    message: &M,
    next_at: Timestamp,
) -> TxResult<()> {
    let (filter, change) = moving(message, next_at);
    let collection = rows(&tx.mongo());
    collection.update_one(filter, change).session(&mut *tx).await?;
    tx.wake_after_commit(M::LANE);
    Ok(())
}

fn moving<M: OutboxMessage>(message: &M, next_at: Timestamp) -> (Document, Document) {
    let set = doc! { "next_at": next_at, "lane": M::LANE.key(), "parked_lane": null };
    (doc! { "_id": row_id(message) }, doc! { "$set": set, "$inc": { "fence": 1_i64 } })
}

/// Makes sure that a keyed message that repeats for ever is there; an existing row stays as it is.
pub async fn ensure<M: OutboxMessage>(mongo: &Mongo, message: &M, now: Timestamp) -> AppResult<()> {
    with_deadline_unique(rows(mongo).insert_one(OutboxRow::new(message, now, now)?)).await.map(drop)
}

/// Takes the row of a lane that has been due longest, for [`LEASE`].
pub async fn lease_next(mongo: &Mongo, lane: Lane, now: Timestamp) -> AppResult<Option<OutboxRow>> {
    let due = doc! { "lane": lane.key(), "next_at": { "$lte": now } };
    let change =
        doc! { "$set": { "next_at": now + LEASE }, "$inc": { "attempts": 1, "fence": 1_i64 } };
    let collection = rows(mongo);
    let operation = collection.find_one_and_update(due, change).sort(doc! { "next_at": 1 });
    with_deadline(operation.return_document(ReturnDocument::After)).await
}

/// Ends a row; without effect when the lease has passed to another worker.
pub async fn finish(mongo: &Mongo, row: &OutboxRow) -> AppResult<()> {
    with_deadline(rows(mongo).delete_one(lease_filter(row))).await.map(drop)
}

/// Puts a row back that is to be looked at again.
pub async fn defer(mongo: &Mongo, row: &OutboxRow, at: Timestamp) -> AppResult<()> {
    let change = doc! { "$set": { "next_at": at, "attempts": 0, "panics": 0, "last_error": null } };
    with_deadline(rows(mongo).update_one(lease_filter(row), change)).await.map(drop)
}

/// As [`defer`], with another message in the row.
pub async fn defer_with<M: OutboxMessage>(
    mongo: &Mongo,
    row: &OutboxRow,
    message: &M,
    at: Timestamp,
) -> AppResult<()> {
    let payload = mongodb::bson::to_document(message).map_err(AppError::internal)?;
    let change = doc! { "$set": { "next_at": at, "attempts": 0, "panics": 0, "last_error": null, "payload": payload } };
    with_deadline(rows(mongo).update_one(lease_filter(row), change)).await.map(drop)
}

/// Puts a row back with a growing pause, or parks it once it has failed for a day and its kind may
/// be given up.
pub async fn fail(
    mongo: &Mongo,
    row: &OutboxRow,
    retries: Retries,
    now: Timestamp,
    error: &str,
) -> AppResult<()> {
    if retries == Retries::ForADay && now.saturating_since(row.created_at) >= GIVE_UP_AFTER {
        return park(mongo, row, error).await;
    }
    let change =
        doc! { "$set": { "next_at": now + pause_after(row.attempts), "last_error": error } };
    with_deadline(rows(mongo).update_one(lease_filter(row), change)).await.map(drop)
}

/// Puts a row back whose worker panicked, or parks it when that happened too often.
pub async fn fail_after_panic(mongo: &Mongo, row: &OutboxRow, now: Timestamp) -> AppResult<()> {
    if row.panics + 1 >= MAX_PANICS {
        return park(mongo, row, "panicked").await;
    }
    let set = doc! { "next_at": now + pause_after(row.attempts), "last_error": "panicked" };
    with_deadline(
        rows(mongo).update_one(lease_filter(row), doc! { "$set": set, "$inc": { "panics": 1 } }),
    )
    .await
    .map(drop)
}

/// Puts a row aside for a person: trying again cannot help.
pub async fn park(mongo: &Mongo, row: &OutboxRow, error: &str) -> AppResult<()> {
    tracing::error!(target: "alarm", kind = %row.kind, row = %row.id, %error, "work was parked and waits for a person");
    let change = doc! { "$set": { "lane": PARKED, "parked_lane": &row.lane, "last_error": error } };
    with_deadline(rows(mongo).update_one(lease_filter(row), change)).await.map(drop)
}

fn pause_after(attempts: i32) -> Duration {
    Duration::from_secs(1 << attempts.clamp(0, 20)).min(LONGEST_PAUSE)
}

fn lease_filter(row: &OutboxRow) -> Document {
    doc! { "_id": &row.id, "fence": row.fence }
}

fn rows(mongo: &Mongo) -> mongodb::Collection<OutboxRow> {
    mongo.collection(OUTBOX)
}
