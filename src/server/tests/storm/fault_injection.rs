//! What goes wrong in a storm: dependencies, processes, Stripe's webhooks, and money that goes
//! back.

use std::io::Write;
use std::time::Duration;

use axum::http::Method;
use fault_proxy::{Injection, Schedule, ScheduledFault};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use crate::features::payments::model::RefundAllocation;
use crate::features::payments::service::{NewRefund, refund_order};
use crate::infra::clock::Clock;
use crate::server::tests::storm::{DEPENDENCIES, SECONDS, Storm};
use crate::shared::ids::RefundId;
use crate::shared::timestamp::Timestamp;

const REPORT_EVERY: Duration = Duration::from_secs(10);

/// Faults on random proxies; in the end all of them are cleared.
pub async fn disturb_dependencies(storm: &Storm) {
    for (moment, dependency, injection) in list_injections(storm) {
        if !storm.wait_until(storm.began + moment).await {
            break;
        }
        let (instance, position) =
            (dependency / DEPENDENCIES.len(), dependency % DEPENDENCIES.len());
        let proxy = &storm.instances[instance].proxies[position];
        let place = format!("{} of process {}", DEPENDENCIES[position].0, instance + 1);
        match injection {
            Some(injection) => {
                proxy.inject(&injection);
                storm.history.count("faults", format!("{place}: {injection:?}"));
            }
            None => {
                proxy.clear();
                storm.history.note(format!("{place} works again"));
            }
        }
    }
    storm.wait_until(storm.ends).await;
    clear_faults(storm);
}

pub fn clear_faults(storm: &Storm) {
    storm
        .instances
        .iter()
        .flat_map(|instance| &instance.proxies)
        .for_each(fault_proxy::FaultProxy::clear);
}

/// Beginnings and ends (without an injection) in the order of their time.
fn list_injections(storm: &Storm) -> Vec<(Duration, usize, Option<Injection>)> {
    let protocols: Vec<_> =
        storm.instances.iter().flat_map(|_| DEPENDENCIES.map(|(_, protocol)| protocol)).collect();
    let lasting = storm.ends - storm.began;
    let within = Schedule::random(storm.seed, &protocols).take_while(|entry| entry.at < lasting);
    let both = |entry: ScheduledFault| {
        [
            (entry.at, entry.dependency, Some(entry.injection)),
            (entry.at + entry.lasts, entry.dependency, None),
        ]
    };
    let mut all: Vec<_> = within.flat_map(both).collect();
    all.sort_by_key(|(moment, _, _)| *moment);
    all
}

/// SIGKILL now and then; somebody starts the process again soon.
pub async fn kill_processes(storm: &Storm) {
    let mut random = storm.random(1);
    while storm.wait(Duration::from_millis(random.random_range(3_000..9_000))).await {
        let number = random.random_range(0..storm.instances.len());
        let mut process = storm.instances[number].process.lock().await;
        process.kill();
        storm.history.count("kills", format!("process {}", number + 1));
        storm.wait(Duration::from_millis(random.random_range(0..1_500))).await;
        process.supervise_until_ready().await;
        storm.history.note(format!("process {} is ready again", number + 1));
    }
}

/// Events arrive late, twice, in another order, or not before somebody asks for them.
pub async fn disturb_webhooks(storm: &Storm) {
    let mut random = storm.random(2);
    let modes: [&[Value]; 7] = [
        &[],
        &[],
        &[json!({ "mode": "withhold" })],
        &[json!({ "mode": "duplicate", "n": 3 })],
        &[json!({ "mode": "reorder" })],
        &[
            json!({ "mode": "delay", "milliseconds": 2_000 }),
            json!({ "mode": "duplicate", "n": 2 }),
        ],
        &[json!({ "mode": "several_v1" }), json!({ "mode": "reorder" })],
    ];
    while storm.wait(Duration::from_millis(random.random_range(500..2_500))).await {
        let chosen = modes.choose(&mut random).expect("a mode");
        storm.history.note(format!("webhooks: {}", json!(chosen)));
        let (status, answer) = storm
            .app
            .sandbox
            .control(Method::POST, "webhooks/mode", json!({ "modes": chosen }))
            .await;
        assert!(status.is_success(), "{answer}");
        if random.random_ratio(1, 3) {
            storm.app.sandbox.control(Method::POST, "webhooks/flush", json!({})).await;
        }
    }
}

