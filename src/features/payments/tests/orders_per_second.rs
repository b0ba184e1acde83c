//! How many orders a second the store takes, beside bare transactions that write the same
//! documents: a measurement.
//!
//! `cargo xtask bench --orders` writes what it prints into `docs/performance.md`. Only the books
//! are judged.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::Method;
use mongodb::bson::{Document, doc, from_document, to_bson};
use serde_json::{Value, json};

use crate::features::cart::store::CartDocument;
use crate::features::orders::model::OrderState;
use crate::features::orders::model::mails::SendOrderMail;
use crate::features::orders::model::payment::{AttemptState, PaymentAttempt, PaymentFacts};
use crate::features::orders::store::{ORDERS, OrderDocument};
use crate::features::payments::model::WatchOrder;
use crate::infra::mongo::{Mongo, Tx, TxResult, new_id};
use crate::infra::outbox::{OUTBOX, OutboxRow};
use crate::shared::ids::{AttemptId, CartId, LedgerEntryId, OrderId};
use crate::shared::timestamp::Timestamp;
use crate::testing::app::TestApp;
use crate::testing::browser::Browser;
use crate::testing::catalog::TestCatalog;
use crate::testing::sandbox::{Sandbox, session_id};
use crate::testing::shopper::PAID;

/// Buyers at the same time, and how many orders they place together.
const BUYERS: [(usize, f64); 3] = [(1, 150.0), (8, 400.0), (32, 400.0)];
const PRODUCTS: usize = 32;
/// How many products the buyers share: one, whose stock everybody writes to, or so many that they
/// seldom meet.
const GOODS: [(&str, usize); 2] = [("hot", 1), ("spread", PRODUCTS)];
/// More than all buyers together want.
const STOCK: i64 = 1_000_000;
/// Orders before the clock starts: they open the connections to the database and to the sandbox.
const WARM_UP: usize = 32;
/// A factor for the number of orders, such as `0.1` for a quick look.
const SCALE: &str = "CARTWRIGHT_BENCH_ORDERS_SCALE";
/// How often a buyer presses the button: one cart may do so five times in ten minutes.
const TRIES: usize = 5;
/// How often whoever has begun goes on trying.
const MOST_TRIES: usize = 20;
/// What a busy store is given before the next try.
const PAUSE: Duration = Duration::from_secs(1);
const LEDGER: &str = "stock_ledger";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: cargo xtask bench --orders"]
async fn orders_per_second() {
    for setting in Setting::all() {
        let app = start_store(setting).await;
        cart_to_paid(&app, setting, setting.orders).await.print(setting, "cart_to_paid");
        check_books(&app).await;
        let app = start_store(setting).await;
        place_to_paid(&app, setting).await.print(setting, "place_to_paid");
        // Before the control, whose orders nobody paid for.
        check_books(&app).await;
        bare_transactions(&app, setting).await.print(setting, "bare_transaction");
        let is_whole_copy = |order: &&OrderDocument| {
            order.number.starts_with("copy-") && order.state == OrderState::Paid
        };
        assert_eq!(
            app.orders().await.iter().filter(is_whole_copy).count(),
            setting.orders,
            "the control's orders"
        );
    }
}

#[derive(Clone, Copy)]
struct Setting {
    name: &'static str,
    buyers: usize,
    skus: usize,
    orders: usize,
}

impl Setting {
    fn all() -> impl Iterator<Item = Self> {
        let scale =
            std::env::var(SCALE).ok().and_then(|text| text.parse::<f64>().ok()).unwrap_or(1.0);
        BUYERS.into_iter().flat_map(move |(buyers, orders)| {
            let orders = ((orders * scale) as usize).max(buyers);
            GOODS.map(|(name, skus)| Self { name, buyers, skus, orders })
        })
    }
}

fn sku(product: usize) -> String {
    format!("ITEM-{product}")
}

/// A store of its own for each measurement: none finds more orders than another, neither in the
/// database nor at the sandbox, which writes all its accounts to a file again and again.
async fn start_store(setting: Setting) -> Arc<TestApp> {
    let first = TestCatalog::one(&sku(0), STOCK);
    let catalog = (1..PRODUCTS)
        .fold(first, |catalog, n| catalog.with(&format!("item-{n}"), &sku(n), 2_500, STOCK));
    let app = Arc::new(TestApp::with_catalog(&catalog).await);
    // What is measured is the way a shopper goes; the events would be handled beside it.
    app.sandbox.webhooks("withhold").await;
    cart_to_paid(&app, setting, WARM_UP).await;
    app
}

