//! Counts connections and bytes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use tokio::sync::watch;

/// What a proxy counted since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub open_connections: usize,
    pub accepted_connections: u64,
    pub bytes_to_upstream: u64,
    pub bytes_to_client: u64,
    /// MongoDB's commands that arrived, by name, also those that did not pass.
    pub commands: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    ToUpstream,
    ToClient,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    open: watch::Sender<usize>,
    accepted: AtomicU64,
    to_upstream: AtomicU64,
    to_client: AtomicU64,
}

impl Counters {
    /// Counts a connection as open until the returned value is dropped.
    pub(crate) fn open_connection(&self) -> OpenConnection<'_> {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.open.send_modify(|open| *open += 1);
        OpenConnection(self)
    }

    pub(crate) fn add_bytes(&self, direction: Direction, bytes: usize) {
        let counter = match direction {
            Direction::ToUpstream => &self.to_upstream,
            Direction::ToClient => &self.to_client,
        };
        counter.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn subscribe_open(&self) -> watch::Receiver<usize> {
        self.open.subscribe()
    }

    pub(crate) fn stats(&self, commands: BTreeMap<String, u64>) -> Stats {
        Stats {
            open_connections: *self.open.borrow(),
            accepted_connections: self.accepted.load(Ordering::Relaxed),
            bytes_to_upstream: self.to_upstream.load(Ordering::Relaxed),
            bytes_to_client: self.to_client.load(Ordering::Relaxed),
            commands,
        }
    }
}

pub(crate) struct OpenConnection<'a>(&'a Counters);

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}
