//! Disputes as JSON.

use serde_json::{Value, json};

use crate::records::{BalanceTransaction, Dispute};

pub(crate) fn render_dispute(dispute: &Dispute) -> Value {
    json!({
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": dispute.balance_transactions.iter().map(|movement| render_balance_transaction(movement, dispute)).collect::<Vec<_>>(),
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": {
            "access_activity_log": null,
            "billing_address": null,
            "cancellation_policy": null,
            "cancellation_policy_disclosure": null,
            "cancellation_rebuttal": null,
            "customer_communication": null,
            "customer_email_address": null,
            "customer_name": null,
            "customer_purchase_ip": null,
            "customer_signature": null,
            "duplicate_charge_documentation": null,
            "duplicate_charge_explanation": null,
            "duplicate_charge_id": null,
            "enhanced_evidence": {},
            "product_description": null,
            "receipt": null,
            "refund_policy": null,
            "refund_policy_disclosure": null,
            "refund_refusal_explanation": null,
            "service_date": null,
            "service_documentation": null,
            "shipping_address": null,
            "shipping_carrier": null,
            "shipping_date": null,
            "shipping_documentation": null,
            "shipping_tracking_number": null,
            "uncategorized_file": null,
            "uncategorized_text": null,
        },
        "evidence_details": {
            "due_by": dispute.due_by,
            "enhanced_eligibility": {},
            "has_evidence": dispute.status.is_answered(),
            "past_due": false,
            "submission_count": i64::from(dispute.status.is_answered()),
        },
        "is_charge_refundable": dispute.status.is_charge_refundable(),
        "livemode": false,
        "metadata": {},
        "network_reason_code": "83",
        "payment_intent": dispute.payment_intent,
        "payment_method_details": {
            "card": { "brand": "visa", "case_type": if dispute.status.is_inquiry() { "inquiry" } else { "chargeback" }, "network": "visa", "network_reason_code": "83" },
            "type": "card",
        },
        "reason": dispute.reason,
        "status": dispute.status,
    })
}

fn render_balance_transaction(movement: &BalanceTransaction, dispute: &Dispute) -> Value {
    let fee_details = match movement.fee {
        0 => json!([]),
        fee => json!([{
            "amount": fee,
            "application": null,
            "currency": dispute.currency,
            "description": "Dispute fee",
            "type": "stripe_fee",
        }]),
    };
    let (category, description) = match movement.amount < 0 {
        true => ("dispute", "Chargeback withdrawal"),
        false => ("dispute_reversal", "Chargeback reversal"),
    };
    json!({
        "id": movement.id,
        "object": "balance_transaction",
        "amount": movement.amount,
        "available_on": movement.created,
        "balance_type": "payments",
        "created": movement.created,
        "currency": dispute.currency,
        "description": format!("{description} for {}", dispute.charge),
        "exchange_rate": null,
        "fee": movement.fee,
        "fee_details": fee_details,
        "net": movement.amount - movement.fee,
        "reporting_category": category,
        "source": dispute.id,
        "status": "available",
        "type": "adjustment",
    })
}
