//! MongoDB: one client whose every operation has a deadline, a transaction runner and verified indexes.

use std::future::{Future, IntoFuture};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::TryStreamExt;
use futures::future::BoxFuture;
use mongodb::action;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use mongodb::error::{Error as MongoError, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::{Acknowledgment, ClientOptions, ReadConcern, TransactionOptions, WriteConcern};
use mongodb::{Client, ClientSession, Collection, Cursor, Database, IndexModel};
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::Instant;

use crate::infra::outbox::{LaneSignals, OUTBOX, OutboxRow};
use crate::infra::settings::Services;
use crate::shared::error::{AppError, AppResult};
use crate::shared::message::Lane;

const OPERATION_DEADLINE: Duration = Duration::from_secs(2);
/// What the server is told; a little less, so that its answer comes before we give up.
const SERVER_DEADLINE: Duration = Duration::from_millis(1_500);
const BULK_DEADLINE: Duration = Duration::from_secs(120);
const TRANSACTION_DEADLINE: Duration = Duration::from_secs(5);
const TRANSACTION_ATTEMPTS: u32 = 40;
/// The server's code for two transactions that write to one record.
const WRITE_CONFLICT: i32 = 112;
/// More at once would only meet each other on the same records and begin again.
const TRANSACTIONS_AT_ONCE: usize = 12;

#[derive(Clone)]
pub struct Mongo {
    client: Client,
    database: Database,
    commands: Arc<AtomicU64>,
    unlimited_reads: Arc<AtomicU64>,
    transactions: Arc<Semaphore>,
    conflicts: Arc<Mutex<()>>,
    signals: LaneSignals,
}

/// A running transaction: the driver's session, and the messages that will be written before it commits.
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

    /// Writes the messages so far. The runner does it before it commits; a use-case does it sooner where records that
    /// many others write to come last.
    pub async fn flush_messages(&mut self) -> TxResult<()> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.messages);
        self.mongo.collection::<OutboxRow>(OUTBOX).insert_many(rows).session(&mut self.session).await?;
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

/// What went wrong inside a transaction: ours to report, or the driver's to judge whether it may be run again.
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

/// The indexes one collection needs.
pub struct CollectionIndexes {
    pub collection: &'static str,
    pub indexes: Vec<IndexModel>,
}

