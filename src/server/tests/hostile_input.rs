//! Text that wants to be something else: a query, markup, a header, a parser's nightmare.

use std::io::{Read, Write};

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use crate::features::orders::model::mails::SendOrderMail;
use crate::server::tests::html::elements;
use crate::server::tests::{FUNCTIONS, elsewhere, encoded, good_fields, raw_form};
use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};
use crate::testing::catalog::TestCatalog;
use crate::testing::shopper::{ADDRESS, PAID};

const OPERATORS: [&str; 12] = [
    "[$ne]",
    "[$gt]",
    "[$regex]",
    "[$in][]",
    "[$where]",
    "[$exists]",
    "[]",
    "[0]",
    ".x",
    "[__proto__][x]",
    "[$oid]",
    "[$numberLong]",
];
const OPERATOR_VALUES: [&str; 9] = [
    r#"{"$where":"sleep(5000)"}"#,
    r#"{"$ne":null}"#,
    r#"{"$gt":""}"#,
    "$set",
    "$where",
    "__proto__",
    "a.b",
    "TEA\0POT",
    r#"[{"$oid":"000000000000000000000000"}]"#,
];
const MARKUP: [&str; 9] = [
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "'\" onmouseover=\"alert(1)\" x='",
    "</title><script>alert(1)</script>",
    "<!--<script>alert(1)</script>-->",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "javascript:alert(1)//<b onclick=alert(1)>",
];

async fn books(app: &TestApp) -> Vec<String> {
    let mut books = Vec::new();
    for collection in [
        "carts",
        "orders",
        "refunds",
        "stock",
        "products",
        "outbox",
        "accounts",
        "sessions",
        "mailed_tokens",
    ] {
        books.extend(app.documents(collection).await.iter().map(ToString::to_string));
    }
    books
}

#[tokio::test(flavor = "multi_thread")]
async fn r44_a24_operators_in_any_field_match_nothing_and_change_nothing() {
    let app = TestApp::start().await;
    let mut owner = app.browser();
    owner.come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    owner.add("MUG", "1").await.assert_status(303);
    let before = books(&app).await;
    for (path, names) in FUNCTIONS {
        for name in names {
            // The writes of one address are limited, so each field is somebody else's.
            let mut visitor = elsewhere(&app, &owner);
            let others: Vec<(String, String)> = good_fields(path)
                .into_iter()
                .filter(|(other, _)| other != name)
                .map(|(n, v)| (n.to_owned(), v))
                .collect();
            // A changed cart or a new account would be what the other fields ask for.
            let asks_for_a_change = |n: &str| {
                (path.starts_with("/api/cart/") && n == "sku")
                    || (path.starts_with("/api/accounts/") && n == "email")
            };
            let others: Vec<(String, String)> =
                others.into_iter().filter(|(n, _)| !asks_for_a_change(n)).collect();
            let operators =
                OPERATORS.iter().map(|suffix| (format!("{name}{suffix}"), "^a".to_owned()));
            let values =
                OPERATOR_VALUES.iter().map(|value| ((*name).to_owned(), (*value).to_owned()));
            for bad in operators.chain(values) {
                let body =
                    encoded(&others.iter().cloned().chain([bad.clone()]).collect::<Vec<_>>());
                for accept in ["text/html", "application/json"] {
                    let mut request = raw_form(path, body.clone());
                    request.headers_mut().insert(header::ACCEPT, accept.parse().unwrap());
                    let page = visitor.send(request).await;
                    assert!(
                        page.status.as_u16() < 500,
                        "{path} {bad:?} gave {}: {}",
                        page.status,
                        page.body
                    );
                    if path == "/api/checkout/place"
                        || path == "/api/payments/retry"
                        || path == "/api/orders/open"
                    {
                        assert!(
                            page.status.is_client_error() || !page.location().contains("/pay/"),
                            "{path} {bad:?} led to {}",
                            page.location()
                        );
                    }
                }
            }
        }
    }
    assert_eq!(books(&app).await, before, "an operator changed something");
}

