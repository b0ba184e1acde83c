//! Addresses, the cart at sign-in, and buying with an account.

use futures::future::join_all;

use super::visitor::{PASSWORD, new_address};
use mongodb::bson::doc;

use crate::testing::app::TestApp;
use crate::testing::shopper::{ADDRESS, PAID};

fn address(line1: &'static str) -> Vec<(&'static str, &'static str)> {
    let own = |name: &'static str, value: &'static str| match name {
        "line1" => (name, line1),
        "from" => (name, "/account/addresses"),
        _ => (name, value),
    };
    ADDRESS.iter().map(|(name, value)| own(name, value)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_12_r36_addresses_are_the_owners_alone() {
    let app = TestApp::start().await;
    let (mut owner, _) = app.customer().await;
    let (mut other, _) = app.customer().await;
    owner.post("/api/accounts/add_address", &address("Keizersgracht 1")).await.assert_status(303);
    owner.post("/api/accounts/add_address", &address("Herengracht 2")).await.assert_status(303);
    let page = owner.get("/account/addresses").await;
    assert!(page.body.contains("Keizersgracht 1") && page.body.contains("Herengracht 2"));
    let account = &app.documents("accounts").await[0];
    let ids: Vec<String> = account
        .get_array("addresses")
        .unwrap()
        .iter()
        .map(|a| a.as_document().unwrap().get_str("id").unwrap().to_owned())
        .collect();
    let defaults = |doc: &mongodb::bson::Document| {
        doc.get_array("addresses")
            .unwrap()
            .iter()
            .map(|a| a.as_document().unwrap().get_bool("is_default").unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(defaults(account), [true, false], "the first one is the default");
    assert!(!format!("{account:?}").contains("Keizersgracht"), "R83: sealed");
    for path in ["remove_address", "default_address", "save_address"] {
        let fields: Vec<(&str, &str)> =
            address("Stolen 3").into_iter().chain([("id", ids[0].as_str())]).collect();
        other.post(&format!("/api/accounts/{path}"), &fields).await.assert_status(404);
    }
    other.get(&format!("/account/addresses?edit={}", ids[0])).await.assert_status(404);
    other.add("MUG", "1").await.assert_status(303);
    other
        .post(
            "/api/checkout/use_address",
            &[("address_id", &ids[0]), ("from", "/checkout?step=contact")],
        )
        .await
        .assert_status(404);
    owner.post("/api/accounts/default_address", &[("id", &ids[1])]).await.assert_status(303);
    assert_eq!(defaults(&app.documents("accounts").await[0]), [false, true]);
    let changed: Vec<(&str, &str)> =
        address("Prinsengracht 4").into_iter().chain([("id", ids[0].as_str())]).collect();
    owner.post("/api/accounts/save_address", &changed).await.assert_status(303);
    owner.post("/api/accounts/remove_address", &[("id", &ids[1])]).await.assert_status(303);
    let page = owner.get("/account/addresses").await;
    assert!(page.body.contains("Prinsengracht 4") && !page.body.contains("Herengracht 2"));
    // Without an account there is nothing to save to.
    app.browser().post("/api/accounts/add_address", &address("Nowhere 1")).await.assert_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_12_twenty_addresses_are_all_even_at_once() {
    let app = TestApp::start().await;
    let (owner, _) = app.customer().await;
    let added = join_all((0..24).map(|_| {
        let mut tab = owner.clone();
        async move {
            tab.post("/api/accounts/add_address", &address("Keizersgracht 1")).await.status.as_u16()
        }
    }))
    .await;
    assert_eq!(added.iter().filter(|status| **status == 303).count(), 20, "{added:?}");
    let stored = app.documents("accounts").await;
    let addresses = stored[0].get_array("addresses").unwrap();
    assert_eq!(addresses.len(), 20);
    assert_eq!(
        addresses
            .iter()
            .filter(|a| a.as_document().unwrap().get_bool("is_default").unwrap())
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_4_r74_the_guests_cart_becomes_the_accounts_once_however_many_sign_in() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    owner.add("TEAPOT", "1").await.assert_status(303);
    owner.add("MUG", "2").await.assert_status(303);
    let mut guest = app.browser();
    guest.add("MUG", "3").await.assert_status(303);
    let before = guest.clone();
    // Five at once, twice: of more at once some would have to wait, as guesses do (R7).
    let mut answers = Vec::new();
    for _ in 0..2 {
        let five = (0..5).map(|_| {
            let mut tab = before.clone();
            let email = email.clone();
            async move {
                let page = tab.sign_in(&email, PASSWORD).await;
                (page.status.as_u16(), tab)
            }
        });
        answers.extend(join_all(five).await);
    }
    assert!(
        answers.iter().all(|(status, _)| *status == 303),
        "a cart in the way blocks no sign-in"
    );
    let carts = app.documents("carts").await;
    assert_eq!(carts.len(), 1, "{carts:?}");
    let lines = carts[0].get_document("lines").unwrap();
    assert_eq!(lines.get_document("MUG").unwrap().get_i64("q").unwrap(), 5);
    assert_eq!(lines.get_document("TEAPOT").unwrap().get_i64("q").unwrap(), 1);
    let (_, mut tab) = answers.into_iter().next_back().unwrap();
    let cart = tab.get("/cart").await;
    assert!(cart.body.contains("Teapot") && cart.body.contains("value=\"5\""));
    assert!(
        !guest.get("/cart").await.body.contains("/p/mug"),
        "the guest's secret opens nothing any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_4_a7_signing_in_keeps_the_typed_address_and_not_where_the_mails_go() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    let mut guest = app.browser();
    guest.come_to_review(&[("MUG", "1")], "somebody-else@example.com").await;
    guest.sign_in(&email, PASSWORD).await.assert_status(303);
    let review = guest.get("/checkout?step=review").await;
    review.assert_status(200);
    // Whoever planted the cart would get the confirmation, with name and street.
    assert!(
        review.body.contains("Keizersgracht 1")
            && review.body.contains(&email)
            && !review.body.contains("somebody-else@")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_4_r86_with_a_joined_cart_goes_what_was_typed_for_it_and_its_unpaid_order_moves() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    owner.come_to_payment(&[("TEAPOT", "1")], &email).await;
    owner.post("/api/accounts/sign_out", &[]).await.assert_status(303);
    let mut guest = app.browser();
    guest.come_to_review(&[("MUG", "1")], &email).await;
    assert_eq!(app.documents("checkouts").await.len(), 2);
    guest.sign_in(&email, PASSWORD).await.assert_status(303);
    app.run_due_jobs().await;
    let carts = app.documents("carts").await;
    let cart_id = carts[0].get_str("_id").unwrap();
    let checkouts = app.documents("checkouts").await;
    let checkouts: Vec<_> = checkouts.iter().map(|c| c.get_str("_id").unwrap()).collect();
    assert_eq!((carts.len(), checkouts), (1, vec![cart_id]));
    assert_eq!(app.documents("orders").await[0].get_str("cart_id").unwrap(), cart_id);
    // An empty cart takes what was typed with it too.
    let mut guest = app.browser();
    guest.come_to_review(&[("MUG", "1")], &email).await;
    guest.post("/api/cart/remove", &[("sku", "MUG")]).await.assert_status(303);
    guest.sign_in(&email, PASSWORD).await.assert_status(303);
    app.run_due_jobs().await;
    assert_eq!(
        (app.documents("carts").await.len(), app.documents("checkouts").await.len()),
        (1, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ord_13_orders_of_a_guest_join_the_confirmed_account_at_its_next_sign_in_or_by_a_mailed_link()
 {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    let known = || async {
        app.documents("orders")
            .await
            .iter()
            .filter(|order| order.get_str("account_id").is_ok())
            .count()
    };
    app.browser().come_to_payment(&[("MUG", "1")], &email).await;
    assert!(!owner.get("/account/orders").await.body.contains("100001"));
    app.browser().sign_in(&email, PASSWORD).await.assert_status(303);
    assert_eq!(known().await, 1);
    // Not before the address is known to be theirs.
    let late = new_address();
    app.browser().come_to_payment(&[("MUG", "1")], &late).await;
    app.browser().sign_up(&late).await.assert_status(303);
    app.browser().sign_in(&late, PASSWORD).await.assert_status(303);
    assert_eq!(known().await, 1);
    app.browser().post("/api/accounts/forgot", &[("email", &late)]).await.assert_status(303);
    let link = app.link_mailed_to(&late, "/reset?token=").await;
    let token = link.split("token=").nth(1).unwrap();
    app.browser()
        .post(
            "/api/accounts/reset",
            &[("token", token), ("password", "a quite different sentence")],
        )
        .await
        .assert_status(303);
    assert_eq!(known().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_6_whoever_signs_out_leaves_no_order_behind_in_the_browser() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    owner.come_to_payment(&[("MUG", "1")], &email).await;
    let number = app.documents("orders").await[0].get_str("number").unwrap().to_owned();
    owner.get(&format!("/order/{number}")).await.assert_status(200);
    owner.post("/api/accounts/sign_out", &[]).await.assert_status(303);
    owner.get(&format!("/order/{number}")).await.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_12_saved_addresses_fill_the_checkout_and_the_order_is_the_accounts() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    owner.post("/api/accounts/add_address", &address("Keizersgracht 1")).await.assert_status(303);
    owner.post("/api/accounts/add_address", &address("Herengracht 2")).await.assert_status(303);
    owner.add("MUG", "1").await.assert_status(303);
    let step = owner.get("/checkout?step=shipping").await;
    step.assert_status(200);
    assert!(
        step.body.contains("value=\"Keizersgracht 1\""),
        "the default fills the form; the address of the account is the contact"
    );
    let account = &app.documents("accounts").await[0];
    let second =
        account.get_array("addresses").unwrap()[1].as_document().unwrap().get_str("id").unwrap();
    assert!(step.body.contains(second), "the other one can be chosen");
    owner.post("/api/checkout/use_address", &[("address_id", second)]).await.assert_status(303);
    assert!(owner.get("/checkout?step=shipping").await.body.contains("value=\"Herengracht 2\""));
    let session = owner.come_to_payment_as_typed().await;
    app.sandbox.pay(&session, PAID).await;
    owner.come_back(&session).await;
    let order = &app.documents("orders").await[0];
    let number = order.get_str("number").unwrap();
    assert_eq!(order.get_str("account_id").unwrap(), account.get_str("_id").unwrap());
    // Another browser of the same account sees it, without any order cookie.
    let mut phone = app.browser();
    phone.sign_in(&email, PASSWORD).await.assert_status(303);
    assert!(phone.get("/account/orders").await.body.contains(number));
    phone.get(&format!("/order/{number}")).await.assert_status(200);
    assert!(phone.get("/account").await.body.contains(number));
}

#[tokio::test(flavor = "multi_thread")]
async fn r42_no_page_of_a_customer_shows_what_is_kept_for_the_shop_alone() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    let (mut other, other_email) = app.customer().await;
    other.come_to_payment(&[("MUG", "1")], &other_email).await;
    let session = owner.come_to_payment(&[("MUG", "1")], &email).await;
    app.sandbox.pay(&session, PAID).await;
    owner.come_back(&session).await;
    let order = app.documents("orders").await.pop().unwrap();
    let id = order.get_str("_id").unwrap();
    let note = doc! { "at": 0_i64, "text": "canary: looks like a reseller", "visible": false };
    let orders = app.app.clients.mongo.collection::<mongodb::bson::Document>("orders");
    orders.update_one(doc! { "_id": id }, doc! { "$push": { "timeline": note } }).await.unwrap();
    let account = &app.documents("accounts").await[0];
    let index = account.get_array("email_index").unwrap()[0].as_str().unwrap().to_owned();
    let number = order.get_str("number").unwrap();
    owner.add("TEAPOT", "1").await.assert_status(303);
    let kept = [
        "canary:",
        "argon2id",
        &index,
        id,
        account.get_str("_id").unwrap(),
        &other_email,
        "account_id",
    ];
    for path in [
        "/account",
        "/account/orders",
        "/account/addresses",
        "/account/security",
        "/account/privacy",
        "/cart",
        "/cart/drawer",
    ] {
        let page = owner.get(path).await;
        page.assert_status(200);
        assert!(kept.iter().all(|secret| !page.body.contains(secret)), "{path}");
    }
    let page = owner.get(&format!("/order/{number}")).await;
    assert!(page.body.contains(&email) && kept.iter().all(|secret| !page.body.contains(secret)));
    // Staff see the note.
    let (mut worker, _) = app.staff(crate::shared::access::Role::ReadOnly).await;
    assert!(worker.get(&format!("/admin/orders/{number}")).await.body.contains("canary:"));
}
