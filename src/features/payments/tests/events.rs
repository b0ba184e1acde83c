//! R140, R143: what Stripe tells, and what it tells others.

use std::time::Duration;

use serde_json::json;

use super::buy_teapot;
use crate::features::orders::model::OrderState;
use crate::infra::mongo::new_id;
use crate::shared::ids::OrderId;
use crate::testing::app::TestApp;
use crate::testing::shopper::PAID;

#[tokio::test(flavor = "multi_thread")]
async fn r143_events_of_another_product_on_the_same_account_are_acknowledged_and_ignored() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    let before = (
        app.order().await.payment,
        app.documents("refunds").await.len(),
        app.documents("disputes").await.len(),
    );
    for metadata in [
        json!({ "product": "newsletter" }),
        json!({}),
        json!({ "order_id": "4711", "attempt_id": "x" }),
    ] {
        app.sandbox.post("events/foreign", json!({ "metadata": metadata })).await;
    }
    app.until(|| async { app.sandbox.report().await["undelivered_events"] == 0 }).await;
    app.pull_events().await;
    let after = (
        app.order().await.payment,
        app.documents("refunds").await.len(),
        app.documents("disputes").await.len(),
    );
    assert_eq!(before, after);
    assert!(app.open_rows().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn r143_an_event_of_another_shop_on_the_same_account_is_not_waited_for() {
    let app = TestApp::start().await;
    let other_order: OrderId = new_id();
    let foreign = json!({ "order_id": other_order, "attempt_id": "a1", "shop": "other.example" });
    app.sandbox.post("events/foreign", json!({ "metadata": foreign })).await;
    app.until(|| async { app.sandbox.report().await["undelivered_events"] == 0 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r140_with_all_webhooks_dropped_for_a_day_every_payment_finds_its_order() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("drop").await;
    let mut sessions = Vec::new();
    for n in 0..3 {
        let mut visitor = app.browser();
        let session =
            visitor.come_to_payment(&[("MUG", "1")], &format!("anna{n}@example.com")).await;
        assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
        sessions.push(session);
    }
    app.advance(Duration::from_secs(24 * 3_600)).await;
    app.pull_events().await;
    assert!(app.orders().await.iter().all(|order| order.state == OrderState::Paid));
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r140_an_event_that_cannot_be_handled_yet_is_read_again() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("drop").await;
    // The first look reads a whole day in parts, of which the last two may overlap: from now on
    // each event is read once.
    app.pull_events().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.sandbox.pay(&session, PAID).await;
    app.sandbox.fault("GET /v1/checkout/sessions/*", "error_500_before_work", 2).await;
    app.advance(Duration::from_secs(1)).await;
    app.pull_events().await;
    assert_eq!(app.order().await.state, OrderState::PendingPayment);
    app.sandbox.clear_faults().await;
    app.advance(Duration::from_secs(60)).await;
    app.run_due_jobs().await;
    assert_eq!(app.order().await.state, OrderState::Paid);
    app.assert_settled().await;
}