#[tokio::test(flavor = "multi_thread")]
async fn r44_a24_cookies_and_addresses_are_plain_text_too() {
    let app = TestApp::start().await;
    app.browser().come_to_payment(&[("TEAPOT", "1")], "anna@example.com").await;
    let number = app.documents("orders").await[0].get_str("number").unwrap().to_owned();
    for value in ["[$ne]", "{\"$ne\":null}", "$ne", "", ".....", "a.b.c.d.e.f.g"] {
        let mut visitor = app.browser();
        for name in ["__Host-cart", "__Host-order", "__Host-notice"] {
            visitor.cookies.insert(name.into(), value.into());
        }
        assert!(!visitor.get("/cart").await.body.contains("Teapot"), "{value}");
        visitor.get(&format!("/order/{number}")).await.assert_status(404);
        visitor.get(&format!("/order/{number}?key[$ne]=x")).await.assert_status(404);
    }
    let mut visitor = app.browser();
    for path in [
        "/p/%7B%22$ne%22:null%7D",
        "/p/$ne",
        "/p/teapot%00",
        "/c/$where",
        "/order/%7B%22$gt%22:%22%22%7D?key=x",
        "/p/%F0%9F%98%80",
        "/p/..%2f..%2fcart",
        "/c/home%00",
    ] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r46_sorts_pages_and_sizes_come_from_a_fixed_list() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    let usual = visitor.get("/c/home/kitchen").await;
    let cards = |page: &Page| {
        elements(&page.body)
            .iter()
            .filter_map(|e| e.attribute("href").filter(|h| h.starts_with("/p/")).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    for query in [
        "sort=password_hash",
        "sort[$ne]=x",
        "sort=-1",
        "limit=1000000000",
        "size=1000000000",
        "per_page=-1",
        "offset=5",
        "filter[price][$lt]=0",
        "fields=cost",
    ] {
        let page = visitor.get(&format!("/c/home/kitchen?{query}")).await;
        page.assert_status(200);
        assert_eq!(cards(&page), cards(&usual), "{query}");
    }
    for number in [
        "0",
        "-1",
        "1e9",
        "1000000000",
        "4294967296",
        "99999999999999999999",
        "NaN",
        "[]",
        "1.5",
        "%00",
    ] {
        visitor.get(&format!("/c/home/kitchen?page={number}")).await.assert_status(404);
        visitor.get(&format!("/search?q=tea&page={number}")).await.assert_status(404);
    }
}

/// Nothing in the page does what the payload wants.
#[track_caller]
fn assert_inert(place: &str, page: &Page, payload: &str) {
    assert!(page.status.as_u16() < 500, "{place}: {}", page.status);
    if payload.contains('<') {
        assert!(!page.body.contains(payload), "{place}: {payload} stands raw in the page");
    }
    for element in elements(&page.body) {
        let active = element.attributes.iter().find(|(name, value)| {
            name.starts_with("on")
                || (["href", "src", "action"].contains(&name.as_str())
                    && value.starts_with("javascript:"))
        });
        assert!(active.is_none(), "{place}: <{}> got {active:?} from {payload}", element.name);
        if element.is_data() {
            element.assert_only_data(place);
            continue;
        }
        assert!(
            element.name != "script" || !element.content.contains("alert(1)"),
            "{place}: a script from {payload}"
        );
        assert!(
            element.name != "img" || element.attribute("src") != Some("x"),
            "{place}: a picture from {payload}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_a27_refused_text_comes_back_inert_and_errors_never_repeat_it() {
    let app = TestApp::start().await;
    let mut owner = app.browser();
    owner.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    for (path, names) in FUNCTIONS {
        for name in names {
            let mut visitor = elsewhere(&app, &owner);
            for payload in MARKUP {
                let mut fields: Vec<(&str, String)> =
                    good_fields(path).into_iter().filter(|(other, _)| other != name).collect();
                fields.push((name, payload.to_owned()));
                // So that the form is refused and shown again, whatever this field may hold.
                fields.retain(|(other, _)| other == name || !["postcode", "terms"].contains(other));
                let from = match path {
                    "/api/checkout/contact" => "/checkout?step=contact",
                    "/api/checkout/shipping" | "/api/checkout/country" => "/checkout?step=shipping",
                    "/api/checkout/place" => "/checkout?step=review",
                    "/api/cart/add" => "/p/teapot",
                    "/api/search/suggest" => "/search",
                    "/api/checkout/use_address" => "/checkout?step=shipping",
                    "/api/accounts/sign_in" => "/login",
                    "/api/accounts/sign_up" => "/signup",
                    "/api/accounts/forgot" => "/forgot",
                    _ => "/cart",
                };
                fields.push(("from", from.to_owned()));
                let pairs: Vec<(&str, &str)> =
                    fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let page = visitor.post(path, &pairs).await;
                assert_inert(&format!("{path} {name}"), &page, payload);
                let answer = visitor.call(path, &pairs).await;
                assert!(
                    answer.status.as_u16() < 500 && !answer.body.contains("alert(1)"),
                    "{path} {name}: {}",
                    answer.body
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_a26_a27_addresses_and_searches_are_shown_inert() {
    let app = TestApp::start().await;
    crate::features::search::service::refresh(&app.ctx()).await.unwrap();
    for payload in MARKUP {
        let mut visitor = app.browser();
        let query: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        let path: String = payload
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02x}")
                }
            })
            .collect();
        let places = [
            format!("/search?q={query}"),
            format!("/p/{path}"),
            format!("/c/{path}"),
            format!("/{path}"),
            format!("/order/{path}"),
            format!("/order/{path}?key={query}"),
            format!("/p/teapot?sku={query}"),
            format!("/c/home/kitchen?sort={query}"),
            format!("/c/home/kitchen?page={query}"),
            format!("/checkout/return?session_id={query}"),
            format!("/p/teapot?utm_source={query}"),
            format!("/?__path=/api/cart/add&__err={query}"),
            format!("/cart?__path=/api/cart/add&__err={query}"),
            format!("/p/old-teapot?{query}"),
        ];
        for place in places {
            let page = visitor.get(&place).await;
            assert_inert(&place, &page, payload);
            if place.contains("__err") {
                assert!(
                    !elements(&page.body).iter().any(|e| e.content.contains("__err"))
                        && !page.body.contains("role=\"alert\""),
                    "{place} shows an error that nothing caused"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_a26_stored_text_is_inert_wherever_it_is_shown() {
    for payload in MARKUP {
        let fields = [
            ("name", json!(payload)),
            ("brand", json!(payload)),
            ("description", json!(format!("{payload}\n\n{payload}"))),
            ("attributes", json!([{ "name": payload, "value": payload }])),
            ("search_terms", json!([payload])),
        ];
        let catalog = TestCatalog::small().with_fields("odd", "ODD", 1_000, 9, &fields);
        let app = TestApp::with_catalog(&catalog).await;
        crate::features::search::service::refresh(&app.ctx()).await.unwrap();
        let mut visitor = app.browser();
        for path in ["/", "/c/home/kitchen", "/p/odd", "/p/teapot", "/search?q=alert"] {
            assert_inert(path, &visitor.get(path).await, payload);
        }
        visitor.add("ODD", "1").await.assert_status(303);
        assert_inert("/cart", &visitor.get("/cart").await, payload);
        visitor
            .post("/api/checkout/contact", &[("email", "anna@example.com")])
            .await
            .assert_status(303);
        let mut address = ADDRESS.to_vec();
        for field in &mut address {
            if ["name", "line1", "city"].contains(&field.0) {
                field.1 = payload;
            }
        }
        address.extend([("company", payload), ("line2", payload)]);
        let shipping = visitor.post("/api/checkout/shipping", &address).await;
        assert_inert("shipping form", &shipping, payload);
        assert_inert("shipping step", &visitor.get("/checkout?step=shipping").await, payload);
        if shipping.status != 303 {
            visitor.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
        }
        let review = visitor.get("/checkout?step=review").await;
        assert_inert("review", &review, payload);
        let placed =
            visitor.place_with(&review.hidden("key"), &review.hidden("shown_total"), payload).await;
        placed.assert_status(303);
        let session = crate::testing::sandbox::session_id(placed.location());
        assert_inert(
            "review with an open order",
            &visitor.get("/checkout?step=review").await,
            payload,
        );
        app.sandbox.pay(&session, PAID).await;
        let back = visitor.come_back(&session).await;
        assert_inert("order", &visitor.get(back.location()).await, payload);
        let message = SendOrderMail::confirmed(app.order().await.id);
        let mail =
            crate::features::orders::service::compose_mail(&app.ctx(), &message).await.unwrap();
        let mail = Page {
            status: axum::http::StatusCode::OK,
            headers: axum::http::HeaderMap::new(),
            body: mail.content.html,
        };
        assert_inert("mail", &mail, payload);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r54_a43_line_breaks_in_any_field_reach_no_header() {
    let app = TestApp::start().await;
    let mut owner = app.browser();
    owner.come_to_review(&[("TEAPOT", "1")], "anna@example.com").await;
    let breaks = [
        "x\r\nSet-Cookie: injected=1",
        "x\nBcc: injected@example.com",
        "x\rinjected: 1",
        "\u{2028}injected",
        "x\u{0}injected",
        "\u{1b}[31minjected",
        "\u{202e}injected",
    ];
    // What is kept holds none of them: a mail's headers are made from it.
    for (name, text) in
        [("name", breaks[0]), ("city", breaks[1]), ("line1", breaks[4]), ("line2", breaks[6])]
    {
        let mut fields = ADDRESS.to_vec();
        fields.retain(|(other, _)| *other != name);
        fields.push((name, text));
        elsewhere(&app, &owner).post("/api/checkout/shipping", &fields).await.assert_status(422);
    }
    elsewhere(&app, &owner)
        .post(
            "/api/checkout/contact",
            &[("email", "anna@example.com\r\nBcc: injected@example.com")],
        )
        .await
        .assert_status(422);
    for (path, names) in FUNCTIONS {
        for name in names.iter().chain(&["from"]) {
            let mut visitor = elsewhere(&app, &owner);
            for text in breaks {
                let mut fields: Vec<(&str, String)> =
                    good_fields(path).into_iter().filter(|(other, _)| other != name).collect();
                fields.push((name, text.to_owned()));
                let pairs: Vec<(&str, &str)> =
                    fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let page = visitor.post(path, &pairs).await;
                assert!(page.status.as_u16() < 500, "{path} {name} {text:?}: {}", page.status);
                let leaked = page.headers.iter().find(|(key, value)| {
                    key.as_str().contains("injected")
                        || String::from_utf8_lossy(value.as_bytes()).contains("injected")
                });
                assert!(leaked.is_none(), "{path} {name} {text:?}: {leaked:?}");
            }
        }
    }
}

async fn answer_to(visitor: &mut Browser, path: &str, body: impl Into<Body>) -> u16 {
    visitor.send(raw_form(path, body)).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn r55_a40_forms_beyond_the_limit_end_early() {
    let app = TestApp::start().await;
    let mut owner = app.browser();
    owner.add("TEAPOT", "1").await.assert_status(303);
    for (path, names) in FUNCTIONS {
        let mut visitor = elsewhere(&app, &owner);
        let name = names.first().unwrap_or(&"unread");
        let exactly = |size: usize| format!("{name}={}", "a".repeat(size - name.len() - 1));
        assert_eq!(answer_to(&mut visitor, path, exactly(64 * 1024 + 1)).await, 413, "{path}");
        assert_eq!(answer_to(&mut visitor, path, exactly(1 << 20)).await, 413, "{path}");
        assert_ne!(
            answer_to(&mut visitor, path, exactly(64 * 1024)).await,
            413,
            "{path}: the limit itself is allowed"
        );
        // No length is announced: counted while it comes.
        let chunks =
            futures::stream::iter((0..1_024).map(|_| Ok::<_, std::io::Error>("a".repeat(1_024))));
        assert_eq!(answer_to(&mut visitor, path, Body::from_stream(chunks)).await, 413, "{path}");
        let keys: String = (0..100_000).map(|n| format!("k{n}=&")).collect();
        assert_eq!(answer_to(&mut visitor, path, keys.clone()).await, 413, "{path}");
        let fitting = &keys[..60 * 1024];
        for body in [
            fitting.to_owned(),
            format!("{}{}=x", name, "[a]".repeat(50)),
            format!("{}{}=x", name, "[]".repeat(50)),
            "[".repeat(60_000),
            format!("{}=%", name),
            format!("{}=%zz&%=%", name),
            "%".repeat(60_000),
            format!("{}=%ff%fe%00", name),
            "&".repeat(60_000),
            "=".repeat(60_000),
            String::new(),
        ] {
            let status = answer_to(&mut visitor, path, body.clone()).await;
            assert!(status < 500, "{path} {:.40} gave {status}", body);
        }
        let status = answer_to(&mut visitor, path, vec![0xff, 0xfe, b'=', 0x80, 0x00]).await;
        assert!(status < 500, "{path} gave {status} to bytes that are no text");
    }
    app.assert_invariants().await;
}

/// What the real listener says to raw bytes; reads until it closes or the answer's head is
/// complete.
fn raw(app: &TestApp, bytes: &[u8]) -> String {
    let address = app.app.clients.settings.base_url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    // The other side may close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut part = [0; 4_096];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..length]);
        if answer.windows(4).any(|four| four == b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn r55_a40_malformed_requests_are_refused_by_the_listener() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let head = "POST /api/cart/add HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "two lengths",
            format!("{head}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde").into_bytes(),
        ),
        (
            "a length and chunks",
            format!("{head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                .into_bytes(),
        ),
        (
            "chunks said twice",
            format!(
                "{head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
            )
            .into_bytes(),
        ),
        ("no number", format!("{head}Content-Length: +3\r\n\r\nabc").into_bytes()),
        (
            "a header of 64 KiB",
            format!(
                "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n",
                "a".repeat(64 * 1024)
            )
            .into_bytes(),
        ),
        (
            "an address of 100 KB",
            format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(100_000))
                .into_bytes(),
        ),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("a line break in the address", b"GET /\r\nX: y HTTP/1.1\r\n\r\n".to_vec()),
    ];
    for (name, bytes) in cases {
        let from = app.clone();
        let answer = tokio::task::spawn_blocking(move || raw(&from, &bytes)).await.unwrap();
        let status: u16 = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        // Closed without a word is an early end as well.
        let ended_early = answer.is_empty() || (400..500).contains(&status);
        let harmless = name == "a length and chunks" || name == "chunks said twice";
        assert!(ended_early || (harmless && status < 500), "{name}: {answer}");
        assert!(!answer.contains("303"), "{name}: {answer}");
    }
    assert!(app.documents("carts").await.is_empty());
    let alive = app.browser().send(Request::get("/healthz").body(Body::empty()).unwrap()).await;
    alive.assert_status(200);
}
