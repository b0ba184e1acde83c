//! Placing orders on real servers: once, at the shown total, never more than there is.

use std::time::Duration;

use futures::future::join_all;

use crate::features::orders::model::OrderState;
use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;
use crate::testing::sandbox::session_id;
use crate::testing::shopper::{ADDRESS, PAID};

mod charged;
mod open_orders;

#[tokio::test(flavor = "multi_thread")]
async fn chk_1_an_unmet_step_leads_to_the_first_open_one() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.get("/checkout").await.assert_status(303);
    visitor.add("MUG", "1").await.assert_status(303);
    let page = visitor.get("/checkout?step=review").await;
    page.assert_status(303);
    assert_eq!(page.location(), "/checkout?step=contact");
    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com")])
        .await
        .assert_status(303);
    assert_eq!(visitor.get("/checkout?step=review").await.location(), "/checkout?step=shipping");
    visitor.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
    visitor.get("/checkout?step=review").await.assert_status(200);
    // A finished step can be opened again.
    visitor.get("/checkout?step=contact").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_2_a_guest_buys_without_an_account() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("MUG", "1").await.assert_status(303);
    let contact = visitor.get("/checkout?step=contact").await;
    assert!(
        contact.body.contains("name=\"email\"") && !contact.body.contains("type=\"password\""),
        "an address is all that is asked"
    );
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    app.sandbox.pay(&session, PAID).await;
    let back = visitor.come_back(&session).await;
    back.assert_status(303);
    assert!(
        visitor.get(back.location()).await.body.contains("Teapot"),
        "the browser that bought sees the order"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_6_every_step_shows_the_whole_sum_and_the_last_adds_no_cost() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "1").await.assert_status(303);
    // €49.00 with €4.90 for the cheapest delivery, which the form offers first.
    let sums = |page: &crate::testing::browser::Page| {
        let figures = ["Items", "€49.00", "Shipping", "€4.90", "Includes", "Total", "€53.90"];
        figures.into_iter().filter(|figure| !page.body.contains(figure)).collect::<Vec<_>>()
    };
    let none: Vec<&str> = Vec::new();
    let contact = visitor.get("/checkout?step=contact").await;
    assert_eq!(sums(&contact), none, "contact");
    assert!(contact.body.contains("Shipping (estimate)"), "nobody said yet where it goes");
    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com")])
        .await
        .assert_status(303);
    let shipping = visitor.get("/checkout?step=shipping").await;
    assert_eq!(sums(&shipping), none, "shipping");
    assert!(!shipping.body.contains("(estimate)"));
    let mut express = ADDRESS.to_vec();
    express[5] = ("method", "express");
    visitor.post("/api/checkout/shipping", &express).await.assert_status(303);
    let dearer = visitor.get("/checkout?step=review").await;
    assert!(!dearer.body.contains("€53.90"), "another method, another total");
    visitor.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
    let review = visitor.get("/checkout?step=review").await;
    assert_eq!(sums(&review), none, "review");
    assert!(review.body.contains("Pay €53.90"), "the button says what it costs");
    let session = session_id(visitor.place(&review).await.location());
    assert_eq!(app.order().await.total_minor, 5_390);
    assert_eq!(
        app.sandbox.session(&session).await["amount_total"],
        5_390,
        "what Stripe's page asks for"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_13_d9_a_refused_form_keeps_every_typed_value_and_so_does_a_reload() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("MUG", "1").await.assert_status(303);
    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com")])
        .await
        .assert_status(303);
    let mut fields = ADDRESS.to_vec();
    fields[3] = ("postcode", "nonsense");
    let page = visitor.post("/api/checkout/shipping", &fields).await;
    page.assert_status(422);
    for typed in ["Anna Visser", "Keizersgracht 1", "Amsterdam", "nonsense"] {
        assert!(page.body.contains(typed), "{typed} is gone");
    }
    assert!(page.headers["cache-control"] == "no-store");
    let again = visitor.get("/checkout?step=shipping").await;
    assert!(again.body.contains("nonsense") && again.body.contains("Keizersgracht 1"));
    let contact = visitor
        .post(
            "/api/checkout/contact",
            &[("email", "not-an-address"), ("from", "/checkout?step=contact")],
        )
        .await;
    contact.assert_status(422);
    assert!(contact.body.contains("not-an-address"));
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_3_fields_and_checks_follow_the_country() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("MUG", "1").await.assert_status(303);
    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com")])
        .await
        .assert_status(303);
    let mut fields = ADDRESS.to_vec();
    fields[4] = ("country", "US");
    visitor.post("/api/checkout/country", &fields).await.assert_status(303);
    let page = visitor.get("/checkout?step=shipping").await;
    assert!(
        page.body.contains("ZIP code") && page.body.contains("Keizersgracht 1"),
        "the fields of the new country, the typed values of the old"
    );
    // A Dutch postcode and a Dutch method do not fit an American address.
    visitor.post("/api/checkout/shipping", &fields).await.assert_status(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_9_r57_before_stripe_is_called_everything_is_stored() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    app.sandbox.outage("POST /v1/checkout/sessions").await;
    let review = visitor.come_to_review(&[("TEAPOT", "2")], "anna@example.com").await;
    let placed = visitor.place(&review).await;
    placed.assert_status(303);
    assert!(placed.location().starts_with("/order/"), "{}", placed.location());
    let orders = app.orders().await;
    assert_eq!((orders.len(), orders[0].attempts.len()), (1, 1));
    assert_eq!(orders[0].state, OrderState::PendingPayment);
    assert!(orders[0].attempts[0].idempotency_key.ends_with(":1:session"));
    app.assert_invariants().await;
    // Stripe is back: the same attempt, the same key, one session.
    app.sandbox.clear_faults().await;
    let number = orders[0].number.clone();
    let retried = visitor.post("/api/payments/retry", &[("number", &number)]).await;
    retried.assert_status(303);
    assert!(retried.location().contains("/pay/"), "{}", retried.location());
    assert_eq!(app.order().await.attempts.len(), 1);
    assert_eq!(app.sandbox.pay(&session_id(retried.location()), PAID).await, "paid");
    visitor.come_back(&session_id(retried.location())).await.assert_status(303);
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_9_a_failed_order_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let mut first = app.browser();
    let mut second = app.browser();
    let review = first.come_to_review(&[("MUG", "1"), ("LAMP", "1")], "anna@example.com").await;
    let other = second.come_to_review(&[("LAMP", "1")], "bert@example.com").await;
    second.place(&other).await.assert_status(303);
    let refused = first.place(&review).await;
    refused.assert_status(409);
    assert_eq!(app.documents("orders").await.len(), 1, "all lines or none");
    assert_eq!(app.order().await.attempts.len(), 1);
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_8_r71_a22_twenty_submits_of_one_page_make_one_order_and_one_session() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    let (key, total) = (review.hidden("key"), review.hidden("shown_total"));
    // The limit on placing orders would hide the race, so these tries come from many addresses, as
    // one cart.
    let tries = (0..20).map(|_| {
        let (mut tab, key, total) = (app.browser(), key.clone(), total.clone());
        tab.cookies = visitor.cookies.clone();
        async move {
            let page = tab.place_with(&key, &total, "").await;
            (page.status.as_u16(), page.location().to_owned())
        }
    });
    let answers = join_all(tries).await;
    let sent_on: Vec<_> = answers.iter().filter(|(status, _)| *status == 303).collect();
    assert!(
        !sent_on.is_empty() && answers.iter().all(|(status, _)| [303, 409, 429].contains(status)),
        "{answers:?}"
    );
    assert_eq!(app.documents("orders").await.len(), 1);
    let report = app.sandbox.report().await;
    let orders = report["orders"].as_object().unwrap();
    assert_eq!(orders.len(), 1, "{report}");
    assert_eq!(
        orders.values().next().unwrap()["sessions"].as_array().unwrap().len(),
        1,
        "{report}"
    );
    let pages: std::collections::HashSet<_> =
        sent_on.iter().map(|(_, to)| to).filter(|to| to.contains("/pay/")).collect();
    assert_eq!(pages.len(), 1, "{answers:?}");
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_8_r71_the_same_key_with_other_content_is_refused() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("MUG", "1")], "anna@example.com").await;
    let (key, total) = (review.hidden("key"), review.hidden("shown_total"));
    visitor.place_with(&key, &total, "").await.assert_status(303);
    visitor.place_with(&key, &total, "Ring twice").await.assert_status(409);
    visitor.place_with(&key, "1", "").await.assert_status(409);
    assert_eq!(app.documents("orders").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_two_tabs_with_two_keys_make_one_order() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let one = visitor.come_to_review(&[("LAMP", "1")], "anna@example.com").await;
    let two = visitor.get("/checkout?step=review").await;
    let (mut left, mut right) = (visitor.clone(), visitor.clone());
    let answers = tokio::join!(left.place(&one), right.place(&two));
    let statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    assert!(statuses.contains(&303), "{statuses:?}");
    let open = app
        .documents("orders")
        .await
        .into_iter()
        .filter(|o| o.get_str("state") == Ok("pending_payment"))
        .count();
    assert_eq!(open, 1, "{statuses:?}");
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_7_a_moved_total_places_nothing_and_says_why() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    let refused = visitor.place_with(&review.hidden("key"), "100", "").await;
    refused.assert_status(422);
    assert!(refused.body.contains("€1.00 to €53.90"), "{}", refused.body);
    app.set_price("TEAPOT", 5_500).await;
    let moved = visitor.place(&review).await;
    moved.assert_status(409);
    assert!(app.documents("orders").await.is_empty());
    let unconsented = visitor
        .post(
            "/api/checkout/place",
            &[
                ("key", &review.hidden("key")),
                ("shown_total", "5390"),
                ("from", "/checkout?step=review"),
            ],
        )
        .await;
    unconsented.assert_status(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_11_r67_a21_two_hundred_carts_two_instances_one_unit() {
    let app = TestApp::two_instances(&TestCatalog::one("LAST", 1)).await;
    let mut buyers = Vec::new();
    for n in 0..200 {
        let mut buyer = if n % 2 == 0 { app.browser() } else { app.browser_at_second() };
        let review = buyer.come_to_review(&[("LAST", "1")], &format!("buyer{n}@example.com")).await;
        buyers.push((buyer, review));
    }
    let before = app.sandbox.calls("POST /v1/checkout/sessions").await;
    let answers = join_all(buyers.into_iter().map(|(mut buyer, review)| async move {
        // A busy machine may say "try again"; a shopper does, and the answer must be a definite one
        // in the end.
        loop {
            let status = buyer.place(&review).await.status.as_u16();
            if status != 503 {
                return status;
            }
        }
    }))
    .await;
    let placed = answers.iter().filter(|status| **status == 303).count();
    assert_eq!(placed, 1, "{answers:?}");
    assert!(answers.iter().all(|status| [303, 409].contains(status)), "{answers:?}");
    assert_eq!(app.documents("orders").await.len(), 1);
    assert_eq!(
        app.sandbox.calls("POST /v1/checkout/sessions").await - before,
        1,
        "199 refusals before any charge"
    );
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r67_fifty_buyers_of_five_units_pay_and_nothing_is_oversold() {
    let app = TestApp::two_instances(&TestCatalog::one("FEW", 5)).await;
    let mut buyers = Vec::new();
    for n in 0..50 {
        let mut buyer = if n % 2 == 0 { app.browser() } else { app.browser_at_second() };
        let review = buyer.come_to_review(&[("FEW", "1")], &format!("buyer{n}@example.com")).await;
        buyers.push((buyer, review));
    }
    let paid = join_all(buyers.into_iter().map(|(mut buyer, review)| {
        let sandbox = app.sandbox.clone();
        async move {
            let mut placed = buyer.place(&review).await;
            while placed.status.as_u16() == 503 {
                placed = buyer.place(&review).await;
            }
            if placed.status.as_u16() != 303 {
                return false;
            }
            let id = session_id(placed.location());
            assert_eq!(sandbox.pay(&id, PAID).await, "paid");
            buyer.come_back(&id).await.status.as_u16() == 303
        }
    }))
    .await;
    assert_eq!(paid.iter().filter(|paid| **paid).count(), 5);
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_12_r72_what_is_paid_is_the_snapshot() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    visitor.add("MUG", "2").await.assert_status(303);
    visitor.add("TEAPOT", "1").await.assert_status(303);
    app.set_price("TEAPOT", 9_900).await;
    app.sandbox.pay(&session, PAID).await;
    visitor.come_back(&session).await.assert_status(303);
    let order = &app.documents("orders").await[0];
    assert_eq!(order.get_i64("total_minor").unwrap(), 5_390, "€49.00 and €4.90 delivery");
    let cart = visitor.get("/cart").await;
    assert!(
        cart.body.contains("Mug") && cart.body.contains("Teapot"),
        "what was added meanwhile stays"
    );
    assert_eq!(visitor.cookies["__Host-hint"], "c=3");
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chk_10_your_own_hold_never_blocks_you() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let first = visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    // Back at the shop with another wish: the old session is dead before the new one exists.
    visitor.add("MUG", "1").await.assert_status(303);
    let cart = visitor.get("/cart").await;
    cart.assert_status(200);
    visitor
        .post("/api/cart/accept", &[("sku", "none"), ("from", "/cart")])
        .await
        .assert_status(303);
    let review = visitor.get("/checkout?step=review").await;
    review.assert_status(200);
    let placed = visitor.place(&review).await;
    placed.assert_status(303);
    let second = session_id(placed.location());
    assert_ne!(first, second);
    let report = app.sandbox.report().await;
    let statuses: Vec<_> = report["orders"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|o| o["sessions"].as_array().unwrap())
        .map(|s| s["status"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(statuses.iter().filter(|s| *s == "open").count(), 1, "{statuses:?}");
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r83_r84_i8_nothing_personal_is_stored_in_clear() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let review = visitor.come_to_review(&[("MUG", "1")], "canary.person@example.com").await;
    visitor
        .place_with(
            &review.hidden("key"),
            &review.hidden("shown_total"),
            "Canary note, card 4242 4242 4242 4242",
        )
        .await
        .assert_status(303);
    let mut undecided = app.browser();
    undecided.come_to_review(&[("MUG", "1")], "canary.person@example.com").await;
    undecided
        .post("/api/checkout/country", &[("country", "NL"), ("method", "Canary method")])
        .await
        .assert_status(303);
    app.run_due_jobs().await;
    for collection in ["orders", "checkouts", "carts", "refunds", "outbox", "stripe_events"] {
        for document in app.documents(collection).await {
            let text = document.to_string()
                + &String::from_utf8_lossy(&mongodb::bson::to_vec(&document).unwrap());
            for canary in [
                "canary.person",
                "Visser",
                "Keizersgracht",
                "1015 CJ",
                "Canary note",
                "Canary method",
                "4242 4242",
            ] {
                assert!(!text.contains(canary), "{canary} is readable in {collection}");
            }
        }
    }
    let orders = app.documents("orders").await;
    let index = orders[0].get_array("email_index").unwrap();
    assert_eq!(index.len(), 1);
    assert_ne!(index[0].as_str().unwrap().len(), 64, "a plain SHA-256 could be guessed");
}

#[tokio::test(flavor = "multi_thread")]
async fn r68_an_expired_hold_frees_the_goods_once() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_payment(&[("LAMP", "1")], "anna@example.com").await;
    assert_eq!(
        app.browser().call("/api/cart/add", &[("sku", "LAMP"), ("quantity", "1")]).await.code(),
        "not_enough_stock"
    );
    app.advance(Duration::from_secs(42 * 60)).await;
    tokio::join!(app.run_due_jobs(), app.run_due_jobs());
    app.run_due_jobs().await;
    app.assert_invariants().await;
    app.browser().add("LAMP", "1").await.assert_status(303);
    let order = &app.documents("orders").await[0];
    assert_eq!(order.get_str("state").unwrap(), "expired");
}
