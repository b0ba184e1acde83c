//! The few fields of an event that we read; everything that decides is asked from Stripe again.

use serde::Deserialize;

/// An event after its signature was checked.
#[derive(Debug, Deserialize)]
pub struct WebhookEvent {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub livemode: bool,
    pub data: EventData,
}

#[derive(Debug, Deserialize)]
pub struct EventData {
    pub object: EventObject,
}

#[derive(Debug, Deserialize)]
pub struct EventObject {
    #[serde(default)]
    pub id: String,
    /// Only where the object itself is not the payment.
    #[serde(default)]
    pub payment_intent: Option<String>,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `object.id` is a Checkout Session.
    Session,
    /// `object.id` is a PaymentIntent.
    Payment,
    /// `object.payment_intent` names the payment that money went back from.
    Refund,
    /// Nothing of ours.
    Other,
}

impl WebhookEvent {
    pub fn subject(&self) -> Subject {
        match self.kind.as_str() {
            "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
            | "checkout.session.expired" => Subject::Session,
            "payment_intent.succeeded" => Subject::Payment,
            "charge.refunded" | "refund.created" | "refund.updated" | "refund.failed" => Subject::Refund,
            _ => Subject::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r64_unknown_types_and_unknown_fields_are_read_without_complaint() {
        let text =
            r#"{"id":"evt_1","object":"event","type":"foo.bar","livemode":false,"new_field":[1],"data":{"object":{"object":"thing"}}}"#;
        let event: WebhookEvent = serde_json::from_str(text).unwrap();
        assert_eq!(event.subject(), Subject::Other);
    }
}
