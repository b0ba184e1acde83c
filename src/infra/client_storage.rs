//! What a visitor's client keeps for us between requests, and what it is asked to keep from now on.
//! How it travels is the business of the `web` layer.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// One thing that a client keeps, declared by the feature that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredItem {
    pub name: &'static str,
    pub readable_by: ReadableBy,
}

/// Who may read an item in the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadableBy {
    Server,
    Scripts,
}

/// A value that the client is asked to keep; without a lifetime, to forget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageChange {
    pub item: StoredItem,
    pub value: String,
    pub lifetime: Duration,
}

/// The storage of the client that sent a request.
#[derive(Debug, Default)]
pub struct ClientStorage {
    received: Vec<(String, String)>,
    changes: Mutex<Vec<StorageChange>>,
}

impl ClientStorage {
    /// `received` are the names and values that came with the request.
    pub fn new(received: Vec<(String, String)>) -> Self {
        Self { received, changes: Mutex::default() }
    }

    /// The value as it came with the request.
    pub fn get(&self, item: StoredItem) -> Option<&str> {
        let received = self.received.iter().find(|(name, _)| name == item.name);
        received.map(|(_, value)| value.as_str())
    }

    /// Has a value kept; the last change of an item counts.
    pub fn set(&self, item: StoredItem, value: impl Into<String>, lifetime: Duration) {
        let mut changes = self.changes();
        changes.retain(|earlier| earlier.item != item);
        changes.push(StorageChange { item, value: value.into(), lifetime });
    }

    /// Has an item forgotten.
    pub fn remove(&self, item: StoredItem) {
        self.set(item, "", Duration::ZERO);
    }

    /// The changes asked for so far; the answer takes them along once.
    pub fn take_changes(&self) -> Vec<StorageChange> {
        std::mem::take(&mut *self.changes())
    }

    fn changes(&self) -> MutexGuard<'_, Vec<StorageChange>> {
        self.changes.lock().unwrap_or_else(|e| e.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: StoredItem = StoredItem { name: "token", readable_by: ReadableBy::Server };

    #[test]
    fn the_last_change_of_an_item_counts_and_is_taken_once() {
        let storage = ClientStorage::new(vec![("token".into(), "old".into())]);
        storage.set(TOKEN, "new", Duration::from_mins(1));
        storage.remove(TOKEN);
        assert_eq!(storage.get(TOKEN), Some("old"));
        let removed = StorageChange { item: TOKEN, value: String::new(), lifetime: Duration::ZERO };
        assert_eq!(storage.take_changes(), [removed]);
        assert_eq!(storage.take_changes(), []);
    }
}
