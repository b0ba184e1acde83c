//! One account with everything it created and its faults. Its secret key identifies it.

use std::collections::{BTreeMap, HashSet};

use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account_settings::AccountSettings;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::idempotency::IdempotencyKeys;
use crate::records::{
    Charge, Dispute, Endpoint, Event, PaymentIntent, Refund, RefundStatus, Session,
};
use crate::table::Table;
use crate::webhooks::mode::WebhookMode;

/// The API version of objects when a caller names no version.
pub(crate) const API_VERSION: &str = "2026-09-30.endive";

#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) secret_key: String,
    #[serde(skip, default = "system_clock")]
    clock: Clock,
    /// How far this account's clock was advanced.
    pub(crate) offset_seconds: i64,
    /// Whether webhook signatures carry the advanced time too.
    pub(crate) advanced_signatures: bool,
    pub(crate) sessions: Table<Session>,
    pub(crate) payment_intents: Table<PaymentIntent>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) events: Table<Event>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) idempotency: IdempotencyKeys,
    pub(crate) calls: BTreeMap<String, u64>,
    pub(crate) faults: Faults,
    pub(crate) webhook_mode: WebhookMode,
    /// The state new refunds begin in.
    pub(crate) refunds_begin: RefundStatus,
    #[serde(default, rename = "switches")]
    pub(crate) settings: AccountSettings,
    #[serde(skip)]
    pub(crate) connections: ConnectionCounter,
    /// The request that is being executed. Its events name it.
    #[serde(skip)]
    pub(crate) request: Option<RequestInfo>,
}

#[derive(Clone)]
pub(crate) struct RequestInfo {
    pub(crate) id: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) api_version: Option<String>,
}

/// The TCP connections that carried API calls of the account since the process started.
#[derive(Default)]
pub(crate) struct ConnectionCounter {
    seen: HashSet<u64>,
}

impl ConnectionCounter {
    pub(crate) fn record(&mut self, connection: u64) {
        self.seen.insert(connection);
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.len()
    }
}

fn system_clock() -> Clock {
    Clock::System
}

impl Account {
    pub(crate) fn new(secret_key: &str, clock: Clock) -> Account {
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
            settings: AccountSettings::default(),
            connections: ConnectionCounter::default(),
            request: None,
        }
    }

    /// Unix time in milliseconds by this account's clock.
    pub(crate) fn now_milliseconds(&self) -> i64 {
        self.clock.now_milliseconds() + self.offset_seconds * 1000
    }

    /// Unix time in seconds by this account's clock.
    pub(crate) fn now(&self) -> i64 {
        self.now_milliseconds() / 1000
    }

    /// The time in webhook signatures. Receivers compare it with their own clock, which was not
    /// advanced.
    pub(crate) fn signature_time(&self) -> i64 {
        if self.advanced_signatures { self.now() } else { self.clock.now_milliseconds() / 1000 }
    }

    /// Stores an event with a copy of its object and plans its delivery to every subscribed
    /// endpoint.
    pub(crate) fn record_event(&mut self, kind: &str, object: Value) {
        let due = self.now_milliseconds();
        let deliveries = self
            .endpoints
            .iter()
            .filter(|endpoint| endpoint.is_subscribed_to(kind))
            .map(|endpoint| self.webhook_mode.plan_delivery(&endpoint.id, due))
            .collect();
        let request = self.request.clone();
        self.events.insert(Event {
            id: format!("evt_1{}", random_alphanumeric(23)),
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
pub(crate) fn random_alphanumeric(length: usize) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = rand::rng();
    (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