/// Our books and Stripe's agree. After that nobody needs the account at the sandbox any more.
async fn check_books(app: &TestApp) {
    app.assert_invariants().await;
    app.sandbox.control(Method::DELETE, "account", Value::Null).await;
}

/// From an empty cart to the paid order.
async fn cart_to_paid(app: &Arc<TestApp>, setting: Setting, orders: usize) -> Measured {
    let store = app.clone();
    run(setting.buyers, orders, &app.app.clients.mongo, move |order| {
        let store = store.clone();
        async move { Buyer::at_review(&store, setting, order).await.pay(&store.sandbox).await }
    })
    .await
}

/// From the review page's button to the paid order: all buyers have come to that page before the
/// clock starts.
async fn place_to_paid(app: &Arc<TestApp>, setting: Setting) -> Measured {
    let (orders, mongo) = (setting.orders, &app.app.clients.mongo);
    let waiting = Arc::new(Mutex::new(Vec::<Buyer>::with_capacity(orders)));
    let (store, line) = (app.clone(), waiting.clone());
    run(setting.buyers, orders, mongo, move |order| {
        let (store, line) = (store.clone(), line.clone());
        async move {
            let buyer = Buyer::at_review(&store, setting, order).await;
            line.lock().expect("the waiting buyers").push(buyer);
            true
        }
    })
    .await;
    let store = app.clone();
    run(setting.buyers, orders, mongo, move |_| {
        let store = store.clone();
        let buyer =
            waiting.lock().expect("the waiting buyers").pop().expect("a buyer for each order");
        async move { buyer.pay(&store.sandbox).await }
    })
    .await
}

/// The control: two transactions for each order, which write the documents that a real order's two
/// write, with the same driver, durability and number of writers. Nothing is read, checked or
/// encrypted, and no cart is locked.
async fn bare_transactions(app: &Arc<TestApp>, setting: Setting) -> Measured {
    let (pattern, mongo) = (Pattern::of(app).await, app.app.clients.mongo.clone());
    let copies: Vec<_> = (0..setting.orders)
        .map(|n| pattern.copy(&sku(n % setting.skus), app.clock.now()))
        .collect();
    mongo
        .collection::<CartDocument>("carts")
        .insert_many(copies.iter().map(|copy| &copy.cart))
        .await
        .expect("the carts");
    let copies: Arc<Vec<Arc<OrderCopy>>> = Arc::new(copies.into_iter().map(Arc::new).collect());
    run(setting.buyers, setting.orders, &app.app.clients.mongo, move |n| {
        let (mongo, copy) = (mongo.clone(), copies[n].clone());
        async move { write_order(&mongo, &copy).await }
    })
    .await
}

/// Does the work for every order, as many at the same time as there are buyers, and takes the time
/// of each that is done.
async fn run<F, W>(buyers: usize, orders: usize, mongo: &Mongo, work: F) -> Measured
where
    F: Fn(usize) -> W + Clone + Send + Sync + 'static,
    W: Future<Output = bool> + Send + 'static,
{
    let next = Arc::new(AtomicUsize::new(0));
    let (commands_before, started) = (mongo.commands_sent(), Instant::now());
    let mut tasks = Vec::with_capacity(buyers);
    for _ in 0..buyers {
        let (next, work) = (next.clone(), work.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let order = next.fetch_add(1, Ordering::Relaxed);
                if order >= orders {
                    return times;
                }
                let began = Instant::now();
                if work(order).await {
                    times.push(began.elapsed());
                }
            }
        }));
    }
    let mut times = Vec::with_capacity(orders);
    for task in tasks {
        times.extend(task.await.expect("a buyer who comes to the end"));
    }
    let (elapsed, commands) = (started.elapsed(), mongo.commands_sent() - commands_before);
    times.sort_unstable();
    Measured { elapsed, given_up: orders - times.len(), times, commands }
}

struct Measured {
    elapsed: Duration,
    /// Orders that a busy store did not take.
    given_up: usize,
    /// Of each other order, from the shortest to the longest.
    times: Vec<Duration>,
    /// Sent to MongoDB.
    commands: u64,
}

impl Measured {
    /// One line for `cargo xtask bench --orders`.
    fn print(&self, setting: Setting, kind: &str) {
        let (orders, seconds) = (self.times.len(), self.elapsed.as_secs_f64());
        let line = json!({
            "setting": setting.name, "buyers": setting.buyers, "skus": setting.skus, "kind": kind,
            "orders": orders, "given_up": self.given_up, "seconds": rounded(seconds),
            "per_second": rounded(orders as f64 / seconds), "p50_ms": self.percentile_ms(50), "p99_ms": self.percentile_ms(99),
            "commands_per_order": rounded(self.commands as f64 / orders as f64),
        });
        println!("orders-bench: {line}");
    }

