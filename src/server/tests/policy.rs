//! What our pages allow the browser to do, and the headers of every answer.

use std::collections::{BTreeMap, HashSet};

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use sha2::{Digest, Sha256};

use crate::server::tests::html::elements;
use crate::server::tests::{crawl, is_html};
use crate::testing::app::TestApp;
use crate::testing::browser::Page;
use crate::testing::catalog::TestCatalog;

/// Directive → sources.
fn policy(page: &Page) -> BTreeMap<String, Vec<String>> {
    let header = page
        .headers
        .get(header::CONTENT_SECURITY_POLICY)
        .map(|v| v.to_str().unwrap())
        .unwrap_or_default();
    let directives = header
        .split(';')
        .map(|directive| directive.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    directives.filter(|words| !words.is_empty()).map(|mut words| (words.remove(0), words)).collect()
}

fn hash(content: &str) -> String {
    format!(
        "'sha256-{}'",
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(content.as_bytes()))
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_r32_every_page_runs_exactly_what_its_policy_names() {
    let app = TestApp::start().await;
    let (mut unused, mut pages): (HashSet<String>, usize) = (HashSet::new(), 0);
    let mut data_blocks = 0;
    let mut used = HashSet::new();
    for (path, page) in crawl(&app).await.iter().filter(|(_, page)| is_html(page)) {
        pages += 1;
        let policy = policy(page);
        let sources = |name: &str| {
            policy
                .get(name)
                .cloned()
                .unwrap_or_else(|| panic!("{path} ({}) has no {name}", page.status))
        };
        assert_eq!(sources("default-src"), ["'none'"], "{path}");
        assert_eq!(
            (sources("object-src"), sources("base-uri"), sources("frame-ancestors")),
            (vec!["'none'".to_owned()], vec!["'none'".to_owned()], vec!["'none'".to_owned()]),
            "{path}"
        );
        assert_eq!(sources("report-uri"), ["/csp-report"], "{path}");
        let (scripts, styles) = (sources("script-src"), sources("style-src"));
        for source in
            scripts.iter().chain(&styles).chain(&sources("connect-src")).chain(&sources("img-src"))
        {
            let known = ["'self'", "'wasm-unsafe-eval'", "data:"].contains(&source.as_str())
                || source.starts_with("'sha256-");
            assert!(known, "{path} allows {source}");
        }
        assert_eq!(
            sources("form-action"),
            ["'self'".to_owned(), app.app.clients.settings.payment_page_origin()],
            "{path}"
        );
        unused.extend(scripts.iter().chain(&styles).filter(|s| s.starts_with("'sha256-")).cloned());
        for element in elements(&page.body) {
            assert!(element.attribute("style").is_none(), "{path}: <{} style=…>", element.name);
            let handler = element.attributes.iter().find(|(name, _)| name.starts_with("on"));
            assert!(handler.is_none(), "{path}: <{}> has {handler:?}", element.name);
            for (name, value) in element.attributes.iter().filter(|(name, _)| {
                ["href", "src", "action", "formaction"].contains(&name.as_str())
            }) {
                let scheme = value.to_ascii_lowercase();
                assert!(
                    !scheme.starts_with("javascript:") && !scheme.starts_with("data:"),
                    "{path}: {name}={value}"
                );
            }
            let allowed = match element.name.as_str() {
                "script" if element.is_data() => {
                    element.assert_only_data(path);
                    data_blocks += 1;
                    continue;
                }
                "script" => &scripts,
                "style" => &styles,
                "iframe" | "object" | "embed" | "base" => panic!("{path} has <{}>", element.name),
                _ => continue,
            };
            match element.attribute("src") {
                Some(src) => {
                    assert!(src.starts_with('/') && !src.starts_with("//"), "{path} loads {src}")
                }
                None => {
                    let source = hash(&element.content);
                    assert!(
                        allowed.contains(&source),
                        "{path} ({}): the policy does not name this {}: {:.200}",
                        page.status,
                        element.name,
                        element.content
                    );
                    used.insert(source);
                }
            }
        }
    }
    assert!(data_blocks > 3, "only {data_blocks} data blocks were looked at");
    assert!(pages > 25, "only {pages} pages were looked at");
    assert_eq!(unused, used, "the policy names something that no page holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_every_answer_carries_the_fixed_headers_and_opens_nothing_to_others() {
    let app = TestApp::start().await;
    let mut statuses = HashSet::new();
    for (path, page) in crawl(&app).await {
        statuses.insert(page.status.as_u16());
        let text = |name: &str| {
            page.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let place = format!("{path} ({})", page.status);
        assert_eq!(text("x-content-type-options"), "nosniff", "{place}");
        assert_eq!(text("cross-origin-opener-policy"), "same-origin", "{place}");
        assert_eq!(text("cross-origin-resource-policy"), "same-origin", "{place}");
        assert!(
            text("permissions-policy").contains("camera=()")
                && text("permissions-policy").contains("payment=()"),
            "{place}"
        );
        let private = ["/order", "/checkout"].iter().any(|prefix| path.starts_with(prefix))
            || ["order", "review"].contains(&path.as_str());
        if private {
            assert_eq!(text("referrer-policy"), "same-origin", "{place}");
        } else {
            assert!(
                ["same-origin", "strict-origin-when-cross-origin"]
                    .contains(&text("referrer-policy").as_str()),
                "{place}"
            );
        }
        assert_eq!(text("x-request-id").len(), 16, "{place}");
        assert!(
            !page.headers.keys().any(|name| name.as_str().starts_with("access-control-")
                || name == "server"
                || name == "x-powered-by"),
            "{place}"
        );
        assert!(
            !page.headers.contains_key("strict-transport-security"),
            "plain http must not promise https"
        );
        assert!(
            page.headers.contains_key(header::CACHE_CONTROL)
                || !page.status.is_success()
                || path == "/healthz"
                || page.body.is_empty(),
            "{place} says nothing about caching"
        );
    }
    for expected in [200, 204, 301, 303, 400, 403, 404, 405, 410, 413, 422, 429] {
        assert!(statuses.contains(&expected), "the crawl met no {expected}: {statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_a_foreign_origin_is_told_nothing() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/cart"),
        ("GET", "/pkg/test/cartwright.css"),
        ("OPTIONS", "/api/cart/add"),
        ("OPTIONS", "/"),
        ("POST", "/api/cart/add"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST");
        let page = visitor.send(request.body(Body::empty()).unwrap()).await;
        assert!(
            !page.headers.keys().any(|name| name.as_str().starts_with("access-control-")),
            "{method} {path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_https_is_promised_where_the_store_has_it() {
    let app = TestApp::with_settings(&TestCatalog::small(), |given| {
        given.base_url = "https://shop.example".into()
    })
    .await;
    let mut visitor = app.browser();
    for path in ["/", "/nowhere", "/pkg/test/cartwright.css", "/api/cart/add", "/healthz"] {
        let page = visitor.get(path).await;
        let promise = page.headers["strict-transport-security"].to_str().unwrap();
        let seconds: u64 = promise
            .split(';')
            .next()
            .and_then(|p| p.strip_prefix("max-age="))
            .and_then(|n| n.parse().ok())
            .unwrap();
        assert!(
            seconds >= 31_536_000 && promise.contains("includeSubDomains"),
            "{path}: {promise}"
        );
    }
    assert!(policy(&visitor.get("/").await).contains_key("upgrade-insecure-requests"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r32_an_injected_script_is_never_named_by_the_policy() {
    let injected = "<script>alert(1)</script>";
    let catalog = TestCatalog::small().with_fields(
        "odd",
        "ODD",
        100,
        1,
        &[("name", injected.into()), ("description", injected.into()), ("brand", injected.into())],
    );
    let app = TestApp::with_catalog(&catalog).await;
    let page = app.browser().get("/p/odd").await;
    page.assert_status(200);
    assert!(!page.body.contains(injected));
    let named = policy(&page)["script-src"].clone();
    assert!(!named.contains(&hash("alert(1)")), "{named:?}");
    assert_eq!(named, policy(&app.browser().get("/").await)["script-src"]);
}
