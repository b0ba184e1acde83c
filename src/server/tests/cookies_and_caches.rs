//! Our cookies, and who may keep which answer.

use std::collections::HashMap;
use std::io::Read;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use crate::app::pages::{CachePolicy, PAGES};
use crate::server::tests::{FUNCTIONS, crawl, elsewhere, encoded, good_fields};
use crate::testing::app::TestApp;
use crate::testing::browser::Page;

const PUBLIC: [&str; 7] = [
    "/",
    "/c/home/kitchen",
    "/p/teapot",
    "/search?q=tea",
    "/search",
    "/pages/terms",
    "/kitchen-sink",
];

#[test]
fn r34_every_public_page_is_looked_at_here() {
    let public = PAGES
        .iter()
        .filter(|page| page.cache_policy() == CachePolicy::Shared)
        .map(|page| page.path);
    for path in public {
        let start = path.split('{').next().unwrap_or_default();
        assert!(
            PUBLIC.iter().any(|seen| if start == "/" {
                *seen == "/"
            } else {
                seen.starts_with(start)
            }),
            "{path} is not in the list"
        );
    }
}

/// Shows where two pages part.
#[track_caller]
fn assert_same(place: &str, one: &[u8], other: &[u8]) {
    let parting =
        one.iter().zip(other).position(|(a, b)| a != b).unwrap_or(one.len().min(other.len()));
    let near = |bytes: &[u8]| {
        String::from_utf8_lossy(&bytes[parting.saturating_sub(80)..bytes.len().min(parting + 120)])
            .into_owned()
    };
    assert!(one == other, "{place} differs:\n{}\n{}", near(one), near(other));
}