    fn percentile_ms(&self, percent: usize) -> f64 {
        let time = self.times.get(self.times.len() * percent / 100).copied().unwrap_or_default();
        rounded(time.as_secs_f64() * 1_000.0)
    }
}

/// To two decimals.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A shopper in front of the review page's button.
struct Buyer {
    browser: Browser,
    key: String,
    shown_total: String,
}

impl Buyer {
    /// A visitor with an address and a cart of their own, since each of these may place a few
    /// orders only.
    async fn at_review(app: &TestApp, setting: Setting, order: usize) -> Self {
        let mut browser = app.browser();
        let (sku, email) = (sku(order % setting.skus), format!("buyer{order}@example.com"));
        let review = browser.come_to_review(&[(sku.as_str(), "1")], &email).await;
        Self { key: review.hidden("key"), shown_total: review.hidden("shown_total"), browser }
    }

    /// To the paid order. A busy store says "try again in a moment", and the shopper does, which is
    /// part of the time; false if the shopper gives up.
    async fn pay(mut self, sandbox: &Sandbox) -> bool {
        let mut tries = 1;
        let placed = loop {
            let placed = self.browser.place_with(&self.key, &self.shown_total, "").await;
            match placed.status.as_u16() {
                503 if tries == TRIES => return false,
                503 => tokio::time::sleep(PAUSE).await,
                _ => break placed,
            }
            tries += 1;
        };
        placed.assert_status(303);
        let session = session_id(placed.location());
        assert_eq!(sandbox.pay(&session, PAID).await, "paid");
        for _ in 0..MOST_TRIES {
            if self.browser.come_back(&session).await.status.as_u16() == 303 {
                return true;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the return page does not say that the order is paid");
    }
}

/// What a real paid order left in the database: the pattern of the control's documents.
struct Pattern {
    order: OrderDocument,
    cart: CartDocument,
    reserve: Document,
    sell: Document,
}

/// The documents of one order, with ids of their own, as they are before its payment.
struct OrderCopy {
    order: OrderDocument,
    /// The change that makes it a paid one.
    paid: Document,
    cart: CartDocument,
    sku: String,
    reserve: Document,
    sell: Document,
    watch: OutboxRow,
    mail: OutboxRow,
}

impl Pattern {
    async fn of(app: &TestApp) -> Self {
        let order = app
            .orders()
            .await
            .into_iter()
            .find(|order| order.state == OrderState::Paid)
            .expect("a paid order");
        let (order_id, cart_id) = (order.id.to_string(), order.cart_id);
        let ledger = app.documents(LEDGER).await;
        let ledger_row = |movement: &str| {
            let mut rows = ledger.iter().filter(|row| row.get_str("movement") == Ok(movement));
            let is_of_order = |cause: &Document| cause.get_str("id") == Ok(order_id.as_str());
            rows.find(|row| row.get_document("cause").is_ok_and(is_of_order))
                .cloned()
                .expect("a row of the ledger")
        };
        let is_cart = |cart: &Document| cart.get_str("_id") == Ok(cart_id.as_str());
        let cart =
            app.documents("carts").await.into_iter().find(is_cart).expect("the order's cart");
        let cart = from_document(cart).expect("a cart of this version");
        Self { cart, reserve: ledger_row("reserve"), sell: ledger_row("sell"), order }
    }

    fn copy(&self, sku: &str, now: Timestamp) -> OrderCopy {
        let (order_id, cart_id): (OrderId, CartId) = (new_id(), new_id());
        let attempt = self.order.attempts.first().expect("the paid attempt");
        let capture = attempt.capture.as_ref().expect("the payment");
        let paid = doc! {
            "$set": {
                "state": OrderState::Paid.key(), "paid_at": now, "payment.unanswered": false,
                "attempts.$.state": AttemptState::Paid.key(), "attempts.$.payment_intent": format!("pi_{order_id}"),
                "attempts.$.capture": to_bson(capture).expect("a capture"),
            },
            "$inc": { "payment.captured_minor": capture.amount.minor() },
            "$push": { "timeline": to_bson(&self.order.timeline.last()).expect("a line of the history") },
        };
        let unpaid_attempt = PaymentAttempt {
            id: new_id(),
            idempotency_key: format!("{order_id}:1:session"),
            state: AttemptState::Open,
            session_id: Some(format!("cs_test_{}", new_id::<AttemptId>())),
            payment_intent: None,
            capture: None,
            ..attempt.clone()
        };
        let order = OrderDocument {
            id: order_id,
            number: format!("copy-{order_id}"),
            checkout_key: format!("copy-{order_id}"),
            cart_id,
            state: OrderState::PendingPayment,
            attempts: vec![unpaid_attempt],
            payment: PaymentFacts::default(),
            paid_at: None,
            timeline: self.order.timeline.iter().take(1).cloned().collect(),
            ..self.order.clone()
        };
        let lines = doc! { sku: { "q": 1_i64, "price": 2_500_i64 } };
        OrderCopy {
            order,
            paid,
            cart: CartDocument {
                id: cart_id,
                owner: cart_id.to_string(),
                lines,
                ..self.cart.clone()
            },
            sku: sku.to_owned(),
            reserve: ledger_copy(&self.reserve, order_id, sku, "reserve"),
            sell: ledger_copy(&self.sell, order_id, sku, "sell"),
            watch: OutboxRow::new(&WatchOrder { order_id }, now, now).expect("a row of the outbox"),
            mail: OutboxRow::new(&SendOrderMail::confirmed(order_id), now, now)
                .expect("a row of the outbox"),
        }
    }
}

fn ledger_copy(pattern: &Document, order_id: OrderId, sku: &str, movement: &str) -> Document {
    let mut row = pattern.clone();
    let once = format!("order:{order_id}:{sku}:{movement}");
    row.extend(doc! { "_id": new_id::<LedgerEntryId>(), "sku": sku, "cause": { "kind": "order", "id": order_id }, "once": once });
    row
}

/// Both transactions of one order; like the store's shopper, whoever waited too long for others
/// tries again.
async fn write_order(mongo: &Mongo, copy: &Arc<OrderCopy>) -> bool {
    for is_paid in [false, true] {
        for tries in 1.. {
            let copy = copy.clone();
            let written = mongo.transaction(move |tx| {
                let copy = copy.clone();
                Box::pin(async move {
                    if is_paid { copy.mark_paid(tx).await } else { copy.store(tx).await }
                })
            });
            let Err(error) = written.await else { break };
            assert!(error.status() == 503 && tries < MOST_TRIES, "{error:?}");
            tokio::time::sleep(PAUSE).await;
        }
    }
    true
}

/// As in the store, the stock, which many write to, comes last in both.
impl OrderCopy {
    async fn store(&self, tx: &mut Tx) -> TxResult<()> {
        let mongo = tx.mongo();
        mongo.collection::<OrderDocument>(ORDERS).insert_one(&self.order).session(&mut *tx).await?;
        mongo.collection::<Document>(LEDGER).insert_one(&self.reserve).session(&mut *tx).await?;
        mongo.collection::<OutboxRow>(OUTBOX).insert_one(&self.watch).session(&mut *tx).await?;
        self.move_stock(tx, doc! { "available": -1_i64, "reserved": 1_i64 }).await
    }

    async fn mark_paid(&self, tx: &mut Tx) -> TxResult<()> {
        let mongo = tx.mongo();
        let outbox = mongo.collection::<OutboxRow>(OUTBOX);
        let order = doc! { "_id": self.order.id, "attempts": { "$elemMatch": { "id": &self.order.attempts[0].id } } };
        mongo
            .collection::<Document>(ORDERS)
            .update_one(order, self.paid.clone())
            .session(&mut *tx)
            .await?;
        let bought =
            doc! { "$unset": { format!("lines.{}", self.sku): "" }, "$inc": { "version": 1_i64 } };
        mongo
            .collection::<Document>("carts")
            .update_one(doc! { "_id": self.cart.id }, bought)
            .session(&mut *tx)
            .await?;
        outbox.delete_one(doc! { "_id": &self.watch.id }).session(&mut *tx).await?;
        mongo.collection::<Document>(LEDGER).insert_one(&self.sell).session(&mut *tx).await?;
        outbox.insert_one(&self.mail).session(&mut *tx).await?;
        self.move_stock(tx, doc! { "reserved": -1_i64, "sold": 1_i64 }).await
    }

    async fn move_stock(&self, tx: &mut Tx, change: Document) -> TxResult<()> {
        let stock = tx.mongo().collection::<Document>("stock");
        stock.update_one(doc! { "_id": &self.sku }, doc! { "$inc": change }).session(tx).await?;
        Ok(())
    }
}
