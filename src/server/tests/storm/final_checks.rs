//! After a storm: everything works again, the store comes to rest, and the books must be right.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::features::orders::model::OrderState;
use crate::server::tests::storm::fault_injection::{clear_faults, real_time, settle_transfer};
use crate::server::tests::storm::history::Promise;
use crate::server::tests::storm::{Storm, TRANSACTION_LIFETIME};

/// Stripe gives up on events that nobody takes; whatever they would have said, the store finds out
/// by itself.
const DELIVERIES: u32 = 40;
const BETWEEN_DELIVERIES: Duration = Duration::from_millis(250);
/// Longer than any hold, session or pause before a retry.
const LATER: Duration = Duration::from_secs(2 * 3_600);

/// Ends every fault, delivers what was held back, lets time pass and works off what is queued.
pub async fn calm_down(storm: &Storm) {
    storm.history.note("the storm is over");
    clear_faults(storm);
    for instance in &storm.instances {
        instance.process.lock().await.supervise_until_ready().await;
    }
    storm.app.sandbox.webhooks("normal").await;
    let mut arrives = false;
    while settle_transfer(storm, arrives).await {
        arrives = !arrives;
    }
    deliver_events(storm).await;
    // What the processes leave unfinished is everybody's work.
    for instance in &storm.instances {
        instance.process.lock().await.stop().await;
    }
    storm.history.note("both processes have ended");
    tokio::time::sleep(TRANSACTION_LIFETIME).await;
    storm.app.clock.set(real_time());
    storm.app.advance(LATER).await;
    storm.app.pull_events().await;
    storm.app.drain_queue().await;
}

async fn deliver_events(storm: &Storm) {
    let sandbox = &storm.app.sandbox;
    sandbox.control(Method::POST, "webhooks/flush", json!({})).await;
    for round in 0..DELIVERIES {
        let events = sandbox.events().await;
        let missing: Vec<&str> = events["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|event| is_missing(event))
            .filter_map(id)
            .collect();
        if missing.is_empty() {
            return;
        }
        // Not each time: an event may be under way.
        if round % 8 == 0 {
            for event in &missing {
                sandbox
                    .control(Method::POST, "webhooks/redeliver", json!({ "event": event }))
                    .await;
            }
        }
        storm.history.note(format!("{} events are to be delivered", missing.len()));
        tokio::time::sleep(BETWEEN_DELIVERIES).await;
    }
}

fn is_missing(event: &Value) -> bool {
    event["deliveries"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|delivery| delivery["state"] != "delivered")
}

fn id(event: &Value) -> Option<&str> {
    event["id"].as_str()
}

/// I1 to I7, and that nothing is lost which a shopper was told.
pub async fn check(storm: &Storm) {
    let broken = storm.history.broken_rules();
    assert!(broken.is_empty(), "{broken:#?}");
    // All invariants, and no row of the queue is left over.
    storm.app.assert_settled().await;
    let orders = storm.app.orders().await;
    // A storm in which nobody could pay would prove nothing.
    assert!(
        orders.iter().any(|order| order.state == OrderState::Paid),
        "{}",
        storm.history.summary()
    );
    let held: Vec<_> = orders
        .iter()
        .filter(|order| order.state == OrderState::PendingPayment)
        .map(|order| &order.number)
        .collect();
    assert!(held.is_empty(), "orders wait for ever: {held:#?}");
    let numbers: HashSet<&str> = orders.iter().map(|order| order.number.as_str()).collect();
    for promise in storm.history.promises() {
        keep(storm, promise, &numbers).await;
    }
}

async fn keep(storm: &Storm, promise: Promise, numbers: &HashSet<&str>) {
    match promise {
        Promise::Order { number, mut browser } => {
            assert!(numbers.contains(number.as_str()), "order {number} was promised and is gone");
            browser.move_to(storm.app.router.clone());
            let page = browser.get(&format!("/order/{number}")).await;
            assert!(
                page.status == 200 && page.body.contains(&number),
                "order {number} cannot be read: {}",
                page.status
            );
        }
        Promise::Session { id } => {
            let session = storm.app.sandbox.session(&id).await;
            let number = session["client_reference_id"].as_str().unwrap_or_default();
            assert!(
                numbers.contains(number),
                "the session {id} pays for order {number}, which is gone"
            );
        }
    }
}
