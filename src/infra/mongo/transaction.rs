//! Transactions: one runner that commits, runs again what met another on the same record, and asks
//! late commits how they ended.

use std::future::{Future, IntoFuture};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use futures::future::BoxFuture;
use mongodb::ClientSession;
use mongodb::error::{
    Error as MongoError, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT,
};
use mongodb::options::{ReadConcern, TransactionOptions};
use tokio::time::Instant;

use super::deadline::OPERATION_DEADLINE;
use super::errors::{driver_error, error_code};
use super::messages::{OUTBOX, OutboxRow};
use super::{Mongo, majority};

use crate::shared::error::{AppError, AppResult};
use crate::shared::message::Lane;

const TRANSACTION_DEADLINE: Duration = Duration::from_secs(5);
const TRANSACTION_ATTEMPTS: u32 = 40;
/// The server's code for two transactions that write to one record.
const WRITE_CONFLICT: i32 = 112;

/// A running transaction: the driver's session, and the messages that will be written before it
/// commits.
pub struct Tx {
    mongo: Mongo,
    session: ClientSession,
    messages: Vec<OutboxRow>,
    lanes: Vec<Lane>,
}

impl Tx {
    pub fn mongo(&self) -> Mongo {
        self.mongo.clone()
    }

    /// Called by `outbox::enqueue`.
    pub fn push_message(&mut self, row: OutboxRow, lane: Lane) {
        self.messages.push(row);
        self.wake_after_commit(lane);
    }

    fn wake(&self) {
        self.lanes.iter().for_each(|lane| self.mongo.signals.wake(*lane));
    }

    pub fn wake_after_commit(&mut self, lane: Lane) {
        if !self.lanes.contains(&lane) {
            self.lanes.push(lane);
        }
    }

    /// Writes the messages so far. The runner does it before it commits; a use-case does it sooner
    /// where records that many others write to come last.
    pub async fn flush_messages(&mut self) -> TxResult<()> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.messages);
        self.mongo
            .collection::<OutboxRow>(OUTBOX)
            .insert_many(rows)
            .session(&mut self.session)
            .await?;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = ClientSession;

    fn deref(&self) -> &ClientSession {
        &self.session
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut ClientSession {
        &mut self.session
    }
}

/// So that a query takes the transaction where it takes a session.
impl<'a> From<&'a mut Tx> for &'a mut ClientSession {
    fn from(tx: &'a mut Tx) -> Self {
        &mut tx.session
    }
}

/// What went wrong inside a transaction: ours to report, or the driver's to judge whether it may be
/// run again.
#[derive(Debug)]
pub enum TxError {
    App(AppError),
    Driver(MongoError),
}

pub type TxResult<T> = Result<T, TxError>;

impl From<AppError> for TxError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<mongodb::bson::ser::Error> for TxError {
    fn from(error: mongodb::bson::ser::Error) -> Self {
        Self::App(AppError::internal(error))
    }
}

impl From<MongoError> for TxError {
    fn from(error: MongoError) -> Self {
        Self::Driver(error)
    }
}

impl Mongo {
    /// Runs `body` in one transaction and, when the server asks for it, again.
    ///
    /// `body` may run several times: it does database work only, never a call to anyone else.
    ///
    /// # Errors
    /// What `body` refused; `Unavailable` when the database gives no definite answer before the
    /// deadline.
    pub async fn transaction<T, F>(&self, mut body: F) -> AppResult<T>
    where
        T: Send,
        F: for<'s> FnMut(&'s mut Tx) -> BoxFuture<'s, TxResult<T>> + Send,
    {
        let deadline = Instant::now() + TRANSACTION_DEADLINE;
        let mut place =
            Some(before(deadline, self.transactions.acquire()).await?.map_err(AppError::internal)?);
        let session = before(deadline, self.client.start_session().into_future())
            .await?
            .map_err(AppError::unavailable)?;
        let mut tx = Tx { mongo: self.clone(), session, messages: Vec::new(), lanes: Vec::new() };
        let mut turn = None;
        for attempt in 1.. {
            tx.messages.clear();
            tx.lanes.clear();
            tx.session
                .start_transaction()
                .with_options(transaction_options())
                .await
                .map_err(AppError::unavailable)?;
            let outcome = before(deadline, async {
                let value = body(&mut tx).await?;
                tx.flush_messages().await?;
                Ok(value)
            })
            .await;
            let error = match outcome {
                Ok(Ok(value)) => match before(deadline, commit(&mut tx.session)).await {
                    Ok(Ok(())) => {
                        tx.wake();
                        return Ok(value);
                    }
                    Ok(Err(error)) => error,
                    Err(late) => {
                        tokio::spawn(end_late(tx));
                        return Err(late);
                    }
                },
                Ok(Err(TxError::App(refusal))) => {
                    abort(&mut tx.session).await;
                    return Err(refusal);
                }
                Ok(Err(TxError::Driver(error))) => {
                    abort(&mut tx.session).await;
                    error
                }
                Err(late) => {
                    abort(&mut tx.session).await;
                    return Err(late);
                }
            };
            if !error.contains_label(TRANSIENT_TRANSACTION_ERROR) {
                return Err(driver_error(error));
            }
            if attempt >= TRANSACTION_ATTEMPTS || Instant::now() >= deadline {
                return Err(AppError::unavailable(error));
            }
            if turn.is_none() && error_code(&error) == Some(WRITE_CONFLICT) {
                // Those that met on one record go on one after another: all at once they would undo
                // each other's work. While they wait they leave their place to those that met
                // nobody.
                drop(place.take());
                turn = Some(before(deadline, self.conflicts.lock()).await?);
            } else {
                tokio::time::sleep(back_off(if turn.is_some() { 1 } else { attempt })).await;
            }
        }
        Err(AppError::internal("a transaction neither ended nor failed"))
    }
}

async fn before<T>(deadline: Instant, work: impl Future<Output = T>) -> AppResult<T> {
    tokio::time::timeout_at(deadline, work)
        .await
        .map_err(|_| AppError::unavailable("a MongoDB transaction exceeded its deadline"))
}

/// Commits; asks again while the server does not know whether it did.
async fn commit(session: &mut ClientSession) -> Result<(), MongoError> {
    loop {
        match session.commit_transaction().await {
            Err(error) if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {
                tokio::time::sleep(Duration::from_millis(50)).await
            }
            outcome => return outcome,
        }
    }
}

/// A commit whose answer did not come in time is asked for again: until the server knows how the
/// transaction ended, its records are locked.
async fn end_late(mut tx: Tx) {
    if let Ok(Ok(())) = tokio::time::timeout(TRANSACTION_DEADLINE, commit(&mut tx.session)).await {
        tx.wake();
    }
}

/// An abort that fails needs no answer: the server drops the transaction by itself.
async fn abort(session: &mut ClientSession) {
    let _ =
        tokio::time::timeout(OPERATION_DEADLINE, session.abort_transaction().into_future()).await;
}

fn back_off(attempt: u32) -> Duration {
    let ceiling = 10_u64.saturating_mul(1 << attempt.min(5));
    Duration::from_millis(rand::random_range(1..=ceiling))
}

fn transaction_options() -> TransactionOptions {
    TransactionOptions::builder()
        .read_concern(ReadConcern::snapshot())
        .write_concern(majority())
        .max_commit_time(TRANSACTION_DEADLINE)
        .build()
}
