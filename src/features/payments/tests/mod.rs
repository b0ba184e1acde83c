//! Payments on real servers and the stateful sandbox: paid once, whoever brings the news, and never
//! without an order.

mod attempts;
mod currencies;
mod disputes;
mod events;
mod orders_per_second;
mod refunds;
mod speed;
mod unpaid_orders;

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::future::join_all;

use crate::features::payments::model::{PaymentOutcome, RefundAllocation};
use crate::features::payments::service::{self, NewRefund};
use crate::infra::mongo::new_id;
use crate::shared::ids::{OrderId, RefundId};
use crate::testing::app::{TestApp, own_address};
use crate::testing::sandbox::session_id;
use crate::testing::shopper::{DECLINED, PAID};

async fn state(app: &TestApp) -> String {
    app.documents("orders").await[0].get_str("state").unwrap().to_owned()
}

async fn number(app: &TestApp) -> String {
    app.documents("orders").await[0].get_str("number").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_1_a_hosted_session_asks_for_the_snapshot_and_no_script_of_theirs_runs_here() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("TEAPOT", "1"), ("MUG", "2")], "anna@example.com").await;
    let placed = visitor.place(&review).await;
    placed.assert_status(303);
    assert!(
        placed.location().starts_with(&app.app.clients.settings.payment_page_origin()),
        "a whole redirect: {}",
        placed.location()
    );
    let order = &app.documents("orders").await[0];
    let session = app.sandbox.session(&session_id(placed.location())).await;
    assert_eq!(session["amount_total"].as_i64(), order.get_i64("total_minor").ok(), "{session}");
    assert_eq!(session["client_reference_id"].as_str(), order.get_str("number").ok());
    assert_eq!(
        (session["mode"].as_str(), session["currency"].as_str()),
        (Some("payment"), Some("eur"))
    );
    for page in [
        review,
        visitor.get("/cart").await,
        visitor.get(&format!("/order/{}", number(&app).await)).await,
    ] {
        let sources =
            page.body.split("<script").skip(1).filter_map(|script| script.split('>').next());
        assert!(
            sources.clone().all(|tag| !tag.contains("src=")),
            "{:?}",
            sources.collect::<Vec<_>>()
        );
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.split(';').all(
                |rule| !rule.trim_start().starts_with("script-src") || !rule.contains("stripe")
            ),
            "{policy}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_2_r65_the_return_page_alone_completes_the_order() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("withhold").await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    let back = visitor.come_back(&session).await;
    back.assert_status(303);
    assert_eq!(back.location(), format!("/order/{}", number(&app).await));
    assert_eq!(state(&app).await, "paid");
    visitor.get(back.location()).await.assert_status(200);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_2_r62_the_webhook_alone_completes_the_order() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.sandbox.pay(&session, PAID).await;
    app.until(|| async { state(&app).await == "paid" }).await;
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_5_r66_reconciliation_alone_completes_the_order() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("withhold").await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.sandbox.pay(&session, PAID).await;
    app.advance(Duration::from_secs(300)).await;
    app.run_due_jobs().await;
    assert_eq!(state(&app).await, "paid");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_2_r62_a33_many_messengers_one_effect() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("withhold").await;
    let mut visitor = app.browser();
    let address = own_address();
    let session = visitor.come_to_payment(&[("TEAPOT", "2")], &address).await;
    app.sandbox.pay(&session, PAID).await;
    let ctx = app.ctx();
    let outcomes = join_all((0..20).map(|_| service::settle_payment(&ctx, &session))).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    app.sandbox
        .control(
            axum::http::Method::POST,
            "webhooks/mode",
            serde_json::json!({ "mode": "duplicate", "n": 5 }),
        )
        .await;
    app.sandbox.control(axum::http::Method::POST, "webhooks/flush", serde_json::json!({})).await;
    app.until(|| async { app.sandbox.report().await["undelivered_events"] == 0 }).await;
    visitor.come_back(&session).await;
    app.run_due_jobs().await;
    assert_eq!(app.mails_to(&address).await.len(), 1, "one order, one confirmation");
    let sells = app
        .documents("stock_ledger")
        .await
        .into_iter()
        .filter(|row| row.get_str("movement") == Ok("sell"))
        .count();
    assert_eq!(sells, 1);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_7_a_declined_card_then_a_good_one_on_the_same_order() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    assert_eq!(app.sandbox.pay(&session, DECLINED).await, "declined");
    let back = visitor.come_back(&session).await;
    assert!(back.body.contains("You were not charged"), "{}", back.body);
    let retry = visitor.post("/api/payments/retry", &[("number", &number(&app).await)]).await;
    retry.assert_status(303);
    let again = session_id(retry.location());
    assert_eq!(again, session, "an open session is used again");
    assert_eq!(app.sandbox.pay(&again, PAID).await, "paid");
    visitor.come_back(&again).await.assert_status(303);
    assert_eq!(app.documents("orders").await.len(), 1);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_7_a_dead_session_is_followed_by_another_attempt_at_the_same_total() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.advance(Duration::from_secs(38 * 60)).await;
    let retry = visitor.post("/api/payments/retry", &[("number", &number(&app).await)]).await;
    retry.assert_status(303);
    let second = session_id(retry.location());
    assert_ne!(second, session);
    app.advance(Duration::from_secs(10 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(
        state(&app).await,
        "pending_payment",
        "the new attempt holds the goods for its own time"
    );
    app.sandbox.pay(&second, PAID).await;
    visitor.come_back(&second).await.assert_status(303);
    assert_eq!(state(&app).await, "paid");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_6_a35_nothing_is_released_while_stripe_was_not_asked() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("withhold").await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    // Paid in the last minute, and nobody told us.
    app.sandbox.pay(&session, PAID).await;
    app.advance(Duration::from_secs(40 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(
        state(&app).await,
        "paid",
        "the worker found the payment instead of freeing the goods"
    );
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_6_stripe_silent_means_nothing_is_released() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    // Before the time passes: the page ends at Stripe too, which says so at once.
    for call in ["POST /v1/checkout/sessions/*/expire", "GET /v1/checkout/sessions/*"] {
        app.sandbox.standing_fault(call, "error_500_before_work").await;
    }
    app.advance(Duration::from_secs(42 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(state(&app).await, "pending_payment");
    app.sandbox.clear_faults().await;
    app.advance(Duration::from_secs(10 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(state(&app).await, "expired");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r58_f2_f18_a_lost_answer_leads_to_the_same_session() {
    let app = TestApp::start().await;
    for fault in ["drop_after_work", "rate_limit_429", "conflict_409"] {
        let mut visitor = app.browser();
        app.sandbox.fault("POST /v1/checkout/sessions", fault, 1).await;
        let session =
            visitor.come_to_payment(&[("MUG", "1")], &format!("{fault}@example.com")).await;
        app.sandbox.pay(&session, PAID).await;
        visitor.come_back(&session).await.assert_status(303);
    }
    let report = app.sandbox.report().await;
    for order in report["orders"].as_object().unwrap().values() {
        assert_eq!(order["sessions"].as_array().unwrap().len(), 1, "{report}");
    }
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r58_f17_a_stored_500_ends_in_one_session_or_none() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    app.sandbox.fault("POST /v1/checkout/sessions", "error_500_after_work", 1).await;
    let review = visitor.come_to_review(&[("MUG", "1")], "anna@example.com").await;
    let placed = visitor.place(&review).await;
    placed.assert_status(303);
    // The 500 is replayed under its key: the shopper sees the order waiting, nothing is charged
    // twice.
    app.advance(Duration::from_secs(45 * 60)).await;
    app.run_due_jobs().await;
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r58_f17_a_stored_500_without_work_is_followed_by_a_new_key_once_nothing_can_be_on_its_way()
{
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    app.sandbox.fault("POST /v1/checkout/sessions", "error_500_before_work", 1).await;
    let review = visitor.come_to_review(&[("MUG", "1")], "anna@example.com").await;
    assert!(visitor.place(&review).await.location().starts_with("/order/"));
    let number = number(&app).await;
    let soon = visitor.post("/api/payments/retry", &[("number", &number)]).await;
    assert!(
        soon.location().starts_with("/order/"),
        "a request may still be on its way: {}",
        soon.location()
    );
    app.advance(Duration::from_secs(61)).await;
    let later = visitor.post("/api/payments/retry", &[("number", &number)]).await;
    assert!(later.location().contains("/pay/"), "{}", later.location());
    assert_eq!(app.sandbox.pay(&session_id(later.location()), PAID).await, "paid");
    visitor.come_back(&session_id(later.location())).await.assert_status(303);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r59_a34_money_for_an_order_that_ended_goes_back_once() {
    let app = TestApp::start().await;
    app.sandbox.webhooks("withhold").await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.sandbox.pay(&session, PAID).await;
    // The order ended behind Stripe's back, as a defect or a restored backup could do it.
    let orders = app.app.clients.mongo.collection::<mongodb::bson::Document>("orders");
    orders
        .update_one(mongodb::bson::doc! {}, mongodb::bson::doc! { "$set": { "state": "expired" } })
        .await
        .unwrap();
    let ctx = app.ctx();
    let outcomes = join_all((0..5).map(|_| service::settle_payment(&ctx, &session))).await;
    assert!(outcomes.iter().all(|o| matches!(o, Ok(PaymentOutcome::Refunded))), "{outcomes:?}");
    app.run_due_jobs().await;
    let report = app.sandbox.report().await;
    let money = &report["currencies"]["eur"];
    assert_eq!(money["captured"], money["refunded"], "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_3_r60_a30_unsigned_webhooks_are_refused_unread() {
    let app = TestApp::start().await;
    for signature in ["", "t=1,v1=00", "v1=00"] {
        let request = Request::post("/webhooks/stripe")
            .header("stripe-signature", signature)
            .body(Body::from("{not json"))
            .unwrap();
        app.browser().send(request).await.assert_status(400);
    }
    let bare = Request::post("/webhooks/stripe").body(Body::from("{}")).unwrap();
    app.browser().send(bare).await.assert_status(400);
    assert!(app.documents("stripe_events").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn r61_a31_a_signed_event_with_another_sum_changes_nothing() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    let forged = serde_json::json!({ "type": "checkout.session.completed", "object": { "id": session, "object": "checkout.session", "payment_status": "paid", "amount_total": 1, "currency": "eur" } });
    app.sandbox.control(axum::http::Method::POST, "events", forged).await;
    app.until(|| async { app.sandbox.report().await["undelivered_events"] == 0 }).await;
    assert_eq!(state(&app).await, "pending_payment", "Stripe itself says: not paid");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_3_r64_a_known_type_without_its_order_is_delivered_again() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let metadata = serde_json::json!({ "order_id": new_id::<OrderId>(), "shop": ctx.settings.base_url.trim_start_matches("http://") });
    let deliver = |kind: &str, object: serde_json::Value| {
        let body =
            serde_json::json!({ "id": format!("evt_{kind}"), "type": kind, "livemode": false, "data": { "object": object } }).to_string();
        let t = ctx.now().unix_seconds();
        let signature = crate::infra::crypto::hmac_sha256_hex(
            ctx.settings.services.stripe_webhook_secrets[0].as_bytes(),
            &[t.to_string().as_bytes(), b".", body.as_bytes()],
        );
        (format!("t={t},v1={signature}"), body)
    };
    let (signature, body) = deliver(
        "checkout.session.completed",
        serde_json::json!({ "object": "checkout.session", "id": "cs_test_unknown", "metadata": metadata }),
    );
    let refused = service::receive_webhook(&ctx, &signature, body.as_bytes()).await.unwrap_err();
    assert_eq!(refused.status(), 409);
    let (signature, body) = deliver("foo.bar", serde_json::json!({ "id": "x" }));
    service::receive_webhook(&ctx, &signature, body.as_bytes())
        .await
        .expect("unknown types are acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn r65_a32_the_return_page_tells_strangers_nothing() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.sandbox.pay(&session, PAID).await;
    visitor.come_back(&session).await.assert_status(303);
    let mut stranger = app.browser();
    let page = stranger.come_back(&session).await;
    assert!(
        !page.body.contains(&number(&app).await) && !page.body.contains("anna"),
        "{}",
        page.body
    );
    assert!(stranger.cookies.is_empty());
    for odd in ["", "cs_", "../etc", "cs_test_random", "cs_%00", &"cs_x".repeat(200)] {
        let page = stranger.come_back(odd).await;
        assert!(page.status.as_u16() < 500, "{odd}: {}", page.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r78_numbers_rise_and_are_unique() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let mut numbers: Vec<i64> =
        join_all((0..100).map(|_| crate::features::orders::service::next_number(&ctx)))
            .await
            .into_iter()
            .map(|n| n.unwrap().parse().unwrap())
            .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 100);
    assert!(numbers[0] > 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_8_a_delayed_payment_keeps_the_goods_until_it_is_settled() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    app.sandbox.pay_by_bank_transfer(&session).await;
    let page = visitor.come_back(&session).await;
    page.assert_status(200);
    app.advance(Duration::from_secs(40 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(state(&app).await, "pending_payment", "the bank has not said no");
    app.sandbox.settle(&session, "succeed").await;
    app.until(|| async { state(&app).await == "paid" }).await;
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn msg_1_r108_one_confirmation_reaches_the_customer() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let to = format!("{}@example.com", new_id::<OrderId>());
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], &to).await;
    app.sandbox.pay(&session, PAID).await;
    visitor.come_back(&session).await.assert_status(303);
    app.run_due_jobs().await;
    let mails = app.mails_to(&to).await;
    assert_eq!(mails.len(), 1);
    let text = mails[0]["text"].as_str().unwrap();
    assert!(text.contains("Teapot") && text.contains("€53.90"), "{text}");
    let link = text
        .split_whitespace()
        .find(|word| word.contains("?key="))
        .expect("a link to the order")
        .to_owned();
    assert!(link.starts_with(&app.app.clients.settings.base_url), "{link}");
    // ORD-12: the link shows a button; only its POST opens the order, and the address is clean
    // afterwards.
    let mut elsewhere = app.browser();
    let number = number(&app).await;
    elsewhere.get(&format!("/order/{number}")).await.assert_status(404);
    let page = elsewhere.get(&link).await;
    page.assert_status(200);
    assert!(elsewhere.cookies.is_empty() && !page.body.contains("Teapot"));
    let key = link.split("key=").nth(1).unwrap();
    let opened = elsewhere.post("/api/orders/open", &[("number", &number), ("key", key)]).await;
    opened.assert_status(303);
    assert_eq!(opened.location(), format!("/order/{number}"));
    assert!(elsewhere.get(opened.location()).await.body.contains("Teapot"));
    let another = crate::infra::crypto::random_token();
    app.browser()
        .post("/api/orders/open", &[("number", &number), ("key", another.as_str())])
        .await
        .assert_status(404);
}

/// One teapot, bought and paid; answers its session.
async fn buy_teapot(app: &TestApp) -> String {
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    visitor.come_back(&session).await.assert_status(303);
    session
}

/// The refund of a part of the first order.
async fn new_refund(app: &TestApp, id: &str, amount_minor: i64) -> NewRefund {
    let order_id = app.order().await.id;
    NewRefund {
        id: RefundId::new(id),
        order_id,
        amount_minor,
        shares: RefundAllocation::Amount,
        reason: "test".into(),
    }
}

async fn payment_intent(app: &TestApp) -> String {
    app.order()
        .await
        .attempts
        .iter()
        .find_map(|attempt| attempt.payment_intent.clone())
        .expect("a payment")
}
