//! One's own data, and their end, on real servers.

use std::collections::HashSet;
use std::time::Duration;

use mongodb::bson::{Document, doc};

use super::service;
use crate::infra::collections::Erasure;
use crate::testing::app::TestApp;
use crate::testing::browser::Browser;
use crate::testing::shopper::{ADDRESS, PAID};

const PASSWORD: &str = "seven quiet herons at dusk";

/// A customer with an address, a delivered order and something in the cart; answers the address and
/// the order's number.
async fn customer_with_a_past(app: &TestApp) -> (Browser, String, String) {
    let email = format!("canary-{:016x}@example.com", rand::random::<u64>());
    let mut browser = app.browser();
    browser
        .post("/api/accounts/sign_up", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    browser
        .post("/api/accounts/sign_in", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    browser.post("/api/accounts/name", &[("name", "Ada Canary")]).await.assert_status(303);
    browser.post("/api/accounts/add_address", &ADDRESS).await.assert_status(303);
    let known: HashSet<String> = app
        .documents("orders")
        .await
        .iter()
        .map(|o| o.get_str("number").unwrap().to_owned())
        .collect();
    let session = browser.come_to_payment(&[("TEAPOT", "1")], &email).await;
    app.sandbox.pay(&session, PAID).await;
    browser.come_back(&session).await;
    app.run_due_jobs().await;
    browser.add("MUG", "2").await.assert_status(303);
    let orders = app.documents("orders").await;
    let number = orders
        .iter()
        .map(|o| o.get_str("number").unwrap())
        .find(|number| !known.contains(*number))
        .unwrap();
    (browser, email, number.to_owned())
}

async fn deliver(app: &TestApp, number: &str) {
    let orders = app.app.clients.mongo.collection::<Document>("orders");
    orders
        .update_one(doc! { "number": number }, doc! { "$set": { "state": "delivered" } })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_3_every_collection_says_what_becomes_of_it() {
    let app = TestApp::start().await;
    customer_with_a_past(&app).await;
    let listed: HashSet<&str> =
        app.app.clients.collections.iter().map(|collection| collection.name).collect();
    let made = app.app.clients.mongo.database().list_collection_names().await.unwrap();
    for name in made.iter().map(String::as_str).filter(|name| !name.starts_with("system.")) {
        assert!(listed.contains(name), "{name} has no rule for export and erasure");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_2_r87_a44_the_export_holds_everything_of_its_owner_and_nothing_else() {
    let app = TestApp::start().await;
    let (mut owner, email, number) = customer_with_a_past(&app).await;
    let (mut other, other_email, other_number) = customer_with_a_past(&app).await;
    owner.get("/account/privacy/data.json").await.assert_status(404);
    let page = owner
        .post("/api/privacy/export", &[("current_password", "wrong"), ("from", "/account/privacy")])
        .await;
    page.assert_status(422);
    owner.post("/api/privacy/export", &[("current_password", PASSWORD)]).await.assert_status(303);
    // What one session may fetch, another may not, not even of the same account.
    let mut elsewhere = app.browser();
    elsewhere
        .post("/api/accounts/sign_in", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    elsewhere.get("/account/privacy/data.json").await.assert_status(404);
    other.get("/account/privacy/data.json").await.assert_status(404);
    app.browser().get("/account/privacy/data.json").await.assert_status(401);
    owner.get("/account/privacy/data.exe").await.assert_status(404);
    let copy = owner.clone();
    let file = owner.get("/account/privacy/data.json").await;
    file.assert_status(200);
    assert_eq!(file.headers["cache-control"], "no-store");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    // Every collection that says it is exported has its part in the file, and nothing else is
    // there.
    let parts: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    let parts: HashSet<&str> = parts.as_object().unwrap().keys().map(String::as_str).collect();
    let declared: HashSet<&str> =
        app.app.clients.collections.iter().filter_map(|c| c.export_section).collect();
    assert_eq!(parts, declared);
    for own in [email.as_str(), "Ada Canary", "Keizersgracht 1", &number, "TEAPOT", "MUG"] {
        assert!(file.body.contains(own), "{own} is missing");
    }
    for foreign in [other_email.as_str(), &other_number, "argon2id", "__Host", "cart_id"] {
        assert!(!file.body.contains(foreign), "{foreign}");
    }
    owner.get("/account/privacy/data.csv").await.assert_status(404);
    copy.clone().get("/account/privacy/data.json").await.assert_status(404);
    // Five minutes, then the password again.
    owner.post("/api/privacy/export", &[("current_password", PASSWORD)]).await.assert_status(303);
    app.clock.advance(Duration::from_secs(301));
    owner.get("/account/privacy/data.csv").await.assert_status(404);
    owner.post("/api/privacy/export", &[("current_password", PASSWORD)]).await.assert_status(303);
    let csv = owner.get("/account/privacy/data.csv").await;
    assert!(
        csv.body.starts_with("field,value\r\n")
            && csv.body.contains(&format!("account.email,{email}")),
        "{}",
        csv.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_3_r86_an_erasure_leaves_the_locked_books_and_nothing_else() {
    let app = TestApp::start().await;
    let (mut owner, email, number) = customer_with_a_past(&app).await;
    let id = app.documents("accounts").await[0].get_str("_id").unwrap().to_owned();
    let erase = [("current_password", PASSWORD), ("from", "/account/privacy?erase=yes")];
    let open = owner.post("/api/privacy/erase", &erase).await;
    open.assert_status(409);
    assert!(open.body.contains(&number), "the order in the way is named");
    deliver(&app, &number).await;
    owner
        .post(
            "/api/privacy/erase",
            &[("current_password", "wrong"), ("from", "/account/privacy?erase=yes")],
        )
        .await
        .assert_status(422);
    let mut phone = owner.clone();
    let erased = owner.post("/api/privacy/erase", &erase).await;
    erased.assert_status(303);
    assert_eq!(erased.headers["clear-site-data"], "\"cache\", \"storage\"", "R27");
    assert!(!phone.get("/account").await.body.contains("Ada"), "every session is over");
    phone.get(&format!("/order/{number}")).await.assert_status(404);
    for collection in &app.app.clients.collections {
        let name = collection.name;
        let left = app
            .documents(name)
            .await
            .into_iter()
            .filter(|document| format!("{document:?}").contains(&id))
            .count();
        match collection.erasure {
            Erasure::Deleted | Erasure::Restricted => {
                assert_eq!(left, 0, "{name} still names the account")
            }
            Erasure::NotPersonal => {}
        }
    }
    let order = &app.documents("orders").await[0];
    assert!(order.get_i64("restricted_until").unwrap() > app.ctx().now().unix_ms());
    assert!(
        order.get_array("email_index").unwrap().is_empty()
            && order.get_array("browsers").unwrap().is_empty()
    );
    assert_eq!(order.get_i64("total_minor").unwrap(), 5_390, "the books stay");
    // Who comes back is new.
    let mut again = app.browser();
    again
        .post("/api/accounts/sign_up", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    again
        .post("/api/accounts/sign_in", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    assert!(!again.get("/account/orders").await.body.contains(&number));
    assert!(!again.get("/cart").await.body.contains("/p/mug"));
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_3_r86_an_order_and_an_erasure_at_once_leave_no_order_without_its_customer() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        let email = format!("racer-{:016x}@example.com", rand::random::<u64>());
        let mut owner = app.browser();
        owner
            .post("/api/accounts/sign_up", &[("email", &email), ("password", PASSWORD)])
            .await
            .assert_status(303);
        owner
            .post("/api/accounts/sign_in", &[("email", &email), ("password", PASSWORD)])
            .await
            .assert_status(303);
        let review = owner.come_to_review(&[("MUG", "1")], &email).await;
        let (mut tab, mut orders) = (owner.clone(), app.documents("orders").await.len());
        let erase = [("current_password", PASSWORD), ("from", "/account/privacy?erase=yes")];
        let (placed, erased) =
            tokio::join!(owner.place(&review), tab.post("/api/privacy/erase", &erase));
        let (is_placed, is_erased) = (placed.location().contains("/pay/"), erased.status == 303);
        assert!(
            is_placed != is_erased,
            "one of them wins: placed {}, erased {}",
            placed.status,
            erased.status
        );
        orders += usize::from(is_placed);
        assert_eq!(app.documents("orders").await.len(), orders);
    }
    let accounts = app.documents("accounts").await;
    let accounts: HashSet<_> = accounts.iter().map(|a| a.get_str("_id").unwrap()).collect();
    assert!(
        app.documents("orders")
            .await
            .iter()
            .all(|order| accounts.contains(&order.get_str("account_id").unwrap()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_3_r86_an_order_placed_as_a_guest_is_under_way_for_the_confirmed_account_too() {
    let app = TestApp::start().await;
    let (mut owner, email, number) = customer_with_a_past(&app).await;
    deliver(&app, &number).await;
    app.app
        .clients
        .mongo
        .collection::<Document>("accounts")
        .update_one(doc! {}, doc! { "$set": { "verified_at": 1_i64 } })
        .await
        .unwrap();
    app.browser().come_to_payment(&[("MUG", "1")], &email).await;
    owner.post("/api/privacy/erase", &[("current_password", PASSWORD)]).await.assert_status(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_4_r90_what_has_passed_its_date_goes() {
    let app = TestApp::start().await;
    let (mut owner, _, number) = customer_with_a_past(&app).await;
    deliver(&app, &number).await;
    owner.post("/api/privacy/erase", &[("current_password", PASSWORD)]).await.assert_status(303);
    let mut nobody = app.browser();
    let email = format!("nobody-{:016x}@example.com", rand::random::<u64>());
    nobody
        .post("/api/accounts/sign_up", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    nobody
        .post("/api/accounts/sign_in", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    nobody.add("MUG", "1").await.assert_status(303);
    service::enforce_retention(&app.ctx()).await.unwrap();
    assert_eq!(
        (app.documents("orders").await.len(), app.documents("accounts").await.len()),
        (1, 1)
    );
    app.clock.advance(Duration::from_secs(31 * 86_400));
    service::enforce_retention(&app.ctx()).await.unwrap();
    assert_eq!(
        (app.documents("orders").await.len(), app.documents("accounts").await.len()),
        (1, 0),
        "nobody confirmed it"
    );
    assert_eq!(app.documents("carts").await.len(), 0);
    app.clock.advance(Duration::from_secs(10 * 366 * 86_400));
    service::enforce_retention(&app.ctx()).await.unwrap();
    assert_eq!(app.documents("orders").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r88_priv_5_a_consent_is_written_down_and_withdrawn_as_easily_as_given() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    app.browser().post("/api/privacy/news", &[("given", "yes")]).await.assert_status(401);
    assert!(
        owner.get("/account/privacy").await.body.contains("Write to me<"),
        "nobody agrees by saying nothing"
    );
    let wanted = async || service::news_addresses(&app.ctx()).await.unwrap();
    for (given, addresses) in
        [("yes", vec![email.clone()]), ("no", vec![]), ("yes", vec![email.clone()])]
    {
        owner.post("/api/privacy/news", &[("given", given)]).await.assert_status(303);
        assert_eq!(wanted().await, addresses, "{given}");
    }
    let log = app.documents("consents").await;
    let said: Vec<bool> = log.iter().map(|row| row.get_bool("given").unwrap()).collect();
    assert_eq!(said, [true, false, true]);
    assert!(log.iter().all(|row| row.get_str("text_version") == Ok(super::model::NEWS.version)));
    owner.post("/api/privacy/export", &[("current_password", PASSWORD)]).await.assert_status(303);
    assert!(
        owner.get("/account/privacy/data.json").await.body.contains(super::model::NEWS.version)
    );
    owner.post("/api/privacy/erase", &[("current_password", PASSWORD)]).await.assert_status(303);
    assert_eq!((app.documents("consents").await.len(), wanted().await.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn priv_4_the_preview_of_retention_counts_what_goes_and_drops_nothing() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    guest.add("MUG", "1").await.assert_status(303);
    let email = format!("nobody-{:016x}@example.com", rand::random::<u64>());
    guest
        .post("/api/accounts/sign_up", &[("email", &email), ("password", PASSWORD)])
        .await
        .assert_status(303);
    let lines = async || {
        let lines = service::retention_preview(&app.ctx()).await.unwrap();
        let of = |word: &str| {
            lines
                .iter()
                .find(|line| line.description.starts_with(word))
                .map(|line| (line.kept, line.due, line.soon))
                .unwrap()
        };
        (of("Carts"), of("Accounts"))
    };
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(
        lines().await,
        ((1, 0, 1), (1, 0, 1)),
        "both go within thirty days, if nothing happens"
    );
    app.clock.advance(Duration::from_secs(30 * 86_400 + 1));
    assert_eq!(lines().await, ((1, 1, 0), (1, 1, 0)));
    assert_eq!((app.documents("carts").await.len(), app.documents("accounts").await.len()), (1, 1));
}
