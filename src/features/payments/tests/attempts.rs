//! R132: no payable session without a record.

use std::time::Duration;

use mongodb::bson::{Document, doc};

use crate::features::orders::model::OrderState;
use crate::features::orders::model::payment::AttemptState;
use crate::shared::timestamp::Timestamp;
use crate::testing::app::TestApp;
use crate::testing::sandbox::session_id;
use crate::testing::shopper::PAID;

const SESSIONS: &str = "POST /v1/checkout/sessions";

/// An order whose first request to Stripe failed and left nothing, more than a minute ago.
async fn order_without_session(app: &TestApp) -> (crate::testing::browser::Browser, String) {
    let mut visitor = app.browser();
    app.sandbox.outage(SESSIONS).await;
    let review = visitor.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    assert!(visitor.place(&review).await.location().starts_with("/order/"));
    app.sandbox.clear_faults().await;
    app.clock.advance(Duration::from_secs(61));
    let number = app.order().await.number;
    (visitor, number)
}

async fn open_sessions(app: &TestApp) -> Vec<String> {
    let report = app.sandbox.report().await;
    let orders = report["orders"].as_object().unwrap().values();
    let sessions = orders.flat_map(|order| order["sessions"].as_array().unwrap().clone());
    sessions
        .filter(|session| session["status"] == "open")
        .map(|session| session["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r132_two_retries_while_stripe_is_slow_lead_to_one_payable_page() {
    for pay_first in [true, false] {
        let app = TestApp::start().await;
        let (mut visitor, number) = order_without_session(&app).await;
        app.sandbox.delay(SESSIONS, "delay", Duration::from_secs(4), 1).await;
        let mut other_tab = visitor.clone();
        let fields = [("number", number.as_str())];
        let (slow, meanwhile) = tokio::join!(visitor.post("/api/payments/retry", &fields), async {
            // The first request has reached Stripe.
            app.until(|| async { app.sandbox.calls(SESSIONS).await > 1 }).await;
            other_tab.post("/api/payments/retry", &fields).await
        });
        let pages: Vec<String> = [&slow, &meanwhile]
            .iter()
            .filter(|page| page.location().contains("/pay/"))
            .map(|page| session_id(page.location()))
            .collect();
        assert!(
            !pages.is_empty(),
            "somebody can pay: {} {}",
            slow.location(),
            meanwhile.location()
        );
        let payable = open_sessions(&app).await;
        for session in &payable {
            let known = app.order().await.attempt_of_session(session).is_some();
            assert!(known, "Stripe waits for money on a page that nobody here knows: {session}");
        }
        assert_eq!(payable.len(), 1, "one page, not two");
        let paid = if pay_first { pages.first() } else { pages.last() }.unwrap();
        assert_eq!(app.sandbox.pay(paid, PAID).await, "paid");
        app.until(|| async { app.order().await.state == OrderState::Paid }).await;
        app.assert_settled().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r132_an_answer_that_comes_after_another_attempt_began_is_stored_and_its_page_closed() {
    let app = TestApp::start().await;
    let (mut visitor, number) = order_without_session(&app).await;
    app.sandbox.delay(SESSIONS, "delay_after_work", Duration::from_secs(2), 1).await;
    let fields = [("number", number.as_str())];
    let retried = visitor.post("/api/payments/retry", &fields);
    let overtaken = async {
        // While the answer is on its way, the attempt is given up and followed by another.
        app.until(|| async { !open_sessions(&app).await.is_empty() }).await;
        let orders = app.app.clients.mongo.collection::<Document>("orders");
        let superseded = doc! { "$set": { "attempts.0.state": "superseded" } };
        orders.update_one(doc! {}, superseded).await.unwrap();
    };
    let (page, ()) = tokio::join!(retried, overtaken);
    let order = app.order().await;
    let first = &order.attempts[0];
    let session =
        first.session_id.clone().expect("whatever became of the attempt, its session is stored");
    assert_eq!(first.state, AttemptState::Expired);
    assert!(!page.location().contains(&session), "its address is not shown");
    assert_eq!(app.sandbox.session(&session).await["status"], "expired");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r132_money_on_a_page_whose_answer_was_lost_finds_its_order() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    // As if the process had ended before it stored the answer.
    let orders = app.app.clients.mongo.collection::<Document>("orders");
    let forgotten = doc! { "$set": { "attempts.0.session_id": null, "attempts.0.session_url": null, "attempts.0.state": "created" } };
    orders.update_one(doc! {}, forgotten).await.unwrap();
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    app.until(|| async { app.order().await.state == OrderState::Paid }).await;
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r132_a_session_among_thousands_is_found() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    app.sandbox.fault(SESSIONS, "error_500_after_work", 1).await;
    let review = visitor.come_to_review(&[("MUG", "1")], "anna@example.com").await;
    let ctx = app.ctx();
    // More than one page of Stripe's list is younger than the one we look for.
    app.sandbox.delay(SESSIONS, "delay", Duration::ZERO, 1).await;
    let placed = visitor.place(&review).await;
    assert!(
        placed.location().contains("/pay/"),
        "the session of a stored 500 is found in the list: {}",
        placed.location()
    );
    for n in 0..130 {
        app.sandbox.foreign_session(n).await;
    }
    let attempt = app.order().await.attempts[0].id;
    let since = ctx.now() - Duration::from_mins(10);
    let client = ctx.stripe.client(crate::infra::stripe::Share::Job);
    let found = crate::features::payments::stripe::requests::find_session(client, attempt, since)
        .await
        .unwrap();
    assert_eq!(found.map(|session| session.id), Some(session_id(placed.location())));
}

/// A clock that is off by some seconds, either way.
fn moved(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(now.unix_ms() + seconds * 1_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn r112_a_clock_that_is_minutes_off_pays_all_the_same() {
    for offset in [-240_i64, -61, 61, 240] {
        let app = TestApp::start().await;
        app.clock.set(moved(app.clock.now(), offset));
        let mut visitor = app.browser();
        let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
        let there = app.sandbox.session(&session).await;
        let life = there["expires_at"].as_i64().unwrap() - there["created"].as_i64().unwrap();
        assert!((30 * 60..=42 * 60).contains(&life), "{offset}: {life}");
        assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
        visitor.come_back(&session).await.assert_status(303);
        assert_eq!(app.order().await.state, OrderState::Paid, "{offset}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r112_a_session_ends_by_stripes_own_time() {
    for offset in [-1_500_i64, 1_500] {
        let app = TestApp::start().await;
        app.clock.set(moved(app.clock.now(), offset));
        // Any answer of Stripe's says what time it is there.
        app.pull_events().await;
        let mut visitor = app.browser();
        let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
        let there = app.sandbox.session(&session).await;
        let life = there["expires_at"].as_i64().unwrap() - there["created"].as_i64().unwrap();
        assert!((35 * 60..=37 * 60).contains(&life), "{offset}: {life}");
        assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
        visitor.come_back(&session).await.assert_status(303);
        assert_eq!(app.order().await.state, OrderState::Paid, "{offset}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r121_retries_hold_the_goods_for_an_hour_in_all() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    let placed_at = app.order().await.created_at;
    let number = app.order().await.number;
    app.advance(Duration::from_secs(37 * 60)).await;
    let second = visitor.post("/api/payments/retry", &[("number", &number)]).await;
    assert!(second.location().contains("/pay/"), "{}", second.location());
    let hold = app.order().await.hold_expires_at;
    let held = hold.saturating_since(placed_at);
    assert!(held <= Duration::from_hours(1), "held for {} minutes", held.as_secs() / 60);
    app.advance(Duration::from_secs(24 * 60)).await;
    app.run_due_jobs().await;
    let order = app.order().await;
    assert_eq!(
        order.state,
        OrderState::Expired,
        "the page was closed through the API, then the goods were freed"
    );
    let page = app.sandbox.session(&session_id(second.location())).await;
    assert_eq!(page["status"], "expired");
    visitor.post("/api/payments/retry", &[("number", &number)]).await.assert_status(409);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r59_r134_two_pages_of_one_order_never_keep_the_money_of_both() {
    for first_pays in [true, false] {
        let app = TestApp::start().await;
        app.sandbox.webhooks("withhold").await;
        let mut visitor = app.browser();
        let first = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
        // The first attempt is taken for lost although its page is open in another tab.
        let orders = app.app.clients.mongo.collection::<Document>("orders");
        orders
            .update_one(doc! {}, doc! { "$set": { "attempts.0.state": "superseded" } })
            .await
            .unwrap();
        let number = app.order().await.number;
        let retried = visitor.post("/api/payments/retry", &[("number", &number)]).await;
        let second = session_id(retried.location());
        assert_ne!(first, second);
        for session in if first_pays { [&first, &second] } else { [&second, &first] } {
            assert_eq!(app.sandbox.pay(session, PAID).await, "paid");
        }
        visitor.come_back(&first).await;
        visitor.come_back(&second).await;
        app.pull_events().await;
        app.assert_settled().await;
        let order = app.order().await;
        assert_eq!(order.state, OrderState::Paid);
        // R134: giving the second payment back changes nothing at the paid order.
        assert_eq!(order.payment_state().key(), "paid");
        assert_eq!(order.payment.refunded_minor, 0);
        let report = app.sandbox.report().await;
        let money = &report["currencies"]["eur"];
        assert_eq!(
            money["captured"].as_i64().unwrap() - money["refunded"].as_i64().unwrap(),
            order.total_minor,
            "{report}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r144_an_order_that_costs_nothing_is_paid_in_the_transaction_that_places_it() {
    let catalog = crate::testing::catalog::TestCatalog::one("FREE", 3)
        .priced("FREE", 0)
        .without_shipping("FREE");
    let app = TestApp::with_catalog(&catalog).await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("FREE", "2")], "anna@example.com").await;
    let placed = visitor.place(&review).await;
    placed.assert_status(303);
    let order = app.order().await;
    assert_eq!((order.state, order.total_minor, order.attempts.len()), (OrderState::Paid, 0, 0));
    assert_eq!(app.sandbox.calls(SESSIONS).await, 0, "Stripe hears nothing of it");
    app.assert_settled().await;
}
