//! Webhook endpoints, events and their deliveries.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Metadata;

#[derive(Clone, Serialize, Deserialize)]
pub struct Endpoint {
    pub id: String,
    pub created: i64,
    pub url: String,
    pub secret: String,
    pub enabled_events: Vec<String>,
    pub description: Option<String>,
    pub api_version: Option<String>,
    pub metadata: Metadata,
}

impl Endpoint {
    pub fn wants(&self, kind: &str) -> bool {
        self.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Waiting,
    InFlight,
    Delivered,
    GivenUp,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub endpoint: String,
    pub state: DeliveryState,
    /// Held back until a flush names it.
    pub withheld: bool,
    /// How often one attempt posts the same event.
    pub copies: u32,
    pub attempts: u32,
    /// Unix time in milliseconds by the account's clock.
    pub due: i64,
    pub last_status: Option<u16>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub created: i64,
    pub kind: String,
    pub api_version: String,
    /// The object as it was when the event happened.
    pub object: Value,
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
    pub deliveries: Vec<Delivery>,
}

impl Event {
    pub fn undelivered(&self) -> usize {
        self.deliveries.iter().filter(|delivery| delivery.state != DeliveryState::Delivered).count()
    }
}
