//! Who may open what: every page of the table and every function of staff, as everybody.

use crate::app::pages::{Audience, PAGES, Page};
use crate::shared::access::{Permission, Role};
use crate::testing::app::TestApp;
use crate::testing::browser::Browser;

type Fields = &'static [(&'static str, &'static str)];

/// The functions that staff alone may call, each with fields that change nothing.
const FUNCTIONS: [(&str, Fields, Permission); 4] = [
    (
        "/api/accounts/invite",
        &[("email", "no address"), ("role", "orders"), ("current_password", "x")],
        Permission::ManageStaff,
    ),
    (
        "/api/accounts/role",
        &[("id", "x"), ("role", "nothing"), ("current_password", "x")],
        Permission::ManageStaff,
    ),
    ("/api/accounts/disable", &[("id", "x"), ("current_password", "x")], Permission::ManageStaff),
    (
        "/api/accounts/end_sessions_of",
        &[("id", "x"), ("from", "/admin/staff")],
        Permission::ManageCustomers,
    ),
];

/// A path of the page, such as a link would have it.
fn example(page: &Page) -> String {
    page.path
        .replace("{*path}", "home/kitchen")
        .replace("{number}", "100001")
        .replace("/p/{slug}", "/p/teapot")
        .replace("{slug}", "terms")
}

/// `None` is a guest.
fn may_open(page: &Page, role: Option<Role>) -> bool {
    match (page.audience, role) {
        (Audience::Everyone | Audience::Visitor, _) => true,
        (_, None) => false,
        (Audience::Customer, Some(_)) => true,
        (Audience::Staff, Some(role)) => role.is_staff(),
        (Audience::StaffWith(permission), Some(role)) => role.may(permission),
    }
}

async fn assert_pages(browser: &Browser, role: Option<Role>) {
    for page in PAGES {
        let path = example(page);
        // One page must not sign the visitor out for the next.
        let answer = browser.clone().get(&path).await;
        let asks_to_sign_in = answer.location().starts_with("/login?next=");
        match (may_open(page, role), role) {
            (true, _) => {
                let status = answer.status.as_u16();
                let expected: &[u16] = match page.audience {
                    // The one order there is has another number.
                    Audience::StaffWith(_) if page.path.contains('{') => &[404],
                    Audience::StaffWith(_) => &[200],
                    _ => &[200, 303, 404],
                };
                assert!(expected.contains(&status), "{role:?} {path}: {status}");
                assert!(!asks_to_sign_in, "{role:?} {path}");
            }
            (false, None) => assert!(answer.status == 303 && asks_to_sign_in, "{path}"),
            (false, Some(_)) => assert_eq!(answer.status, 403, "{role:?} {path}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r40_a39_every_role_may_do_what_the_tables_say_and_nothing_else() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    let (mut customer, _) = app.customer().await;
    assert_pages(&guest, None).await;
    assert_pages(&customer, Some(Role::Customer)).await;
    for (path, fields, _) in FUNCTIONS {
        guest.call(path, fields).await.assert_status(401);
        customer.call(path, fields).await.assert_status(403);
    }
    for role in Role::STAFF {
        let (mut browser, _) = app.staff(role).await;
        assert_pages(&browser, Some(role)).await;
        for (path, fields, permission) in FUNCTIONS {
            let status = browser.call(path, fields).await.status.as_u16();
            if role.may(permission) {
                assert!([404, 422].contains(&status), "{role:?} {path}: {status}");
            } else {
                assert_eq!(status, 403, "{role:?} {path}");
            }
        }
    }
    // Nothing that stands in a header or is written differently opens a page.
    for (path, header) in [
        ("/admin/orders", "x-original-url"),
        ("/", "x-original-url"),
        ("/admin/orders", "x-user-id"),
        ("/admin/orders", "x-forwarded-user"),
    ] {
        let request = axum::http::Request::get(path)
            .header(header, "/admin/orders")
            .body(axum::body::Body::empty())
            .unwrap();
        let page = customer.send(request).await;
        assert!(!page.body.contains("To pack and send"), "{path} {header}");
    }
    for path in [
        "/admin/orders/",
        "/ADMIN/orders",
        "/admin%2forders",
        "/%61dmin/orders",
        "/admin/./orders",
        "//admin/orders",
        "/admin/orders%00",
    ] {
        assert!(!customer.get(path).await.body.contains("To pack and send"), "{path}");
        assert!(!guest.get(path).await.body.contains("To pack and send"), "{path}");
    }
}
