//! Keys change under an open shop: everything stays readable, nobody's change is lost, and the old
//! keys can go.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use fault_proxy::FaultProxy;
use mongodb::bson::{Bson, Document, doc};

use crate::features::accounts::service as accounts;
use crate::infra::crypto::totp_code;
use crate::infra::ctx::Ctx;
use crate::infra::reencrypt::RotationCursor;
use crate::infra::sealed::{FieldPath, SealedCollection};
use crate::server::app::App;
use crate::server::key_rotation;
use crate::server::router;
use crate::shared::access::Role;
use crate::testing::app::{TestApp, key, needed};
use crate::testing::browser::Browser;
use crate::testing::catalog::TestCatalog;
use crate::testing::process::operators;
use crate::testing::shopper::{ADDRESS, PAID};

/// That of `TestApp::customer`.
const PASSWORD: &str = "seven quiet herons at dusk";
const NEW_PASSWORD: &str = "a quite different sentence";
const NOTE: &str = "Ring twice, please";
/// Addresses that Ada adds while the keys change; there is room for twenty.
const NEW_ADDRESSES: usize = 10;

/// A store whose keys change from one start to the next.
struct Shop {
    app: TestApp,
    /// Of data and index keys alike, the one in use first.
    key_ids: Arc<Mutex<Vec<u8>>>,
}

impl Shop {
    async fn new() -> Self {
        let key_ids = Arc::new(Mutex::new(vec![1]));
        let seen = key_ids.clone();
        let app = TestApp::with_settings(&TestCatalog::small(), move |given| {
            let ids = seen.lock().unwrap().clone();
            given.services.data_keys = keys(&ids, 100);
            given.services.index_keys = keys(&ids, 110);
        })
        .await;
        Self { app, key_ids }
    }

    /// Another process on the same data.
    async fn start_with(&self, key_ids: &[u8]) -> Arc<App> {
        *self.key_ids.lock().unwrap() = key_ids.to_vec();
        self.app.start_again().await.expect("the store starts")
    }
}

fn keys(ids: &[u8], seed: u8) -> String {
    ids.iter().map(|id| format!("{id}:{}", key(seed + id))).collect::<Vec<_>>().join(",")
}

/// People with something in every sealed field that there is, and with links in their mailboxes.
struct Past {
    /// Has a name, a saved address, a paid order and one that waits, and a filled-in checkout.
    ada: Browser,
    email: String,
    /// Of the order that waits.
    number: String,
    reset_link: String,
    /// Wants to have another address.
    bea: Browser,
    wanted: String,
    change_link: String,
    /// Has signed up and confirmed nothing.
    verify_link: String,
    /// Has a password and an app that is not confirmed.
    owner: String,
}

fn new_address(name: &str) -> String {
    format!("{name}-{:016x}@example.com", rand::random::<u64>())
}

fn token_of(link: &str) -> &str {
    link.split("token=").nth(1).expect("a token")
}

