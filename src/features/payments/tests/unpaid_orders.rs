//! R135, R136: how unpaid orders end.

use std::time::Duration;

use mongodb::bson::{Document, doc};

use crate::features::orders::model::OrderState;
use crate::features::payments::model::WatchOrder;
use crate::features::payments::service;
use crate::infra::mongo::new_id;
use crate::infra::outbox;
use crate::shared::ids::OrderId;
use crate::testing::app::TestApp;
use crate::testing::sandbox::session_id;
use crate::testing::shopper::PAID;

const EXPIRE: &str = "POST /v1/checkout/sessions/*/expire";

#[tokio::test(flavor = "multi_thread")]
async fn r136_nothing_is_freed_while_stripe_refuses_to_close_the_page() {
    for fault in [
        "forbidden_403",
        "unauthorized_401",
        "rate_limit_429",
        "error_500_before_work",
        "conflict_409",
    ] {
        let app = TestApp::start().await;
        let mut visitor = app.browser();
        let session = visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
        // A shorter hold than the page's own end, as the setting allows: the page is open when the
        // hold ends.
        let orders = app.app.clients.mongo.collection::<Document>("orders");
        let ctx = app.ctx();
        orders
            .update_one(
                doc! {},
                doc! { "$set": { "hold_expires_at": ctx.now() + Duration::from_mins(10) } },
            )
            .await
            .unwrap();
        app.sandbox.standing_fault(EXPIRE, fault).await;
        app.advance(Duration::from_secs(11 * 60)).await;
        app.run_due_jobs().await;
        assert_eq!(app.order().await.state, OrderState::PendingPayment, "{fault}");
        app.assert_invariants().await;
        assert_eq!(app.sandbox.pay(&session, PAID).await, "paid", "the page could still be paid");
        app.sandbox.clear_faults().await;
        app.assert_settled().await;
        assert_eq!(app.order().await.state, OrderState::Paid, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r136_a_retry_between_closing_and_freeing_keeps_the_goods() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    let ctx = app.ctx();
    let read = app.order().await;
    app.advance(Duration::from_secs(37 * 60)).await;
    // The order was read and its page closed; before the goods are freed the shopper begins another
    // attempt.
    let retried = visitor.post("/api/payments/retry", &[("number", &read.number)]).await;
    assert!(retried.location().contains("/pay/"), "{}", retried.location());
    let outcome = service::end_unpaid(&ctx, &read, "test").await.unwrap();
    assert_eq!(
        outcome,
        crate::features::payments::model::PaymentOutcome::Open,
        "it is not the order that was read any more"
    );
    assert_eq!(app.order().await.state, OrderState::PendingPayment);
    assert_eq!(app.sandbox.pay(&session_id(retried.location()), PAID).await, "paid");
    app.assert_settled().await;
    assert_eq!(app.order().await.state, OrderState::Paid);
}

#[tokio::test(flavor = "multi_thread")]
async fn r135_many_waiting_bank_transfers_keep_no_expired_order_waiting() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    let expired = app.order().await;
    // 300 orders whose money is on its way, all due before the expired one.
    let ctx = app.ctx();
    let orders = ctx.mongo.collection::<Document>("orders");
    let rows = ctx.mongo.collection::<Document>("outbox");
    let (mut waiting, mut watches) = (Vec::new(), Vec::new());
    for n in 0..300 {
        let mut order = mongodb::bson::to_document(&expired).unwrap();
        let id: OrderId = new_id();
        order.insert("_id", id);
        order.insert("number", format!("w{n}"));
        order.insert("checkout_key", format!("w{n}"));
        order.insert("cart_id", id);
        order.insert("lines", Vec::<Document>::new());
        order.insert("hold_expires_at", ctx.now() - Duration::from_secs(1));
        let attempt = order.get_array_mut("attempts").unwrap()[0].as_document_mut().unwrap();
        attempt.insert("id", id.to_string());
        attempt.insert("idempotency_key", format!("w{n}"));
        attempt.insert("state", "processing");
        attempt.insert("session_id", format!("cs_test_unknown{n}"));
        waiting.push(order);
        let row = outbox::OutboxRow::new(
            &WatchOrder { order_id: id },
            ctx.now(),
            ctx.now() - Duration::from_secs(10),
        )
        .unwrap();
        watches.push(mongodb::bson::to_document(&row).unwrap());
    }
    orders.insert_many(waiting).await.unwrap();
    rows.insert_many(watches).await.unwrap();
    app.advance(Duration::from_secs(42 * 60)).await;
    app.run_due_jobs().await;
    let lamp = app.orders().await.into_iter().find(|order| order.id == expired.id).unwrap();
    assert_eq!(lamp.state, OrderState::Expired, "freed although 300 others came first and failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn r135_money_that_is_on_its_way_for_too_long_waits_for_a_person_and_is_still_taken() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    app.sandbox.pay_by_bank_transfer(&session).await;
    app.until(|| async { app.order().await.payment_state().key() == "processing" }).await;
    for _ in 0..22 {
        app.advance(Duration::from_secs(86_400)).await;
        app.run_due_jobs().await;
    }
    assert!(app.open_rows().await.is_empty(), "nobody asks for ever");
    let parked = app
        .documents("outbox")
        .await
        .into_iter()
        .find(|row| row.get_str("lane") == Ok("parked"))
        .unwrap();
    assert_eq!(parked.get_str("last_error"), Ok("payment_processing_too_long"));
    assert_eq!(
        app.order().await.state,
        OrderState::PendingPayment,
        "the goods are still held: the bank has not said no"
    );
    app.sandbox.settle(&session, "succeed").await;
    app.until(|| async { app.order().await.state == OrderState::Paid }).await;
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_8_a_bank_that_says_no_frees_the_goods() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    app.sandbox.pay_by_bank_transfer(&session).await;
    app.until(|| async { app.order().await.payment_state().key() == "processing" }).await;
    app.sandbox.settle(&session, "fail").await;
    app.until(|| async { app.order().await.payment_state().key() == "failed" }).await;
    app.assert_settled().await;
    assert_eq!(app.order().await.state, OrderState::Expired);
}
