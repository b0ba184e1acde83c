//! What must happen exactly once: work after a commit, transactions, orders whose shopper went
//! away.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::HeaderMap;
use fault_proxy::{Fault, FaultProxy};
use futures::future::join_all;
use mongodb::bson::{Document, doc};
use tokio::sync::Barrier;

use crate::features::checkout::service::{PlaceOrder, place_order};
use crate::features::orders::model::OrderState;
use crate::features::orders::model::mails::SendOrderMail;
use crate::features::orders::model::payment::AttemptState;
use crate::infra::collections::Collection;
use crate::infra::mongo::new_id;
use crate::infra::outbox;
use crate::server::jobs;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::RefundId;
use crate::shared::message::{Lane, OutboxMessage, Retries};
use crate::shared::timestamp::Timestamp;
use crate::testing::app::{TestApp, needed, own_address};
use crate::testing::browser::{Browser, Page};
use crate::testing::catalog::TestCatalog;
use crate::testing::shopper::PAID;

async fn store_behind_mail_proxy() -> (TestApp, Arc<FaultProxy>) {
    let proxy = Arc::new(FaultProxy::start(&needed("SMTP_URL")).await);
    let used = proxy.clone();
    let app = TestApp::with_settings(&TestCatalog::small(), move |given| {
        given.services.smtp_url = used.address_for(&given.services.smtp_url)
    })
    .await;
    (app, proxy)
}

async fn buy(app: &TestApp, email: &str) {
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("MUG", "1")], email).await;
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    visitor.come_back(&session).await.assert_status(303);
}

