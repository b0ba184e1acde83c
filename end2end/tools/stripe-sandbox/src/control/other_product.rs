//! Creates the payment, refund and dispute of another product on the same Stripe account, with
//! their events.

use serde_json::{Value, json};

use super::{parse_body, read_integer, read_text};
use crate::Config;
use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::form::{self, Params};
use crate::page::cards;
use crate::records::{DisputeStatus, Metadata};
use crate::rules::disputes::{self, NewDispute};
use crate::rules::refunds::{self, NewRefund};
use crate::rules::{new_session, payment};

/// Creates a paid session, refunds a part of it and then disputes it. Its objects carry only the
/// given metadata and can be retrieved by id; the report lists them separately from the orders.
pub(crate) fn create_payment(
    account: &mut Account,
    config: &Config,
    body: &Value,
) -> Result<Value, ApiError> {
    let events_before = account.events.iter().count();
    let amount = read_integer(body, "amount")?.unwrap_or(4200);
    let currency = read_text(body, "currency").unwrap_or("eur");
    let metadata = match &body["metadata"] {
        Value::Null => Metadata::from([("product".to_owned(), "other".to_owned())]),
        given => parse_body(given)?,
    };
    let session_id = create_session(account, config, currency, amount, &metadata)?;
    payment::pay(account, &session_id, &cards::card_payment_method("4242424242424242", 12, 2099))?;
    let intent = account
        .sessions
        .get(&session_id)
        .and_then(|session| session.payment_intent.clone())
        .unwrap_or_default();
    let charge = refunds::find_charge(account, None, Some(&intent))?;
    let refund = NewRefund {
        charge: charge.clone(),
        amount: Some(part_to_refund(amount, currency)),
        reason: None,
        metadata,
    };
    let refund = refunds::create(account, refund)?;
    if let Some(object) = account.refunds.get(&refund).map(crate::render::refund::render_refund) {
        account.record_event("refund.updated", object);
    }
    let dispute = NewDispute {
        payment_intent: intent.clone(),
        reason: "fraudulent".to_owned(),
        amount: None,
        fee: 1500,
        status: DisputeStatus::NeedsResponse,
        seconds_to_respond: 7 * 24 * 60 * 60,
    };
    let dispute = disputes::open(account, dispute)?;
    let events: Vec<Value> = account
        .events
        .iter()
        .skip(events_before)
        .map(|event| json!({ "id": event.id, "type": event.kind }))
        .collect();
    Ok(json!({
        "session": session_id,
        "payment_intent": intent,
        "charge": charge,
        "refund": refund,
        "dispute": dispute,
        "events": events,
    }))
}

fn create_session(
    account: &mut Account,
    config: &Config,
    currency: &str,
    amount: i64,
    metadata: &Metadata,
) -> Result<String, ApiError> {
    let line = "line_items[0]";
    let price = "line_items[0][price_data]";
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    encoded
        .append_pair("mode", "payment")
        .append_pair("success_url", "https://other-product.example/thanks")
        .append_pair("customer_email", &format!("{}@other-product.example", random_alphanumeric(8)))
        .append_pair("adaptive_pricing[enabled]", "false")
        .append_pair(&format!("{line}[quantity]"), "1")
        .append_pair(&format!("{price}[currency]"), currency)
        .append_pair(&format!("{price}[unit_amount]"), &amount.to_string())
        .append_pair(&format!("{price}[product_data][name]"), "Another product");
    for (key, text) in metadata {
        encoded.append_pair(&format!("metadata[{key}]"), text);
        encoded.append_pair(&format!("payment_intent_data[metadata][{key}]"), text);
    }
    let parameters = form::decode(encoded.finish().as_bytes());
    let id = new_session::create(account, config, &Params::new(&parameters))?;
    if let Some(session) = account.sessions.get_mut(&id) {
        session.foreign = true;
    }
    Ok(id)
}

/// About a third, as the currency allows.
fn part_to_refund(amount: i64, currency: &str) -> i64 {
    let step = crate::currencies::find_rule(currency).map_or(1, |rule| rule.step);
    let part = amount / 3;
    (part - part % step).max(step)
}
