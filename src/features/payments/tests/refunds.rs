//! R133, R134, R139: money that goes back.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::{buy_teapot, new_refund, payment_intent};
use crate::features::orders::model::PaymentState;
use crate::features::payments::model::{
    PaymentOutcome, RefundAllocation, RefundPurpose, RefundState,
};
use crate::features::payments::{service, store};
use crate::shared::ids::RefundId;
use crate::testing::app::TestApp;
use crate::testing::shopper::PAID;

const REFUNDS: &str = "POST /v1/refunds";

async fn label(app: &TestApp) -> PaymentState {
    app.order().await.payment_state()
}

async fn refunds(app: &TestApp) -> Vec<store::RefundDocument> {
    service::refunds_of_order(&app.ctx(), app.order().await.id).await.unwrap()
}

/// Money that no order can take: paid after the order had ended behind Stripe's back.
async fn unclaimed_payment(app: &TestApp) -> String {
    app.sandbox.webhooks("withhold").await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    let order = app.order().await;
    let ctx = app.ctx();
    let orders = ctx.mongo.collection::<mongodb::bson::Document>("orders");
    let read = crate::features::orders::service::by_id(&ctx, order.id).await.unwrap();
    // Ended properly, but for the page at Stripe that was never closed.
    let close = mongodb::bson::doc! { "$set": { "attempts.0.state": "expired" } };
    orders.update_one(mongodb::bson::doc! {}, close).await.unwrap();
    service::end_unpaid(
        &ctx,
        &crate::features::orders::service::by_id(&ctx, read.id).await.unwrap(),
        "test",
    )
    .await
    .unwrap();
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn r133_money_owed_back_is_asked_for_until_stripe_takes_it() {
    for fault in ["forbidden_403", "unauthorized_401", "rate_limit_429", "error_500_before_work"] {
        let app = TestApp::start().await;
        let session = unclaimed_payment(&app).await;
        app.sandbox.standing_fault(REFUNDS, fault).await;
        assert_eq!(
            service::settle_payment(&app.ctx(), &session).await.unwrap(),
            PaymentOutcome::Refunded
        );
        for hours in [0, 1, 24, 24 * 31] {
            app.advance(Duration::from_secs(hours * 3_600)).await;
            app.run_due_jobs().await;
        }
        let refund = refunds(&app).await.remove(0);
        assert_eq!(refund.state, RefundState::Requested, "{fault}: not given up");
        assert_eq!(app.open_rows().await.len(), 1, "{fault}: the work is still there");
        app.sandbox.clear_faults().await;
        app.assert_settled().await;
        let refund = refunds(&app).await.remove(0);
        assert_eq!(
            (refund.state, refund.purpose),
            (RefundState::Succeeded, RefundPurpose::Unclaimed),
            "{fault}"
        );
        let money = &app.sandbox.report().await["currencies"]["eur"];
        assert_eq!(money["captured"], money["refunded"], "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r133_a_key_that_may_not_refund_for_a_day_ends_no_refund_of_an_order() {
    for fault in ["forbidden_403", "unauthorized_401"] {
        let app = TestApp::start().await;
        buy_teapot(&app).await;
        app.sandbox.standing_fault(REFUNDS, fault).await;
        service::refund_order(&app.ctx(), new_refund(&app, "r-1", 1_000).await).await.unwrap();
        for hours in [0, 1, 24] {
            app.advance(Duration::from_secs(hours * 3_600)).await;
            app.run_due_jobs().await;
        }
        assert_eq!(refunds(&app).await[0].state, RefundState::Requested, "{fault}: not given up");
        app.sandbox.clear_faults().await;
        app.assert_settled().await;
        assert_eq!(refunds(&app).await[0].state, RefundState::Succeeded, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r139_what_was_read_before_a_refund_arrived_takes_nothing_back() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    service::refund_order(&app.ctx(), new_refund(&app, "r-1", 1_000).await).await.unwrap();
    app.run_due_jobs().await;
    assert_eq!(refunds(&app).await[0].state, RefundState::Succeeded);
    let ctx = app.ctx();
    for earlier in [RefundState::Requested, RefundState::Pending, RefundState::RequiresAction] {
        let ctx_in = ctx.clone();
        let moved = ctx.mongo.transaction(move |tx| {
            let ctx = ctx_in.clone();
            Box::pin(async move {
                let id = RefundId::new("r-1");
                store::move_refund(&ctx.mongo, tx, &id, earlier, None, None, ctx.now()).await
            })
        });
        assert!(moved.await.unwrap().is_none(), "{earlier:?}");
    }
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r133_an_empty_balance_at_stripe_is_waited_out() {
    let app = TestApp::start().await;
    let session = unclaimed_payment(&app).await;
    let empty = json!({ "endpoint": REFUNDS, "kind": "bad_request_400", "code": "balance_insufficient", "message": "Insufficient funds", "count": 3 });
    app.sandbox.post("faults", empty).await;
    service::settle_payment(&app.ctx(), &session).await.unwrap();
    app.assert_settled().await;
    let refund = refunds(&app).await.remove(0);
    assert_eq!(refund.state, RefundState::Succeeded);
    assert!(refund.key_number > 1, "a stored refusal is not asked for again under its key");
    let report = app.sandbox.report().await;
    assert_eq!(report["currencies"]["eur"]["captured"], report["currencies"]["eur"]["refunded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r58_a_refund_whose_answer_was_lost_for_a_day_is_made_once() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    app.sandbox.fault(REFUNDS, "drop_after_work", 1).await;
    service::refund_order(&app.ctx(), new_refund(&app, "r-1", 2_000).await).await.unwrap();
    app.run_due_jobs().await;
    // Nobody came back to it for longer than Stripe remembers keys.
    app.advance(Duration::from_secs(25 * 3_600)).await;
    app.assert_settled().await;
    assert_eq!(app.sandbox.report().await["currencies"]["eur"]["refunded"], 2_000);
    assert_eq!(refunds(&app).await[0].state, RefundState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn r139_a_refund_counts_when_its_money_has_arrived_and_no_longer_when_it_failed() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    for (begins, counts) in [("pending", false), ("requires_action", false), ("succeeded", true)] {
        app.sandbox.post("refunds/begin", json!({ "status": begins })).await;
        service::refund_order(&app.ctx(), new_refund(&app, begins, 1_000).await).await.unwrap();
        app.run_due_jobs().await;
        let order = app.order().await;
        assert_eq!(order.payment.refunded_minor > 0, counts, "{begins}");
        assert_eq!(label(&app).await == PaymentState::PartlyRefunded, counts, "{begins}");
        app.assert_invariants().await;
    }
    assert_eq!(app.order().await.payment.refunding_minor, 2_000);
    for refund in refunds(&app).await.iter().filter(|refund| refund.state != RefundState::Succeeded)
    {
        let stripe_id = refund.stripe_id.clone().expect("Stripe's id");
        app.sandbox.post(&format!("refunds/{stripe_id}/succeed"), json!({})).await;
    }
    app.until(|| async { app.order().await.payment.refunded_minor == 3_000 }).await;
    app.assert_invariants().await;
    // pending → succeeded → failed: the money is the customer's claim again.
    for refund in refunds(&app).await {
        app.sandbox.post(&format!("refunds/{}/fail", refund.stripe_id.unwrap()), json!({})).await;
    }
    app.until(|| async { app.order().await.payment.refunded_minor == 0 }).await;
    assert_eq!(label(&app).await, PaymentState::Paid);
    service::refund_order(&app.ctx(), new_refund(&app, "again", 5_390).await)
        .await
        .expect("all of it can go back again");
    app.assert_settled().await;
    assert_eq!(label(&app).await, PaymentState::Refunded);
}

#[tokio::test(flavor = "multi_thread")]
async fn r139_news_of_a_refund_that_comes_late_takes_nothing_back() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    app.sandbox.webhooks("withhold").await;
    app.sandbox.post("refunds/begin", json!({ "status": "pending" })).await;
    service::refund_order(&app.ctx(), new_refund(&app, "r-1", 1_000).await).await.unwrap();
    app.run_due_jobs().await;
    let stripe_id = refunds(&app).await[0].stripe_id.clone().unwrap();
    app.sandbox.post(&format!("refunds/{stripe_id}/succeed"), json!({})).await;
    app.sandbox.post("webhooks/mode", json!({ "mode": "reorder" })).await;
    app.sandbox.post("webhooks/flush", json!({})).await;
    app.until(|| async { refunds(&app).await[0].state == RefundState::Succeeded }).await;
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r139_a_refund_made_at_stripe_is_taken_over_while_one_of_ours_is_under_way() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    app.sandbox.standing_fault(REFUNDS, "error_500_before_work").await;
    service::refund_order(&app.ctx(), new_refund(&app, "ours", 5_390).await).await.unwrap();
    app.run_due_jobs().await;
    app.sandbox.dashboard_refund(&payment_intent(&app).await, 1_000).await;
    app.until(|| async { refunds(&app).await.len() == 2 }).await;
    let theirs = refunds(&app).await.into_iter().find(|refund| refund.actor == "stripe").unwrap();
    assert_eq!(
        (theirs.state, &theirs.shares),
        (RefundState::Succeeded, &RefundAllocation::Unassigned)
    );
    assert_eq!(app.order().await.payment.refunded_minor, 1_000);
    // Ours asks for more than is left: refused for good, and the rest can be refunded.
    app.sandbox.clear_faults().await;
    app.assert_settled().await;
    assert_eq!(
        refunds(&app).await.iter().find(|refund| refund.id.as_str() == "ours").unwrap().state,
        RefundState::Failed
    );
    service::refund_order(&app.ctx(), new_refund(&app, "rest", 4_390).await).await.unwrap();
    app.assert_settled().await;
    assert_eq!(label(&app).await, PaymentState::Refunded);
}

#[tokio::test(flavor = "multi_thread")]
async fn r139_a_payment_with_more_refunds_than_one_page_of_stripes_list() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    app.sandbox.webhooks("withhold").await;
    let intent = payment_intent(&app).await;
    for _ in 0..120 {
        app.sandbox.dashboard_refund(&intent, 10).await;
    }
    // The test's clock stands still: the first answer says how late it is at Stripe, the second
    // question reaches up to there.
    app.pull_events().await;
    app.pull_events().await;
    assert_eq!(app.order().await.payment.refunded_minor, 1_200);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r76_a36_ten_refunds_at_once_never_give_back_more_than_was_paid() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    let mut visitor = app.browser();
    let tries = join_all((0..10).map(|n| {
        let app = &app;
        async move {
            service::refund_order(&app.ctx(), new_refund(app, &format!("refund-{n}"), 2_000).await)
                .await
                .is_ok()
        }
    }))
    .await;
    assert_eq!(tries.iter().filter(|ok| **ok).count(), 2, "2 × €20.00 of €53.90");
    let negative = service::refund_order(&app.ctx(), new_refund(&app, "negative", -5).await).await;
    assert_eq!(negative.unwrap_err().status(), 422);
    app.run_due_jobs().await;
    assert_eq!(label(&app).await, PaymentState::PartlyRefunded);
    assert_eq!(app.order().await.payment.refunded_minor, 4_000);
    let guest = app.app.public_ctx("test", None);
    assert_eq!(
        service::refund_order(&guest, new_refund(&app, "guest", 100).await)
            .await
            .unwrap_err()
            .status(),
        403
    );
    visitor.come_to_payment(&[("MUG", "1")], "bert@example.com").await;
    let unpaid =
        app.orders().await.into_iter().find(|order| order.attempts[0].capture.is_none()).unwrap();
    let refused =
        service::NewRefund { order_id: unpaid.id, ..new_refund(&app, "unpaid", 100).await };
    assert_eq!(
        service::refund_order(&app.ctx(), refused).await.unwrap_err().code,
        "order_not_paid"
    );
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r76_one_refund_asked_for_twice_is_one_refund() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    for _ in 0..3 {
        service::refund_order(&app.ctx(), new_refund(&app, "once", 2_000).await).await.unwrap();
        app.run_due_jobs().await;
    }
    let other = service::refund_order(&app.ctx(), new_refund(&app, "once", 2_001).await).await;
    assert_eq!(other.unwrap_err().code, "refund_id_used");
    assert_eq!(app.sandbox.report().await["currencies"]["eur"]["refunded"], 2_000);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r143_a_payment_in_another_currency_goes_back_in_that_currency_once() {
    let app = TestApp::start().await;
    app.sandbox
        .post("currency", json!({ "forced_currency": "usd", "rate_basis_points": 11_000 }))
        .await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    visitor.come_back(&session).await;
    app.drain_queue().await;
    let order = app.order().await;
    assert!(order.paid_at.is_none(), "dollars do not pay an order in euros");
    let refund = refunds(&app).await.remove(0);
    assert_eq!((refund.amount.currency().code(), refund.state), ("USD", RefundState::Succeeded));
    let notes =
        order.timeline.iter().filter(|entry| entry.text.contains("could not be used")).count();
    assert_eq!(notes, 1, "said once: {:?}", order.timeline);
    app.assert_settled().await;
}
