//! What happened in a storm: shown when a check fails, and asked for what was promised to shoppers.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use tokio::time::Instant;

use crate::testing::browser::Browser;

/// As much of it as helps without scrolling.
const SHOWN: usize = 60;

pub struct History {
    seed: u64,
    began: Instant,
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    events: Vec<String>,
    counts: BTreeMap<&'static str, u32>,
    promises: Vec<Promise>,
    broken: Vec<String>,
    unsettled: Vec<String>,
}

/// Something that a shopper was told and must stay true.
#[derive(Clone)]
pub enum Promise {
    /// There is an order, and this browser can read it.
    Order { number: String, browser: Box<Browser> },
    /// There is an order that this session pays for.
    Session { id: String },
}

impl History {
    pub fn new(seed: u64) -> Self {
        Self { seed, began: Instant::now(), records: Mutex::default() }
    }

    pub fn note(&self, event: impl AsRef<str>) {
        let line = format!("{:>8.3} {}", self.began.elapsed().as_secs_f64(), event.as_ref());
        self.records().events.push(line);
    }

    /// Notes something that is also counted.
    pub fn count(&self, what: &'static str, event: impl AsRef<str>) {
        *self.records().counts.entry(what).or_default() += 1;
        self.note(format!("{what}: {}", event.as_ref()));
    }

    pub fn promise(&self, promise: Promise) {
        self.records().promises.push(promise);
    }

    pub fn promises(&self) -> Vec<Promise> {
        self.records().promises.clone()
    }

    /// Something that must not happen, even in a storm.
    pub fn break_rule(&self, what: String) {
        self.note(&what);
        self.records().broken.push(what);
    }

    pub fn broken_rules(&self) -> Vec<String> {
        self.records().broken.clone()
    }

    /// A bank transfer that has been sent and has not arrived.
    pub fn add_unsettled(&self, session: String) {
        self.records().unsettled.push(session);
    }

    pub fn take_unsettled(&self) -> Option<String> {
        self.records().unsettled.pop()
    }

    pub fn summary(&self) -> String {
        let counts = self
            .records()
            .counts
            .iter()
            .map(|(what, count)| format!("{count} {what}"))
            .collect::<Vec<_>>();
        counts.join(", ")
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for History {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let summary = self.summary();
            let records = self.records();
            let events = &records.events;
            let last = &events[events.len().saturating_sub(SHOWN)..];
            println!(
                "the last of {} events of the storm ({summary}):\n{}",
                events.len(),
                last.join("\n")
            );
            println!("to see it again: cargo xtask storm --seed {}", self.seed);
        }
    }
}
