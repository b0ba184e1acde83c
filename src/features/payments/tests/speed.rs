//! What a purchase costs: commands to MongoDB and calls to Stripe, counted.

use crate::testing::app::TestApp;
use crate::testing::shopper::{ADDRESS, PAID};

/// From the first addition to the cart to the page of the paid order, with all that Stripe's events
/// cause.
const MOST_COMMANDS: u64 = 33;
/// What follows: the confirmation mail.
const MOST_COMMANDS_OF_JOBS: u64 = 10;
/// From the review page's button to the paid order: what decides how many orders a second are
/// possible.
const MOST_COMMANDS_TO_PAY: u64 = 22;
const MOST_CALLS: i64 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn r138_commands_and_calls_of_a_purchase_are_few() {
    let app = TestApp::start().await;
    // The first order of a process takes order numbers for ten.
    crate::features::orders::service::next_number(&app.ctx()).await.unwrap();
    let mongo = &app.app.clients.mongo;
    let mut steps: Vec<(&str, u64)> = Vec::new();
    let mut last = mongo.commands_sent();
    let mut count = |step: &'static str| {
        let now = mongo.commands_sent();
        steps.push((step, now - last));
        last = now;
    };
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "1").await.assert_status(303);
    count("add");
    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com"), ("from", "/checkout")])
        .await
        .assert_status(303);
    count("contact");
    visitor.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
    count("shipping");
    let review = visitor.get("/checkout?step=review").await;
    count("review");
    let placed = visitor.place(&review).await;
    count("place");
    let session = crate::testing::sandbox::session_id(placed.location());
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    app.until(|| async { app.sandbox.report().await["undelivered_events"] == 0 }).await;
    count("webhooks");
    let back = visitor.come_back(&session).await;
    back.assert_status(303);
    count("return page");
    app.run_due_jobs().await;
    count("jobs");
    let calls: Vec<(String, i64)> = app.sandbox.report().await["calls"]["by_endpoint"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(endpoint, _)| !endpoint.contains("webhook_endpoints"))
        .map(|(endpoint, count)| (endpoint.clone(), count.as_i64().unwrap()))
        .collect();
    let jobs = steps.iter().find(|(step, _)| *step == "jobs").map_or(0, |(_, commands)| *commands);
    let total: u64 = steps.iter().map(|(_, commands)| commands).sum::<u64>() - jobs;
    let to_pay: u64 = steps
        .iter()
        .filter(|(step, _)| ["place", "webhooks", "return page"].contains(step))
        .map(|(_, commands)| commands)
        .sum();
    println!(
        "commands: {steps:?} = {total}, from the button to the paid order {to_pay}; calls: {calls:?}"
    );
    assert!(total <= MOST_COMMANDS, "{steps:?} = {total}");
    assert!(jobs <= MOST_COMMANDS_OF_JOBS, "{jobs}");
    assert!(to_pay <= MOST_COMMANDS_TO_PAY, "{steps:?} = {to_pay}");
    assert!(calls.iter().map(|(_, count)| count).sum::<i64>() <= MOST_CALLS, "{calls:?}");
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r138_calls_to_stripe_share_their_connections() {
    let app = TestApp::start().await;
    for n in 0..6 {
        let mut visitor = app.browser();
        let session =
            visitor.come_to_payment(&[("MUG", "1")], &format!("anna{n}@example.com")).await;
        app.sandbox.pay(&session, PAID).await;
        visitor.come_back(&session).await.assert_status(303);
    }
    let connections = app.sandbox.report().await["connections"].as_i64().unwrap();
    assert!(connections <= 4, "{connections} connections for a dozen calls");
}
