//! Events and webhook endpoints as JSON.

use serde_json::{Value, json};

use crate::records::{Endpoint, Event};

pub(crate) fn render_event(event: &Event) -> Value {
    json!({
        "id": event.id,
        "object": "event",
        "api_version": event.api_version,
        "created": event.created,
        "data": { "object": event.object },
        "livemode": false,
        "pending_webhooks": event.count_undelivered(),
        "request": { "id": event.request_id, "idempotency_key": event.idempotency_key },
        "type": event.kind,
    })
}

/// The secret is shown at creation alone.
pub(crate) fn render_endpoint(endpoint: &Endpoint) -> Value {
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
