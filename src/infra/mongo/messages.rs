//! The messages that a transaction writes before it commits, and the signals that wake whoever
//! works on them.

use std::sync::Arc;

use mongodb::bson::Document;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use tokio::sync::Notify;

use crate::infra::mongo::new_id;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::MessageId;
use crate::shared::message::{Lane, OutboxMessage};
use crate::shared::timestamp::Timestamp;

pub const OUTBOX: &str = "outbox";

/// One piece of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Kind and key of the message, or kind and a fresh id.
    #[serde(rename = "_id")]
    pub id: String,
    pub kind: String,
    pub lane: String,
    /// The lane of a parked row before it was parked.
    pub parked_lane: Option<String>,
    pub payload: Document,
    pub attempts: i32,
    pub panics: i32,
    /// Raised by every lease and every change from outside: a worker acts under the number it was
    /// given.
    pub fence: i64,
    pub created_at: Timestamp,
    pub next_at: Timestamp,
    pub last_error: Option<String>,
}

/// Wakes the workers of a lane.
#[derive(Clone, Default)]
pub struct LaneSignals(Arc<[Notify; Lane::VARIANTS.len()]>);

impl LaneSignals {
    pub fn wake(&self, lane: Lane) {
        self.0[lane.index()].notify_one();
    }

    pub async fn wait_for(&self, lane: Lane) {
        self.0[lane.index()].notified().await;
    }
}

impl OutboxRow {
    /// A row for a message, due at `next_at`.
    ///
    /// # Errors
    /// `Internal` for a message that cannot be stored.
    pub fn new<M: OutboxMessage>(
        message: &M,
        now: Timestamp,
        next_at: Timestamp,
    ) -> AppResult<Self> {
        Ok(Self {
            id: row_id(message),
            kind: M::KIND.into(),
            lane: M::LANE.key().into(),
            parked_lane: None,
            payload: mongodb::bson::to_document(message).map_err(AppError::internal)?,
            attempts: 0,
            panics: 0,
            fence: 0,
            created_at: now,
            next_at,
            last_error: None,
        })
    }

    /// The message this row holds.
    ///
    /// # Errors
    /// `Internal` when an older version left something this one cannot read.
    pub fn message<M: OutboxMessage>(&self) -> AppResult<M> {
        mongodb::bson::from_document(self.payload.clone()).map_err(AppError::internal)
    }
}

pub fn row_id<M: OutboxMessage>(message: &M) -> String {
    let key = message.key().unwrap_or_else(|| new_id::<MessageId>().to_string());
    format!("{}:{key}", M::KIND)
}
