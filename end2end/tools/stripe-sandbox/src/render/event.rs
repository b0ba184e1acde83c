//! Events and webhook endpoints as JSON.

use serde_json::{Value, json};

use crate::records::{Endpoint, Event};

pub fn event_json(event: &Event) -> Value {
    json!({
        "id": event.id,
        "object": "event",
        "api_version": event.api_version,
        "created": event.created,
        "data": { "object": event.object },
        "livemode": false,
        "pending_webhooks": event.undelivered(),
        "request": { "id": event.request_id, "idempotency_key": event.idempotency_key },
        "type": event.kind,
    })
}

/// The secret is shown at creation alone.
pub fn endpoint_json(endpoint: &Endpoint) -> Value {
    json!({
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": endpoint.api_version,
        "application": null,
        "created": endpoint.created,
        "description": endpoint.description,
        "enabled_events": endpoint.enabled_events,
        "livemode": false,
        "metadata": endpoint.metadata,
        "status": "enabled",
        "url": endpoint.url,
    })
}
