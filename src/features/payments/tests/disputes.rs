//! R77, R140, R141: disputes.

use serde_json::json;

use super::{buy_teapot, new_refund, payment_intent};
use crate::features::orders;
use crate::features::orders::model::PaymentState;
use crate::features::orders::model::payment::DisputeState;
use crate::features::payments::service;
use crate::features::payments::store;
use crate::shared::money::Money;
use crate::testing::app::TestApp;

async fn state(app: &TestApp) -> Option<DisputeState> {
    app.order().await.payment.dispute.map(|dispute| dispute.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn r77_a_dispute_flags_the_order_and_blocks_refunds_until_it_is_closed() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    let opened =
        app.sandbox.post("disputes", json!({ "payment_intent": payment_intent(&app).await })).await;
    let id = opened["id"].as_str().unwrap().to_owned();
    app.until(|| async { state(&app).await == Some(DisputeState::NeedsResponse) }).await;
    assert_eq!(app.order().await.payment_state(), PaymentState::Disputed);
    let refused =
        service::refund_order(&app.ctx(), new_refund(&app, "r-1", 100).await).await.unwrap_err();
    assert_eq!((refused.status(), &*refused.code), (409, "payment_disputed"));
    let stored =
        store::disputes_of_order(&app.ctx().mongo, app.order().await.id).await.unwrap().remove(0);
    assert!(
        stored.respond_by.is_some() && stored.fee_minor > 0 && stored.amount.minor() == 5_390,
        "{stored:?}"
    );
    app.sandbox.post(&format!("disputes/{id}/status"), json!({ "status": "under_review" })).await;
    app.until(|| async { state(&app).await == Some(DisputeState::UnderReview) }).await;
    app.sandbox.post(&format!("disputes/{id}/close"), json!({ "outcome": "won" })).await;
    app.until(|| async { state(&app).await == Some(DisputeState::Won) }).await;
    assert_eq!(app.order().await.payment_state(), PaymentState::Paid);
    service::refund_order(&app.ctx(), new_refund(&app, "r-2", 100).await)
        .await
        .expect("the dispute is over");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r77_a_lost_dispute_stays_on_the_order() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    let opened =
        app.sandbox.post("disputes", json!({ "payment_intent": payment_intent(&app).await })).await;
    app.sandbox
        .post(
            &format!("disputes/{}/close", opened["id"].as_str().unwrap()),
            json!({ "outcome": "lost" }),
        )
        .await;
    app.until(|| async { state(&app).await == Some(DisputeState::Lost) }).await;
    assert_eq!(app.order().await.payment_state(), PaymentState::Disputed);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r141_events_of_a_dispute_in_any_order_end_the_same() {
    for mode in ["reorder", "duplicate", "normal"] {
        let app = TestApp::start().await;
        buy_teapot(&app).await;
        app.sandbox.webhooks("withhold").await;
        let inquiry = json!({ "payment_intent": payment_intent(&app).await, "kind": "inquiry" });
        let opened = app.sandbox.post("disputes", inquiry).await;
        let id = opened["id"].as_str().unwrap().to_owned();
        for status in ["warning_under_review", "needs_response", "under_review"] {
            app.sandbox.post(&format!("disputes/{id}/status"), json!({ "status": status })).await;
        }
        app.sandbox.post(&format!("disputes/{id}/close"), json!({ "outcome": "won" })).await;
        app.sandbox.post("webhooks/mode", json!({ "mode": mode, "n": 3 })).await;
        if mode == "normal" {
            app.sandbox.post("webhooks/flush", json!({ "only": ["charge.dispute.closed"] })).await;
            app.until(|| async { state(&app).await == Some(DisputeState::Won) }).await;
        }
        app.sandbox.post("webhooks/flush", json!({})).await;
        app.until(|| async { state(&app).await == Some(DisputeState::Won) }).await;
        app.until(|| async { app.sandbox.report().await["undelivered_events"] == 0 }).await;
        assert_eq!(state(&app).await, Some(DisputeState::Won), "{mode}");
        app.assert_settled().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r141_what_was_read_before_a_dispute_closed_takes_nothing_back() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    let (ctx, order) = (app.ctx(), app.order().await);
    let amount = Money::new(order.total_minor, order.currency);
    for (state, is_news) in [
        (DisputeState::UnderReview, true),
        (DisputeState::NeedsResponse, false),
        (DisputeState::Won, true),
        (DisputeState::UnderReview, false),
    ] {
        let ctx_in = ctx.clone();
        let set = ctx.mongo.transaction(move |tx| {
            let ctx = ctx_in.clone();
            Box::pin(async move {
                orders::service::payment::set_dispute(&ctx, tx, order.id, "dp_1", state, amount)
                    .await
            })
        });
        assert_eq!(set.await.unwrap(), is_news, "{state:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r140_refunds_and_disputes_are_found_after_a_day_without_webhooks() {
    let app = TestApp::start().await;
    buy_teapot(&app).await;
    app.pull_events().await;
    app.sandbox.webhooks("drop").await;
    app.sandbox.dashboard_refund(&payment_intent(&app).await, 390).await;
    app.advance(std::time::Duration::from_secs(20 * 3_600)).await;
    app.sandbox
        .post(
            "disputes",
            json!({ "payment_intent": payment_intent(&app).await, "kind": "inquiry" }),
        )
        .await;
    app.advance(std::time::Duration::from_secs(4 * 3_600)).await;
    app.run_due_jobs().await;
    let order = app.order().await;
    assert_eq!(order.payment.refunded_minor, 390);
    assert_eq!(state(&app).await, Some(DisputeState::InquiryNeedsResponse));
    app.assert_settled().await;
}