impl Mongo {
    pub async fn connect(services: &Services) -> Result<Self, String> {
        let commands = Arc::new(AtomicU64::new(0));
        let mut options = ClientOptions::parse(&services.mongodb_uri).await.map_err(|e| format!("MONGODB_URI: {e}"))?;
        options.app_name = Some("cartwright".into());
        options.server_selection_timeout = Some(Duration::from_secs(3));
        options.connect_timeout = Some(Duration::from_secs(2));
        options.max_pool_size = Some(50);
        options.write_concern = Some(majority());
        let unlimited_reads = Arc::new(AtomicU64::new(0));
        let (counter, unlimited_counter) = (commands.clone(), unlimited_reads.clone());
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            if let CommandEvent::Started(started) = event
                && is_work(&started.command_name)
            {
                counter.fetch_add(1, Ordering::Relaxed);
                tracing::trace!(command = started.command_name, on = started.command.get_str(&started.command_name).ok(), "MongoDB");
                if is_read_without_limit(&started.command_name, &started.command) {
                    unlimited_counter.fetch_add(1, Ordering::Relaxed);
                }
            }
        }));
        let client = Client::with_options(options).map_err(|e| format!("MONGODB_URI: {e}"))?;
        let database = client.database(&services.mongodb_database);
        let transactions = Arc::new(Semaphore::new(TRANSACTIONS_AT_ONCE));
        let conflicts = Arc::new(Mutex::new(()));
        Ok(Self { client, database, commands, unlimited_reads, transactions, conflicts, signals: LaneSignals::default() })
    }

    pub fn collection<T: Send + Sync>(&self, name: &str) -> Collection<T> {
        self.database.collection(name)
    }

    /// Wakes the workers of the outbox.
    pub fn signals(&self) -> &LaneSignals {
        &self.signals
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Commands sent since the start, handshakes and session clean-up left out.
    pub fn commands_sent(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    /// Queries sent since the start without a limit on the server's time, those of transactions left out: these end with
    /// their transaction.
    pub fn unlimited_reads(&self) -> u64 {
        self.unlimited_reads.load(Ordering::Relaxed)
    }

    pub async fn ping(&self) -> AppResult<()> {
        bounded(self.database.run_command(doc! { "ping": 1 })).await.map(drop)
    }

    /// Refuses a server without transactions: a standalone MongoDB would lose the guarantee behind every order.
    pub async fn require_replica_set(&self) -> Result<(), String> {
        let hello = bounded(self.database.run_command(doc! { "hello": 1 }))
            .await
            .map_err(|e| format!("MongoDB does not answer ({}); check MONGODB_URI", e.cause().unwrap_or("no cause")))?;
        refuse_standalone(&hello)
    }

    /// Creates what is missing, then reads back that every unique index is there.
    pub async fn ensure_indexes(&self, wanted: Vec<CollectionIndexes>) -> Result<(), String> {
        for CollectionIndexes { collection, indexes } in wanted.into_iter().filter(|c| !c.indexes.is_empty()) {
            let handle = self.collection::<Document>(collection);
            let unique = indexes.iter().filter(|i| is_unique(i)).map(|i| i.keys.clone()).collect::<Vec<_>>();
            handle.create_indexes(indexes).await.map_err(|e| format!("indexes of {collection}: {e}"))?;
            let present = list_indexes(&handle).await.map_err(|e| format!("indexes of {collection}: {e}"))?;
            for retired in retired_indexes(&present, &unique) {
                tracing::warn!(collection, index = %retired, "a unique index of an earlier version is still there; `cartwright indexes prune` drops it");
            }
            if let Some(missing) = unique.iter().find(|keys| !present.iter().any(|i| is_unique(i) && &i.keys == *keys)) {
                return Err(format!("the unique index {missing} of {collection} is missing: two records could become one"));
            }
        }
        Ok(())
    }

    /// Drops the unique indexes that no version asks for any more; answers their names. Only when no older version runs
    /// beside this one: it may still rely on them (R145).
    pub async fn prune_indexes(&self, wanted: Vec<CollectionIndexes>) -> AppResult<Vec<String>> {
        let mut dropped = Vec::new();
        for CollectionIndexes { collection, indexes } in wanted {
            let handle = self.collection::<Document>(collection);
            let unique = indexes.iter().filter(|i| is_unique(i)).map(|i| i.keys.clone()).collect::<Vec<_>>();
            let present = list_indexes(&handle).await.map_err(driver_error)?;
            for name in retired_indexes(&present, &unique) {
                handle.drop_index(&name).await.map_err(driver_error)?;
                dropped.push(format!("{collection}.{name}"));
            }
        }
        Ok(dropped)
    }

    /// Runs `body` in one transaction and, when the server asks for it, again.
    ///
    /// `body` may run several times: it does database work only, never a call to anyone else.
    ///
    /// # Errors
    /// What `body` refused; `Unavailable` when the database gives no definite answer before the deadline.
    pub async fn transaction<T, F>(&self, mut body: F) -> AppResult<T>
    where
        T: Send,
        F: for<'s> FnMut(&'s mut Tx) -> BoxFuture<'s, TxResult<T>> + Send,
    {
        let deadline = Instant::now() + TRANSACTION_DEADLINE;
        let mut place = Some(before(deadline, self.transactions.acquire()).await?.map_err(AppError::internal)?);
        let session = before(deadline, self.client.start_session().into_future()).await?.map_err(AppError::unavailable)?;
        let mut tx = Tx { mongo: self.clone(), session, messages: Vec::new(), lanes: Vec::new() };
        let mut turn = None;
        for attempt in 1.. {
            tx.messages.clear();
            tx.lanes.clear();
            tx.session.start_transaction().with_options(transaction_options()).await.map_err(AppError::unavailable)?;
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
                // Those that met on one record go on one after another: all at once they would undo each other's work.
                // While they wait they leave their place to those that met nobody.
                drop(place.take());
                turn = Some(before(deadline, self.conflicts.lock()).await?);
            } else {
                tokio::time::sleep(back_off(if turn.is_some() { 1 } else { attempt })).await;
            }
        }
        Err(AppError::internal("a transaction neither ended nor failed"))
    }
}

/// An operation of the driver that the server itself is told to give up in time (`maxTimeMS`, R145), so that nobody's
/// abandoned query goes on there.
pub trait Operation: IntoFuture {
    fn within(self, limit: Duration) -> Self;
}

