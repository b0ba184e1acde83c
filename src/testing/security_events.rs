//! The security events that this process of tests wrote, so that a test can look for its own.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer};

use crate::testing::browser::Page;

static SEEN: Mutex<Vec<SeenEvent>> = Mutex::new(Vec::new());

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenEvent {
    pub event: String,
    pub outcome: String,
    pub object: String,
    pub actor: String,
    request_id: String,
}

/// What was written while this answer was made.
pub fn of(page: &Page) -> Vec<SeenEvent> {
    let request_id = page
        .headers
        .get("x-request-id")
        .and_then(|id| id.to_str().ok())
        .expect("every answer names its request");
    SEEN.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .filter(|seen| seen.request_id == request_id)
        .cloned()
        .collect()
}

/// Keeps every event of the target "security".
pub struct Collector;

impl<S: tracing::Subscriber> Layer<S> for Collector {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut seen = SeenEvent::default();
        event.record(&mut seen);
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    }
}

impl Visit for SeenEvent {
    fn record_str(&mut self, field: &Field, value: &str) {
        let place = match field.name() {
            "event" => &mut self.event,
            "outcome" => &mut self.outcome,
            "object" => &mut self.object,
            "actor" => &mut self.actor,
            "request_id" => &mut self.request_id,
            _ => return,
        };
        value.clone_into(place);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
