//! What somebody has to hear of: each attempt leaves one event, with who, what and how it ended.

use axum::body::Body;
use axum::http::Request;

use crate::shared::access::Role;
use crate::testing::app::TestApp;
use crate::testing::browser::{ACCESS_COOKIE, Page, REFRESH_COOKIE};
use crate::testing::security_events;

const PASSWORD: &str = "seven quiet herons at dusk";

/// The one event of an answer, as "event outcome object actor".
fn event(page: &Page) -> String {
    let seen = security_events::of(page);
    assert_eq!(seen.len(), 1, "{seen:?}");
    format!("{} {} {} {}", seen[0].event, seen[0].outcome, seen[0].object, seen[0].actor)
}

#[tokio::test(flavor = "multi_thread")]
async fn r92_each_attempt_leaves_one_event_with_actor_object_and_outcome() {
    let app = TestApp::start().await;
    let (mut customer, email) = app.customer().await;
    let id = app.documents("accounts").await[0].get_str("_id").unwrap().to_owned();
    let mut other = app.browser();
    assert_eq!(event(&other.sign_in(&email, "wrong").await), "sign_in refused password guest");
    assert_eq!(event(&other.sign_in(&email, PASSWORD).await), format!("sign_in done {id} guest"));
    assert_eq!(
        event(&customer.get("/admin/orders").await),
        format!("access_denied refused view_orders {id}")
    );
    let wrong = [("current_password", "wrong"), ("new_password", "a quite different sentence")];
    assert_eq!(
        event(&customer.post("/api/accounts/password", &wrong).await),
        format!("confirm_password refused {id} {id}")
    );
    customer
        .post("/api/privacy/export", &[("current_password", PASSWORD)])
        .await
        .assert_status(303);
    assert_eq!(
        event(&customer.get("/account/privacy/data.json").await),
        format!("data_exported done {id} {id}")
    );
    // From another site, and as if from Stripe.
    let foreign = Request::post("/api/cart/add")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    assert_eq!(event(&other.send(foreign).await), "foreign_origin refused /api/cart/add guest");
    let unsigned = Request::post("/webhooks/stripe").body(Body::from("{}")).unwrap();
    assert_eq!(event(&other.send(unsigned).await), "webhook refused signature guest");
    // More mails than one may have.
    let mut page = customer.post("/api/accounts/resend", &[]).await;
    while page.status != 429 {
        page = customer.post("/api/accounts/resend", &[]).await;
    }
    assert_eq!(event(&page), format!("limit_hit refused /api/accounts/resend {id}"));
    // A refresh token of two renewals ago.
    let first = other.cookies[REFRESH_COOKIE].clone();
    for _ in 0..2 {
        other.cookies.remove(ACCESS_COOKIE);
        other.get("/account").await.assert_status(200);
    }
    other.cookies.remove(ACCESS_COOKIE);
    other.cookies.insert(REFRESH_COOKIE.into(), first);
    assert_eq!(
        event(&other.get("/account").await),
        format!("refresh_token_reused refused {id} guest")
    );
    assert_eq!(
        event(&customer.post("/api/accounts/sign_out", &[]).await),
        format!("sign_out done {id} {id}")
    );
    // Staff, and what an owner changes about them.
    let (mut owner, owner_id) = app.staff(Role::Owner).await;
    let (_, worker_id) = app.staff(Role::Orders).await;
    let change = [
        ("id", worker_id.to_string()),
        ("role", "read_only".to_owned()),
        ("current_password", PASSWORD.to_owned()),
    ];
    let page = owner
        .post("/api/accounts/role", &change.each_ref().map(|(name, value)| (*name, value.as_str())))
        .await;
    assert_eq!(event(&page), format!("staff_changed done read_only {owner_id}"));
}
