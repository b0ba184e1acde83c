//! Every object can be read by the Stripe client the store uses, through both of its decoders.

mod support;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stripe_shared::{
    Charge, CheckoutSession, CheckoutSessionItem, Dispute, Event, PaymentIntent, Refund,
};
use stripe_types::List;
use support::{TestSandbox, sandbox};

/// Reads an answer as the client does over the network (miniserde) and as stored copies are read
/// (serde).
async fn read<T: DeserializeOwned + miniserde::Deserialize>(
    sandbox: &TestSandbox,
    path: &str,
) -> T {
    let answer = sandbox.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    if let Err(error) = serde_json::from_str::<T>(&answer.text) {
        panic!("{path}: {error}: {}", answer.text);
    }
    miniserde::json::from_str(&answer.text)
        .unwrap_or_else(|_| panic!("{path} cannot be read by miniserde: {}", answer.text))
}

#[tokio::test]
async fn a_session_in_all_its_states() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    let path = format!("/v1/checkout/sessions/{id}");
    let open: CheckoutSession = read(&sandbox, &path).await;
    assert_eq!(open.amount_total, Some(5000));
    assert!(open.url.is_some() && open.payment_intent.is_none());

    for card in ["4000000000000002", "4000002500003155", "4242424242424242"] {
        sandbox
            .control(
                "POST",
                &format!("sessions/{id}/pay"),
                json!({ "card": card, "challenge": "leave" }),
            )
            .await;
        let _: CheckoutSession = read(
            &sandbox,
            &format!("{path}?expand[]=payment_intent.latest_charge&expand[]=line_items"),
        )
        .await;
    }
    let _: List<CheckoutSessionItem> =
        read(&sandbox, &format!("{path}/line_items?expand[]=data.price.product")).await;
    let _: List<CheckoutSession> =
        read(&sandbox, "/v1/checkout/sessions?limit=3&expand[]=data.payment_intent").await;
}

#[tokio::test]
async fn a_session_with_delivery() {
    let sandbox = sandbox();
    let form = format!(
        "{}&shipping_options[0][shipping_rate_data][display_name]=Post&shipping_options[0][shipping_rate_data][fixed_amount][amount]=490&shipping_options[0][shipping_rate_data][fixed_amount][currency]=eur&shipping_options[0][shipping_rate_data][delivery_estimate][maximum][unit]=business_day&shipping_options[0][shipping_rate_data][delivery_estimate][maximum][value]=3",
        support::SESSION
    );
    let created = sandbox.post("/v1/checkout/sessions", &form).await.json();
    let path = format!(
        "/v1/checkout/sessions/{}?expand[]=shipping_cost.shipping_rate",
        created["id"].as_str().unwrap_or_default()
    );
    let session: CheckoutSession = read(&sandbox, &path).await;
    assert_eq!(session.amount_total, Some(5490));
}

#[tokio::test]
async fn payments_refunds_disputes_and_events() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    let refund =
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=100")).await.json();
    sandbox
        .control(
            "POST",
            &format!("refunds/{}/fail", refund["id"].as_str().unwrap_or_default()),
            json!({}),
        )
        .await;
    let delayed = sandbox.new_session().await;
    sandbox
        .control("POST", &format!("sessions/{delayed}/pay"), json!({ "method": "bank_transfer" }))
        .await;
    sandbox
        .control("POST", &format!("sessions/{delayed}/settle"), json!({ "outcome": "fail" }))
        .await;
    let wallet = sandbox.new_session().await;
    sandbox.control("POST", &format!("sessions/{wallet}/pay"), json!({ "method": "wallet" })).await;
    let dispute = sandbox.control("POST", "disputes", json!({ "payment_intent": intent })).await;
    let dispute_id = dispute["id"].as_str().unwrap_or_default().to_owned();
    sandbox
        .control("POST", &format!("disputes/{dispute_id}/close"), json!({ "outcome": "lost" }))
        .await;

    let _: PaymentIntent =
        read(&sandbox, &format!("/v1/payment_intents/{intent}?expand[]=latest_charge")).await;
    let _: List<PaymentIntent> = read(&sandbox, "/v1/payment_intents").await;
    let _: List<Charge> = read(&sandbox, "/v1/charges?expand[]=data.refunds").await;
    let _: List<Refund> = read(&sandbox, "/v1/refunds?expand[]=data.charge").await;
    let _: List<Dispute> = read(&sandbox, "/v1/disputes").await;
    let _: Dispute = read(&sandbox, &format!("/v1/disputes/{dispute_id}")).await;
    let events: List<Event> = read(&sandbox, "/v1/events?limit=100").await;
    assert!(events.data.len() > 10);
}

