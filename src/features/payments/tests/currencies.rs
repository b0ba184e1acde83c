//! R137: what an order may cost, and every currency through a whole payment.

use futures::future::join_all;
use serde_json::json;

use super::new_refund;
use crate::features::catalog;
use crate::features::orders::model::OrderState;
use crate::features::payments::service;
use crate::shared::ids::Sku;
use crate::shared::money::{Currency, Money};
use crate::shared::pricing::charge_rules::to_provider_amount;
use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;
use crate::testing::sandbox::session_id;
use crate::testing::shopper::PAID;

const SESSIONS: &str = "POST /v1/checkout/sessions";

/// The options of a shop in another currency. Delivery costs a round number that every currency
/// knows.
fn options_in(currency: Currency) -> impl Fn(String) -> String {
    move |text| {
        text.replace("currency = \"EUR\"", &format!("currency = \"{}\"", currency.code()))
            .replace("price = 490", "price = 500")
            .replace("price = 990", "price = 1000")
            .replace("price = 2490", "price = 2500")
    }
}

/// An order of one thing in this currency, paid and partly refunded.
async fn buy_and_refund_a_part(shop: &TestApp, currency: Currency) {
    let rule = currency.charge_rule().unwrap();
    let visitor = shop.browser_with_options(options_in(currency)).await;
    let mut visitor = visitor.unwrap_or_else(|problem| panic!("{currency}: {problem}"));
    let step = i64::from(rule.step.get());
    let price =
        Money::new((step * 5_000).max((i64::from(rule.minimum) * 2 / step + 1) * step), currency);
    let mongo = &shop.app.clients.mongo;
    assert!(
        catalog::store::set_variant_price(mongo, &Sku::new("THING"), price, shop.clock.now())
            .await
            .unwrap()
    );
    let review = visitor.come_to_review(&[("THING", "1")], "anna@example.com").await;
    let placed = visitor.place(&review).await;
    assert!(
        placed.location().contains("/pay/"),
        "{currency}: {} {}",
        placed.status,
        placed.location()
    );
    let session = session_id(placed.location());
    let order = shop.orders().await.into_iter().find(|order| order.currency == currency).unwrap();
    let total = Money::new(order.total_minor, order.currency);
    let there = shop.sandbox.session(&session).await;
    assert_eq!(
        there["amount_total"].as_i64(),
        to_provider_amount(total).ok(),
        "{currency}: {total}"
    );
    assert_eq!(there["currency"].as_str(), Some(currency.code().to_lowercase().as_str()));
    assert_eq!(shop.sandbox.pay(&session, PAID).await, "paid", "{currency}");
    visitor.come_back(&session).await.assert_status(303);
    let part = service::NewRefund {
        order_id: order.id,
        amount_minor: step * 7,
        ..new_refund(shop, &format!("part-{currency}"), 1).await
    };
    service::refund_order(&shop.ctx(), part).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn r137_an_order_in_every_currency_is_paid_and_partly_refunded() {
    let chargeable: Vec<Currency> =
        Currency::all().filter(|currency| currency.charge_rule().is_some()).collect();
    assert!(chargeable.len() > 120, "{}", chargeable.len());
    join_all(chargeable.chunks(chargeable.len().div_ceil(6)).map(|currencies| async move {
        let shop = TestApp::with_catalog(&TestCatalog::one("THING", 1_000)).await;
        shop.sandbox.webhooks("withhold").await;
        for currency in currencies {
            buy_and_refund_a_part(&shop, *currency).await;
        }
        shop.run_due_jobs().await;
        let orders = shop.orders().await;
        assert_eq!(orders.len(), currencies.len());
        for order in orders {
            assert_eq!(order.state, OrderState::Paid, "{}", order.currency);
            assert_eq!(order.payment_state().key(), "partly_refunded", "{}", order.currency);
        }
        shop.assert_settled().await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r137_a_hundred_lines_and_delivery_are_paid() {
    let mut catalog = TestCatalog::one("SKU-0", 10);
    for n in 1..100 {
        catalog = catalog.with(&format!("thing{n}"), &format!("SKU-{n}"), 100 + n, 10);
    }
    let app = TestApp::with_catalog(&catalog).await;
    let mut visitor = app.browser();
    let skus: Vec<String> = (0..100).map(|n| format!("SKU-{n}")).collect();
    let lines: Vec<(&str, &str)> = skus.iter().map(|sku| (sku.as_str(), "1")).collect();
    // Delivery to another country costs something whatever the cart is worth.
    let review = visitor.come_to_review(&lines, "anna@example.com").await;
    let placed = visitor.place(&review).await;
    assert!(placed.location().contains("/pay/"), "{} {}", placed.status, placed.location());
    let session = session_id(placed.location());
    assert_eq!(
        app.sandbox.session(&session).await["amount_total"].as_i64(),
        Some(app.order().await.total_minor)
    );
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    visitor.come_back(&session).await.assert_status(303);
    app.assert_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r137_a_total_that_cannot_be_charged_is_refused_before_anything_is_stored() {
    for (price, quantity, code, word) in [
        (30_i64, "1", "total_below_minimum", "smallest"),
        (51_000_000, "2", "total_above_maximum", "largest"),
    ] {
        let catalog =
            TestCatalog::one("THING", 10).priced("THING", price).without_shipping("THING");
        let app = TestApp::with_catalog(&catalog).await;
        let mut visitor = app.browser();
        visitor.add("THING", quantity).await.assert_status(303);
        let cart = visitor.get("/cart").await;
        assert!(cart.body.contains(word), "{code}: the cart says why");
        visitor
            .post("/api/checkout/contact", &[("email", "anna@example.com"), ("from", "/checkout")])
            .await
            .assert_status(303);
        visitor
            .post("/api/checkout/shipping", &crate::testing::shopper::ADDRESS)
            .await
            .assert_status(303);
        let review = visitor.get("/checkout?step=review").await;
        let total = (price * quantity.parse::<i64>().unwrap()).to_string();
        let key = if review.status == 200 {
            review.hidden("key")
        } else {
            "0123456789abcdef01234567".to_owned()
        };
        let refused = visitor.place_with(&key, &total, "").await;
        refused.assert_status(409);
        assert!(refused.body.contains(word), "{code}: {}", refused.body);
        assert!(app.orders().await.is_empty() && app.documents("stock_ledger").await.len() == 1);
        assert_eq!(app.sandbox.calls(SESSIONS).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r137_a_cart_of_a_million_is_told_so() {
    // 10,188.02 × 100, as it was found.
    let catalog =
        TestCatalog::one("THING", 200).priced("THING", 1_018_802).without_shipping("THING");
    let app = TestApp::with_catalog(&catalog).await;
    let mut visitor = app.browser();
    visitor.add("THING", "99").await.assert_status(303);
    assert!(visitor.get("/cart").await.body.contains("largest"), "said in the cart");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_16_the_shopper_pays_the_sum_that_was_shown_whatever_the_account_s_default() {
    let app = TestApp::start().await;
    app.sandbox.post("currency", json!({ "presentment_currency": "usd" })).await;
    let mut visitor = app.browser();
    let session = visitor.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    assert_eq!(app.sandbox.pay(&session, PAID).await, "paid");
    visitor.come_back(&session).await.assert_status(303);
    let report = app.sandbox.report().await;
    let payment = report["payment_intents"].as_object().unwrap().values().next().unwrap().clone();
    assert!(payment["presentment"].is_null(), "{payment}");
    assert_eq!(payment["attempt_id"].as_str(), Some(app.order().await.attempts[0].id.as_str()));
    app.assert_settled().await;
}