macro_rules! limited_operations {
    ($($operation:ty),+ $(,)?) => {$(
        impl<T: Send + Sync> Operation for $operation where Self: IntoFuture {
            fn within(self, limit: Duration) -> Self {
                self.max_time(limit)
            }
        }
    )+};
}

limited_operations!(action::Find<'_, T>, action::FindOne<'_, T>, action::FindOneAndUpdate<'_, T>, action::FindOneAndDelete<'_, T>,);

impl Operation for action::CountDocuments<'_> {
    fn within(self, limit: Duration) -> Self {
        self.max_time(limit)
    }
}

impl Operation for action::EstimatedDocumentCount<'_> {
    fn within(self, limit: Duration) -> Self {
        self.max_time(limit)
    }
}

impl Operation for action::Aggregate<'_> {
    fn within(self, limit: Duration) -> Self {
        self.max_time(limit)
    }
}

/// The driver has no such option for these: they are short by themselves, and end for us at our own deadline.
macro_rules! unlimited_operations {
    ($($operation:ty),+ $(,)?) => {$(
        impl Operation for $operation where Self: IntoFuture {
            fn within(self, _: Duration) -> Self {
                self
            }
        }
    )+};
}

unlimited_operations!(
    action::InsertOne<'_>,
    action::InsertMany<'_>,
    action::Update<'_>,
    action::Delete<'_>,
    action::ReplaceOne<'_>,
    action::RunCommand<'_>,
);

/// Gives one operation its deadline and its place in the error model.
pub async fn bounded<T>(operation: impl Operation<Output = Result<T, MongoError>>) -> AppResult<T> {
    match tokio::time::timeout(OPERATION_DEADLINE, operation.within(SERVER_DEADLINE).into_future()).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB operation exceeded its deadline")),
    }
}

/// All documents that a query finds, within one deadline.
pub async fn collect<T: DeserializeOwned + Send + Sync>(find: action::Find<'_, T>) -> AppResult<Vec<T>> {
    let documents = async { find.within(SERVER_DEADLINE).await?.try_collect().await };
    match tokio::time::timeout(OPERATION_DEADLINE, documents).await {
        Ok(Ok(documents)) => Ok(documents),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB query exceeded its deadline")),
    }
}

/// The next document of a query that is read one by one.
pub async fn next<T: DeserializeOwned + Unpin + Send + Sync>(cursor: &mut Cursor<T>) -> AppResult<Option<T>> {
    match tokio::time::timeout(OPERATION_DEADLINE, cursor.try_next()).await {
        Ok(Ok(document)) => Ok(document),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB query exceeded its deadline")),
    }
}

/// Like [`bounded`], for an operator's bulk work, which nobody waits for in a browser.
pub async fn bounded_bulk<T>(operation: impl IntoFuture<Output = Result<T, MongoError>>) -> AppResult<T> {
    match tokio::time::timeout(BULK_DEADLINE, operation.into_future()).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB bulk operation exceeded its deadline")),
    }
}

/// Whether a unique index refused the write.
pub fn is_duplicate_key(error: &MongoError) -> bool {
    use mongodb::error::{ErrorKind, WriteFailure};
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.code == 11_000,
        ErrorKind::Command(command) => command.code == 11_000,
        ErrorKind::InsertMany(many) => many.write_errors.iter().flatten().any(|e| e.code == 11_000),
        _ => false,
    }
}

/// Like [`bounded`], but a unique index's refusal is an answer of its own.
pub async fn bounded_unique<T>(operation: impl Operation<Output = Result<T, MongoError>>) -> AppResult<Option<T>> {
    match tokio::time::timeout(OPERATION_DEADLINE, operation.within(SERVER_DEADLINE).into_future()).await {
        Ok(Ok(value)) => Ok(Some(value)),
        Ok(Err(error)) if is_duplicate_key(&error) => Ok(None),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB operation exceeded its deadline")),
    }
}

/// Reads an id that came from outside; anything else than an id is something we do not have.
pub fn object_id(text: &str) -> AppResult<ObjectId> {
    ObjectId::parse_str(text).map_err(|_| AppError::not_found())
}

/// What a server answers while it has no primary, is stepping down or starting, was told to give up, or could not have a
/// write acknowledged by a majority: all of it passes.
const PASSING_CODES: [i32; 14] = [6, 7, 50, 64, 89, 91, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436];