async fn fill(app: &TestApp) -> Past {
    // The first ids, which the command meets first.
    let hash = bcrypt::hash(PASSWORD, 4).unwrap();
    let lines: String =
        (0..20).map(|n| format!("{},{hash},Imported {n}\n", new_address("imported"))).collect();
    accounts::import_users(&app.ctx(), &format!("email,password_hash,name\n{lines}"))
        .await
        .unwrap();
    accounts::create_demo_staff(&app.ctx(), PASSWORD).await.unwrap();
    let owner = new_address("owner");
    let path = accounts::create_first_owner(&app.ctx(), &owner).await.unwrap();
    let mut browser = app.browser();
    browser
        .post("/api/accounts/reset", &[("token", token_of(&path)), ("password", PASSWORD)])
        .await
        .assert_status(303);
    assert_eq!(browser.sign_in(&owner, PASSWORD).await.location(), "/login/code");

    let (mut ada, email) = app.customer().await;
    ada.post("/api/accounts/name", &[("name", "Ada")]).await.assert_status(303);
    ada.post("/api/accounts/add_address", &ADDRESS).await.assert_status(303);
    let session = ada.come_to_payment(&[("TEAPOT", "1")], &email).await;
    app.sandbox.pay(&session, PAID).await;
    ada.come_back(&session).await.assert_status(303);
    app.run_due_jobs().await;
    let review = ada.come_to_review(&[("MUG", "1")], &email).await;
    ada.place_with(&review.hidden("key"), &review.hidden("shown_total"), NOTE)
        .await
        .assert_status(303);
    let orders = app.documents("orders").await;
    let waiting = orders
        .iter()
        .find(|order| order.get_str("state") == Ok("pending_payment"))
        .expect("an unpaid order");
    let number = waiting.get_str("number").unwrap().to_owned();
    app.browser().post("/api/accounts/forgot", &[("email", &email)]).await.assert_status(303);
    let reset_link = app.link_mailed_to(&email, "/reset?token=").await;

    let (mut bea, _) = app.customer().await;
    let wanted = new_address("wanted");
    bea.post("/api/accounts/email", &[("new_email", &wanted), ("current_password", PASSWORD)])
        .await
        .assert_status(303);
    let change_link = app.link_mailed_to(&wanted, "/verify?token=").await;

    let cleo = new_address("cleo");
    app.browser().sign_up(&cleo).await.assert_status(303);
    let verify_link = app.link_mailed_to(&cleo, "/verify?token=").await;
    Past { ada, email, number, reset_link, bea, wanted, change_link, verify_link, owner }
}

impl Past {
    /// What Ada has been shown before is still there.
    async fn assert_readable(&mut self, router: &Router) {
        self.ada.move_to(router.clone());
        for (path, shown) in [
            (format!("/order/{}", self.number), ["Keizersgracht 1", NOTE]),
            ("/checkout?step=review".to_owned(), ["Keizersgracht 1", NOTE]),
            ("/account/addresses".to_owned(), ["Keizersgracht 1", "Anna Visser"]),
            ("/account".to_owned(), ["Hello, Ada", self.email.as_str()]),
        ] {
            let page = self.ada.get(&path).await;
            page.assert_status(200);
            assert!(
                shown.iter().all(|words| page.body.contains(*words)),
                "{path} does not show {shown:?}"
            );
        }
    }
}

/// Every value of the database that looks sealed: its place, and the key it was sealed with.
async fn sealed_values(app: &TestApp) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for name in app.app.clients.mongo.database().list_collection_names().await.unwrap() {
        if !name.starts_with("system.") {
            for document in app.documents(&name).await {
                collect(&name, &Bson::Document(document), &mut found);
            }
        }
    }
    found
}

fn collect(place: &str, value: &Bson, found: &mut Vec<(String, u32)>) {
    match value {
        Bson::Document(fields) => fields
            .iter()
            .for_each(|(name, value)| collect(&format!("{place}.{name}"), value, found)),
        Bson::Array(items) => items.iter().for_each(|item| collect(place, item, found)),
        Bson::Binary(binary) => {
            found.extend(key_id(&binary.bytes).map(|id| (place.to_owned(), id)))
        }
        _ => {}
    }
}

/// A sealed field begins with 1 and the id of its key. Other bytes hardly ever name so small a
/// number.
fn key_id(bytes: &[u8]) -> Option<u32> {
    let [1, id @ ..] = *bytes.first_chunk::<5>()? else { return None };
    Some(u32::from_be_bytes(id)).filter(|id| *id < 1_000)
}

