//! The cart on real servers: nothing is lost, nothing is believed, nothing oversteps a limit.

use futures::future::join_all;

use crate::testing::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn cart_3_a_visitor_without_a_cart_gets_no_cookie() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.get("/cart").await.assert_status(200);
    assert!(visitor.cookies.is_empty());
    visitor.add("TEAPOT", "2").await.assert_status(303);
    assert!(visitor.cookies.contains_key("__Host-cart"));
    assert_eq!(visitor.cookies["__Host-hint"], "c=2");
    let page = visitor.get("/cart").await;
    assert!(page.body.contains("Teapot") && page.body.contains("€98.00"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_1_r75_parallel_changes_lose_nothing() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("MUG", "1").await.assert_status(303);
    let tabs: Vec<_> = (0..50).map(|_| visitor.clone()).collect();
    let answers = join_all(
        tabs.into_iter().map(|mut tab| async move { tab.add("MUG", "1").await.status.as_u16() }),
    )
    .await;
    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    let page = visitor.get("/cart").await;
    assert!(page.body.contains("€612.00"), "51 mugs at €12.00: {}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_2_r101_losing_redis_loses_no_change() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "1").await.assert_status(303);
    let hash = crate::infra::crypto::hash_token(&visitor.cookies["__Host-cart"]).unwrap();
    app.forget_redis(&[&format!("cart:{hash}")]).await;
    assert!(visitor.get("/cart").await.body.contains("Teapot"));
    visitor.add("MUG", "1").await.assert_status(303);
    app.forget_redis(&[&format!("cart:{hash}")]).await;
    let page = visitor.get("/cart").await;
    assert!(page.body.contains("Teapot") && page.body.contains("Mug"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r47_a15_only_plain_whole_quantities_are_taken() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for wrong in [
        "-1",
        "0",
        "0.5",
        "1e3",
        "+1",
        " 1",
        "1,5",
        "١",
        "2147483648",
        "9223372036854775808",
        "NaN",
        "Infinity",
        "0x10",
        "null",
        "[]",
        "",
        "100",
    ] {
        let page = visitor.add("MUG", wrong).await;
        assert!(page.status.is_client_error(), "{wrong:?} gave {}", page.status);
    }
    let twice = visitor
        .post("/api/cart/add", &[("sku", "MUG"), ("quantity", "5"), ("quantity", "-4")])
        .await;
    assert!(twice.status.is_client_error(), "{}", twice.status);
    let listed = visitor
        .post("/api/cart/add", &[("sku", "MUG"), ("quantity[]", "1"), ("quantity[]", "-1")])
        .await;
    assert!(listed.status.is_client_error(), "{}", listed.status);
    assert!(app.documents("carts").await.is_empty(), "a refused addition made a cart");
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_5_a_refusal_names_what_is_available() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "8").await.assert_status(303);
    let page = visitor.call("/api/cart/add", &[("sku", "TEAPOT"), ("quantity", "3")]).await;
    page.assert_status(422);
    assert_eq!(page.code(), "not_enough_stock");
    assert!(page.body.contains("Only 10 available, and 8 already in your cart."), "{}", page.body);
    assert_eq!(
        visitor.call("/api/cart/add", &[("sku", "GONE"), ("quantity", "1")]).await.code(),
        "not_enough_stock"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_2_what_is_not_published_cannot_be_bought_or_seen() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for sku in ["SECRET", "RELIC", "NOSUCHSKU", "$set", "A.B"] {
        assert_eq!(
            visitor.call("/api/cart/add", &[("sku", sku), ("quantity", "1")]).await.code(),
            "sku_not_sold",
            "{sku}"
        );
    }
    visitor.get("/p/secret").await.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_7_r56_a16_amounts_from_the_browser_are_never_read() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let fields = [
        ("sku", "TEAPOT"),
        ("quantity", "1"),
        ("price", "1"),
        ("unit_amount", "1"),
        ("total", "1"),
        ("currency", "idr"),
        ("discount", "9999"),
        ("tax_exempt", "true"),
        ("lines[TEAPOT][price]", "1"),
    ];
    visitor.post("/api/cart/add", &fields).await.assert_status(303);
    assert!(visitor.get("/cart").await.body.contains("€49.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_5_a_moved_price_is_shown_and_accepted() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "1").await.assert_status(303);
    app.set_price("TEAPOT", 5_500).await;
    let page = visitor.get("/cart").await;
    assert!(page.body.contains("The price changed from €49.00 to €55.00."), "{}", page.body);
    visitor.post("/api/cart/accept", &[("sku", "all"), ("from", "/cart")]).await.assert_status(303);
    let page = visitor.get("/cart").await;
    assert!(!page.body.contains("The price changed") && page.body.contains("€55.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r39_a_cart_is_found_by_its_own_cookie_only() {
    let app = TestApp::start().await;
    let mut owner = app.browser();
    owner.add("TEAPOT", "1").await.assert_status(303);
    let id = app.documents("carts").await[0].get_str("_id").unwrap().to_owned();
    let mut stranger = app.browser();
    let page = stranger
        .call("/api/cart/set", &[("sku", "TEAPOT"), ("quantity", "5"), ("cart_id", &id)])
        .await;
    page.assert_status(404);
    stranger.cookies.insert("__Host-cart".into(), id);
    stranger.get("/cart").await.assert_status(200);
    assert!(!stranger.get("/cart").await.body.contains("Teapot"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_11_a_removal_is_taken_back_with_as_many_as_there_were() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("TEAPOT", "3").await.assert_status(303);
    visitor
        .post("/api/cart/remove", &[("sku", "TEAPOT"), ("from", "/cart")])
        .await
        .assert_status(303);
    let page = visitor.get("/cart").await;
    assert!(
        page.body.contains("Your cart is empty") && page.body.contains("Removed from your cart."),
        "{}",
        page.body
    );
    assert_eq!(
        (page.hidden("sku"), page.hidden("quantity")),
        ("TEAPOT".to_owned(), "3".to_owned())
    );
    visitor.post("/api/cart/add", &[("sku", "TEAPOT"), ("quantity", "3")]).await.assert_status(303);
    assert_eq!(visitor.cookies["__Host-hint"], "c=3");
    // Nothing to take back.
    visitor.post("/api/cart/remove", &[("sku", "MUG"), ("from", "/cart")]).await.assert_status(303);
    let page = visitor.get("/cart").await;
    let notice =
        page.body.split("autofocus").nth(1).and_then(|rest| rest.split("</div>").next()).unwrap();
    assert!(notice.contains("Removed from your cart.") && !notice.contains("Undo"), "{notice}");
}