fn set_cookies(page: &Page) -> impl Iterator<Item = &str> {
    page.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn r24_every_cookie_is_bound_to_this_host_and_kept_from_scripts() {
    let app = TestApp::start().await;
    let mut seen = HashMap::new();
    for (path, page) in crawl(&app).await {
        for cookie in set_cookies(&page) {
            let (name, attributes) = cookie.split_once('=').unwrap();
            let attributes: Vec<&str> = attributes.split(';').skip(1).map(str::trim).collect();
            assert!(name.starts_with("__Host-"), "{path}: {cookie}");
            for needed in ["Secure", "Path=/", "SameSite=Lax"] {
                assert!(attributes.contains(&needed), "{path}: {cookie}");
            }
            assert_eq!(attributes.contains(&"HttpOnly"), name != "__Host-hint", "{path}: {cookie}");
            assert!(
                !attributes.iter().any(|a| a.to_ascii_lowercase().starts_with("domain")),
                "{path}: {cookie}"
            );
            assert!(
                attributes.iter().any(|a| a.starts_with("Max-Age=")) && cookie.len() < 4_096,
                "{path}: {cookie}"
            );
            assert!(
                !cookie.contains("anna@example.com") && !cookie.contains("Visser"),
                "{path}: {cookie}"
            );
            seen.insert(name.to_owned(), ());
        }
    }
    let mut names: Vec<&String> = seen.keys().collect();
    names.sort();
    assert_eq!(names, ["__Host-cart", "__Host-hint", "__Host-notice", "__Host-order"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r34_public_pages_are_the_same_bytes_for_everybody() {
    let app = TestApp::start().await;
    crate::features::search::service::refresh(&app.ctx()).await.unwrap();
    let mut nobody = app.browser();
    let mut shopper = app.browser();
    let session = shopper.come_to_payment(&[("MUG", "2")], "anna@example.com").await;
    app.sandbox.pay(&session, crate::testing::shopper::PAID).await;
    shopper.come_back(&session).await;
    shopper.add("TEAPOT", "1").await.assert_status(303);
    let mut odd = app.browser();
    odd.cookies.extend([
        ("__Host-cart".to_owned(), "x".repeat(3_000)),
        ("__Host-notice".to_owned(), "a.b.c".to_owned()),
        ("theme".to_owned(), "\"<script>".to_owned()),
    ]);
    for path in PUBLIC {
        let plain = nobody.get(path).await;
        plain.assert_status(200);
        for visitor in [&mut shopper, &mut odd] {
            let before = visitor.cookies.clone();
            let mut request = Request::get(path);
            for (name, value) in [
                ("accept-language", "de"),
                ("user-agent", "other"),
                ("x-forwarded-host", "evil.example"),
                ("x-original-url", "/cart"),
                ("x-forwarded-proto", "https"),
                ("host", "evil.example"),
            ] {
                request = request.header(name, value);
            }
            let page = visitor.send(request.body(Body::empty()).unwrap()).await;
            assert_same(path, page.body.as_bytes(), plain.body.as_bytes());
            assert_eq!(page.headers[header::ETAG], plain.headers[header::ETAG], "{path}");
            assert_eq!(visitor.cookies, before, "{path} touched a cookie");
            for page in [&page, &plain] {
                assert_eq!(set_cookies(page).count(), 0, "{path}");
                assert_eq!(page.headers[header::VARY], "Accept-Encoding", "{path}");
                assert_eq!(page.headers[header::CACHE_CONTROL], "public, no-cache", "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r34_personal_pages_and_every_function_are_kept_by_nobody() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    for path in [
        "/cart",
        "/checkout",
        "/checkout?step=contact",
        "/checkout?step=review",
        "/order/100001",
        "/order/100001?key=x",
        "/checkout/return?session_id=cs_1",
    ] {
        assert_eq!(visitor.get(path).await.headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
    for (path, _) in FUNCTIONS {
        let fields = good_fields(path);
        let pairs: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut sender = elsewhere(&app, &visitor);
        for page in [
            sender.post(path, &pairs).await,
            sender.call(path, &pairs).await,
            sender.post(path, &[("x", "y")]).await,
            sender.call(path, &[]).await,
        ] {
            assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path} {}", page.status);
            assert!(!page.headers.contains_key(header::ETAG), "{path}");
        }
        assert!(!encoded(&fields).is_empty());
    }
    // What is refused or not there is no page to keep either.
    for path in ["/nowhere", "/p/nothing", "/p/relic", "/c/nowhere"] {
        assert_eq!(visitor.get(path).await.headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r34_a14_a_path_that_only_looks_like_a_file_is_nothing() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    let paths = [
        "/account/x.css",
        "/account%2fx.css",
        "/account/..;/x.js",
        "/cart/x.css",
        "/cart.css",
        "/cart%2fx.css",
        "/cart;x.js",
        "/cart/..;/x.js",
        "/checkout/x.css",
        "/checkout.js",
        "/checkout%3fstep=review.css",
        "/order/100001.css",
        "/order/100001/x.css",
        "/p/teapot.css",
        "/p/teapot/x.css",
        "/p/teapot%2fx.css",
        "/c/home/kitchen.css",
        "/c/home/kitchen/x.js",
        "/search.css",
        "/search/x.css",
        "/pages/terms.css",
        "/index.html",
        "/.env",
        "/.git/config",
        "/build.json",
        "/pkg/",
        "/pkg/test/",
        "/media/",
        "/media/../build.json",
        "/pkg/..%2fbuild.json",
        "/pkg/test/..%2f..%2fbuild.json",
        "/import/catalog.json",
        "/metrics",
        "/debug",
        "/server-status",
    ];
    for path in paths {
        let page = visitor.get(path).await;
        page.assert_status(404);
        assert!(
            !page.body.contains("Teapot") && !page.body.contains("anna@example.com"),
            "{path} shows something personal"
        );
        assert_ne!(
            page.headers.get(header::CACHE_CONTROL).map(|v| v.as_bytes().starts_with(b"public")),
            Some(true),
            "{path}"
        );
    }
}

/// The answer as bytes: a compressed one is no text.
async fn fetch(
    app: &TestApp,
    path: &str,
    headers: &[(header::HeaderName, &str)],
) -> (StatusCode, header::HeaderMap, Bytes) {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, to_bytes(body, 1 << 24).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn r34_a_page_is_marked_once_per_encoding_and_sent_once() {
    let app = TestApp::start().await;
    let (_, _, plain) = fetch(&app, "/p/teapot", &[]).await;
    let mut marks = Vec::new();
    for (accepted, sent) in [
        ("br, gzip", Some("br")),
        ("gzip;q=0.8, br;q=0", Some("gzip")),
        ("gzip", Some("gzip")),
        ("identity", None),
        ("zstd", None),
    ] {
        let (status, headers, body) =
            fetch(&app, "/p/teapot", &[(header::ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(status, 200);
        assert_eq!(
            headers.get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap()),
            sent,
            "{accepted}"
        );
        let text = match sent {
            Some("br") => {
                let mut text = Vec::new();
                brotli::Decompressor::new(&body[..], 4_096).read_to_end(&mut text).unwrap();
                text
            }
            Some(_) => {
                let mut text = Vec::new();
                flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut text).unwrap();
                text
            }
            None => body.to_vec(),
        };
        assert_same(accepted, &text, &plain);
        let mark = headers[header::ETAG].to_str().unwrap().to_owned();
        assert!(!mark.starts_with("W/"), "{mark}");
        let (status, again, body) = fetch(
            &app,
            "/p/teapot",
            &[
                (header::ACCEPT_ENCODING, accepted),
                (header::IF_NONE_MATCH, &format!("\"other\", {mark}")),
            ],
        )
        .await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{accepted}");
        assert_eq!(
            (&again[header::ETAG], &again[header::VARY], &again[header::CACHE_CONTROL]),
            (&headers[header::ETAG], &headers[header::VARY], &headers[header::CACHE_CONTROL])
        );
        marks.push((sent, mark));
    }
    let different: std::collections::HashSet<_> = marks.iter().collect();
    assert_eq!(different.len(), 3, "{marks:?}");
    // Another encoding's mark is another page's mark; and a changed page has a new one.
    let brotli = &marks[0].1;
    assert_eq!(
        fetch(
            &app,
            "/p/teapot",
            &[(header::ACCEPT_ENCODING, "gzip"), (header::IF_NONE_MATCH, brotli)]
        )
        .await
        .0,
        200
    );
    app.set_price("TEAPOT", 5_100).await;
    assert_eq!(
        fetch(
            &app,
            "/p/teapot",
            &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, brotli)]
        )
        .await
        .0,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_page_is_not_made_before_it_is_opened() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.add("MUG", "1").await.assert_status(303);
    let kept = visitor.cookies.clone();
    let ahead = |path: &str, purpose: &str| {
        Request::get(path).header("sec-purpose", purpose).body(Body::empty()).unwrap()
    };
    for path in ["/cart", "/cart/drawer", "/checkout", "/checkout/return?session_id=x", "/order/1"]
    {
        for purpose in ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"] {
            let page = visitor.send(ahead(path, purpose)).await;
            page.assert_status(503);
            assert!(
                page.body.is_empty() && page.headers[header::CACHE_CONTROL] == "no-store",
                "{path}"
            );
            assert!(!page.headers.contains_key("speculation-rules"), "{path}");
            assert_eq!(visitor.cookies, kept, "{path} touched a cookie");
        }
    }
    let page = visitor.send(ahead("/p/teapot", "prefetch;prerender")).await;
    page.assert_status(200);
    assert_eq!(page.headers["speculation-rules"], "\"/speculation-rules.json\"");
    assert!(
        visitor.get("/cart").await.body.contains("Added to your cart."),
        "the notice is still there for whoever opens the cart"
    );
}