async fn key_ids_in_use(app: &TestApp) -> Vec<u32> {
    sealed_values(app)
        .await
        .into_iter()
        .map(|(_, id)| id)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The places that a table names, and those its values are copied to.
fn places(of: &SealedCollection) -> Vec<String> {
    let path = |place: FieldPath| match place {
        FieldPath::Field(path) => format!("{}.{path}", of.name),
        FieldPath::EntriesOf(list) => format!("{}.{list}.sealed", of.name),
    };
    let copied = of.copies.iter().map(|copies| format!("{}.{}", copies.collection, copies.field));
    of.fields.iter().map(|field| path(field.path)).chain(copied).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r83_r85_every_sealed_value_stands_in_the_tables_of_the_rotation() {
    let shop = Shop::new().await;
    fill(&shop.app).await;
    let found: BTreeSet<String> =
        sealed_values(&shop.app).await.into_iter().map(|(place, _)| place).collect();
    let listed: BTreeSet<String> =
        shop.app.app.clients.collections.iter().filter_map(|c| c.sealed).flat_map(places).collect();
    assert_eq!(found, listed);
}

/// The command as an operator gives it, killed in the middle of the third account.
async fn killed_midway(app: &App) {
    // A killed process leaves its transaction open, and the server keeps it for a minute.
    let limit = doc! { "setParameter": 1, "transactionLifetimeLimitSeconds": 5 };
    app.clients
        .mongo
        .database()
        .client()
        .database("admin")
        .run_command(limit)
        .await
        .expect("the server takes the limit");
    let mongo = FaultProxy::start(&needed("MONGODB_URI")).await;
    // Each account is three writes: itself, the links mailed to it, the end of the transaction.
    mongo.silence_after_writes(7);
    let mut command = operators(
        &app.clients.settings,
        mongo.address_for(&needed("MONGODB_URI")),
        &["keys", "rotate"],
    );
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    tokio::time::timeout(Duration::from_secs(60), mongo.wait_until_silent())
        .await
        .expect("the command writes");
    child.kill().and_then(|()| child.wait()).expect("the process ends");
    mongo.clear();
}

/// The command to its end; answers what it printed.
async fn rotated_by_command(app: &App) -> String {
    let mut command = operators(&app.clients.settings, needed("MONGODB_URI"), &["keys", "rotate"]);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// A customer who changes what is hers, and guests who order, until the keys have changed; answers
/// how often she did.
async fn business(
    app: &TestApp,
    open: &Router,
    ada: &mut Browser,
    have_changed: &AtomicBool,
) -> usize {
    let mut times = 0;
    while !have_changed.load(Ordering::SeqCst) {
        times += 1;
        let (name, street) = (format!("Ada {times}"), format!("Herengracht {times}"));
        ada.post("/api/accounts/name", &[("name", &name)]).await.assert_status(303);
        if times <= NEW_ADDRESSES {
            let mut address = ADDRESS.to_vec();
            address[1] = ("line1", street.as_str());
            ada.post("/api/accounts/add_address", &address).await.assert_status(303);
        }
        if times % 5 == 1 {
            let mut guest = app.browser_of(open.clone());
            let review = guest.come_to_review(&[("MUG", "1")], &new_address("guest")).await;
            guest.place(&review).await.assert_status(303);
        }
        assert!(ada.get("/account").await.body.contains(&format!("Hello, {name}")));
        // Not so often that she is asked to wait.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn r85_keys_rotate_under_load_and_after_a_kill_and_the_old_ones_can_go() {
    let shop = Shop::new().await;
    let app = &shop.app;
    let mut past = fill(app).await;
    assert_eq!(key_ids_in_use(app).await, [1]);
    let both = shop.start_with(&[2, 1]).await;
    let open = router::router(both.clone());
    past.assert_readable(&open).await;

    killed_midway(&both).await;
    assert_eq!(key_ids_in_use(app).await, [1, 2], "killed in the middle");
    past.assert_readable(&open).await;
    let ctx = both.system_ctx();
    let have_changed = AtomicBool::new(false);
    let rotations = async {
        let ends = tokio::join!(rotated_by_command(&both), key_rotation::rotate(&ctx, |_| ()));
        have_changed.store(true, Ordering::SeqCst);
        ends
    };
    let ((said, outcomes), times) =
        tokio::join!(rotations, business(app, &open, &mut past.ada, &have_changed));
    assert!(
        said.contains("CARTWRIGHT_DATA_KEYS: 1\n") && said.contains("CARTWRIGHT_INDEX_KEYS: 1\n"),
        "{said}"
    );
    assert!(outcomes.unwrap().iter().all(|outcome| outcome.failed == 0));
    assert_eq!(key_ids_in_use(app).await, [2]);

    let new = shop.start_with(&[2]).await;
    let open = router::router(new.clone());
    past.assert_readable(&open).await;
    assert_works_as_before(app, &new, &open, past, times).await;

    // Once the old keys have gone, another run takes the values of the old index key away.
    let outcomes = key_rotation::rotate(&new.system_ctx(), |_| ()).await.unwrap();
    assert_eq!(
        key_rotation::describe_removable_keys(&new.system_ctx(), &outcomes).unwrap(),
        "There is no older key."
    );
    for document in app.documents("accounts").await.into_iter().chain(app.documents("orders").await)
    {
        assert_eq!(document.get_array("email_index").unwrap().len(), 1);
    }
}

/// Addresses are found, links that were mailed before open what they opened, and codes are right.
async fn assert_works_as_before(
    app: &TestApp,
    new: &Arc<App>,
    open: &Router,
    mut past: Past,
    times: usize,
) {
    let browser = || app.browser_of(open.clone());
    let mut again = browser();
    again.sign_in(&past.email.to_uppercase(), PASSWORD).await.assert_status(303);
    assert!(again.get("/account").await.body.contains(&format!("Hello, Ada {times}")));
    let addresses = again.get("/account/addresses").await;
    assert!(
        (1..=times.min(NEW_ADDRESSES))
            .all(|n| addresses.body.contains(&format!("Herengracht {n}"))),
        "an address is missing"
    );
    let accounts_before = app.documents("accounts").await.len();
    browser().sign_up(&past.email).await.assert_status(303);
    assert_eq!(
        app.documents("accounts").await.len(),
        accounts_before,
        "one account for each address"
    );

    let mut staff = browser();
    assert_eq!(
        staff.sign_in(&accounts::demo_address(Role::Orders), PASSWORD).await.location(),
        "/login/code"
    );
    let code = accounts::demo_code(&new.system_ctx(), Role::Orders.key()).await.unwrap();
    staff.post("/api/accounts/code", &[("code", &code)]).await.assert_status(303);
    let mut owner = browser();
    owner.sign_in(&past.owner, PASSWORD).await.assert_status(303);
    let set_up = owner.get("/login/code").await;
    let secret = set_up
        .body
        .split("Key: <code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .replace(' ', "");
    let code = totp_code(&secret, new.system_ctx().now()).unwrap();
    owner.post("/api/accounts/code", &[("code", &code)]).await.assert_status(303);

    past.bea.move_to(open.clone());
    past.bea
        .post("/api/accounts/confirm", &[("token", token_of(&past.change_link))])
        .await
        .assert_status(303);
    assert!(past.bea.get("/account").await.body.contains(&past.wanted));
    browser()
        .post(
            "/api/accounts/confirm",
            &[("token", token_of(&past.verify_link)), ("password", PASSWORD)],
        )
        .await
        .assert_status(303);
    browser()
        .post(
            "/api/accounts/reset",
            &[("token", token_of(&past.reset_link)), ("password", NEW_PASSWORD)],
        )
        .await
        .assert_status(303);
    browser().sign_in(&past.email, NEW_PASSWORD).await.assert_status(303);
}

/// Once through everything, a few documents at a time; answers how many were written.
async fn reencrypted(ctx: &Ctx) -> u64 {
    let mut written = 0;
    for of in ctx.collections.iter().filter_map(|collection| collection.sealed) {
        let mut cursor = RotationCursor::new(of);
        while cursor.reencrypt_batch(ctx, 3).await.expect("the database answers") {}
        assert_eq!(cursor.failed, 0);
        written += cursor.reencrypted;
    }
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn r85_what_changes_while_it_is_sealed_anew_is_not_overwritten() {
    let shop = Shop::new().await;
    let (mut ada, email) = shop.app.customer().await;
    ada.post("/api/accounts/add_address", &ADDRESS).await.assert_status(303);
    ada.post("/api/accounts/add_address", &ADDRESS).await.assert_status(303);
    let account = shop.app.documents("accounts").await.remove(0);
    let ids: Vec<String> =
        account.get_array("addresses").unwrap().iter().map(id_of_entry).collect();
    // Each undoes what the other did, so that there is always something to encrypt again.
    let (one, two) = (shop.start_with(&[2, 1]).await, shop.start_with(&[1, 2]).await);
    let (there, back) = (one.system_ctx(), two.system_ctx());
    ada.move_to(router::router(one.clone()));
    let done = AtomicBool::new(false);
    let turning = async {
        let mut written = 0;
        while !done.load(Ordering::SeqCst) {
            written += reencrypted(&there).await + reencrypted(&back).await;
        }
        written
    };
    let changing = async {
        for n in 0..30 {
            let (name, street) = (format!("Ada {n}"), format!("Herengracht {n}"));
            ada.post("/api/accounts/name", &[("name", &name)]).await.assert_status(303);
            let mut address = ADDRESS.to_vec();
            address[1] = ("line1", street.as_str());
            address.push(("id", ids[1].as_str()));
            ada.post("/api/accounts/save_address", &address).await.assert_status(303);
            if n == 15 {
                // The second address moves to the first one's place.
                ada.post("/api/accounts/remove_address", &[("id", &ids[0])])
                    .await
                    .assert_status(303);
            }
            assert!(ada.get("/account").await.body.contains(&format!("Hello, {name}")));
            assert!(ada.get("/account/addresses").await.body.contains(&street));
        }
        done.store(true, Ordering::SeqCst);
    };
    let (written, ()) = tokio::join!(turning, changing);
    assert!(written > 10, "{written} documents were sealed anew meanwhile");
    let addresses = ada.get("/account/addresses").await;
    assert!(
        addresses.body.contains("Herengracht 29") && !addresses.body.contains("Keizersgracht 1")
    );
    ada.sign_in(&email, PASSWORD).await.assert_status(303);
}

fn id_of_entry(entry: &Bson) -> String {
    entry.as_document().and_then(|entry| entry.get_str("id").ok()).expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn r85_r86_an_order_that_no_address_finds_is_found_by_none_after_a_rotation() {
    let shop = Shop::new().await;
    shop.app.browser().come_to_payment(&[("MUG", "1")], &new_address("erased")).await;
    let orders = shop.app.app.clients.mongo.collection::<Document>("orders");
    orders.update_one(doc! {}, doc! { "$set": { "email_index": [] } }).await.unwrap();
    let both = shop.start_with(&[2, 1]).await;
    assert!(reencrypted(&both.system_ctx()).await > 0);
    let order = shop.app.documents("orders").await.remove(0);
    assert!(order.get_array("email_index").unwrap().is_empty());
    assert_eq!(key_ids_in_use(&shop.app).await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r85_one_broken_value_keeps_the_old_key_and_nothing_else() {
    let shop = Shop::new().await;
    shop.app.customer().await;
    shop.app.customer().await;
    let accounts = shop.app.app.clients.mongo.collection::<Document>("accounts");
    let other = shop.app.documents("accounts").await.remove(1);
    // Moved from one account to the other it opens nowhere.
    let moved = doc! { "$set": { "name": other.get("email").cloned() } };
    accounts
        .update_one(doc! { "_id": { "$ne": other.get_str("_id").unwrap() } }, moved)
        .await
        .unwrap();
    let both = shop.start_with(&[2, 1]).await;
    let outcomes = key_rotation::rotate(&both.system_ctx(), |_| ()).await.unwrap();
    let of_accounts = outcomes.iter().find(|outcome| outcome.collection == "accounts").unwrap();
    assert_eq!((of_accounts.documents, of_accounts.reencrypted, of_accounts.failed), (2, 1, 1));
    assert!(
        key_rotation::describe_removable_keys(&both.system_ctx(), &outcomes)
            .unwrap_err()
            .contains("Keep every key")
    );
}