#[tokio::test]
async fn every_pictured_object_can_be_read_again() {
    let sandbox = sandbox();
    let (_, intent) = sandbox.paid_session().await;
    sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await;
    let events = sandbox.control("GET", "events", Value::Null).await;
    for event in events["data"].as_array().into_iter().flatten() {
        let text = event["data"]["object"].to_string();
        let is_readable = match event["data"]["object"]["object"].as_str() {
            Some("checkout.session") => miniserde::json::from_str::<CheckoutSession>(&text).is_ok(),
            Some("payment_intent") => miniserde::json::from_str::<PaymentIntent>(&text).is_ok(),
            Some("charge") => miniserde::json::from_str::<Charge>(&text).is_ok(),
            Some("refund") => miniserde::json::from_str::<Refund>(&text).is_ok(),
            _ => false,
        };
        assert!(is_readable, "{text}");
    }
}

#[tokio::test]
async fn refunds_and_disputes_in_all_their_states() {
    let sandbox = sandbox();
    for status in ["pending", "requires_action", "succeeded", "failed"] {
        let (_, intent) = sandbox.paid_session().await;
        sandbox.control("POST", "refunds/begin", json!({ "status": status })).await;
        let refund = sandbox.post("/v1/refunds", &format!("payment_intent={intent}")).await.json();
        let refund: Refund =
            read(&sandbox, &format!("/v1/refunds/{}", refund["id"].as_str().unwrap_or_default()))
                .await;
        assert_eq!(
            (refund.status.as_deref(), refund.next_action.is_some()),
            (Some(status), status == "requires_action")
        );
    }
    for status in
        ["warning_under_review", "warning_closed", "needs_response", "won", "lost", "prevented"]
    {
        let (_, intent) = sandbox.paid_session().await;
        sandbox
            .control("POST", "disputes", json!({ "payment_intent": intent, "status": status }))
            .await;
        let list: List<Dispute> =
            read(&sandbox, &format!("/v1/disputes?payment_intent={intent}&expand[]=data.charge"))
                .await;
        assert_eq!(list.data.first().map(|dispute| dispute.status.as_str()), Some(status));
    }
}

#[tokio::test]
async fn a_payment_with_an_address_in_another_currency() {
    let sandbox = sandbox();
    sandbox
        .control(
            "POST",
            "currency",
            json!({ "presentment_currency": "usd", "rate_basis_points": 11_000 }),
        )
        .await;
    let shipping = "payment_intent_data[shipping]";
    let form = format!(
        "{}&{shipping}[name]=Ann&{shipping}[address][line1]=1 High St&{shipping}[address][country]=GB",
        support::SESSION
    );
    let id = sandbox.post("/v1/checkout/sessions", &form).await.json()["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let paid = sandbox
        .control("POST", &format!("sessions/{id}/pay"), json!({ "card": "4242424242424242" }))
        .await;
    let path = format!(
        "/v1/payment_intents/{}?expand[]=latest_charge",
        paid["session"]["payment_intent"].as_str().unwrap_or_default()
    );
    let intent: PaymentIntent = read(&sandbox, &path).await;
    assert_eq!(
        intent.presentment_details.as_ref().map(|details| details.presentment_amount),
        Some(5500)
    );
    assert_eq!(intent.shipping.and_then(|shipping| shipping.name).as_deref(), Some("Ann"));
    let session: CheckoutSession = read(&sandbox, &format!("/v1/checkout/sessions/{id}")).await;
    assert!(session.presentment_details.is_some());
}