/// Refunds by staff and in Stripe's dashboard, disputes, and bank transfers that arrive or do not.
pub async fn give_money_back(storm: &Storm) {
    let mut random = storm.random(3);
    let mut number = 0;
    while storm.wait(Duration::from_millis(random.random_range(300..1_500))).await {
        number += 1;
        match random.random_range(0..6) {
            0 | 1 => refund(storm, &mut random, number).await,
            2 => refund_in_dashboard(storm, &mut random).await,
            3 => dispute(storm, &mut random).await,
            _ => drop(settle_transfer(storm, random.random_bool(0.7)).await),
        }
    }
}

/// A refund as staff make it; now and then the same one twice at once, and more than there is.
async fn refund(storm: &Storm, random: &mut StdRng, number: u32) {
    storm.app.clock.set(real_time());
    let orders = storm.app.orders().await;
    let paid: Vec<_> = orders.iter().filter(|order| order.paid_at.is_some()).collect();
    let Some(order) = paid.choose(random) else { return };
    let most = order.total_minor;
    let amount =
        if random.random_ratio(1, 4) { most } else { random.random_range(1..=most + most / 10) };
    let new = NewRefund {
        id: RefundId::new(format!("storm-{number}")),
        order_id: order.id,
        amount_minor: amount,
        shares: RefundAllocation::Amount,
        reason: "storm".into(),
    };
    let ctx = storm.app.ctx();
    let outcome = if random.random_ratio(1, 3) {
        tokio::join!(refund_order(&ctx, new.clone()), refund_order(&ctx, new)).0
    } else {
        refund_order(&ctx, new).await
    };
    storm.history.count(
        "refunds",
        format!("{amount} of order {} as storm-{number}: {outcome:?}", order.number),
    );
}

async fn refund_in_dashboard(storm: &Storm, random: &mut StdRng) {
    let Some((intent, money)) = captured(storm, random).await else { return };
    let most = money["captured"].as_i64().unwrap_or(0) - money["refunded"].as_i64().unwrap_or(0);
    if most < 1 {
        return;
    }
    let refund = json!({ "payment_intent": intent, "amount": random.random_range(1..=most) });
    // Stripe refuses it if other refunds came first.
    let (status, _) = storm.app.sandbox.control(Method::POST, "refunds", refund.clone()).await;
    storm.history.count("refunds", format!("in the dashboard {refund}: {status}"));
}

async fn dispute(storm: &Storm, random: &mut StdRng) {
    let Some((intent, _)) = captured(storm, random).await else { return };
    let opening = json!({ "payment_intent": intent, "reason": "fraudulent" });
    let (status, dispute) = storm.app.sandbox.control(Method::POST, "disputes", opening).await;
    storm.history.count("disputes", format!("{intent}: {status}"));
    let Some(id) = dispute["id"].as_str().filter(|_| status.is_success()) else { return };
    if random.random_bool(0.5) {
        let outcome = if random.random_bool(0.5) { "won" } else { "lost" };
        storm
            .app
            .sandbox
            .control(Method::POST, &format!("disputes/{id}/close"), json!({ "outcome": outcome }))
            .await;
    }
}

/// A payment that Stripe has taken, with its sums.
async fn captured(storm: &Storm, random: &mut StdRng) -> Option<(String, Value)> {
    let report = storm.app.sandbox.report().await;
    let intents: Vec<_> = report["payment_intents"]
        .as_object()?
        .iter()
        .filter(|(_, seen)| seen["money"]["captured"] != 0)
        .collect();
    intents.choose(random).map(|(intent, seen)| ((*intent).clone(), seen["money"].clone()))
}

/// A bank transfer that is on its way arrives or fails; answers whether there was one.
pub async fn settle_transfer(storm: &Storm, arrives: bool) -> bool {
    let Some(session) = storm.history.take_unsettled() else { return false };
    let outcome = if arrives { "succeed" } else { "fail" };
    let (status, _) = storm
        .app
        .sandbox
        .control(Method::POST, &format!("sessions/{session}/settle"), json!({ "outcome": outcome }))
        .await;
    storm.history.note(format!("the transfer of {session} is to {outcome}: {status}"));
    true
}

/// Signs of life for the person who waits; the ordinary tests say nothing while they run.
pub async fn report_progress(storm: &Storm) {
    while storm.wait(REPORT_EVERY).await {
        if std::env::var(SECONDS).is_ok() {
            let (passed, all) =
                (storm.began.elapsed().as_secs(), (storm.ends - storm.began).as_secs());
            // Past the test harness, which keeps what is printed until the end.
            let _ = writeln!(
                std::io::stderr(),
                "storm: {passed} of {all} seconds, {}",
                storm.history.summary()
            );
        }
    }
}

/// The processes follow the machine's clock; that of the test's own store stands still unless it is
/// set.
pub fn real_time() -> Timestamp {
    Clock::system().now()
}
