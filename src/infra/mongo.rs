//! MongoDB: one client whose every operation has a deadline, a transaction runner and verified indexes.

use std::future::{Future, IntoFuture};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use mongodb::error::{Error as MongoError, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::{Acknowledgment, ClientOptions, ReadConcern, TransactionOptions, WriteConcern};
use mongodb::{Client, ClientSession, Collection, Database, IndexModel};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::infra::settings::Services;
use crate::shared::error::{AppError, AppResult};

const OPERATION_DEADLINE: Duration = Duration::from_secs(2);
const BULK_DEADLINE: Duration = Duration::from_secs(120);
const TRANSACTION_DEADLINE: Duration = Duration::from_secs(5);
const TRANSACTION_ATTEMPTS: u32 = 40;
/// More at once would only meet each other on the same records and begin again.
const TRANSACTIONS_AT_ONCE: usize = 12;

#[derive(Clone)]
pub struct Mongo {
    client: Client,
    database: Database,
    commands: Arc<AtomicU64>,
    transactions: Arc<Semaphore>,
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
        let counter = commands.clone();
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            if let CommandEvent::Started(started) = event
                && is_work(&started.command_name)
            {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        }));
        let client = Client::with_options(options).map_err(|e| format!("MONGODB_URI: {e}"))?;
        let database = client.database(&services.mongodb_database);
        Ok(Self { client, database, commands, transactions: Arc::new(Semaphore::new(TRANSACTIONS_AT_ONCE)) })
    }

    pub fn collection<T: Send + Sync>(&self, name: &str) -> Collection<T> {
        self.database.collection(name)
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Commands sent since the start, handshakes and session clean-up left out.
    pub fn commands_sent(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
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
            // One that nobody asks for any more would go on refusing writes.
            for retired in present.iter().filter(|i| is_unique(i) && !unique.contains(&i.keys)) {
                let name = retired.options.as_ref().and_then(|options| options.name.clone()).unwrap_or_default();
                tracing::info!(collection, index = %name, "dropping a unique index of an earlier version");
                handle.drop_index(name).await.map_err(|e| format!("indexes of {collection}: {e}"))?;
            }
            if let Some(missing) = unique.iter().find(|keys| !present.iter().any(|i| is_unique(i) && &i.keys == *keys)) {
                return Err(format!("the unique index {missing} of {collection} is missing: two records could become one"));
            }
        }
        Ok(())
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
        F: for<'s> FnMut(&'s mut ClientSession) -> BoxFuture<'s, TxResult<T>> + Send,
    {
        let deadline = Instant::now() + TRANSACTION_DEADLINE;
        let _place = before(deadline, self.transactions.acquire()).await?.map_err(AppError::internal)?;
        let mut session = before(deadline, self.client.start_session().into_future()).await?.map_err(AppError::unavailable)?;
        for attempt in 1.. {
            session.start_transaction().with_options(transaction_options()).await.map_err(AppError::unavailable)?;
            let outcome = before(deadline, body(&mut session)).await;
            let error = match outcome {
                Ok(Ok(value)) => match before(deadline, commit(&mut session)).await? {
                    Ok(()) => return Ok(value),
                    Err(error) => error,
                },
                Ok(Err(TxError::App(refusal))) => {
                    abort(&mut session).await;
                    return Err(refusal);
                }
                Ok(Err(TxError::Driver(error))) => {
                    abort(&mut session).await;
                    error
                }
                Err(late) => {
                    abort(&mut session).await;
                    return Err(late);
                }
            };
            if !error.contains_label(TRANSIENT_TRANSACTION_ERROR) {
                return Err(driver_error(error));
            }
            if attempt >= TRANSACTION_ATTEMPTS || Instant::now() >= deadline {
                return Err(AppError::unavailable(error));
            }
            tokio::time::sleep(back_off(attempt)).await;
        }
        Err(AppError::internal("a transaction neither ended nor failed"))
    }
}

/// Gives one operation its deadline and its place in the error model.
pub async fn bounded<T>(operation: impl IntoFuture<Output = Result<T, MongoError>>) -> AppResult<T> {
    match tokio::time::timeout(OPERATION_DEADLINE, operation.into_future()).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB operation exceeded its deadline")),
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
pub async fn bounded_unique<T>(operation: impl IntoFuture<Output = Result<T, MongoError>>) -> AppResult<Option<T>> {
    match tokio::time::timeout(OPERATION_DEADLINE, operation.into_future()).await {
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

fn driver_error(error: MongoError) -> AppError {
    use mongodb::error::ErrorKind;
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
    TransactionOptions::builder().read_concern(ReadConcern::snapshot()).write_concern(majority()).build()
}

fn is_work(command: &str) -> bool {
    !matches!(command, "hello" | "isMaster" | "ping" | "endSessions" | "saslStart" | "saslContinue")
}

fn is_unique(index: &IndexModel) -> bool {
    index.options.as_ref().is_some_and(|o| o.unique == Some(true))
}

async fn list_indexes(collection: &Collection<Document>) -> Result<Vec<IndexModel>, MongoError> {
    use futures::TryStreamExt;
    collection.list_indexes().await?.try_collect().await
}

/// Invariant (R109): without a replica set's name there are no transactions.
fn refuse_standalone(hello: &Document) -> Result<(), String> {
    match hello.get_str("setName") {
        Ok(_) => Ok(()),
        Err(_) => Err("MongoDB runs standalone; orders need transactions, so start it as a replica set (one node is enough)".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r109_a_standalone_server_is_refused() {
        assert!(refuse_standalone(&doc! { "ismaster": true, "ok": 1 }).is_err());
        assert!(refuse_standalone(&doc! { "setName": "rs0" }).is_ok());
    }
}
