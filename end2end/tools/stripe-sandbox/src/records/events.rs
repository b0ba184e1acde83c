//! Webhook endpoints, events and their deliveries.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Metadata;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) enabled_events: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) api_version: Option<String>,
    pub(crate) metadata: Metadata,
}

impl Endpoint {
    pub(crate) fn is_subscribed_to(&self, kind: &str) -> bool {
        self.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    Waiting,
    InFlight,
    Delivered,
    GivenUp,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) endpoint: String,
    pub(crate) state: DeliveryState,
    /// Held back until a flush names it.
    pub(crate) withheld: bool,
    /// How often one attempt posts the same event.
    pub(crate) copies: u32,
    pub(crate) attempts: u32,
    /// Unix time in milliseconds by the account's clock.
    pub(crate) due: i64,
    pub(crate) last_status: Option<u16>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) kind: String,
    pub(crate) api_version: String,
    /// The object as it was when the event happened.
    pub(crate) object: Value,
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) deliveries: Vec<Delivery>,
}

impl Event {
    pub(crate) fn count_undelivered(&self) -> usize {
        self.deliveries.iter().filter(|delivery| delivery.state != DeliveryState::Delivered).count()
    }
}
