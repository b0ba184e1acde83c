//! MongoDB: one client whose every operation has a deadline, a transaction runner and verified
//! indexes.

mod deadline;
mod errors;
mod ids;
pub mod messages;
mod timestamps;
mod transaction;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use mongodb::error::Error as MongoError;
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::{Acknowledgment, ClientOptions, WriteConcern};
use mongodb::{Client, Collection, Database, IndexModel};
use tokio::sync::{Mutex, Semaphore};

use crate::infra::settings::Services;
use crate::shared::error::AppResult;

pub use deadline::{collect, next, with_deadline, with_deadline_bulk, with_deadline_unique};
pub use errors::is_duplicate_key;
pub use ids::new_id;
pub use transaction::{Tx, TxError, TxResult};

use errors::driver_error;
use messages::LaneSignals;

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

/// The indexes one collection needs.
pub struct CollectionIndexes {
    pub collection: &'static str,
    pub indexes: Vec<IndexModel>,
}

impl Mongo {
    pub async fn connect(services: &Services) -> Result<Self, String> {
        let commands = Arc::new(AtomicU64::new(0));
        let mut options = ClientOptions::parse(&services.mongodb_uri)
            .await
            .map_err(|e| format!("MONGODB_URI: {e}"))?;
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
                tracing::trace!(
                    command = started.command_name,
                    on = started.command.get_str(&started.command_name).ok(),
                    "MongoDB"
                );
                if is_read_without_limit(&started.command_name, &started.command) {
                    unlimited_counter.fetch_add(1, Ordering::Relaxed);
                }
            }
        }));
        let client = Client::with_options(options).map_err(|e| format!("MONGODB_URI: {e}"))?;
        let database = client.database(&services.mongodb_database);
        let transactions = Arc::new(Semaphore::new(TRANSACTIONS_AT_ONCE));
        let conflicts = Arc::new(Mutex::new(()));
        Ok(Self {
            client,
            database,
            commands,
            unlimited_reads,
            transactions,
            conflicts,
            signals: LaneSignals::default(),
        })
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

    /// Queries sent since the start without a limit on the server's time, those of transactions
    /// left out: these end with their transaction.
    pub fn unlimited_reads(&self) -> u64 {
        self.unlimited_reads.load(Ordering::Relaxed)
    }

    pub async fn ping(&self) -> AppResult<()> {
        with_deadline(self.database.run_command(doc! { "ping": 1 })).await.map(drop)
    }

    /// Refuses a server without transactions: a standalone MongoDB would lose the guarantee behind
    /// every order.
    pub async fn require_replica_set(&self) -> Result<(), String> {
        let hello =
            with_deadline(self.database.run_command(doc! { "hello": 1 })).await.map_err(|e| {
                format!(
                    "MongoDB does not answer ({}); check MONGODB_URI",
                    e.cause().unwrap_or("no cause")
                )
            })?;
        refuse_standalone(&hello)
    }

    /// Creates what is missing, then reads back that every unique index is there.
    pub async fn ensure_indexes(
        &self,
        wanted: impl Iterator<Item = CollectionIndexes>,
    ) -> Result<(), String> {
        for CollectionIndexes { collection, indexes } in wanted.filter(|c| !c.indexes.is_empty()) {
            let handle = self.collection::<Document>(collection);
            let unique =
                indexes.iter().filter(|i| is_unique(i)).map(|i| i.keys.clone()).collect::<Vec<_>>();
            handle
                .create_indexes(indexes)
                .await
                .map_err(|e| format!("indexes of {collection}: {e}"))?;
            let present =
                list_indexes(&handle).await.map_err(|e| format!("indexes of {collection}: {e}"))?;
            for retired in retired_indexes(&present, &unique) {
                tracing::warn!(collection, index = %retired, "a unique index of an earlier version is still there; `cartwright indexes prune` drops it");
            }
            if let Some(missing) =
                unique.iter().find(|keys| !present.iter().any(|i| is_unique(i) && &i.keys == *keys))
            {
                return Err(format!(
                    "the unique index {missing} of {collection} is missing: two records could become one"
                ));
            }
        }
        Ok(())
    }

    /// Drops the unique indexes that no version asks for any more; answers their names. Only when
    /// no older version runs beside this one: it may still rely on them (R145).
    pub async fn prune_indexes(
        &self,
        wanted: impl Iterator<Item = CollectionIndexes>,
    ) -> AppResult<Vec<String>> {
        let mut dropped = Vec::new();
        for CollectionIndexes { collection, indexes } in wanted.filter(|c| !c.indexes.is_empty()) {
            let handle = self.collection::<Document>(collection);
            let unique =
                indexes.iter().filter(|i| is_unique(i)).map(|i| i.keys.clone()).collect::<Vec<_>>();
            let present = list_indexes(&handle).await.map_err(driver_error)?;
            for name in retired_indexes(&present, &unique) {
                handle.drop_index(&name).await.map_err(driver_error)?;
                dropped.push(format!("{collection}.{name}"));
            }
        }
        Ok(dropped)
    }
}

fn majority() -> WriteConcern {
    WriteConcern::builder()
        .w(Acknowledgment::Majority)
        .journal(true)
        .w_timeout(Duration::from_secs(5))
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
    retired
        .filter_map(|index| index.options.as_ref().and_then(|options| options.name.clone()))
        .collect()
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
        assert!(
            refuse_standalone(&doc! { "msg": "isdbgrid", "ok": 1 }).is_ok(),
            "R145: the router of a sharded cluster"
        );
    }
}