async fn mail_rows(app: &TestApp) -> Vec<Document> {
    let rows = app.documents("outbox").await;
    rows.into_iter().filter(|row| row.get_str("kind") == Ok(SendOrderMail::KIND)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r108_a_mail_that_could_not_be_sent_is_sent_later_and_once() {
    let (app, mail) = store_behind_mail_proxy().await;
    let email = own_address();
    mail.set(Fault::Down);
    buy(&app, &email).await;
    app.run_due_jobs().await;
    let row = mail_rows(&app).await.remove(0);
    assert_eq!(
        (row.get_str("lane"), row.get_i32("attempts"), row.get_str("last_error")),
        (Ok("mail"), Ok(1), Ok("unavailable")),
        "{row}"
    );
    assert!(!row.to_string().contains(&email), "an outbox row holds no address");
    // Not due yet: the pause grows with every failure.
    app.run_due_jobs().await;
    assert_eq!(mail_rows(&app).await[0].get_i32("attempts"), Ok(1));
    app.clock.advance(Duration::from_secs(3));
    app.run_due_jobs().await;
    let second = mail_rows(&app).await.remove(0);
    assert_eq!(second.get_i32("attempts"), Ok(2));
    let next_at = Timestamp::from_unix_ms(second.get_i64("next_at").unwrap());
    assert!(next_at > app.clock.now() + Duration::from_secs(3), "{second}");
    mail.clear();
    app.clock.advance(Duration::from_secs(60));
    tokio::join!(app.run_due_jobs(), app.run_due_jobs());
    assert!(mail_rows(&app).await.is_empty(), "what is done is deleted");
    assert_eq!(app.mails_to(&email).await.len(), 1);
    app.run_due_jobs().await;
    assert_eq!(app.mails_to(&email).await.len(), 1, "done is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn r108_a_mail_sent_twice_after_a_crash_is_recognised_as_one() {
    let app = TestApp::start().await;
    let email = own_address();
    buy(&app, &email).await;
    let row = mail_rows(&app).await.remove(0);
    app.run_due_jobs().await;
    // The process ended between sending and writing it down.
    app.app.clients.mongo.collection::<Document>("outbox").insert_one(row).await.unwrap();
    app.clock.advance(Duration::from_secs(60));
    app.run_due_jobs().await;
    let mails = app.mails_to(&email).await;
    assert_eq!(mails.len(), 2);
    assert!(
        mails[0]["message_id"].is_string() && mails[0]["message_id"] == mails[1]["message_id"],
        "{mails:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r108_a_row_that_fails_for_a_day_is_put_aside() {
    let (app, mail) = store_behind_mail_proxy().await;
    mail.set(Fault::Down);
    buy(&app, &own_address()).await;
    app.clock.advance(Duration::from_secs(25 * 3_600));
    app.run_due_jobs().await;
    assert_eq!(mail_rows(&app).await[0].get_str("lane"), Ok("parked"));
    mail.clear();
    app.clock.advance(Duration::from_secs(3_600));
    app.run_due_jobs().await;
    assert_eq!(mail_rows(&app).await[0].get_i32("attempts"), Ok(1), "a person decides now");
}

#[tokio::test(flavor = "multi_thread")]
async fn r111_a_lost_lease_passes_on_and_its_old_holder_changes_nothing() {
    let app = TestApp::start().await;
    buy(&app, &own_address()).await;
    let mongo = &app.app.clients.mongo;
    let now = app.clock.now();
    let lease_after = async |seconds| {
        let at = now + Duration::from_secs(seconds);
        outbox::lease_next(mongo, Lane::Mail, at).await.unwrap()
    };
    let before = lease_after(0).await.expect("a mail is due");
    assert!(lease_after(29).await.is_none(), "leased rows are nobody else's");
    let taken = lease_after(31).await.expect("a lease ends");
    assert_eq!((&before.id, before.fence + 1), (&taken.id, taken.fence));
    outbox::finish(mongo, &before).await.unwrap();
    outbox::defer(mongo, &before, Timestamp::UNIX_EPOCH).await.unwrap();
    let late = now + Duration::from_hours(25);
    outbox::fail(mongo, &before, Retries::ForADay, late, "late").await.unwrap();
    let row = mail_rows(&app).await.remove(0);
    assert_eq!(
        (row.get_str("lane"), row.get_i64("next_at"), row.get_i64("fence")),
        (Ok("mail"), Ok(taken.next_at.unix_ms()), Ok(taken.fence))
    );
    outbox::finish(mongo, &taken).await.unwrap();
    assert!(mail_rows(&app).await.is_empty());
}

/// A row as a version with other kinds of work, or with a defect, could have left it.
async fn insert_row(app: &TestApp, kind: &str, payload: Document, lane: Lane) {
    let mail = SendOrderMail::confirmed(new_id());
    let mut row =
        outbox::OutboxRow::new(&mail, app.clock.now(), app.clock.now() - Duration::from_secs(1))
            .unwrap();
    (row.id, row.kind, row.payload, row.lane) =
        (format!("{kind}:test"), kind.into(), payload, lane.key().into());
    app.app.clients.mongo.collection::<outbox::OutboxRow>("outbox").insert_one(row).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn r113_rows_that_nobody_can_read_do_not_stop_the_outbox() {
    let app = TestApp::start().await;
    insert_row(&app, "nobody.knows", doc! {}, Lane::Mail).await;
    insert_row(&app, SendOrderMail::KIND, doc! { "template": "none" }, Lane::Mail).await;
    let email = own_address();
    buy(&app, &email).await;
    jobs::start(&app.app);
    app.until(|| async { app.mails_to(&email).await.len() == 1 }).await;
    let unknown = app
        .documents("outbox")
        .await
        .into_iter()
        .find(|row| row.get_str("kind") == Ok("nobody.knows"))
        .unwrap();
    assert_eq!(
        (unknown.get_str("lane"), unknown.get_str("last_error")),
        (Ok("mail"), Ok("internal_error"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r135_a_mail_server_that_hangs_delays_no_money() {
    let (app, mail) = store_behind_mail_proxy().await;
    buy(&app, &own_address()).await;
    mail.set(Fault::BlackHole);
    jobs::start(&app.app);
    for _ in 0..8 {
        buy(&app, &own_address()).await;
    }
    let order = app.order().await;
    let refund = crate::features::payments::service::NewRefund {
        id: RefundId::new("r-1"),
        order_id: order.id,
        amount_minor: 100,
        shares: crate::features::payments::model::RefundAllocation::Amount,
        reason: "test".into(),
    };
    crate::features::payments::service::refund_order(&app.ctx(), refund).await.unwrap();
    app.until(|| async { app.order().await.payment.refunded_minor == 100 }).await;
    assert!(!mail_rows(&app).await.is_empty(), "the mails still wait");
    mail.clear();
}

#[tokio::test(flavor = "multi_thread")]
async fn r135_the_transaction_itself_wakes_the_worker() {
    let app = TestApp::start().await;
    let mongo = app.app.clients.mongo.clone();
    let woken = tokio::spawn({
        let mongo = mongo.clone();
        async move { mongo.signals().wait_for(Lane::Mail).await }
    });
    let now = app.clock.now();
    mongo
        .transaction(|tx| {
            Box::pin(async move { outbox::enqueue(tx, &SendOrderMail::confirmed(new_id()), now) })
        })
        .await
        .unwrap();
    tokio::time::timeout(Duration::from_secs(5), woken).await.expect("woken").unwrap();
    assert_eq!(mail_rows(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn r113_a_round_that_panics_or_fails_is_followed_by_the_next() {
    let app = TestApp::start().await;
    let rounds = Arc::new(AtomicU32::new(0));
    let counted = rounds.clone();
    jobs::repeat(&app.app, Duration::from_millis(1), move |_| {
        let round = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match round % 3 {
                0 => panic!("a defect in a round"),
                1 => Err(AppError::internal("a failure in a round")),
                _ => Ok(()),
            }
        }
    });
    app.until(|| async { rounds.load(Ordering::SeqCst) > 9 }).await;
}

/// Reads, waits until all others have read as well, then writes: at its first try each of them is
/// late but one.
async fn raise(app: &TestApp, all_have_read: Arc<Barrier>, tries: Arc<AtomicU32>) -> AppResult<()> {
    let mongo = app.app.clients.mongo.clone();
    let mut first = true;
    mongo
        .transaction(|session| {
            let counters = mongo.collection::<Document>("counters");
            let meeting = std::mem::take(&mut first).then(|| all_have_read.clone());
            tries.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move {
                let seen =
                    counters.find_one(doc! { "_id": "contended" }).session(&mut *session).await?;
                let value = seen.and_then(|d| d.get_i64("value").ok()).unwrap_or(0);
                if let Some(meeting) = meeting {
                    meeting.wait().await;
                }
                counters
                    .update_one(
                        doc! { "_id": "contended" },
                        doc! { "$set": { "value": value + 1 } },
                    )
                    .session(session)
                    .await?;
                Ok(())
            })
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn r110_conflicting_transactions_all_end_and_none_is_lost() {
    let app = TestApp::start().await;
    app.app
        .clients
        .mongo
        .collection::<Document>("counters")
        .insert_one(doc! { "_id": "contended", "value": 0_i64 })
        .await
        .unwrap();
    let value = async || {
        app.documents("counters")
            .await
            .into_iter()
            .find(|d| d.get_str("_id") == Ok("contended"))
            .unwrap()
            .get_i64("value")
            .unwrap()
    };
    for together in [2, 4] {
        let before = value().await;
        let (all_have_read, tries) =
            (Arc::new(Barrier::new(together)), Arc::new(AtomicU32::new(0)));
        let outcomes =
            join_all((0..together).map(|_| raise(&app, all_have_read.clone(), tries.clone())))
                .await;
        let done =
            i64::try_from(outcomes.iter().filter(|outcome| outcome.is_ok()).count()).unwrap();
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(value().await - before, done, "an addition was lost");
        let tries = usize::try_from(tries.load(Ordering::SeqCst)).unwrap();
        assert!(tries > together, "they met: {tries} tries of {together}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r110_a_refusal_inside_a_transaction_leaves_nothing() {
    let app = TestApp::start().await;
    let mongo = app.app.clients.mongo.clone();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let outcome: AppResult<()> = mongo
        .transaction(|session| {
            counted.fetch_add(1, Ordering::SeqCst);
            let counters = mongo.collection::<Document>("counters");
            Box::pin(async move {
                counters.insert_one(doc! { "_id": "half" }).session(session).await?;
                Err(AppError::conflict("no", "No.").into())
            })
        })
        .await;
    assert_eq!(outcome.unwrap_err().code, "no");
    assert_eq!(runs.load(Ordering::SeqCst), 1, "a refusal of ours is final");
    assert!(!app.documents("counters").await.iter().any(|d| d.get_str("_id") == Ok("half")));
}

async fn unique_indexes(app: &TestApp) -> Vec<String> {
    use futures::TryStreamExt;
    let mut found = Vec::new();
    for wanted in app.app.clients.collections.iter().map(Collection::indexes) {
        let collection = app.app.clients.mongo.collection::<Document>(wanted.collection);
        let Ok(cursor) = collection.list_indexes().await else { continue };
        let indexes: Vec<mongodb::IndexModel> = cursor.try_collect().await.unwrap();
        found.extend(
            indexes
                .iter()
                .filter(|i| i.options.as_ref().is_some_and(|o| o.unique == Some(true)))
                .map(|i| format!("{} {}", wanted.collection, i.keys)),
        );
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn r109_ops_7_a_missing_unique_index_is_made_again_or_stops_the_start() {
    let app = TestApp::start().await;
    let complete = unique_indexes(&app).await;
    for needed in ["orders", "carts", "stock_ledger", "products", "categories"] {
        assert!(complete.iter().any(|index| index.starts_with(needed)), "{needed}: {complete:?}");
    }
    let orders = app.app.clients.mongo.collection::<Document>("orders");
    orders.drop_index("number_1").await.unwrap();
    assert_ne!(unique_indexes(&app).await, complete);
    app.start_again().await.expect("the index can be made again");
    assert_eq!(unique_indexes(&app).await, complete);
    orders.drop_index("number_1").await.unwrap();
    orders
        .insert_many([
            doc! { "number": "1", "checkout_key": "a" },
            doc! { "number": "1", "checkout_key": "b" },
        ])
        .await
        .unwrap();
    let refused = app.start_again().await.err().expect("two orders share a number");
    assert!(refused.contains("orders"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r145_a_unique_index_of_an_earlier_version_goes_only_by_command() {
    let app = TestApp::start().await;
    let orders = app.app.clients.mongo.collection::<Document>("orders");
    let options = mongodb::options::IndexOptions::builder().unique(true).build();
    let earlier = mongodb::IndexModel::builder()
        .keys(doc! { "earlier": 1, "number": 1 })
        .options(options)
        .build();
    orders.create_index(earlier).await.unwrap();
    app.start_again().await.expect("a new version starts beside an old one");
    let is_there = async || {
        orders.list_index_names().await.unwrap().contains(&"earlier_1_number_1".to_owned())
    };
    assert!(is_there().await, "the old version still relies on it");
    let dropped = app
        .app
        .clients
        .mongo
        .prune_indexes(app.app.clients.collections.iter().map(Collection::indexes))
        .await
        .unwrap();
    assert_eq!(dropped, ["orders.earlier_1_number_1"]);
    assert!(!is_there().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r145_every_query_tells_the_server_when_to_give_up() {
    let app = TestApp::start().await;
    buy(&app, &own_address()).await;
    let mut visitor = app.browser();
    for page in ["/", "/c/home/kitchen", "/p/teapot", "/search?q=teapot", "/cart"] {
        visitor.get(page).await.assert_status(200);
    }
    app.run_due_jobs().await;
    assert_eq!(app.app.clients.mongo.unlimited_reads(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r112_every_expiry_follows_the_store_s_own_clock() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("MUG", "1")], &own_address()).await;
    app.sandbox.pay(&session, PAID).await;
    let back = visitor.come_back(&session).await;
    let order_page = back.location().to_owned();
    let order = mongodb::bson::from_document(app.documents("orders").await.remove(0)).unwrap();
    let link = crate::features::orders::service::new_link(&app.ctx(), &order).await.unwrap();
    visitor.add("TEAPOT", "1").await.assert_status(303);
    let notice = visitor.clone();
    assert!(notice.clone().get("/cart").await.body.contains("Added to your cart."));
    app.clock.advance(Duration::from_secs(61));
    assert!(
        !notice.clone().get("/cart").await.body.contains("Added to your cart."),
        "a notice lives a minute"
    );
    visitor.get(&order_page).await.assert_status(200);
    app.browser().get(&link).await.assert_status(200);
    assert!(visitor.get("/cart").await.body.contains("Teapot"));
    app.clock.advance(Duration::from_secs(31 * 86_400));
    visitor.get(&order_page).await.assert_status(404);
    app.browser().get(&link).await.assert_status(404);
    assert!(!visitor.get("/cart").await.body.contains("Teapot"), "a cart lives thirty days");
}

#[test]
fn r112_nothing_but_the_clock_reads_the_time_of_day() {
    let mut open = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.to_string_lossy().into_owned();
        let is_product = name.ends_with(".rs")
            && !name.contains("/testing/")
            && !name.contains("/tests")
            && !name.ends_with("infra/clock.rs");
        if !is_product {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for reading in [
            "SystemTime::now",
            "UtcDateTime::now",
            "Timestamp::now",
            "Zoned::now",
            "DateTime::now",
            "$$NOW",
            "$currentDate",
            "Utc::now",
        ] {
            assert!(!text.contains(reading), "{name} reads the time of day by {reading}");
        }
    }
    assert!(seen > 80, "{seen} files were read");
}

/// Runs for a number of polls and is dropped then, as a process that ends or a shopper who leaves
/// would do it.
struct Cut<F> {
    work: Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.work.as_mut().poll(context).map(Some)
    }
}

fn cut<F: Future>(work: F, polls: u32) -> Cut<F> {
    Cut { work: Box::pin(work), polls }
}

async fn many_at_review(app: &TestApp, count: u32) -> Vec<(Browser, Page)> {
    let ready = (0..count).map(|n| async move {
        let mut visitor = app.browser();
        // Unpaid orders of one address are limited.
        let review = visitor
            .come_to_review(&[("MUG", "1"), ("TEAPOT", "1")], &format!("{n}.{}", own_address()))
            .await;
        (visitor, review)
    });
    join_all(ready).await
}

/// Time goes by, the store looks after what was left: whatever was cut, the books are whole and
/// nothing is held.
async fn assert_all_is_free_again(app: &TestApp) {
    app.advance(Duration::from_secs(45 * 60)).await;
    app.run_due_jobs().await;
    app.assert_settled().await;
    assert!(app.orders().await.iter().all(|order| order.state != OrderState::PendingPayment));
    assert!(app.documents("stock").await.iter().all(|stock| stock.get_i64("reserved") == Ok(0)));
    let report = app.sandbox.report().await;
    let sessions = report["orders"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, order)| order["sessions"].as_array().cloned().unwrap_or_default());
    assert!(
        sessions.clone().all(|session| session["status"] != "open"),
        "a session outlived its order: {report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r114_an_order_cut_at_any_point_leaves_no_half_work() {
    let catalog = TestCatalog::small().with_fields("teapot2", "UNUSED", 1, 1, &[]);
    let app = TestApp::with_catalog(&catalog).await;
    let plenty = doc! { "$inc": { "on_hand": 1_000_i64, "available": 1_000_i64 } };
    let stock = app.app.clients.mongo.collection::<Document>("stock");
    let ledger = app.app.clients.mongo.collection::<Document>("stock_ledger");
    for sku in ["MUG", "TEAPOT"] {
        stock.update_one(doc! { "_id": sku }, plenty.clone()).await.unwrap();
        ledger.insert_one(doc! { "sku": sku, "movement": "receive", "units": 1_000_i64, "once": format!("more {sku}"), "cause": { "kind": "import", "id": "more" }, "actor": "test", "reason": "more", "at": 0_i64 }).await.unwrap();
    }
    let mut polls = 1;
    let mut ended = 0;
    while ended < 3 {
        assert!(polls < 400, "an order is placed in fewer steps");
        let shoppers = many_at_review(&app, 6).await;
        let cuts = shoppers.into_iter().zip(polls..).map(|((visitor, review), polls)| {
            let line = visitor
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("; ");
            let headers: HeaderMap =
                [(axum::http::header::COOKIE, line.parse().unwrap())].into_iter().collect();
            let request = PlaceOrder {
                key: review.hidden("key"),
                shown_total: review.hidden("shown_total"),
                terms: "on".into(),
                note: String::new(),
            };
            let ip = std::net::IpAddr::from([
                127,
                99,
                u8::try_from(polls / 200).unwrap(),
                u8::try_from(polls % 200).unwrap(),
            ]);
            let ctx = app.app.ctx("cut", Some(ip), &headers);
            async move {
                cut(place_order(&ctx, request), polls).await.is_some_and(|placed| placed.is_ok())
            }
        });
        ended += join_all(cuts).await.into_iter().filter(|placed| *placed).count();
        polls += 6;
    }
    assert_all_is_free_again(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r114_an_order_goes_on_when_its_shopper_leaves() {
    let app = TestApp::start().await;
    let shoppers = many_at_review(&app, 8).await;
    let leaving = shoppers.into_iter().enumerate().map(|(n, (mut visitor, review))| async move {
        let polls = u32::try_from(n / 4).unwrap() + 1;
        cut(async { visitor.place(&review).await.status }, polls).await
    });
    let answers = join_all(leaving).await;
    assert!(
        answers.iter().filter(|answer| answer.is_none()).count() >= 4,
        "most of them left before the answer: {answers:?}"
    );
    // Nobody waits, and still each order is whole: stored, held and with its session at Stripe.
    app.until(|| async {
        app.orders()
            .await
            .iter()
            .filter(|order| order.attempts[0].state == AttemptState::Open)
            .count()
            == 8
    })
    .await;
    assert_eq!(app.documents("orders").await.len(), 8);
    app.assert_invariants().await;
    assert_all_is_free_again(&app).await;
}
