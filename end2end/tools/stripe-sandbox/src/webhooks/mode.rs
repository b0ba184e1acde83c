//! The faults webhooks can have, and how a new event's delivery is planned under them.

use serde::{Deserialize, Serialize};

use crate::records::{Delivery, DeliveryState};

/// How long `reorder` collects events before it sends them backwards.
const REORDER_WINDOW: i64 = 250;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WebhookMode {
    pub(crate) withhold: bool,
    /// Events are given up at once and never sent.
    pub(crate) drop: bool,
    pub(crate) copies: u32,
    pub(crate) reorder: bool,
    pub(crate) delay_milliseconds: i64,
    /// Signs with this secret too, before the endpoint's own: a secret being rotated.
    pub(crate) second_secret: Option<String>,
    pub(crate) wrong_livemode: bool,
}

impl Default for WebhookMode {
    fn default() -> Self {
        WebhookMode {
            withhold: false,
            drop: false,
            copies: 1,
            reorder: false,
            delay_milliseconds: 0,
            second_secret: None,
            wrong_livemode: false,
        }
    }
}

impl WebhookMode {
    pub(crate) fn plan_delivery(&self, endpoint: &str, now: i64) -> Delivery {
        let window_end = |time: i64| (time / REORDER_WINDOW + 1) * REORDER_WINDOW;
        let delayed = now + self.delay_milliseconds;
        Delivery {
            endpoint: endpoint.to_owned(),
            state: if self.drop { DeliveryState::GivenUp } else { DeliveryState::Waiting },
            withheld: self.withhold,
            copies: self.copies,
            attempts: 0,
            due: if self.reorder { window_end(delayed) } else { delayed },
            last_status: None,
        }
    }
}
