//! The storm: two real processes, shoppers at both, every dependency failing at random. Afterwards
//! the books are right.
//!
//! `cargo xtask storm` runs it for minutes; among the ordinary tests it lasts seconds and always
//! begins the same way.

mod fault_injection;
mod final_checks;
mod history;
mod shoppers;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use fault_proxy::{FaultProxy, Protocol};
use futures::future::join_all;
use mongodb::bson::doc;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::server::tests::storm::history::History;
use crate::testing::app::{TestApp, needed};
use crate::testing::catalog::TestCatalog;
use crate::testing::process::StoreProcess;

/// Told by `cargo xtask storm`.
const SEED: &str = "CARTWRIGHT_STORM_SEED";
const SECONDS: &str = "CARTWRIGHT_STORM_SECONDS";
/// A folder for what the processes log.
const LOGS: &str = "CARTWRIGHT_STORM_LOGS";

/// Among the ordinary tests.
const USUAL_SEED: u64 = 1;
const USUAL_SECONDS: u64 = 8;

const SHOPPERS: u64 = 6;
/// What each process depends on, in the order of its proxies.
const DEPENDENCIES: [(&str, Protocol); 3] = [
    ("MONGODB_URI", Protocol::MongoDb),
    ("REDIS_URL", Protocol::Tcp),
    ("STRIPE_API_BASE", Protocol::Tcp),
];
/// The server keeps the transaction of a killed process this long.
const TRANSACTION_LIFETIME: Duration = Duration::from_secs(5);

/// Sold out within the first seconds, scarce for a while, enough for ever.
fn catalog() -> TestCatalog {
    TestCatalog::one("LAST", 2).with("bowl", "BOWL", 1_900, 40).with("mug", "MUG", 1_200, 100_000)
}

/// A process of the store and what stands between it and its dependencies.
struct Instance {
    process: Mutex<StoreProcess>,
    router: Router,
    proxies: Vec<FaultProxy>,
}

impl Instance {
    /// The second process's clock is ahead by `clock_offset`.
    async fn start(app: &TestApp, number: usize, clock_offset: Duration) -> Self {
        let mut process = StoreProcess::prepare(app)
            .with("CARTWRIGHT_TRUSTED_PROXIES", "127.0.0.1")
            .with("CARTWRIGHT_INSTANCES", "2")
            .with("CARTWRIGHT_TEST_CLOCK_OFFSET_SECONDS", clock_offset.as_secs().to_string());
        let mut proxies = Vec::new();
        for (variable, _) in DEPENDENCIES {
            let proxy = FaultProxy::start(&needed(variable)).await;
            process = process.with(variable, proxy.address_for(&needed(variable)));
            proxies.push(proxy);
        }
        if let Ok(folder) = std::env::var(LOGS) {
            process = process.log_to(PathBuf::from(folder).join(format!("process-{number}.log")));
        }
        let secret = app.sandbox.register_webhook(&process.url("/webhooks/stripe")).await;
        let mut process = process.with("STRIPE_WEBHOOK_SECRET", secret);
        process.start_again().await;
        Self { router: process.router(), process: Mutex::new(process), proxies }
    }
}

struct Storm {
    seed: u64,
    began: Instant,
    ends: Instant,
    history: History,
    instances: Vec<Instance>,
    /// Looks into the books, gives money back and cleans up; no fault touches it, and Stripe's
    /// events do not reach it.
    app: TestApp,
}

impl Storm {
    async fn start(seed: u64, lasting: Duration) -> Self {
        let app = TestApp::with_catalog(&catalog()).await;
        let seconds = i32::try_from(TRANSACTION_LIFETIME.as_secs()).expect("a short time");
        let limit = doc! { "setParameter": 1, "transactionLifetimeLimitSeconds": seconds };
        app.app
            .clients
            .mongo
            .database()
            .client()
            .database("admin")
            .run_command(limit)
            .await
            .expect("the server takes the limit");
        let offset = Duration::from_secs(StdRng::seed_from_u64(seed).random_range(0..30));
        let instances = vec![
            Instance::start(&app, 1, Duration::ZERO).await,
            Instance::start(&app, 2, offset).await,
        ];
        app.sandbox
            .remove_webhook(&format!("{}/webhooks/stripe", app.app.clients.settings.base_url))
            .await;
        let began = Instant::now();
        Self { seed, began, ends: began + lasting, history: History::new(seed), instances, app }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.ends
    }

    /// Waits, but not longer than the storm lasts; answers whether it goes on.
    async fn wait_until(&self, moment: Instant) -> bool {
        tokio::time::sleep_until(moment.min(self.ends)).await;
        !self.is_over()
    }

    async fn wait(&self, time: Duration) -> bool {
        self.wait_until(Instant::now() + time).await
    }

    /// Decisions of their own for everyone who takes part: what others do does not change them.
    fn random(&self, stream: u64) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(stream))
    }
}

fn number_in(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn i1_to_i7_hold_after_a_storm() {
    let (seed, seconds) =
        (number_in(SEED).unwrap_or(USUAL_SEED), number_in(SECONDS).unwrap_or(USUAL_SECONDS));
    println!("storm: seed {seed}, {seconds} seconds");
    let storm = Storm::start(seed, Duration::from_secs(seconds)).await;
    tokio::join!(
        fault_injection::disturb_dependencies(&storm),
        fault_injection::kill_processes(&storm),
        fault_injection::disturb_webhooks(&storm),
        fault_injection::give_money_back(&storm),
        fault_injection::report_progress(&storm),
        join_all((0..SHOPPERS).map(|number| shoppers::shop(&storm, number))),
    );
    final_checks::calm_down(&storm).await;
    final_checks::check(&storm).await;
    println!("storm: {}", storm.history.summary());
}
