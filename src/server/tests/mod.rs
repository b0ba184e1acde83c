//! The edge of the store on real servers: who may come in, what goes out, and what happens while a
//! service is away.

mod access;
mod connections;
mod cookies_and_caches;
mod crash_recovery;
mod failures;
mod forged;
mod hostile_input;
mod html;
mod policy;
mod rotation;
mod security_log;
mod seo;
mod storm;
mod tls;
mod work;

use axum::body::Body;
use axum::http::{Request, header};

use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};
use crate::testing::shopper::{ADDRESS, PAID};

/// Every server function by its path, with all of its fields. Invariant: no function is missing
/// here.
const FUNCTIONS: [(&str, &[&str]); 37] = [
    ("/api/cart/add", &["sku", "quantity"]),
    ("/api/cart/set", &["sku", "quantity"]),
    ("/api/cart/remove", &["sku"]),
    ("/api/cart/accept", &["sku"]),
    ("/api/search/suggest", &["q"]),
    ("/api/checkout/contact", &["email"]),
    ("/api/checkout/shipping", &SHIPPING),
    ("/api/checkout/country", &SHIPPING),
    ("/api/checkout/place", &["key", "shown_total", "terms", "note"]),
    ("/api/payments/retry", &["number"]),
    ("/api/orders/open", &["number", "key"]),
    ("/api/checkout/use_address", &["address_id"]),
    ("/api/accounts/sign_up", &["email", "password"]),
    ("/api/accounts/sign_in", &["email", "password", "next"]),
    ("/api/accounts/sign_out", &[]),
    ("/api/accounts/code", &["code"]),
    ("/api/accounts/invite", &["email", "role", "current_password"]),
    ("/api/accounts/role", &["id", "role", "current_password"]),
    ("/api/accounts/disable", &["id", "current_password"]),
    ("/api/accounts/end_sessions_of", &["id", "from"]),
    ("/api/accounts/forgot", &["email"]),
    ("/api/accounts/reset", &["token", "password"]),
    ("/api/accounts/confirm", &["token", "password"]),
    ("/api/accounts/resend", &[]),
    ("/api/accounts/name", &["name"]),
    ("/api/accounts/password", &["current_password", "new_password"]),
    ("/api/accounts/email", &["new_email", "current_password"]),
    ("/api/accounts/end_session", &["id"]),
    ("/api/accounts/end_other_sessions", &[]),
    ("/api/accounts/add_address", &ACCOUNT_ADDRESS),
    ("/api/accounts/save_address", &["id"]),
    ("/api/accounts/address_country", &[]),
    ("/api/accounts/remove_address", &["id"]),
    ("/api/accounts/default_address", &["id"]),
    ("/api/privacy/export", &["current_password"]),
    ("/api/privacy/news", &["given"]),
    ("/api/privacy/erase", &["current_password"]),
];

const ACCOUNT_ADDRESS: [&str; 9] =
    ["name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone"];

const SHIPPING: [&str; 20] = [
    "name",
    "company",
    "line1",
    "line2",
    "city",
    "province",
    "postcode",
    "country",
    "phone",
    "method",
    "billing_same",
    "billing_name",
    "billing_company",
    "billing_line1",
    "billing_line2",
    "billing_city",
    "billing_province",
    "billing_postcode",
    "billing_country",
    "billing_phone",
];

#[test]
fn r40_every_server_function_is_in_the_table_of_these_tests() {
    let mut served: Vec<&str> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let mut listed: Vec<&str> = FUNCTIONS.iter().map(|(path, _)| *path).collect();
    served.sort_unstable();
    listed.sort_unstable();
    assert_eq!(served, listed);
}

