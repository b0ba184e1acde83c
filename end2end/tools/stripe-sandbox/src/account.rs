//! One account, named by its secret key: everything it has made, and the faults switched on for it.

use std::collections::{BTreeMap, HashSet};

use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::idempotency::IdempotencyKeys;
use crate::records::{
    Charge, Dispute, Endpoint, Event, PaymentIntent, Refund, RefundStatus, Session,
};
use crate::switches::Switches;
use crate::table::Table;
use crate::webhooks::mode::WebhookMode;

/// The API version objects are rendered in when a caller names none.
pub const API_VERSION: &str = "2026-09-30.endive";

#[derive(Serialize, Deserialize)]
pub struct Account {
    pub secret_key: String,
    #[serde(skip, default = "system_clock")]
    clock: Clock,
    /// How far this account's clock was advanced.
    pub offset_seconds: i64,
    /// Whether webhook signatures carry the advanced time too.
    pub advanced_signatures: bool,
    pub sessions: Table<Session>,
    pub payment_intents: Table<PaymentIntent>,
    pub charges: Table<Charge>,
    pub refunds: Table<Refund>,
    pub disputes: Table<Dispute>,
    pub events: Table<Event>,
    pub endpoints: Vec<Endpoint>,
    pub idempotency: IdempotencyKeys,
    pub calls: BTreeMap<String, u64>,
    pub faults: Faults,
    pub webhook_mode: WebhookMode,
    /// The state new refunds begin in.
    pub refunds_begin: RefundStatus,
    #[serde(default)]
    pub switches: Switches,
    #[serde(skip)]
    pub connections: ConnectionCounter,
    /// The request being executed, named by the events it causes.
    #[serde(skip)]
    pub request: Option<RequestInfo>,
}

#[derive(Clone)]
pub struct RequestInfo {
    pub id: String,
    pub idempotency_key: Option<String>,
    pub api_version: Option<String>,
}

/// The TCP connections that carried API calls of the account since the process started.
#[derive(Default)]
pub struct ConnectionCounter {
    seen: HashSet<u64>,
}

impl ConnectionCounter {
    pub fn note(&mut self, connection: u64) {
        self.seen.insert(connection);
    }

    pub fn count(&self) -> usize {
        self.seen.len()
    }
}

fn system_clock() -> Clock {
    Clock::System
}

impl Account {
    pub fn new(secret_key: &str, clock: Clock) -> Account {
        Account {
            secret_key: secret_key.to_owned(),
            clock,
            offset_seconds: 0,
            advanced_signatures: false,
            sessions: Table::default(),
            payment_intents: Table::default(),
            charges: Table::default(),
            refunds: Table::default(),
            disputes: Table::default(),
            events: Table::default(),
            endpoints: Vec::new(),
            idempotency: IdempotencyKeys::default(),
            calls: BTreeMap::new(),
            faults: Faults::default(),
            webhook_mode: WebhookMode::default(),
            refunds_begin: RefundStatus::Succeeded,
            switches: Switches::default(),
            connections: ConnectionCounter::default(),
            request: None,
        }
    }

    /// Unix time in milliseconds by this account's clock.
    pub fn now_milliseconds(&self) -> i64 {
        self.clock.now_milliseconds() + self.offset_seconds * 1000
    }

    /// Unix time in seconds by this account's clock.
    pub fn now(&self) -> i64 {
        self.now_milliseconds() / 1000
    }

    /// The time that webhook signatures carry: receivers compare it with their own clock, which
    /// nobody advanced.
    pub fn signature_time(&self) -> i64 {
        if self.advanced_signatures { self.now() } else { self.clock.now_milliseconds() / 1000 }
    }

    /// Stores an event with a picture of its object and plans its delivery to every endpoint that
    /// wants it.
    pub fn record_event(&mut self, kind: &str, object: Value) {
        let due = self.now_milliseconds();
        let deliveries = self
            .endpoints
            .iter()
            .filter(|endpoint| endpoint.wants(kind))
            .map(|endpoint| self.webhook_mode.plan(&endpoint.id, due))
            .collect();
        let request = self.request.clone();
        self.events.insert(Event {
            id: format!("evt_1{}", random_text(23)),
            created: self.now(),
            kind: kind.to_owned(),
            api_version: API_VERSION.to_owned(),
            object,
            request_id: request.as_ref().map(|request| request.id.clone()),
            idempotency_key: request.and_then(|request| request.idempotency_key),
            deliveries,
        });
    }
}

/// Letters and digits, as in Stripe's ids.
pub fn random_text(length: usize) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = rand::rng();
    (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
