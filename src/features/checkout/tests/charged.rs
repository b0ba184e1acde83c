//! What is charged: at the rates of where it goes, and never a sum that cannot be paid.

use serde_json::json;

use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;
use crate::testing::shopper::ADDRESS;

#[tokio::test(flavor = "multi_thread")]
async fn chk_14_an_order_is_taxed_where_it_goes_and_freezes_it_line_by_line() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "1").await.assert_status(303);
    visitor.add("BOOK", "1").await.assert_status(303);
    assert!(
        visitor.get("/cart").await.body.contains("Includes 21% tax"),
        "the home country's, until another is typed"
    );
    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com")])
        .await
        .assert_status(303);
    let mut fields = ADDRESS.to_vec();
    for (at, field) in [
        (2, ("city", "Berlin")),
        (3, ("postcode", "10115")),
        (4, ("country", "DE")),
        (5, ("method", "europe")),
    ] {
        fields[at] = field;
    }
    visitor.post("/api/checkout/shipping", &fields).await.assert_status(303);
    let review = visitor.get("/checkout?step=review").await;
    for words in ["Includes 19% tax", "Includes 7% tax", "Pay €78.90"] {
        assert!(review.body.contains(words), "{words} is missing");
    }
    assert!(!review.body.contains("21% tax"));
    visitor.place(&review).await.assert_status(303);

    let orders = app.documents("orders").await;
    let lines = orders[0].get_array("lines").unwrap();
    let mut taxes = Vec::new();
    for line in lines.iter().filter_map(|line| line.as_document()) {
        let money = |name: &str| line.get_document(name).unwrap().get_i64("minor").unwrap();
        assert_eq!(line.get_str("tax_category").unwrap(), "S");
        assert_eq!((money("discount"), money("total")), (0, money("subtotal")));
        taxes.push((
            line.get_str("sku").unwrap(),
            line.get_str("tax_class").unwrap(),
            money("tax"),
        ));
    }
    taxes.sort_unstable();
    // 19 % of €58.90 are €9.40, of which the delivery bears €1.58; 7 % of €20.00 are €1.31.
    assert_eq!(taxes, [("BOOK", "reduced", 131), ("TEAPOT", "standard", 782)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_15_a_sum_too_small_to_be_charged_is_told_in_the_cart_and_never_stored() {
    let pin = json!([{
        "sku": "PIN", "options": [], "price_minor": 30, "compare_at_minor": null, "lowest_30_days_minor": null, "stock": 9,
        "low_stock_threshold": 3, "weight_grams": 0, "needs_shipping": false, "image": 0,
    }]);
    let app = TestApp::with_catalog(&TestCatalog::small().with_fields(
        "pin",
        "PIN",
        30,
        9,
        &[("variants", pin)],
    ))
    .await;
    let mut visitor = app.browser();
    visitor.add("PIN", "1").await.assert_status(303);
    let told = "The smallest amount that can be paid here is €0.50. Add €0.20 more.";
    assert!(visitor.get("/cart").await.body.contains(told));
    let checkout = visitor.get("/checkout?step=contact").await;
    checkout.assert_status(303);
    assert_eq!(checkout.location(), "/cart");

    visitor
        .post("/api/checkout/contact", &[("email", "anna@example.com")])
        .await
        .assert_status(303);
    visitor.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
    let refused = visitor.place_with("a-key-of-twenty-four-cha", "30", "").await;
    refused.assert_status(409);
    assert!(refused.body.contains(told));
    assert!(app.documents("orders").await.is_empty());

    visitor.add("PIN", "1").await.assert_status(303);
    assert!(!visitor.get("/cart").await.body.contains("The smallest amount"));
    visitor.get("/checkout?step=review").await.assert_status(200);
}
