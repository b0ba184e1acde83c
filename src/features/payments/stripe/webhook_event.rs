//! The few fields of an event that we read; everything that decides is asked from Stripe again.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

/// The kinds of events we act upon. The webhook endpoint at Stripe has to send these
/// (docs/deploying.md).
pub const KINDS: [&str; 15] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
];

/// An event after its signature was checked.
#[derive(Debug, Deserialize)]
pub struct WebhookEvent {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub livemode: bool,
    data: EventData,
}

#[derive(Debug, Deserialize)]
struct EventData {
    object: EventObject,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventObject {
    pub id: String,
    /// Only where the object itself is not the payment.
    #[serde(deserialize_with = "id_or_object")]
    pub payment_intent: Option<String>,
    #[serde(deserialize_with = "texts_or_nothing")]
    pub metadata: HashMap<String, String>,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `object.id` is a Checkout Session.
    Session,
    /// `object.id` is a PaymentIntent.
    Payment,
    /// `object.payment_intent` names the payment that money goes back from.
    Refund,
    /// `object.id` is a dispute.
    Dispute,
    /// Nothing that concerns this shop.
    Other,
}

impl WebhookEvent {
    pub const fn new(id: String, kind: String, livemode: bool, object: EventObject) -> Self {
        Self { id, kind, livemode, data: EventData { object } }
    }

    pub const fn object(&self) -> &EventObject {
        &self.data.object
    }

    pub fn subject(&self) -> Subject {
        match self.kind.as_str() {
            kind if !KINDS.contains(&kind) => Subject::Other,
            kind if kind.starts_with("checkout.session.") => Subject::Session,
            kind if kind.starts_with("payment_intent.") => Subject::Payment,
            kind if kind.starts_with("charge.dispute.") => Subject::Dispute,
            _ => Subject::Refund,
        }
    }
}

/// Stripe names an object by its id, or shows it whole where a request asked for that.
fn id_or_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum IdOrObject {
        Id(String),
        Object { id: String },
    }
    let found = Option::<IdOrObject>::deserialize(deserializer)?;
    Ok(found.map(|found| match found {
        IdOrObject::Id(id) | IdOrObject::Object { id } => id,
    }))
}

fn texts_or_nothing<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<HashMap<String, String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r64_unknown_types_and_unknown_fields_are_read_without_complaint() {
        let text = r#"{"id":"evt_1","object":"event","type":"foo.bar","livemode":false,"new_field":[1],"data":{"object":{"object":"thing"}}}"#;
        let event: WebhookEvent = serde_json::from_str(text).unwrap();
        assert_eq!(event.subject(), Subject::Other);
    }

    #[test]
    fn r143_a_payment_is_named_by_its_id_or_shown_whole() {
        for (payment, expected) in [
            ("\"pi_1\"", Some("pi_1")),
            ("{\"id\":\"pi_1\",\"amount\":3}", Some("pi_1")),
            ("null", None),
        ] {
            let text = format!(
                r#"{{"id":"evt_1","type":"refund.updated","livemode":false,"data":{{"object":{{"id":"re_1","payment_intent":{payment},"metadata":null}}}}}}"#
            );
            let event: WebhookEvent = serde_json::from_str(&text).unwrap();
            assert_eq!(event.object().payment_intent.as_deref(), expected);
            assert_eq!(event.subject(), Subject::Refund);
        }
    }
}
