//! Orders on real servers: numbers, snapshots, who may see them and when they end.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::header;
use futures::future::join_all;
use mongodb::bson::{Document, doc};

use crate::features::catalog::model::ProductStatus;
use crate::features::catalog::store;
use crate::features::orders::service;
use crate::testing::app::TestApp;
use crate::testing::browser::Browser;
use crate::testing::shopper::PAID;

async fn paid_order(app: &TestApp, email: &str) -> (Browser, String) {
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], email).await;
    app.sandbox.pay(&session, PAID).await;
    let back = visitor.come_back(&session).await;
    back.assert_status(303);
    let path = back.location().to_owned();
    (visitor, path)
}

async fn link_to(app: &TestApp, path: &str) -> String {
    let number = path.rsplit('/').next().unwrap();
    let order = app
        .documents("orders")
        .await
        .into_iter()
        .find(|o| o.get_str("number") == Ok(number))
        .unwrap();
    service::new_link(&app.ctx(), &mongodb::bson::from_document(order).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ord_4_numbers_rise_and_are_never_given_twice() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let numbers: Vec<i64> = join_all((0..40).map(|_| service::next_number(&ctx)))
        .await
        .into_iter()
        .map(|n| n.unwrap().parse().unwrap())
        .collect();
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 40);
    assert!(numbers.iter().all(|n| *n > 100_000), "{numbers:?}");
    let highest = *numbers.iter().max().unwrap();
    let later: i64 = service::next_number(&ctx).await.unwrap().parse().unwrap();
    assert!(later > highest);
    // A number lost with a refused order stays unused.
    let mut one = app.browser();
    let mut two = app.browser();
    let first = one.come_to_review(&[("LAMP", "1")], "anna@example.com").await;
    let second = two.come_to_review(&[("LAMP", "1")], "bert@example.com").await;
    one.place(&first).await.assert_status(303);
    two.place(&second).await.assert_status(409);
    let after: i64 = service::next_number(&ctx).await.unwrap().parse().unwrap();
    let stored: i64 = app.documents("orders").await[0].get_str("number").unwrap().parse().unwrap();
    assert!(stored > later && after > stored, "{later} {stored} {after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ord_5_later_edits_change_nothing_of_an_order() {
    let app = TestApp::start().await;
    let (mut owner, path) = paid_order(&app, "anna@example.com").await;
    let words = |body: &str| {
        body.split("<main")
            .nth(1)
            .unwrap_or_default()
            .split("</main>")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let before = words(&owner.get(&path).await.body);
    for shown in ["Teapot", "€49.00", "€53.90", "Keizersgracht 1", "Anna Visser"] {
        assert!(before.contains(shown), "{shown} is missing: {before}");
    }
    let stored = app.documents("orders").await.remove(0);
    app.set_price("TEAPOT", 9_900).await;
    let products = app.app.clients.mongo.collection::<Document>("products");
    products
        .update_one(
            doc! { "slug": "teapot" },
            doc! { "$set": { "info.name": "Renamed", "tax_class": "reduced", "info.images": [] } },
        )
        .await
        .unwrap();
    store::set_status(&app.app.clients.mongo, "teapot", ProductStatus::Archived, app.clock.now())
        .await
        .unwrap();
    // The same shopper goes on to another address.
    owner.add("MUG", "1").await.assert_status(303);
    let mut elsewhere = crate::testing::shopper::ADDRESS.to_vec();
    elsewhere[1] = ("line1", "Prinsengracht 9");
    owner.post("/api/checkout/shipping", &elsewhere).await.assert_status(303);
    assert_eq!(words(&owner.get(&path).await.body), before);
    assert_eq!(app.documents("orders").await.remove(0), stored);
    for field in ["terms_version", "totals", "currency", "shipping"] {
        assert!(stored.contains_key(field), "{field} is part of the snapshot");
    }
    let line = stored.get_array("lines").unwrap()[0].as_document().unwrap();
    for field in ["name", "sku", "variant", "image", "unit_price", "tax_rate"] {
        assert!(line.contains_key(field), "{field} is part of the snapshot");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ord_9_an_unpaid_order_ends_with_its_hold_and_a_paid_one_does_not() {
    let app = TestApp::start().await;
    let mut waiting = app.browser();
    waiting.come_to_payment(&[("TEAPOT", "2")], "anna@example.com").await;
    let (mut payer, paid_path) = paid_order(&app, "bert@example.com").await;
    let orders = app.documents("orders").await;
    let unpaid = orders
        .iter()
        .find(|o| o.get_str("state") == Ok("pending_payment"))
        .unwrap()
        .get_str("number")
        .unwrap()
        .to_owned();
    app.advance(Duration::from_secs(40 * 60)).await;
    app.run_due_jobs().await;
    let state = async |number: &str| {
        app.documents("orders")
            .await
            .into_iter()
            .find(|o| o.get_str("number") == Ok(number))
            .unwrap()
            .get_str("state")
            .unwrap()
            .to_owned()
    };
    assert_eq!(state(&unpaid).await, "pending_payment", "the hold lasts 41 minutes");
    app.advance(Duration::from_secs(2 * 60)).await;
    app.run_due_jobs().await;
    assert_eq!(state(&unpaid).await, "expired");
    assert_eq!(state(paid_path.rsplit('/').next().unwrap()).await, "paid");
    // It stays readable, says what became of it, and cannot be paid any more.
    let page = waiting.get(&format!("/order/{unpaid}")).await;
    page.assert_status(200);
    assert!(page.body.contains("Expired"), "{}", page.body);
    assert!(!page.body.contains("/api/payments/retry"), "a dead order offers no payment");
    let retry = waiting.post("/api/payments/retry", &[("number", &unpaid)]).await;
    assert!(!retry.location().contains("/pay/"), "{} {}", retry.status, retry.location());
    payer.get(&paid_path).await.assert_status(200);
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r36_r37_ord_12_a_guest_never_sees_another_guest_s_order() {
    let app = TestApp::start().await;
    let (mut anna, annas) = paid_order(&app, "anna@example.com").await;
    let (mut bert, berts) = paid_order(&app, "bert@example.com").await;
    anna.get(&annas).await.assert_status(200);
    let mut stranger = app.browser();
    for (visitor, path) in [(&mut anna, &berts), (&mut bert, &annas), (&mut stranger, &annas)] {
        let page = visitor.get(path).await;
        page.assert_status(404);
        for personal in ["Keizersgracht", "Visser", "@example.com", "€53.90"] {
            assert!(!page.body.contains(personal), "{personal} is shown to another guest");
        }
        let number = path.rsplit('/').next().unwrap();
        visitor.post("/api/payments/retry", &[("number", number)]).await.assert_status(404);
    }
    // No secret, an empty one, a hash instead of the secret, another's among five: none opens it.
    let hash = app.documents("orders").await[0].get_array("browsers").unwrap()[0]
        .as_document()
        .unwrap()
        .get_str("hash")
        .unwrap()
        .to_owned();
    for forged in [
        String::new(),
        ".".into(),
        "....".into(),
        hash,
        bert.cookies["__Host-order"].clone(),
        format!("x.y.z.{}", bert.cookies["__Host-order"]),
    ] {
        stranger.cookies.insert("__Host-order".into(), forged.clone());
        stranger.get(&annas).await.assert_status(404);
    }
    // The same page whether the number exists or not.
    let (existing, missing) = (stranger.get(&annas).await, stranger.get("/order/999999").await);
    assert_eq!(existing.body.replace(&annas, ""), missing.body.replace("/order/999999", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn r38_ord_12_a_mailed_link_shows_a_button_and_its_post_opens_the_order() {
    let app = TestApp::start().await;
    let (_, path) = paid_order(&app, "anna@example.com").await;
    let link = link_to(&app, &path).await;
    let mut phone = app.browser();
    let page = phone.get(&link).await;
    page.assert_status(200);
    assert!(
        page.headers.get(header::SET_COOKIE).is_none() && phone.cookies.is_empty(),
        "reading a mail opens nothing"
    );
    assert!(!page.body.contains("Keizersgracht") && !page.body.contains("€53.90"), "{}", page.body);
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    phone.get(&path).await.assert_status(404);
    let opened = phone
        .post(
            "/api/orders/open",
            &[("number", &page.hidden("number")), ("key", &page.hidden("key")), ("from", &link)],
        )
        .await;
    opened.assert_status(303);
    assert_eq!(opened.location(), path, "a clean address");
    phone.get(&path).await.assert_status(200);
    // The link works until it ends, also for a browser that is already in.
    let again = phone.get(&link).await;
    assert_eq!((again.status.as_u16(), again.location()), (303, path.as_str()));
    app.browser().get(&link).await.assert_status(200);
    app.clock.advance(Duration::from_secs(30 * 86_400 + 1));
    let ended = app.browser().get(&link).await;
    ended.assert_status(404);
    let late = app
        .browser()
        .post(
            "/api/orders/open",
            &[
                ("number", path.rsplit('/').next().unwrap()),
                ("key", link.split("key=").nth(1).unwrap()),
            ],
        )
        .await;
    late.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn r38_a_link_opens_its_own_order_only_and_guessing_is_limited() {
    let app = TestApp::start().await;
    let (_, annas) = paid_order(&app, "anna@example.com").await;
    let (_, berts) = paid_order(&app, "bert@example.com").await;
    let key = link_to(&app, &annas).await.split("key=").nth(1).unwrap().to_owned();
    let number = berts.rsplit('/').next().unwrap();
    app.browser().get(&format!("{berts}?key={key}")).await.assert_status(404);
    let mut guesser = app.browser();
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(
            guesser
                .post("/api/orders/open", &[("number", number), ("key", &key)])
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses[..10], [404; 10]);
    assert_eq!(statuses[10..], [429; 2]);
    assert!(!guesser.cookies.contains_key("__Host-order"));
    // Links are stored as hashes.
    let text = app.documents("orders").await.iter().map(ToString::to_string).collect::<String>();
    assert!(!text.contains(&key));
}

#[tokio::test(flavor = "multi_thread")]
async fn ord_12_one_browser_keeps_its_last_five_orders() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let mut paths = Vec::new();
    for n in 0..6 {
        // A cart that was ordered may not be ordered again within the limit on tries; each order is
        // a cart of its own.
        visitor.cookies.remove("__Host-cart");
        let mut here = app.browser();
        here.cookies = visitor.cookies.clone();
        let session = here.come_to_payment(&[("MUG", "1")], &format!("anna{n}@example.com")).await;
        app.sandbox.pay(&session, PAID).await;
        paths.push(here.come_back(&session).await.location().to_owned());
        visitor.cookies = here.cookies;
    }
    assert_eq!(visitor.cookies["__Host-order"].split('.').count(), 5);
    visitor.get(&paths[0]).await.assert_status(404);
    for path in &paths[1..] {
        visitor.get(path).await.assert_status(200);
    }
}