/// What a good request to a function holds, so that a refusal has no other reason.
fn good_fields(path: &str) -> Vec<(&'static str, String)> {
    let fields: &[(&str, &str)] = match path {
        "/api/cart/add" | "/api/cart/set" => &[("sku", "TEAPOT"), ("quantity", "2")],
        "/api/cart/remove" | "/api/cart/accept" => &[("sku", "TEAPOT")],
        "/api/search/suggest" => &[("q", "tea")],
        "/api/checkout/contact" => &[("email", "anna@example.com")],
        "/api/checkout/shipping"
        | "/api/checkout/country"
        | "/api/accounts/add_address"
        | "/api/accounts/save_address" => &ADDRESS,
        "/api/accounts/sign_up" | "/api/accounts/sign_in" | "/api/accounts/forgot" => {
            &[("email", "anna@example.com"), ("password", "seven quiet herons at dusk")]
        }
        "/api/accounts/reset" | "/api/accounts/confirm" => &[
            ("token", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            ("password", "seven quiet herons at dusk"),
        ],
        "/api/accounts/password" | "/api/accounts/email" => &[
            ("current_password", "x"),
            ("new_password", "seven quiet herons at dusk"),
            ("new_email", "anna@example.com"),
        ],
        "/api/checkout/place" => &[
            ("key", "abcdefghijklmnopqrstuvwxyz"),
            ("shown_total", "1690"),
            ("terms", "on"),
            ("note", ""),
        ],
        _ => &[("number", "100001"), ("key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
    };
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn encoded(fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A form post from our own page, with any bytes as its body.
fn raw_form(path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path)
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin");
    request
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into())
        .expect("a request")
}

/// The same visitor at another address, so that no limit stands before what is tested.
fn elsewhere(app: &TestApp, visitor: &Browser) -> Browser {
    let mut other = app.browser();
    other.cookies = visitor.cookies.clone();
    other
}

/// Answers of every kind: public pages, a purchase from cart to order, refusals, files, islands,
/// other programs.
async fn crawl(app: &TestApp) -> Vec<(String, Page)> {
    let mut seen = Vec::new();
    let mut visitor = app.browser();
    let pages = [
        "/",
        "/c/home/kitchen",
        "/c/home/kitchen?sort=newest",
        "/p/teapot",
        "/p/gone",
        "/search?q=tea",
        "/search",
        "/pages/terms",
        "/pages/about",
        "/kitchen-sink",
        "/cart",
    ];
    let refused = [
        "/p/relic",
        "/p/nothing",
        "/p/secret",
        "/c/nowhere",
        "/c/home?page=99",
        "/pages/nothing",
        "/nowhere",
        "/order/100001",
        "/checkout/return?session_id=cs_x",
    ];
    let others = [
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap.xml?part=drafts",
        "/pkg/test/cartwright.css",
        "/pkg/test/none.js",
        "/media/none.webp",
        "/api/cart/add",
        "/p/old-teapot",
    ];
    for path in pages.into_iter().chain(refused).chain(others) {
        seen.push((path.to_owned(), visitor.get(path).await));
    }
    seen.push((
        "refused addition".into(),
        visitor
            .post("/api/cart/add", &[("sku", "TEAPOT"), ("quantity", "77"), ("from", "/p/teapot")])
            .await,
    ));
    seen.push(("addition".into(), visitor.add("TEAPOT", "1").await));
    seen.push((
        "island's addition".into(),
        visitor.call("/api/cart/add", &[("sku", "MUG"), ("quantity", "1")]).await,
    ));
    seen.push((
        "island's refusal".into(),
        visitor.call("/api/cart/add", &[("sku", "MUG"), ("quantity", "0")]).await,
    ));
    seen.push(("cart with a notice".into(), visitor.get("/cart").await));
    for (path, fields) in [
        ("contact", &[("email", "no")][..]),
        ("contact", &[("email", "anna@example.com")]),
        ("shipping", &ADDRESS[..2]),
        ("shipping", &ADDRESS),
    ] {
        let mut fields = fields.to_vec();
        if !fields.iter().any(|(name, _)| *name == "from") {
            fields.push((
                "from",
                if path == "contact" {
                    "/checkout?step=contact"
                } else {
                    "/checkout?step=shipping"
                },
            ));
        }
        seen.push((
            format!("{path} form"),
            visitor.post(&format!("/api/checkout/{path}"), &fields).await,
        ));
        seen.push(("checkout".into(), visitor.get("/checkout?step=contact").await));
        seen.push(("checkout's shipping".into(), visitor.get("/checkout?step=shipping").await));
    }
    let review = visitor.get("/checkout?step=review").await;
    seen.push((
        "unconsented order".into(),
        visitor
            .post(
                "/api/checkout/place",
                &[
                    ("key", &review.hidden("key")),
                    ("shown_total", &review.hidden("shown_total")),
                    ("from", "/checkout?step=review"),
                ],
            )
            .await,
    ));
    let placed = visitor.place(&review).await;
    let session = crate::testing::sandbox::session_id(placed.location());
    seen.extend([("review".to_owned(), review), ("placed order".to_owned(), placed)]);
    seen.push(("return unpaid".into(), visitor.come_back(&session).await));
    app.sandbox.pay(&session, PAID).await;
    let back = visitor.come_back(&session).await;
    seen.push(("order".into(), visitor.get(back.location()).await));
    seen.push(("return paid".into(), back));
    seen.push((
        "cross-site post".into(),
        visitor.send(Request::post("/api/cart/add").body(Body::empty()).expect("a request")).await,
    ));
    seen.push((
        "too large form".into(),
        visitor.send(raw_form("/api/cart/add", "a".repeat(70_000))).await,
    ));
    seen.push((
        "unsigned webhook".into(),
        visitor
            .send(Request::post("/webhooks/stripe").body(Body::from("{}")).expect("a request"))
            .await,
    ));
    seen.push((
        "policy report".into(),
        visitor.send(Request::post("/csp-report").body(Body::from("{}")).expect("a request")).await,
    ));
    let mut hasty = app.browser();
    let mut last = hasty.get("/healthz").await;
    for _ in 0..1_300 {
        if last.status.as_u16() == 429 {
            break;
        }
        last = hasty.get("/robots.txt").await;
    }
    assert_eq!(last.status.as_u16(), 429, "reads are limited");
    seen.push(("too many reads".into(), last));
    seen
}

fn is_html(page: &Page) -> bool {
    page.headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
