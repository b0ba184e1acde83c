//! `kill -9` in the middle of a purchase, with the real program, before each of its writes in turn.

use std::time::Duration;

use crate::testing::app::{TestApp, needed};
use crate::testing::catalog::TestCatalog;
use crate::testing::process::StoreProcess;
use crate::testing::relay::{Relay, Way};
use crate::testing::sandbox::session_id;
use crate::testing::shopper::PAID;

/// A store of this process, which checks and cleans up, and the program that will be killed.
struct Stage {
    app: TestApp,
    relay: Relay,
    program: StoreProcess,
}

async fn stage() -> Stage {
    let app = TestApp::with_catalog(&TestCatalog::one("LAST", 1)).await;
    // What the killed program does not learn, nobody else tells it.
    app.sandbox.webhooks("withhold").await;
    let relay = Relay::before(&needed("MONGODB_URI")).await;
    let program = StoreProcess::start(&app, relay.address(&needed("MONGODB_URI"))).await;
    Stage { app, relay, program }
}

impl Stage {
    /// Lets some writes pass, then kills the program; answers whether it came to that before the request ended.
    async fn kill_during<T>(&mut self, writes: i64, request: impl Future<Output = T>) -> bool {
        self.relay.silent_after_writes(writes);
        let killed = tokio::select! {
            _ = request => false,
            () = self.relay.silence() => true,
        };
        self.program.kill();
        self.relay.set(Way::Open);
        killed
    }

    async fn open_orders(&self) -> usize {
        self.app.documents("orders").await.iter().filter(|order| order.get_str("state") == Ok("pending_payment")).count()
    }
}

/// Placing an order is eight writes and more, payment's end as many; each is tried.
const WRITES: std::ops::Range<i64> = 0..9;

#[tokio::test(flavor = "multi_thread")]
async fn f1_i1_killed_at_any_write_of_placing_an_order_nothing_is_lost_and_nothing_is_held_for_ever() {
    let mut hits = 0;
    for writes in WRITES {
        let mut stage = stage().await;
        let mut shopper = stage.program.browser(&stage.app);
        let review = shopper.come_to_review(&[("LAST", "1")], "anna@example.com").await;
        let mut before = shopper.clone();
        hits += u32::from(stage.kill_during(writes, before.place(&review)).await);
        stage.app.assert_invariants().await;
        stage.program.start_again().await;
        // The same page sent again: one order, whatever the first try left behind.
        let mut placed = shopper.place(&review).await;
        for _ in 0..60 {
            if placed.status.as_u16() != 503 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
            placed = shopper.place(&review).await;
        }
        placed.assert_status(303);
        assert_eq!(stage.open_orders().await, 1, "killed before write {writes}");
        stage.app.assert_invariants().await;
        // Nobody pays: the goods come back, once.
        stage.app.advance(Duration::from_secs(40 * 60)).await;
        stage.app.sweep().await;
        stage.app.assert_invariants().await;
        assert_eq!(stage.open_orders().await, 0, "killed before write {writes}");
    }
    assert!(hits >= 6, "the program was killed in the middle only {hits} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_i1_killed_at_any_write_after_payment_the_order_is_completed_once() {
    let mut hits = 0;
    for writes in WRITES {
        let mut stage = stage().await;
        let mut shopper = stage.program.browser(&stage.app);
        let review = shopper.come_to_review(&[("LAST", "1")], "anna@example.com").await;
        let session = session_id(shopper.place(&review).await.location());
        assert_eq!(stage.app.sandbox.pay(&session, PAID).await, "paid");
        let mut before = shopper.clone();
        let killed = stage.kill_during(writes, before.come_back(&session)).await;
        hits += u32::from(killed);
        if killed {
            stage.program.start_again().await;
            let mut back = shopper.come_back(&session).await;
            for _ in 0..60 {
                if back.status.as_u16() == 303 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
                back = shopper.come_back(&session).await;
            }
            back.assert_status(303);
        }
        stage.app.work().await;
        let orders = stage.app.documents("orders").await;
        assert_eq!((orders.len(), orders[0].get_str("state")), (1, Ok("paid")), "killed before write {writes}");
        let sells = stage.app.documents("stock_ledger").await.into_iter().filter(|row| row.get_str("movement") == Ok("sell")).count();
        assert_eq!(sells, 1);
        stage.app.assert_invariants().await;
        if !killed {
            break;
        }
    }
    assert!(hits >= 4, "the program was killed in the middle only {hits} times");
}
