//! Refunds as JSON.

use serde_json::{Value, json};

use crate::records::{Refund, RefundStatus};

/// How long a shopper has to say where the money should go.
const TIME_TO_ACT: i64 = 45 * 24 * 60 * 60;

pub(crate) fn render_refund(refund: &Refund) -> Value {
    let mut json = json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": null,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "customer": null,
        "customer_account": null,
        "destination_details": {
            "type": "card",
            "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" },
        },
        "metadata": refund.metadata,
        "payment_intent": refund.payment_intent,
        "payment_method": null,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status,
        "transfer_reversal": null,
    });
    if refund.status == RefundStatus::Pending {
        json["pending_reason"] = json!("processing");
    }
    if refund.status == RefundStatus::RequiresAction {
        json["next_action"] = json!({
            "type": "display_details",
            "display_details": {
                "email_sent": { "email_sent_at": refund.created, "email_sent_to": "shopper@example.com" },
                "expires_at": refund.created + TIME_TO_ACT,
            },
        });
    }
    if let Some(presentment) = &refund.presentment {
        json["presentment_details"] = json!(presentment);
    }
    if let Some(reason) = &refund.failure_reason {
        json["failure_reason"] = json!(reason);
        json["failure_balance_transaction"] = Value::Null;
    }
    json
}
