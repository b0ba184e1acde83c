//! Sessions: renewed without scripts, in parallel, and ended for good.

use std::time::Duration;

use futures::future::join_all;
use mongodb::bson::{Document, doc};

use super::visitor::{PASSWORD, new_address};
use crate::testing::app::TestApp;
use crate::testing::browser::{ACCESS_COOKIE, Browser, REFRESH_COOKIE};
use crate::testing::catalog::TestCatalog;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// The same browser with an older pair of cookies.
fn with_refresh_only(browser: &Browser, token: &str) -> Browser {
    let mut old = browser.clone();
    old.cookies.remove(ACCESS_COOKIE);
    old.cookies.insert(REFRESH_COOKIE.into(), token.into());
    old
}

/// Uses the browser's refresh token; answers the token it held before.
async fn renew(browser: &mut Browser) -> String {
    let held = browser.cookies[REFRESH_COOKIE].clone();
    browser.cookies.remove(ACCESS_COOKIE);
    assert!(browser.is_signed_in().await);
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn r24_acc_5_session_cookies_are_for_this_site_and_the_server_alone() {
    let app = TestApp::start().await;
    let (_, email) = app.customer().await;
    let page = app.browser().sign_in(&email, PASSWORD).await;
    let cookies: Vec<&str> =
        page.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    let of = |name: &str| {
        *cookies.iter().find(|cookie| cookie.starts_with(&format!("{name}="))).unwrap()
    };
    for (name, life) in [(ACCESS_COOKIE, "Max-Age=600"), (REFRESH_COOKIE, "Max-Age=1209600")] {
        for attribute in ["Secure", "HttpOnly", "Path=/", "SameSite=Lax", life] {
            assert!(of(name).contains(attribute), "{}", of(name));
        }
        assert!(!of(name).contains("Domain") && of(name).len() < 4_096);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r26_a_page_and_a_form_renew_an_ended_access_token_without_scripts() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    let before = visitor.cookies[REFRESH_COOKIE].clone();
    app.advance(11 * MINUTE).await;
    assert!(visitor.is_signed_in().await);
    assert_ne!(visitor.cookies[REFRESH_COOKIE], before);
    app.advance(11 * MINUTE).await;
    visitor.post("/api/accounts/name", &[("name", "Ada")]).await.assert_status(303);
    assert!(visitor.get("/account").await.body.contains("Ada"));
    // A refused form too: what it answers with carries the new cookies.
    app.advance(11 * MINUTE).await;
    let held = visitor.cookies[REFRESH_COOKIE].clone();
    visitor
        .post(
            "/api/accounts/password",
            &[("current_password", "x"), ("new_password", "y"), ("from", "/account/security")],
        )
        .await
        .assert_status(422);
    assert_ne!(visitor.cookies[REFRESH_COOKIE], held);
    // The same where another page than the form's has to answer, and where a file is refused.
    app.advance(11 * MINUTE).await;
    let held = visitor.cookies[REFRESH_COOKIE].clone();
    visitor
        .post(
            "/api/accounts/password",
            &[("current_password", "x"), ("new_password", "y"), ("from", "/order/100999")],
        )
        .await
        .assert_status(422);
    assert_ne!(visitor.cookies[REFRESH_COOKIE], held);
    app.advance(11 * MINUTE).await;
    let held = visitor.cookies[REFRESH_COOKIE].clone();
    visitor.get("/account/privacy/data.json").await.assert_status(404);
    assert_ne!(visitor.cookies[REFRESH_COOKIE], held);
    // Past the idle time nothing renews.
    app.advance(15 * DAY).await;
    assert_eq!(visitor.get("/account").await.location(), "/login?next=%2Faccount");
    assert!(
        !visitor.cookies.contains_key(REFRESH_COOKIE),
        "the end of a family clears its cookies"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_acc_7_a_session_ends_after_sixty_days_however_busy() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    for _ in 0..5 {
        app.advance(11 * DAY + MINUTE).await;
        assert!(visitor.is_signed_in().await);
    }
    app.advance(5 * DAY).await;
    assert!(!visitor.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_a8_a_spent_token_ends_the_family_and_its_owner_hears_of_it() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    let first = renew(&mut visitor).await;
    renew(&mut visitor).await;
    // The first is not the immediate predecessor any more: even within the grace it is a copy.
    let mut thief = with_refresh_only(&visitor, &first);
    assert!(!thief.is_signed_in().await);
    visitor.cookies.remove(ACCESS_COOKIE);
    assert!(
        !visitor.is_signed_in().await,
        "nobody can tell the owner from the thief: both sign in again"
    );
    assert_eq!(
        app.subjects_to(&email).await.last().unwrap(),
        "A browser was signed out for safety at Juniper Row"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_a8_a_predecessor_after_its_grace_ends_the_family() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    let first = renew(&mut visitor).await;
    app.advance(Duration::from_secs(11)).await;
    assert!(!with_refresh_only(&visitor, &first).is_signed_in().await);
    visitor.cookies.remove(ACCESS_COOKIE);
    assert!(!visitor.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_a_lost_answer_is_made_up_for_with_the_same_successor() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    let first = visitor.cookies[REFRESH_COOKIE].clone();
    // The answer never arrives: the browser still holds the first token.
    let mut lost = with_refresh_only(&visitor, &first);
    assert!(lost.is_signed_in().await);
    app.advance(Duration::from_secs(5)).await;
    visitor.cookies.remove(ACCESS_COOKIE);
    assert!(visitor.is_signed_in().await);
    assert_eq!(visitor.cookies[REFRESH_COOKIE], lost.cookies[REFRESH_COOKIE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_r22_f16_acc_7_a_thousand_renewals_from_two_tabs_and_an_emptied_redis_sign_nobody_out()
{
    let app = TestApp::two_instances(&TestCatalog::small()).await;
    let (mut visitor, _) = app.customer().await;
    let first = visitor.cookies[REFRESH_COOKIE].clone();
    let mut successors = std::collections::HashSet::new();
    // Forty at a time, as two busy tabs and a proxy would: all of them hold the first token.
    for round in 0..25 {
        if round % 8 == 7 {
            app.flush_redis().await;
        }
        let tabs = (0..40).map(|n| {
            let mut tab = with_refresh_only(&visitor, &first);
            if n % 2 == 1 {
                tab.move_to(app.second.clone().unwrap());
            }
            async move { (tab.is_signed_in().await, tab.cookies.get(REFRESH_COOKIE).cloned()) }
        });
        for (signed_in, token) in join_all(tabs).await {
            assert!(signed_in, "round {round}");
            successors.extend(token.filter(|token| *token != first));
        }
    }
    assert_eq!(successors.len(), 1, "one successor for all of them");
    visitor.cookies.insert(REFRESH_COOKIE.into(), successors.into_iter().next().unwrap());
    visitor.cookies.remove(ACCESS_COOKIE);
    app.advance(MINUTE).await;
    assert!(visitor.is_signed_in().await);
    // The replay after the grace ends the family, whatever Redis still knows.
    app.flush_redis().await;
    assert!(!with_refresh_only(&visitor, &first).is_signed_in().await);
    visitor.cookies.remove(ACCESS_COOKIE);
    assert!(!visitor.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r21_r22_a10_what_was_ended_stays_ended_and_a_flushed_redis_revives_nothing() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    let mut copy = visitor.clone();
    assert!(copy.is_signed_in().await, "the copy in Redis is warm");
    let out = visitor.post("/api/accounts/sign_out", &[]).await;
    out.assert_status(303);
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(
        !visitor.cookies.contains_key(ACCESS_COOKIE)
            && !visitor.cookies.contains_key(REFRESH_COOKIE)
    );
    assert!(!copy.clone().is_signed_in().await, "at once, on an instance that sees Redis");
    let family = app
        .documents("sessions")
        .await
        .into_iter()
        .find(|s| s.get_i64("revoked_at").is_ok())
        .unwrap();
    app.forget_redis(&[&format!("session:{}", family.get_str("_id").unwrap())]).await;
    assert!(!copy.clone().is_signed_in().await);
    app.flush_redis().await;
    assert!(!copy.is_signed_in().await);
    // The owner's own new session is not touched by the replay.
    let mut again = app.browser();
    again.sign_in(&email, PASSWORD).await.assert_status(303);
    assert!(again.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_f16_losing_redis_signs_nobody_out() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    assert!(visitor.is_signed_in().await);
    let family = app.documents("sessions").await[0].get_str("_id").unwrap().to_owned();
    app.forget_redis(&[&format!("session:{family}")]).await;
    assert!(visitor.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r23_a7_a_planted_session_or_cart_gains_its_planter_nothing() {
    let app = TestApp::start().await;
    let (attacker, _) = app.customer().await;
    let (_, email) = app.customer().await;
    // The attacker's session sits in the victim's browser when the victim signs in.
    let mut victim = attacker.clone();
    victim.sign_in(&email, PASSWORD).await.assert_status(303);
    assert!(victim.get("/account").await.body.contains(&email));
    let mut attacker = attacker;
    assert!(!attacker.is_signed_in().await, "signing in ends the session the browser came with");
    // The same with a cart.
    let mut planter = app.browser();
    planter.add("MUG", "1").await.assert_status(303);
    let mut victim = app.browser();
    victim.cookies = planter.cookies.clone();
    victim.sign_in(&email, PASSWORD).await.assert_status(303);
    assert!(victim.get("/cart").await.body.contains("Mug"));
    victim.add("TEAPOT", "1").await.assert_status(303);
    let seen = planter.get("/cart").await;
    assert!(
        !seen.body.contains("Teapot") && !seen.body.contains("/p/mug"),
        "the planted secret opens nothing"
    );
    planter.post("/api/cart/set", &[("sku", "MUG"), ("quantity", "9")]).await;
    assert!(!victim.get("/cart").await.body.contains("value=\"9\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn r27_acc_8_devices_are_listed_and_ended_one_by_one() {
    let app = TestApp::start().await;
    let (mut desk, email) = app.customer().await;
    let mut phone = app.browser();
    phone.sign_in(&email, PASSWORD).await.assert_status(303);
    let (mut stranger, _) = app.customer().await;
    let families = app.documents("sessions").await;
    let newest = families
        .iter()
        .rfind(|f| f.get_str("account_id") == families[0].get_str("account_id"))
        .unwrap();
    let id = newest.get_str("_id").unwrap();
    stranger.post("/api/accounts/end_session", &[("id", id)]).await.assert_status(404);
    assert!(phone.is_signed_in().await, "R36: a foreign id is not found");
    desk.post("/api/accounts/end_session", &[("id", id)]).await.assert_status(303);
    assert!(!phone.is_signed_in().await);
    assert!(desk.is_signed_in().await);
    phone.sign_in(&email, PASSWORD).await.assert_status(303);
    desk.post("/api/accounts/end_other_sessions", &[]).await.assert_status(303);
    assert!(!phone.is_signed_in().await && desk.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_8_the_eleventh_browser_ends_the_one_used_longest_ago() {
    let app = TestApp::start().await;
    let (mut first, email) = app.customer().await;
    let mut others = Vec::new();
    for _ in 0..10 {
        app.advance(Duration::from_secs(1)).await;
        let mut browser = app.browser();
        browser.sign_in(&email, PASSWORD).await.assert_status(303);
        others.push(browser);
    }
    assert!(!first.is_signed_in().await);
    for browser in &mut others {
        assert!(browser.is_signed_in().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    let mut other = app.browser();
    other.sign_in(&email, PASSWORD).await.assert_status(303);
    let change = |current: &'static str| {
        [
            ("current_password", current),
            ("new_password", "a quite different sentence"),
            ("from", "/account/security"),
        ]
    };
    visitor.post("/api/accounts/password", &change("wrong")).await.assert_status(422);
    assert!(other.is_signed_in().await);
    visitor.post("/api/accounts/password", &change(PASSWORD)).await.assert_status(303);
    assert!(visitor.is_signed_in().await);
    assert!(!other.is_signed_in().await);
    app.browser().sign_in(&email, PASSWORD).await.assert_status(401);
    app.browser().sign_in(&email, "a quite different sentence").await.assert_status(303);
    assert_eq!(
        app.subjects_to(&email).await.last().unwrap(),
        "Your password was changed at Juniper Row"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_no_token_passes_as_one_of_another_kind() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    visitor.post("/api/accounts/forgot", &[("email", &email)]).await.assert_status(303);
    let reset = app
        .link_mailed_to(&email, "/reset?token=")
        .await
        .split("token=")
        .nth(1)
        .unwrap()
        .to_owned();
    let tokens = [
        visitor.cookies[ACCESS_COOKIE].clone(),
        visitor.cookies[REFRESH_COOKIE].clone(),
        reset.clone(),
    ];
    for (n, token) in tokens.iter().enumerate() {
        for cookie in [ACCESS_COOKIE, REFRESH_COOKIE] {
            if (n == 0 && cookie == ACCESS_COOKIE) || (n == 1 && cookie == REFRESH_COOKIE) {
                continue;
            }
            let mut thief = app.browser();
            thief.cookies.insert(cookie.into(), token.clone());
            assert!(!thief.is_signed_in().await, "token {n} as {cookie}");
        }
        if n < 2 {
            let page = app
                .browser()
                .post(
                    "/api/accounts/reset",
                    &[("token", token), ("password", "a quite different sentence")],
                )
                .await;
            page.assert_status(404);
        }
        let page = app
            .browser()
            .post("/api/accounts/confirm", &[("token", token), ("password", PASSWORD)])
            .await;
        page.assert_status(404);
    }
    assert!(visitor.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_a9_forged_access_tokens_open_nothing_and_break_nothing() {
    let app = TestApp::start().await;
    let (visitor, _) = app.customer().await;
    let real = visitor.cookies[ACCESS_COOKIE].clone();
    let unsigned = real.rsplit_once('.').unwrap().0.to_owned();
    let long = "A".repeat(100_000);
    for token in [
        "",
        "..",
        "a.b.c",
        "null",
        &unsigned,
        &format!("{unsigned}."),
        &format!("{unsigned}.AAAA"),
        &long,
        &real[1..],
    ] {
        let mut thief = app.browser();
        thief.cookies.insert(ACCESS_COOKIE.into(), token.into());
        assert_eq!(
            thief.get("/account").await.status.as_u16(),
            303,
            "{}",
            &token[..token.len().min(60)]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r21_disabling_an_account_closes_it() {
    let app = TestApp::start().await;
    let email = new_address();
    let mut visitor = app.browser();
    visitor.sign_up(&email).await.assert_status(303);
    let accounts = app.app.clients.mongo.collection::<Document>("accounts");
    accounts
        .update_one(doc! {}, doc! { "$set": { "disabled_at": app.ctx().now() } })
        .await
        .unwrap();
    visitor.sign_in(&email, PASSWORD).await.assert_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn r25_no_token_stands_in_any_page() {
    let app = TestApp::start().await;
    let (mut visitor, _) = app.customer().await;
    let tokens = [visitor.cookies[ACCESS_COOKIE].clone(), visitor.cookies[REFRESH_COOKIE].clone()];
    visitor.add("MUG", "1").await.assert_status(303);
    for path in [
        "/account",
        "/account/orders",
        "/account/addresses",
        "/account/security",
        "/cart",
        "/checkout?step=contact",
        "/",
    ] {
        let page = visitor.get(path).await;
        for secret in tokens.iter().map(String::as_str).chain(["eyJ"]) {
            assert!(!page.body.contains(secret) && !page.location().contains(secret), "{path}");
        }
        if path.starts_with("/account") {
            page.assert_status(200);
            assert_eq!(page.headers["cache-control"], "no-store", "{path}");
            assert_eq!(page.headers["referrer-policy"], "same-origin", "{path}");
        }
    }
}
