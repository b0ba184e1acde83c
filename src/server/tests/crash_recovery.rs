//! `kill -9` in the middle of a purchase, with the real program, before each of its writes in turn.

use std::ops::Range;
use std::time::Duration;

use fault_proxy::FaultProxy;
use futures::{StreamExt, stream};
use mongodb::bson::doc;

use crate::testing::app::{TestApp, needed};
use crate::testing::browser::Page;
use crate::testing::catalog::TestCatalog;
use crate::testing::process::StoreProcess;
use crate::testing::sandbox::session_id;
use crate::testing::shopper::PAID;

/// Placing an order is eight writes and more, completing a paid one as many; each is tried.
const WRITES: Range<u64> = 0..9;
/// Rounds beside one another: each has a store, a process and a proxy of its own.
const AT_ONCE: usize = 3;
/// A shopper who is told to try again does so this often.
const TRIES: usize = 15;

/// A store of this process, which checks and cleans up, and the program that will be killed.
struct Stage {
    app: TestApp,
    mongo: FaultProxy,
    program: StoreProcess,
}

impl Stage {
    async fn new() -> Self {
        let app = TestApp::with_catalog(&TestCatalog::one("LAST", 1)).await;
        // A killed process leaves its transaction open, and the server keeps it for a minute.
        let limit = doc! { "setParameter": 1, "transactionLifetimeLimitSeconds": 5 };
        app.app
            .clients
            .mongo
            .database()
            .client()
            .database("admin")
            .run_command(limit)
            .await
            .expect("the server takes the limit");
        // What the killed program does not learn, nobody else tells it.
        app.sandbox.webhooks("withhold").await;
        let mongo = FaultProxy::start(&needed("MONGODB_URI")).await;
        let program = StoreProcess::start(&app, mongo.address_for(&needed("MONGODB_URI"))).await;
        Self { app, mongo, program }
    }

    /// Lets some writes pass, then kills the program and starts it again; answers whether it came
    /// to that before the request ended.
    async fn kill_during<T>(&mut self, writes: u64, request: impl Future<Output = T>) -> bool {
        self.mongo.silence_after_writes(writes);
        let killed = tokio::select! {
            _ = request => false,
            () = self.mongo.wait_until_silent() => true,
        };
        self.program.kill();
        self.mongo.clear();
        self.program.start_again().await;
        killed
    }

    async fn open_orders(&self) -> usize {
        self.app
            .documents("orders")
            .await
            .iter()
            .filter(|order| order.get_str("state") == Ok("pending_payment"))
            .count()
    }
}

/// Asks until the answer leads on: what a killed process left open stands in the way for some
/// seconds.
async fn led_on(mut ask: impl AsyncFnMut() -> Page) -> Page {
    for _ in 0..TRIES {
        let page = ask().await;
        if page.status.as_u16() == 303 {
            return page;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    ask().await
}

async fn killed_while_placing(writes: u64) -> bool {
    let mut stage = Stage::new().await;
    let mut shopper = stage.program.browser(&stage.app);
    let review = shopper.come_to_review(&[("LAST", "1")], "anna@example.com").await;
    let mut before = shopper.clone();
    let killed = stage.kill_during(writes, before.place(&review)).await;
    stage.app.assert_invariants().await;
    // The same page sent again: one order, whatever the first try left behind.
    led_on(async || shopper.place(&review).await).await.assert_status(303);
    assert_eq!(stage.open_orders().await, 1, "killed before write {writes}");
    stage.app.assert_invariants().await;
    // Nobody pays: the goods come back, once.
    stage.app.advance(Duration::from_secs(45 * 60)).await;
    stage.app.run_due_jobs().await;
    assert_eq!(stage.open_orders().await, 0, "killed before write {writes}");
    stage.app.assert_invariants().await;
    killed
}

async fn killed_after_payment(writes: u64) -> bool {
    let mut stage = Stage::new().await;
    let mut shopper = stage.program.browser(&stage.app);
    let review = shopper.come_to_review(&[("LAST", "1")], "anna@example.com").await;
    let session = session_id(shopper.place(&review).await.location());
    assert_eq!(stage.app.sandbox.pay(&session, PAID).await, "paid");
    let mut before = shopper.clone();
    let killed = stage.kill_during(writes, before.come_back(&session)).await;
    led_on(async || shopper.come_back(&session).await).await.assert_status(303);
    stage.app.run_due_jobs().await;
    let orders = stage.app.documents("orders").await;
    assert_eq!(
        (orders.len(), orders[0].get_str("state")),
        (1, Ok("paid")),
        "killed before write {writes}"
    );
    let sells = stage
        .app
        .documents("stock_ledger")
        .await
        .into_iter()
        .filter(|row| row.get_str("movement") == Ok("sell"))
        .count();
    assert_eq!(sells, 1, "killed before write {writes}");
    stage.app.assert_invariants().await;
    killed
}

/// How many of the rounds met the program in the middle of its work.
async fn hits<F: Future<Output = bool>>(round: impl Fn(u64) -> F) -> usize {
    stream::iter(WRITES)
        .map(round)
        .buffer_unordered(AT_ONCE)
        .filter(|killed| std::future::ready(*killed))
        .count()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_i1_killed_at_any_write_of_placing_an_order_nothing_is_lost_and_nothing_is_held_for_ever()
 {
    let hits = hits(killed_while_placing).await;
    assert!(hits >= 6, "the program was killed in the middle only {hits} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_i1_killed_at_any_write_after_payment_the_order_is_completed_once() {
    let hits = hits(killed_after_payment).await;
    assert!(hits >= 4, "the program was killed in the middle only {hits} times");
}
