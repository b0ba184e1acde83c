//! Payment intents and charges as JSON.

use serde_json::{Value, json};

use crate::records::{Charge, ChargeStatus, Decline, PaymentIntent, PaymentMethod, PaymentStatus};

pub(crate) fn render_payment_intent(intent: &PaymentIntent) -> Value {
    let received = if intent.status == PaymentStatus::Succeeded { intent.amount } else { 0 };
    let next_action = match intent.status {
        PaymentStatus::RequiresAction => json!({ "type": "use_stripe_sdk", "use_stripe_sdk": {} }),
        _ => Value::Null,
    };
    // After a failed attempt the method is taken off the intent and lives on in the error alone.
    let payment_method = intent
        .payment_method
        .as_ref()
        .filter(|_| intent.status != PaymentStatus::RequiresPaymentMethod);
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": 0,
        "amount_details": { "tip": {} },
        "amount_received": received,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": null,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.canceled_at.map(|_| "automatic"),
        "capture_method": "automatic_async",
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": null,
        "customer_account": null,
        "description": intent.description,
        "excluded_payment_method_types": null,
        "last_payment_error": intent.last_error.as_ref().map(|error| render_last_error(intent, error)),
        "latest_charge": intent.latest_charge,
        "livemode": false,
        "metadata": intent.metadata,
        "next_action": next_action,
        "on_behalf_of": null,
        "payment_method": payment_method,
        "payment_method_configuration_details": null,
        "payment_method_options": {},
        "payment_method_types": intent.payment_method_types,
        "presentment_details": intent.presentment,
        "processing": null,
        "receipt_email": intent.receipt_email,
        "review": null,
        "setup_future_usage": null,
        "shipping": intent.shipping,
        "source": null,
        "statement_descriptor": null,
        "statement_descriptor_suffix": null,
        "status": intent.status,
        "transfer_data": null,
        "transfer_group": null,
    })
}

fn render_last_error(intent: &PaymentIntent, error: &Decline) -> Value {
    let mut json = json!({
        "charge": intent.latest_charge,
        "code": error.code,
        "doc_url": format!("https://stripe.com/docs/error-codes/{}", error.code.replace('_', "-")),
        "message": error.message,
        "type": "card_error",
    });
    if let Some(decline_code) = &error.decline_code {
        json["decline_code"] = json!(decline_code);
    }
    json
}

pub(crate) fn render_charge(charge: &Charge) -> Value {
    let succeeded = charge.status == ChargeStatus::Succeeded;
    let captured = if succeeded { charge.amount } else { 0 };
    json!({
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": captured,
        "amount_refunded": charge.refunded,
        "application": null,
        "application_fee": null,
        "application_fee_amount": null,
        "balance_transaction": null,
        "billing_details": {
            "address": { "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null },
            "email": charge.payer_email,
            "name": charge.payer_name,
            "phone": null,
            "tax_id": null,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": succeeded,
        "created": charge.created,
        "currency": charge.currency,
        "customer": null,
        "description": charge.description,
        "disputed": charge.dispute.is_some(),
        "failure_balance_transaction": null,
        "failure_code": charge.failure.as_ref().map(|failure| &failure.code),
        "failure_message": charge.failure.as_ref().map(|failure| &failure.message),
        "fraud_details": {},
        "livemode": false,
        "metadata": charge.metadata,
        "on_behalf_of": null,
        "outcome": render_outcome(charge),
        "paid": charge.status != ChargeStatus::Failed,
        "payment_intent": charge.payment_intent,
        "payment_method": charge.payment_method,
        "payment_method_details": render_payment_method_details(charge),
        "presentment_details": charge.presentment,
        "radar_options": {},
        "receipt_email": charge.payer_email,
        "receipt_number": null,
        "receipt_url": null,
        "refunded": charge.refunded == charge.amount,
        "review": null,
        "shipping": charge.shipping,
        "source": null,
        "source_transfer": null,
        "statement_descriptor": null,
        "statement_descriptor_suffix": null,
        "status": charge.status,
        "transfer_data": null,
        "transfer_group": null,
    })
}

fn render_outcome(charge: &Charge) -> Value {
    match &charge.failure {
        None => json!({
            "advice_code": null,
            "network_advice_code": null,
            "network_decline_code": null,
            "network_status": "approved_by_network",
            "reason": null,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }),
        Some(failure) => json!({
            "advice_code": null,
            "network_advice_code": null,
            "network_decline_code": null,
            "network_status": "declined_by_network",
            "reason": failure.decline_code.as_ref().unwrap_or(&failure.code),
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }),
    }
}

fn render_payment_method_details(charge: &Charge) -> Value {
    match &charge.means {
        PaymentMethod::Card { brand, last4, exp_month, exp_year } => json!({
            "type": "card",
            "card": render_card(charge, brand, last4, *exp_month, *exp_year),
        }),
        PaymentMethod::Wallet => {
            let mut card = render_card(charge, "visa", "4242", 12, 2034);
            card["wallet"] =
                json!({ "type": "google_pay", "dynamic_last4": "4242", "google_pay": {} });
            json!({ "type": "card", "card": card })
        }
        PaymentMethod::BankTransfer => {
            json!({ "type": "customer_balance", "customer_balance": {} })
        }
    }
}

fn render_card(charge: &Charge, brand: &str, last4: &str, exp_month: i64, exp_year: i64) -> Value {
    let three_d_secure = match charge.authenticated {
        true => json!({
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": null,
            "result": "authenticated",
            "result_reason": null,
            "transaction_id": null,
            "version": "2.2.0",
        }),
        false => Value::Null,
    };
    json!({
        "amount_authorized": charge.amount,
        "authorization_code": null,
        "brand": brand,
        "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
        "country": "US",
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": format!("sandbox{brand}{last4}"),
        "funding": "credit",
        "installments": null,
        "last4": last4,
        "mandate": null,
        "network": brand,
        "network_token": { "used": false },
        "network_transaction_id": null,
        "regulated_status": "unregulated",
        "three_d_secure": three_d_secure,
        "wallet": null,
    })
}
