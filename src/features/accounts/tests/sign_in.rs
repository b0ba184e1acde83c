//! Signing up and in: one answer for the known and the unknown, and a wait that grows.

use std::time::Duration;

use futures::future::join_all;
use mongodb::bson::{Document, doc};

use super::visitor::{PASSWORD, new_address};
use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;

#[tokio::test(flavor = "multi_thread")]
async fn acc_1_signing_up_confirming_and_signing_in() {
    let app = TestApp::start().await;
    let email = new_address();
    let mut visitor = app.browser();
    assert_eq!(visitor.get("/account/orders").await.location(), "/login?next=%2Faccount%2Forders");
    let done = visitor.sign_up(&email).await;
    done.assert_status(303);
    assert_eq!(done.location(), "/login");
    assert!(
        !visitor.is_signed_in().await,
        "signing up signs nobody in: it would tell a new address from a known one"
    );
    // Unverified accounts may sign in and buy.
    visitor
        .post(
            "/api/accounts/sign_in",
            &[("email", &email), ("password", PASSWORD), ("next", "/account/orders")],
        )
        .await
        .assert_status(303);
    let account = visitor.get("/account").await;
    assert!(account.body.contains(&email), "the account shows its own address");
    let link = app.link_mailed_to(&email, "/verify?token=").await;
    visitor.get(&link).await.assert_status(200);
    assert!(
        app.documents("accounts").await[0].get_i64("verified_at").is_err(),
        "a look confirms nothing"
    );
    let token = link.split("token=").nth(1).unwrap();
    visitor
        .post("/api/accounts/confirm", &[("token", token), ("from", &link)])
        .await
        .assert_status(303);
    assert!(app.documents("accounts").await[0].get_i64("verified_at").is_ok());
    visitor
        .post("/api/accounts/confirm", &[("token", token), ("from", &link)])
        .await
        .assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_r83_r84_a_dump_holds_no_address_and_no_password() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    visitor.post("/api/accounts/name", &[("name", "Ada Lovelace-Canary")]).await.assert_status(303);
    let accounts = app.documents("accounts").await;
    assert!(
        accounts[0].get_str("password").unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    let refresh = visitor.cookies["__Host-rt"].clone();
    for collection in ["accounts", "sessions", "mailed_tokens", "outbox"] {
        for document in app.documents(collection).await {
            let dump = format!("{document:?}");
            for secret in [email.as_str(), "Lovelace", PASSWORD, refresh.as_str()] {
                assert!(!dump.contains(secret), "{collection} holds {secret}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_acc_2_a1_known_unknown_and_imported_accounts_get_one_answer() {
    let app = TestApp::start().await;
    let (_, known) = app.customer().await;
    let imported = new_address();
    app.browser().sign_up(&imported).await.assert_status(303);
    let accounts = app.app.clients.mongo.collection::<Document>("accounts");
    let hash = bcrypt::hash(PASSWORD, 4).unwrap();
    let newest = app.documents("accounts").await.pop().unwrap();
    let newest = newest.get_str("_id").unwrap();
    accounts
        .update_one(doc! { "_id": newest }, doc! { "$set": { "password": hash } })
        .await
        .unwrap();
    let mut answers = Vec::new();
    for email in [known.as_str(), &new_address(), &imported, "no address at all", ""] {
        let page = app.browser().sign_in(email, "wrong password").await;
        page.assert_status(401);
        let body =
            page.body.replace(email, "").replace(&format!("value=\"{email}\""), "value=\"\"");
        answers
            .push(body.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned());
    }
    assert!(answers[..3].windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    // Signing up and asking for a new password, likewise.
    for path in ["/api/accounts/sign_up", "/api/accounts/forgot"] {
        let mut answers = Vec::new();
        for email in [known.clone(), new_address()] {
            let page = app.browser().post(path, &[("email", &email), ("password", PASSWORD)]).await;
            answers.push((
                page.status,
                page.location().to_owned(),
                page.body,
                page.headers.get("set-cookie").is_some(),
            ));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
    assert_eq!(
        app.subjects_to(&known)
            .await
            .iter()
            .filter(|s| s.starts_with("You have an account already"))
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_an_imported_hash_is_rewritten_at_the_next_sign_in() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    let accounts = app.app.clients.mongo.collection::<Document>("accounts");
    let hash = bcrypt::hash("an old password of theirs", 4).unwrap();
    accounts.update_one(doc! {}, doc! { "$set": { "password": &hash } }).await.unwrap();
    app.browser().sign_in(&email, "not that one").await.assert_status(401);
    assert_eq!(app.documents("accounts").await[0].get_str("password").unwrap(), hash);
    app.browser().sign_in(&email, "an old password of theirs").await.assert_status(303);
    assert!(
        app.documents("accounts").await[0].get_str("password").unwrap().starts_with("$argon2id$")
    );
    app.browser().sign_in(&email, "an old password of theirs").await.assert_status(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_r5_unfit_passwords_are_refused_before_any_work() {
    let app = TestApp::start().await;
    let long = "x".repeat(40_000);
    for (password, why) in [
        ("short12", "at least 8"),
        (long.as_str(), "at most 128"),
        ("password1", "among the first"),
        ("cartwright2026", "among the first"),
        ("juniper row 1", "among the first"),
    ] {
        let mut visitor = app.browser();
        let page = visitor
            .post(
                "/api/accounts/sign_up",
                &[("email", &new_address()), ("password", password), ("from", "/signup")],
            )
            .await;
        page.assert_status(422);
        assert!(page.body.contains(why), "{why}");
        assert!(
            !page.body.contains(&format!("value=\"{password}\"")),
            "a password is never shown again"
        );
    }
    assert_eq!(app.documents("accounts").await.len(), 0);
    app.browser().sign_in("ada@example.com", &long).await.assert_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_twenty_spellings_at_once_make_one_account() {
    let app = TestApp::start().await;
    let email = new_address();
    let spellings: Vec<String> = (0..20)
        .map(|n| match n % 4 {
            0 => email.clone(),
            1 => email.to_uppercase(),
            2 => format!("  {email} "),
            _ => email.replacen('a', "A", 1),
        })
        .collect();
    let answers = join_all(spellings.iter().map(|spelling| {
        let mut visitor = app.browser();
        async move { visitor.sign_up(spelling).await }
    }))
    .await;
    assert!(answers.iter().all(|page| page.status == 303 && page.location() == "/login"));
    assert_eq!(app.documents("accounts").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_acc_3_a2_guessing_waits_longer_and_longer_and_locks_nobody_out() {
    let app = TestApp::two_instances(&TestCatalog::small()).await;
    let (_, email) = app.customer().await;
    // Thirty guesses at once, from thirty addresses, at two instances: six are judged, and where
    // Redis does not answer in time six of each instance.
    let guesses = join_all((0..30).map(|n| {
        let mut thief = if n % 2 == 0 { app.browser() } else { app.browser_at_second() };
        let email = email.clone();
        async move { thief.sign_in(&email, "a guess").await.status.as_u16() }
    }))
    .await;
    let judged = guesses.iter().filter(|status| **status == 401).count();
    assert!((6..=12).contains(&judged), "{guesses:?}");
    assert_eq!(guesses.iter().filter(|status| **status == 429).count(), 30 - judged);
    let mut owner = app.browser();
    let waits = owner.sign_in(&email, PASSWORD).await;
    waits.assert_status(429);
    assert!(waits.headers.contains_key("retry-after"));
    app.advance(Duration::from_secs(3)).await;
    owner.sign_in(&email, PASSWORD).await.assert_status(303);
    // Forgotten with the success.
    for _ in 0..5 {
        app.browser().sign_in(&email, "a guess").await.assert_status(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a2_one_password_for_many_accounts_is_stopped_by_address() {
    let app = TestApp::start().await;
    let mut thief = app.browser();
    let mut tries = Vec::new();
    // A few at once: more would wait for each other's hashes, and be told to come again.
    for _ in 0..10 {
        let at_once = (0..6).map(|_| {
            let mut thief = thief.clone();
            async move { thief.sign_in(&new_address(), "password1").await.status.as_u16() }
        });
        tries.extend(join_all(at_once).await);
    }
    assert_eq!(
        tries.iter().filter(|status| **status == 401).count(),
        31,
        "thirty are free, the next begins the wait"
    );
    thief.sign_in(&new_address(), "password1").await.assert_status(429);
    // Nobody else waits for it.
    app.browser().sign_in(&new_address(), "password1").await.assert_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_a3_forwarding_headers_change_no_limit() {
    let app = TestApp::start().await;
    let thief = app.browser();
    let one_try = |n: u32| {
        let mut thief = thief.clone();
        async move {
            let body = form_urlencoded::Serializer::new(String::new())
                .append_pair("email", &new_address())
                .append_pair("password", "x")
                .finish();
            let request = axum::http::Request::post("/api/accounts/sign_in")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("accept", "text/html")
                .header("sec-fetch-site", "same-origin")
                .header("x-forwarded-for", format!("203.0.113.{n}"))
                .header("x-forwarded-for", "127.0.0.1")
                .header("x-real-ip", format!("198.51.100.{n}"))
                .header("forwarded", format!("for=192.0.2.{n}"))
                .header("true-client-ip", format!("192.0.2.{n}"))
                .body(axum::body::Body::from(body))
                .unwrap();
            thief.send(request).await.status.as_u16()
        }
    };
    let mut statuses = Vec::new();
    for tens in 0..10 {
        statuses.extend(join_all((tens * 10..tens * 10 + 10).map(one_try)).await);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 31, "{statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)));
}

#[tokio::test(flavor = "multi_thread")]
async fn r41_a11_fields_nobody_asked_for_are_never_read() {
    let app = TestApp::start().await;
    let email = new_address();
    let extra = [
        ("email", email.as_str()),
        ("password", PASSWORD),
        ("role", "owner"),
        ("user[role]", "owner"),
        ("is_admin", "true"),
        ("permissions[]", "*"),
        ("_id", "65a000000000000000000001"),
        ("email_verified", "true"),
        ("verified_at", "1"),
        ("account[verified_at]", "1"),
    ];
    let mut visitor = app.browser();
    visitor.post("/api/accounts/sign_up", &extra).await.assert_status(303);
    let account = &app.documents("accounts").await[0];
    assert_eq!(account.get_str("role").unwrap(), "customer");
    assert!(account.get_i64("verified_at").is_err());
    assert_ne!(account.get_str("_id").unwrap(), "65a000000000000000000001");
    visitor.sign_in(&email, PASSWORD).await.assert_status(303);
    visitor
        .post("/api/accounts/name", &[("name", "Ada"), ("role", "owner"), ("password", "x")])
        .await
        .assert_status(303);
    assert_eq!(app.documents("accounts").await[0].get_str("role").unwrap(), "customer");
}

#[tokio::test(flavor = "multi_thread")]
async fn r44_a24_operators_in_fields_match_nothing() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    for (name, value) in [
        ("email[$ne]", ""),
        ("email[$regex]", "^a"),
        ("email[$gt]", ""),
        ("email", "{\"$ne\":null}"),
        ("email[]", email.as_str()),
        ("email", "ada\u{0}@example.com"),
    ] {
        let page = app
            .browser()
            .post("/api/accounts/sign_in", &[(name, value), ("password", PASSWORD)])
            .await;
        assert!([400, 401, 422].contains(&page.status.as_u16()), "{name}: {}", page.status);
    }
    let page = app
        .browser()
        .post("/api/accounts/sign_in", &[("email", &email), ("password[$ne]", "x")])
        .await;
    assert!([400, 401].contains(&page.status.as_u16()), "{}", page.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_only_paths_of_ours_are_followed_after_signing_in() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    let hostile = [
        "//evil.test",
        "/\\evil.test",
        "https:evil.test",
        "https://evil.test/",
        "/%2f/evil.test",
        "/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/api/accounts/sign_out",
    ];
    for next in hostile {
        let page = app
            .browser()
            .post(
                "/api/accounts/sign_in",
                &[("email", &email), ("password", PASSWORD), ("next", next)],
            )
            .await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/account"), "{next}");
    }
    let page = app
        .browser()
        .post(
            "/api/accounts/sign_in",
            &[("email", &email), ("password", PASSWORD), ("next", "/checkout?step=review")],
        )
        .await;
    assert_eq!(page.location(), "/checkout?step=review");
}

#[tokio::test(flavor = "multi_thread")]
async fn r101_f13_without_redis_signing_in_works_and_guessing_is_still_limited() {
    let app =
        TestApp::with_settings(&TestCatalog::small(), |given| given.services.redis_url = None)
            .await;
    let (mut visitor, email) = app.customer().await;
    assert!(visitor.is_signed_in().await);
    let mut judged = 0;
    for _ in 0..12 {
        judged += u32::from(app.browser().sign_in(&email, "a guess").await.status == 401);
    }
    assert_eq!(judged, 6);
}
