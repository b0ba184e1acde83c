//! Mailed links: single use, for one account, for one thing, and only by a button.

use std::time::Duration;

use futures::future::join_all;
use mongodb::bson::{Document, doc};

use super::visitor::{PASSWORD, new_address};
use crate::testing::app::TestApp;
use crate::testing::shopper::PAID;

const NEW: &str = "a quite different sentence";

async fn reset_token(app: &TestApp, email: &str) -> String {
    app.browser().post("/api/accounts/forgot", &[("email", email)]).await.assert_status(303);
    app.link_mailed_to(email, "/reset?token=").await.split("token=").nth(1).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_acc_11_a6_a_reset_link_works_once_for_its_own_account() {
    let app = TestApp::start().await;
    let (mut signed_in, email) = app.customer().await;
    let (_, other) = app.customer().await;
    let older = reset_token(&app, &email).await;
    let token = reset_token(&app, &email).await;
    let reset = |token: String| {
        let mut visitor = app.browser();
        let email = other.clone();
        async move {
            visitor
                .post(
                    "/api/accounts/reset",
                    &[("token", &token), ("password", NEW), ("email", &email), ("from", "/forgot")],
                )
                .await
        }
    };
    reset(older).await.assert_status(404);
    for _ in 0..2 {
        app.browser().get(&format!("/reset?token={token}")).await.assert_status(200);
    }
    for broken in [
        token[1..].to_owned(),
        token.to_uppercase(),
        String::new(),
        "a".repeat(43),
        format!("{token}x"),
    ] {
        reset(broken).await.assert_status(404);
    }
    let outcomes = join_all((0..2).map(|_| reset(token.clone()))).await;
    let mut statuses: Vec<u16> = outcomes.iter().map(|page| page.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
    reset(token).await.assert_status(404);
    assert!(
        outcomes.iter().all(|page| !page.headers.contains_key("set-cookie")
            || !format!("{:?}", page.headers).contains("__Host-rt")),
        "no automatic sign-in"
    );
    assert!(!signed_in.is_signed_in().await, "sessions end");
    app.browser().sign_in(&email, NEW).await.assert_status(303);
    app.browser().sign_in(&other, PASSWORD).await.assert_status(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_a_reset_link_ends_after_half_an_hour() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    let token = reset_token(&app, &email).await;
    app.advance(Duration::from_secs(30 * 60 + 1)).await;
    app.browser().get(&format!("/reset?token={token}")).await.assert_status(404);
    app.browser()
        .post("/api/accounts/reset", &[("token", &token), ("password", NEW)])
        .await
        .assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_a5_links_use_the_configured_address_whatever_a_request_says() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    let body =
        form_urlencoded::Serializer::new(String::new()).append_pair("email", &email).finish();
    let request = axum::http::Request::post("/api/accounts/forgot")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("host", "evil.test")
        .header("x-forwarded-host", "evil.test")
        .header("x-forwarded-proto", "http")
        .body(axum::body::Body::from(body))
        .unwrap();
    app.browser().send(request).await;
    app.link_mailed_to(&email, "/reset?token=").await;
    for mail in app.mails_to(&email).await {
        assert!(!mail.to_string().contains("evil.test"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_a_new_address_is_confirmed_by_its_mailbox_in_the_owners_browser() {
    let app = TestApp::start().await;
    let (mut owner, old) = app.customer().await;
    let (mut other, _) = app.customer().await;
    let new = new_address();
    let change = |password: &'static str| {
        [
            ("new_email", new.as_str()),
            ("current_password", password),
            ("from", "/account/security?change=email"),
        ]
    };
    owner.post("/api/accounts/email", &change("wrong")).await.assert_status(422);
    owner.post("/api/accounts/email", &change(PASSWORD)).await.assert_status(303);
    let token =
        app.link_mailed_to(&new, "/verify?token=").await.split("token=").nth(1).unwrap().to_owned();
    assert!(
        app.subjects_to(&old)
            .await
            .iter()
            .any(|subject| subject.starts_with("Your e-mail address is about to change"))
    );
    app.browser().sign_in(&old, PASSWORD).await.assert_status(303);
    other.post("/api/accounts/confirm", &[("token", &token)]).await.assert_status(404);
    app.browser()
        .post("/api/accounts/confirm", &[("token", &token), ("password", PASSWORD)])
        .await
        .assert_status(401);
    assert!(owner.get("/account").await.body.contains(&old), "unchanged until confirmed");
    owner.post("/api/accounts/confirm", &[("token", &token)]).await.assert_status(303);
    assert!(owner.get("/account").await.body.contains(&new));
    app.browser().sign_in(&old, PASSWORD).await.assert_status(401);
    app.browser().sign_in(&new, PASSWORD).await.assert_status(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_an_address_that_has_an_account_cannot_be_taken() {
    let app = TestApp::start().await;
    let (mut thief, _) = app.customer().await;
    let (_, victim) = app.customer().await;
    let fields = [("new_email", victim.as_str()), ("current_password", PASSWORD)];
    thief.post("/api/accounts/email", &fields).await.assert_status(303);
    // Even with the mail at hand.
    let token = app
        .link_mailed_to(&victim, "/verify?token=")
        .await
        .split("token=")
        .nth(1)
        .unwrap()
        .to_owned();
    thief.post("/api/accounts/confirm", &[("token", &token)]).await.assert_status(409);
    app.browser().sign_in(&victim, PASSWORD).await.assert_status(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_signs_up_with_somebodys_address_gets_no_further() {
    let app = TestApp::start().await;
    let victim = new_address();
    let mut stranger = app.browser();
    stranger.sign_up(&victim).await.assert_status(303);
    let token = app
        .link_mailed_to(&victim, "/verify?token=")
        .await
        .split("token=")
        .nth(1)
        .unwrap()
        .to_owned();
    // The owner of the mailbox opens the mail but does not know the stranger's password.
    app.browser()
        .post("/api/accounts/confirm", &[("token", &token), ("password", "the owner's own")])
        .await
        .assert_status(422);
    assert!(app.documents("accounts").await[0].get_i64("verified_at").is_err());
    // With "forgotten password" the account becomes the owner's.
    stranger.sign_in(&victim, PASSWORD).await.assert_status(303);
    let reset = reset_token(&app, &victim).await;
    app.browser()
        .post("/api/accounts/reset", &[("token", &reset), ("password", NEW)])
        .await
        .assert_status(303);
    assert!(!stranger.is_signed_in().await);
    stranger.sign_in(&victim, PASSWORD).await.assert_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn ord_13_a_guests_orders_join_the_account_only_once_the_address_is_confirmed() {
    let app = TestApp::start().await;
    let email = new_address();
    let mut guest = app.browser();
    let session = guest.come_to_payment(&[("TEAPOT", "1")], &email).await;
    app.sandbox.pay(&session, PAID).await;
    guest.come_back(&session).await;
    let number = app.documents("orders").await[0].get_str("number").unwrap().to_owned();
    let mut visitor = app.browser();
    visitor.sign_up(&email).await.assert_status(303);
    visitor.sign_in(&email, PASSWORD).await.assert_status(303);
    assert!(!visitor.get("/account/orders").await.body.contains(&number));
    visitor.get(&format!("/order/{number}")).await.assert_status(404);
    let token = app
        .link_mailed_to(&email, "/verify?token=")
        .await
        .split("token=")
        .nth(1)
        .unwrap()
        .to_owned();
    visitor.post("/api/accounts/confirm", &[("token", &token)]).await.assert_status(303);
    assert!(visitor.get("/account/orders").await.body.contains(&number));
    visitor.get(&format!("/order/{number}")).await.assert_status(200);
    let (mut other, _) = app.customer().await;
    other.get(&format!("/order/{number}")).await.assert_status(404);
    app.browser().get(&format!("/order/{number}")).await.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_often_sends_three_mails_an_hour_and_says_nothing_else() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    for _ in 0..6 {
        let page = app.browser().post("/api/accounts/forgot", &[("email", &email)]).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/login"));
    }
    assert_eq!(
        app.subjects_to(&email)
            .await
            .iter()
            .filter(|subject| subject.starts_with("Set a new password"))
            .count(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_a_change_link_proves_the_mailbox_it_was_sent_to_and_no_other() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    let (own, victim) = (new_address(), new_address());
    let ask =
        |new: &str| [("new_email", new.to_owned()), ("current_password", PASSWORD.to_owned())];
    let fields = ask(&own);
    visitor
        .post(
            "/api/accounts/email",
            &fields.each_ref().map(|(name, value)| (*name, value.as_str())),
        )
        .await
        .assert_status(303);
    let link = app.link_mailed_to(&own, "/verify?token=").await;
    let token = link.split("token=").nth(1).unwrap();
    let tokens = app.app.clients.mongo.collection::<Document>("mailed_tokens");
    let mailed = tokens.find_one(doc! { "purpose": "change_email" }).await.unwrap().unwrap();
    // Asked for somebody else's address meanwhile; the mail about the first one was slow, and is
    // stored after it.
    let fields = ask(&victim);
    visitor
        .post(
            "/api/accounts/email",
            &fields.each_ref().map(|(name, value)| (*name, value.as_str())),
        )
        .await
        .assert_status(303);
    tokens.delete_many(doc! { "purpose": "change_email" }).await.unwrap();
    tokens.insert_one(mailed).await.unwrap();
    visitor.post("/api/accounts/confirm", &[("token", token)]).await.assert_status(404);
    assert!(visitor.get("/account").await.body.contains(&email));
    app.browser().sign_in(&victim, PASSWORD).await.assert_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_a_new_address_ends_the_links_that_went_to_the_old_one() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    let new = new_address();
    visitor
        .post("/api/accounts/email", &[("new_email", &new), ("current_password", PASSWORD)])
        .await
        .assert_status(303);
    let link = app.link_mailed_to(&new, "/verify?token=").await;
    let old = reset_token(&app, &email).await;
    visitor
        .post("/api/accounts/confirm", &[("token", link.split("token=").nth(1).unwrap())])
        .await
        .assert_status(303);
    app.browser()
        .post("/api/accounts/reset", &[("token", &old), ("password", NEW)])
        .await
        .assert_status(404);
    app.browser().sign_in(&new, PASSWORD).await.assert_status(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a_signed_in_visitor_cannot_have_mailboxes_filled() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let fields = [("new_email", new_address()), ("current_password", PASSWORD.to_owned())];
        let page = visitor
            .post(
                "/api/accounts/email",
                &fields.each_ref().map(|(name, value)| (*name, value.as_str())),
            )
            .await;
        statuses.push(page.status.as_u16());
    }
    assert_eq!(statuses, [303, 303, 303, 429]);
}