fn driver_error(error: MongoError) -> AppError {
    use mongodb::error::ErrorKind;
    if error_code(&error).is_some_and(|code| PASSING_CODES.contains(&code)) {
        return AppError::unavailable(error);
    }
    match error.kind.as_ref() {
        ErrorKind::ServerSelection { .. } | ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::DnsResolve { .. } => {
            AppError::unavailable(error)
        }
        _ if error.contains_label("RetryableWriteError") || error.contains_label(TRANSIENT_TRANSACTION_ERROR) => {
            AppError::unavailable(error)
        }
        _ => AppError::internal(error),
    }
}

fn error_code(error: &MongoError) -> Option<i32> {
    use mongodb::error::{ErrorKind, WriteFailure};
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Some(concern.code),
        _ => None,
    }
}

async fn before<T>(deadline: Instant, work: impl Future<Output = T>) -> AppResult<T> {
    tokio::time::timeout_at(deadline, work).await.map_err(|_| AppError::unavailable("a MongoDB transaction exceeded its deadline"))
}

/// Commits; asks again while the server does not know whether it did.
async fn commit(session: &mut ClientSession) -> Result<(), MongoError> {
    loop {
        match session.commit_transaction().await {
            Err(error) if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => tokio::time::sleep(Duration::from_millis(50)).await,
            outcome => return outcome,
        }
    }
}

/// A commit whose answer did not come in time is asked for again: until the server knows how the transaction ended, its
/// records are locked.
async fn end_late(mut tx: Tx) {
    if let Ok(Ok(())) = tokio::time::timeout(TRANSACTION_DEADLINE, commit(&mut tx.session)).await {
        tx.wake();
    }
}

/// An abort that fails needs no answer: the server drops the transaction by itself.
async fn abort(session: &mut ClientSession) {
    let _ = tokio::time::timeout(OPERATION_DEADLINE, session.abort_transaction().into_future()).await;
}

fn back_off(attempt: u32) -> Duration {
    let ceiling = 10_u64.saturating_mul(1 << attempt.min(5));
    Duration::from_millis(rand::random_range(1..=ceiling))
}

fn majority() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(Duration::from_secs(5)).build()
}

fn transaction_options() -> TransactionOptions {
    TransactionOptions::builder()
        .read_concern(ReadConcern::snapshot())
        .write_concern(majority())
        .max_commit_time(TRANSACTION_DEADLINE)
        .build()
}

fn is_work(command: &str) -> bool {
    !matches!(command, "hello" | "isMaster" | "ping" | "endSessions" | "saslStart" | "saslContinue")
}

fn is_read_without_limit(name: &str, command: &Document) -> bool {
    let is_read = matches!(name, "find" | "findAndModify" | "aggregate" | "count" | "distinct");
    is_read && !command.contains_key("maxTimeMS") && !command.contains_key("txnNumber")
}

fn retired_indexes(present: &[IndexModel], wanted: &[Document]) -> Vec<String> {
    let retired = present.iter().filter(|index| is_unique(index) && !wanted.contains(&index.keys));
    retired.filter_map(|index| index.options.as_ref().and_then(|options| options.name.clone())).collect()
}

fn is_unique(index: &IndexModel) -> bool {
    index.options.as_ref().is_some_and(|o| o.unique == Some(true))
}

async fn list_indexes(collection: &Collection<Document>) -> Result<Vec<IndexModel>, MongoError> {
    collection.list_indexes().await?.try_collect().await
}

/// Invariant (R109): transactions need a replica set, or a sharded cluster, whose routers say so.
fn refuse_standalone(hello: &Document) -> Result<(), String> {
    if hello.get_str("setName").is_ok() || hello.get_str("msg") == Ok("isdbgrid") {
        return Ok(());
    }
    Err("MongoDB runs standalone; orders need transactions, so start it as a replica set (one node is enough)".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r109_a_standalone_server_is_refused() {
        assert!(refuse_standalone(&doc! { "ismaster": true, "ok": 1 }).is_err());
        assert!(refuse_standalone(&doc! { "setName": "rs0" }).is_ok());
        assert!(refuse_standalone(&doc! { "msg": "isdbgrid", "ok": 1 }).is_ok(), "R145: the router of a sharded cluster");
    }
}
