//! A service is away, or something breaks: shoppers get a plain answer in time, and what can go on
//! goes on.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::routing::get;
use fault_proxy::{Fault, FaultProxy};
use futures::future::join_all;

use crate::server::router;
use crate::server::tests::{elsewhere, raw_form};
use crate::testing::app::{Given, TestApp, needed};
use crate::testing::browser::{Browser, Page};
use crate::testing::catalog::TestCatalog;
use crate::testing::shopper::PAID;

/// A service's variable, and where the store is told of it.
type Service = (&'static str, fn(&mut Given, &FaultProxy));

const MONGO: Service = ("MONGODB_URI", |given, proxy| {
    given.services.mongodb_uri = proxy.address_for(&given.services.mongodb_uri)
});
const REDIS: Service = ("REDIS_URL", |given, proxy| {
    given.services.redis_url = given.services.redis_url.as_deref().map(|url| proxy.address_for(url))
});
const STRIPE: Service = ("STRIPE_API_BASE", |given, proxy| {
    given.services.stripe_api_base =
        given.services.stripe_api_base.as_deref().map(|url| proxy.address_for(url))
});

async fn store_behind(service: Service) -> (TestApp, Arc<FaultProxy>) {
    let (variable, redirect) = service;
    let proxy = Arc::new(FaultProxy::start(&needed(variable)).await);
    let used = proxy.clone();
    (
        TestApp::with_settings(&TestCatalog::small(), move |given| redirect(given, &used)).await,
        proxy,
    )
}

const TELLING: [&str; 10] = [
    "mongodb",
    "panicked",
    "src/",
    ".rs:",
    "os error",
    "backtrace",
    "cartwright::",
    "tokio",
    "server selection",
    "secret cause",
];

#[track_caller]
fn assert_says_nothing(place: &str, page: &Page) {
    let head: String = page
        .headers
        .iter()
        .filter(|(name, _)| *name != header::CONTENT_SECURITY_POLICY)
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let text = (head + &page.body).to_lowercase();
    for word in TELLING {
        assert!(!text.contains(word), "{place} ({}) says {word}: {}", page.status, page.body);
    }
}

/// Reads and writes of every kind, each by a visitor who has a cart and is about to order.
async fn everything(app: &TestApp, shopper: &Browser, review: &Page) -> Vec<(&'static str, Page)> {
    let read = |path: &'static str| {
        let mut visitor = elsewhere(app, shopper);
        Box::pin(async move { (path, visitor.get(path).await) })
            as futures::future::BoxFuture<'_, _>
    };
    let (key, total) = (review.hidden("key"), review.hidden("shown_total"));
    let write = |path: &'static str, accept: &'static str, fields: Vec<(&'static str, String)>| {
        let mut visitor = elsewhere(app, shopper);
        Box::pin(async move {
            let mut request = raw_form(path, super::encoded(&fields));
            request.headers_mut().insert(header::ACCEPT, accept.parse().unwrap());
            (path, visitor.send(request).await)
        }) as futures::future::BoxFuture<'_, _>
    };
    let mut requests: Vec<_> = [
        "/",
        "/c/home/kitchen?sort=newest",
        "/p/teapot",
        "/search?q=tea",
        "/pages/terms",
        "/sitemap.xml",
        "/cart",
        "/checkout?step=review",
        "/order/100001?key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ]
    .into_iter()
    .map(read)
    .collect();
    for accept in ["text/html", "application/json"] {
        requests.push(write(
            "/api/cart/add",
            accept,
            vec![("sku", "MUG".into()), ("quantity", "1".into()), ("from", "/p/teapot".into())],
        ));
        requests.push(write(
            "/api/cart/set",
            accept,
            vec![("sku", "TEAPOT".into()), ("quantity", "2".into())],
        ));
        requests.push(write(
            "/api/checkout/contact",
            accept,
            vec![("email", "other@example.com".into())],
        ));
        requests.push(write(
            "/api/checkout/place",
            accept,
            vec![
                ("key", key.clone()),
                ("shown_total", total.clone()),
                ("terms", "on".into()),
                ("from", "/checkout?step=review".into()),
            ],
        ));
    }
    join_all(requests).await
}

#[tokio::test(flavor = "multi_thread")]
async fn r95_seo_6_without_the_database_every_answer_is_a_plain_503() {
    let (app, mongo) = store_behind(MONGO).await;
    let mut shopper = app.browser();
    let review = shopper.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    mongo.set(Fault::Down);
    for (path, page) in everything(&app, &shopper, &review).await {
        assert_eq!(page.status.as_u16(), 503, "{path}");
        let seconds: u32 = page
            .headers
            .get(header::RETRY_AFTER)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.parse().ok())
            .unwrap_or_else(|| panic!("{path} names no time to try again"));
        assert!((1..=60).contains(&seconds), "{path}: {seconds}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert_says_nothing(path, &page);
        if page.headers[header::CONTENT_TYPE] == "application/json" {
            assert_eq!(page.code(), "unavailable", "{path}");
        } else {
            let reference = page.headers["x-request-id"].to_str().unwrap();
            assert!(
                page.body.contains(reference) || page.body.contains("not answering"),
                "{path} gives no reference: {}",
                page.body
            );
        }
    }
    // What needs no database is there, and the rest comes back with it.
    shopper.get("/robots.txt").await.assert_status(200);
    mongo.clear();
    let back = tokio::sync::Mutex::new(app.browser());
    app.until(|| async { back.lock().await.get("/p/teapot").await.status == 200 }).await;
    let placed = shopper.place(&review).await;
    placed.assert_status(303);
    assert_eq!(app.documents("orders").await.len(), 1);
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r98_a_silent_database_ends_every_request_in_time() {
    let (app, mongo) = store_behind(MONGO).await;
    let mut shopper = app.browser();
    let review = shopper.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    mongo.set(Fault::BlackHole);
    // Without deadlines of its own the driver would wait for ever; the bound is generous for a busy
    // machine.
    let answers =
        tokio::time::timeout(Duration::from_secs(60), everything(&app, &shopper, &review))
            .await
            .expect("every request ends");
    for (path, page) in answers {
        assert_eq!(page.status.as_u16(), 503, "{path}");
        assert!(page.headers.contains_key(header::RETRY_AFTER), "{path}");
        assert_says_nothing(path, &page);
    }
    mongo.clear();
    let back = tokio::sync::Mutex::new(app.browser());
    app.until(|| async { back.lock().await.get("/").await.status == 200 }).await;
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r95_unknown_and_impossible_ids_are_simply_not_there() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("MUG", "1").await.assert_status(303);
    for path in [
        "/order/1",
        "/order/999999999999999999999",
        "/order/x'or'1",
        "/p/-",
        "/c/-/-/-",
        "/checkout/return",
        "/checkout/return?session_id=cs_unknown",
        "/checkout/return?session_id=x",
        "/order/100001?key=short",
    ] {
        let page = visitor.get(path).await;
        page.assert_status(404);
        assert_says_nothing(path, &page);
    }
    for (path, fields) in [
        ("/api/payments/retry", [("number", "000"), ("key", "")]),
        ("/api/orders/open", [("number", "100001"), ("key", "x")]),
        ("/api/cart/set", [("sku", "LAMP"), ("quantity", "1")]),
    ] {
        let page = elsewhere(&app, &visitor).post(path, &fields).await;
        page.assert_status(404);
        assert_says_nothing(path, &page);
        assert_eq!(
            elsewhere(&app, &visitor).call(path, &fields).await.code(),
            "not_found",
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r95_r113_a_panic_is_one_plain_500_and_the_next_request_is_served() {
    let app = TestApp::start().await;
    let routes = Router::new()
        .route("/falls", get(|| async { panic!("secret cause at src/server") as &'static str }))
        .route("/stands", get(|| async { "stands" }));
    let mut visitor = Browser::new(
        router::layered(app.app.clone(), routes),
        "127.9.9.9".parse().unwrap(),
        "http://localhost",
    );
    for _ in 0..3 {
        let page = visitor.get("/falls").await;
        page.assert_status(500);
        assert_says_nothing("/falls", &page);
        assert_eq!(
            (&page.headers[header::CACHE_CONTROL], &page.headers["x-content-type-options"]),
            (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
        );
        assert_eq!(page.headers["x-request-id"].len(), 16, "the log line is found by it");
    }
    visitor.get("/stands").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn r101_ops_6_without_redis_browsing_buying_and_limits_go_on() {
    for fault in [Fault::Down, Fault::BlackHole] {
        let (app, redis) = store_behind(REDIS).await;
        let mut visitor = app.browser();
        visitor.add("TEAPOT", "1").await.assert_status(303);
        redis.set(fault);
        for path in ["/", "/c/home/kitchen", "/p/teapot", "/search?q=tea", "/cart"] {
            visitor.get(path).await.assert_status(200);
        }
        assert!(visitor.get("/cart").await.body.contains("Teapot"), "the cart is in the database");
        let session = visitor.come_to_payment(&[("MUG", "2")], "anna@example.com").await;
        assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
        let back = visitor.come_back(&session).await;
        back.assert_status(303);
        visitor.get(back.location()).await.assert_status(200);
        assert_eq!(
            app.documents("orders").await[0].get_i64("total_minor"),
            Ok(4_900 + 2_400 + 490),
            "{fault:?}"
        );
        let mut hasty = app.browser();
        let mut refused = 0;
        for _ in 0..130 {
            refused += u32::from(hasty.call("/api/cart/set", &[]).await.status == 429);
        }
        assert_eq!(refused, 10, "120 writes a minute with Redis or without");
        app.assert_invariants().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r107_ops_7_ready_means_the_database_and_nothing_else() {
    let status = async |app: &TestApp, path: &str| {
        let page = app.browser().send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_says_nothing(path, &page);
        assert!(page.body.len() < 20, "{path} gives details: {}", page.body);
        page.status.as_u16()
    };
    for service in [REDIS, STRIPE] {
        let (app, proxy) = store_behind(service).await;
        for fault in [Fault::None, Fault::Down, Fault::BlackHole] {
            proxy.set(fault);
            assert_eq!(
                (status(&app, "/healthz").await, status(&app, "/readyz").await),
                (200, 200),
                "{} {fault:?}",
                service.0
            );
        }
    }
    let (app, mongo) = store_behind(MONGO).await;
    assert_eq!(status(&app, "/readyz").await, 200);
    for fault in [Fault::Down, Fault::BlackHole] {
        mongo.set(fault);
        assert_eq!(
            (status(&app, "/healthz").await, status(&app, "/readyz").await),
            (200, 503),
            "{fault:?}"
        );
    }
    mongo.clear();
    app.until(|| async { status(&app, "/readyz").await == 200 }).await;
    app.app.ready.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        (status(&app, "/healthz").await, status(&app, "/readyz").await),
        (200, 503),
        "a process about to end takes no new work"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r100_without_stripe_the_shop_is_open_and_an_order_waits() {
    let (app, stripe) = store_behind(STRIPE).await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("LAMP", "1")], "anna@example.com").await;
    stripe.set(Fault::Down);
    for path in ["/", "/p/lamp", "/cart", "/checkout?step=review"] {
        visitor.get(path).await.assert_status(200);
    }
    let placed = visitor.place(&review).await;
    placed.assert_status(303);
    let order_page = visitor.get(placed.location()).await;
    order_page.assert_status(200);
    assert_says_nothing("order", &order_page);
    assert_eq!(app.documents("orders").await[0].get_str("state"), Ok("pending_payment"));
    app.assert_invariants().await;
    // Nothing was taken at Stripe, so nothing is lost when the hold ends; and it is free again once
    // Stripe says so.
    stripe.clear();
    app.advance(Duration::from_secs(42 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(app.documents("orders").await[0].get_str("state"), Ok("expired"));
    app.assert_invariants().await;
}
