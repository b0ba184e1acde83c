//! Staff: two steps to sign in, one table of permissions, and always an owner.

use std::time::Duration;

use futures::future::join_all;
use mongodb::bson::{Document, doc};

use super::visitor::{PASSWORD, new_address};
use crate::features::accounts::service;
use crate::infra::crypto::totp_code;
use crate::shared::access::Role;
use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};

#[tokio::test(flavor = "multi_thread")]
async fn r14_acc_14_the_first_owner_is_made_once_even_when_ten_ask() {
    let app = TestApp::start().await;
    for (email, password) in [("admin", "admin"), ("admin@example.com", "admin"), ("root", "root")]
    {
        app.browser().sign_in(email, password).await.assert_status(401);
    }
    let asked = join_all((0..10).map(|n| {
        let ctx = app.ctx();
        async move { service::create_first_owner(&ctx, &format!("owner-{n}@example.com")).await }
    }))
    .await;
    assert_eq!(asked.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{asked:?}");
    assert_eq!(app.documents("accounts").await.len(), 1);
    assert!(service::create_first_owner(&app.ctx(), "late@example.com").await.is_err());
    let (customer, _) = app.customer().await;
    drop(customer);
    assert_eq!(app.documents("audit").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_acc_10_the_first_owner_sets_a_password_and_an_app_and_each_code_works_once() {
    let app = TestApp::start().await;
    let email = new_address();
    let path = service::create_first_owner(&app.ctx(), &email).await.unwrap();
    let token = path.split("token=").nth(1).unwrap();
    let mut owner = app.browser();
    owner.get(&path).await.assert_status(200);
    owner
        .post("/api/accounts/reset", &[("token", token), ("password", PASSWORD), ("from", &path)])
        .await
        .assert_status(303);
    assert_eq!(owner.sign_in(&email, PASSWORD).await.location(), "/login/code");
    assert!(!owner.is_signed_in().await, "a password alone opens nothing");
    let set_up = owner.get("/login/code").await;
    let secret: String = set_up
        .body
        .split("Key: <code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .replace(' ', "");
    let recovery: Vec<String> = set_up
        .body
        .split("<li><code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(recovery.len(), 10);
    let enter = async |browser: &mut Browser, code: &str| -> Page {
        browser.post("/api/accounts/code", &[("code", code), ("from", "/login/code")]).await
    };
    // A recovery code does not stand in for an app that nobody has confirmed.
    enter(&mut owner, &recovery[0]).await.assert_status(422);
    let code = totp_code(&secret, app.ctx().now()).unwrap();
    enter(&mut owner, &code).await.assert_status(303);
    assert!(owner.is_signed_in().await);
    owner.get("/admin/orders").await.assert_status(200);
    let stored = app.documents("accounts").await[0].clone();
    let dump = format!("{stored:?}");
    assert!(
        !dump.contains(&secret) && recovery.iter().all(|code| !dump.contains(code.as_str())),
        "R83"
    );
    // The same code again, in the same step.
    let mut thief = app.browser();
    thief.sign_in(&email, PASSWORD).await.assert_status(303);
    enter(&mut thief, &code).await.assert_status(422);
    assert!(!thief.is_signed_in().await);
    assert!(!thief.get("/login/code").await.body.contains("Key:"), "the key is never shown again");
    // A recovery code, once, however it is typed.
    enter(&mut thief, &recovery[3].to_uppercase()).await.assert_status(303);
    let mut again = app.browser();
    again.sign_in(&email, PASSWORD).await.assert_status(303);
    enter(&mut again, &recovery[3]).await.assert_status(422);
    // The cookie between the steps ends, and falls with the password.
    app.advance(Duration::from_secs(301)).await;
    let late = totp_code(&secret, app.ctx().now()).unwrap();
    assert_eq!(
        enter(&mut again, &late).await.location(),
        "/login",
        "the password comes first again"
    );
    assert!(!again.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_wrong_codes_wait_longer_and_longer() {
    let app = TestApp::start().await;
    service::create_demo_staff(&app.ctx(), PASSWORD).await.unwrap();
    let email = service::demo_address(Role::Owner);
    let mut thief = app.browser();
    thief.sign_in(&email, PASSWORD).await.assert_status(303);
    let mut statuses = Vec::new();
    for n in 0..10 {
        statuses.push(
            thief
                .post("/api/accounts/code", &[("code", &format!("00000{n}"))])
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 6, "{statuses:?}");
    assert_eq!(statuses[9], 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn r21_r43_a10_a_demoted_member_of_staff_is_out_at_once_even_without_redis() {
    let app = TestApp::start().await;
    let (mut owner, _) = app.staff(Role::Owner).await;
    let (mut worker, id) = app.staff(Role::Orders).await;
    let id = id.to_string();
    worker.get("/admin/orders").await.assert_status(200);
    let change = |role: &'static str| {
        [("id", id.clone()), ("role", role.to_owned()), ("current_password", PASSWORD.to_owned())]
    };
    let send = async |browser: &mut Browser, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/api/accounts/role", &fields).await
    };
    let wrong =
        [("id", id.clone()), ("role", "read_only".into()), ("current_password", "wrong".into())];
    send(&mut owner, &wrong).await.assert_status(422);
    worker.get("/admin/orders").await.assert_status(200);
    send(&mut owner, &change("read_only")).await.assert_status(303);
    assert!(worker.get("/admin/orders").await.location().starts_with("/login"));
    let audit = app.documents("audit").await;
    let row = audit
        .iter()
        .rfind(|row| row.get_str("action") == Ok("role_changed"))
        .expect("R43: the change is written down");
    assert_eq!(row.get_document("before").unwrap().get_str("role").unwrap(), "orders");
    assert_eq!(row.get_document("after").unwrap().get_str("role").unwrap(), "read_only");
    assert!(owner.get("/admin/audit").await.body.contains("role: Read only"));
    // What was refused leaves its row as well.
    let refused = audit.iter().find(|row| {
        row.get_document("after")
            .is_ok_and(|after| after.get_str("refused") == Ok("wrong_password"))
    });
    assert_eq!(refused.and_then(|row| row.get_str("object").ok()), Some(id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn r27_staff_sign_a_customer_out_everywhere_and_owners_alone_their_own() {
    let app = TestApp::start().await;
    let (mut customer, email) = app.customer().await;
    let session = customer.come_to_payment(&[("MUG", "1")], &email).await;
    app.sandbox.pay(&session, crate::testing::shopper::PAID).await;
    let (mut worker, _) = app.staff(Role::Orders).await;
    let order = &app.documents("orders").await[0];
    let page = worker.get(&format!("/admin/orders/{}", order.get_str("number").unwrap())).await;
    let id = order.get_str("account_id").unwrap().to_owned();
    assert!(page.body.contains("Sign this customer out everywhere") && page.body.contains(&id));
    let ended = worker
        .post("/api/accounts/end_sessions_of", &[("id", &id), ("from", "/admin/orders")])
        .await;
    assert_eq!(ended.location(), "/admin/orders");
    assert!(!customer.is_signed_in().await);
    let (mut owner, me) = app.staff(Role::Owner).await;
    let of_owner = [("id", me.to_string()), ("from", "/admin/orders".to_owned())];
    let of_owner = of_owner.each_ref().map(|(name, value)| (*name, value.as_str()));
    worker.call("/api/accounts/end_sessions_of", &of_owner).await.assert_status(403);
    owner.get("/admin/staff").await.assert_status(200);
    let audit = app.documents("audit").await;
    assert!(audit.iter().any(|row| row.get_str("action") == Ok("sessions_ended")
        && row.get_str("object") == Ok(id.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_14_r43_the_last_owner_stays_whoever_asks_at_once() {
    let app = TestApp::start().await;
    let (mut owner, me) = app.staff(Role::Owner).await;
    let mine = me.to_string();
    let last = owner
        .post(
            "/api/accounts/disable",
            &[("id", &mine), ("current_password", PASSWORD), ("from", "/admin/staff")],
        )
        .await;
    last.assert_status(409);
    let audit = app.documents("audit").await;
    let kept = |row: &Document| {
        row.get_document("after").is_ok_and(|after| after.get_str("refused") == Ok("last_owner"))
    };
    assert!(audit.iter().any(kept), "R43: the row of the attempt outlives the rollback");
    let (_, other) = app.staff(Role::Orders).await;
    let other = other.to_string();
    owner
        .post(
            "/api/accounts/role",
            &[("id", &other), ("role", "owner"), ("current_password", PASSWORD)],
        )
        .await
        .assert_status(303);
    // Each of the two takes the other's access away at the same moment.
    let accounts = app.app.clients.mongo.collection::<Document>("accounts");
    let sign_in = async |email: String| {
        let mut browser = app.browser();
        browser.sign_in(&email, PASSWORD).await.assert_status(303);
        browser
    };
    let mut second = sign_in(service::demo_address(Role::Orders)).await;
    app.clock.advance(Duration::from_secs(31));
    let code = service::demo_code(&app.ctx(), "orders").await.unwrap();
    second.post("/api/accounts/code", &[("code", &code)]).await.assert_status(303);
    let fields = |id: &str| {
        [("id".to_owned(), id.to_owned()), ("current_password".to_owned(), PASSWORD.to_owned())]
    };
    let attack = |mut browser: Browser, fields: [(String, String); 2]| async move {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/api/accounts/disable", &fields).await.status.as_u16()
    };
    let (one, two) = tokio::join!(attack(owner, fields(&other)), attack(second, fields(&mine)));
    assert!([one, two].contains(&303), "{one} {two}");
    let left =
        accounts.count_documents(doc! { "role": "owner", "disabled_at": null }).await.unwrap();
    assert_eq!(left, 1, "{one} {two}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_an_invited_member_of_staff_sets_their_own_password() {
    let app = TestApp::start().await;
    let (mut owner, _) = app.staff(Role::Owner).await;
    let email = new_address();
    let invite = |role: &'static str| {
        [
            ("email", email.clone()),
            ("role", role.to_owned()),
            ("current_password", PASSWORD.to_owned()),
        ]
    };
    let send = async |browser: &mut Browser, fields: [(&str, String); 3]| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/api/accounts/invite", &fields).await
    };
    send(&mut owner, invite("customer")).await.assert_status(422);
    send(&mut owner, invite("catalogue")).await.assert_status(303);
    send(&mut owner, invite("catalogue")).await.assert_status(422);
    let link = app.link_mailed_to(&email, "/reset?token=").await;
    let token = link.split("token=").nth(1).unwrap();
    let mut member = app.browser();
    member.sign_in(&email, "").await.assert_status(401);
    member
        .post(
            "/api/accounts/reset",
            &[("token", token), ("password", "a quite different sentence")],
        )
        .await
        .assert_status(303);
    assert_eq!(
        member.sign_in(&email, "a quite different sentence").await.location(),
        "/login/code"
    );
    assert!(member.get("/login/code").await.body.contains("recovery codes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_r14_imported_users_are_customers_and_the_file_can_be_read_again() {
    let app = TestApp::start().await;
    let (one, two) = (new_address(), new_address());
    let hash = bcrypt::hash("an old password of theirs", 4).unwrap();
    let file = format!(
        "email,password_hash,name,role\n{one},{hash},Ada,owner\n{},{hash},,\n",
        two.to_uppercase()
    );
    let done = service::import_users(&app.ctx(), &file).await.unwrap();
    assert_eq!((done.imported, done.known), (2, 0));
    let done = service::import_users(&app.ctx(), &file).await.unwrap();
    assert_eq!((done.imported, done.known), (0, 2));
    assert!(
        app.documents("accounts")
            .await
            .iter()
            .all(|account| account.get_str("role") == Ok("customer"))
    );
    app.browser().sign_in(&two, "an old password of theirs").await.assert_status(303);
    let mut ada = app.browser();
    ada.sign_in(&one, "an old password of theirs").await.assert_status(303);
    assert!(ada.get("/account").await.body.contains("Hello, Ada"));
    // One bad line, and nothing of the file is taken.
    let bad =
        format!("email,password_hash\n{},{hash}\nsomebody@example.com,plain-text\n", new_address());
    assert!(
        service::import_users(&app.ctx(), &bad).await.unwrap_err().message.starts_with("Line 3")
    );
    assert_eq!(app.documents("accounts").await.len(), 2);
}
