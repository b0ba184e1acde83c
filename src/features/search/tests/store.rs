//! The search on a whole store: what staff change, what shoppers see, what it costs.

use crate::features::catalog;
use crate::features::catalog::model::ProductStatus;
use crate::features::search::model::{Suggestion, SuggestionKind};
use crate::features::search::service;
use crate::testing::app::TestApp;
use crate::testing::browser::Page;

async fn store() -> TestApp {
    let app = TestApp::start().await;
    refresh(&app).await;
    app
}

async fn refresh(app: &TestApp) {
    service::refresh(&app.ctx()).await.expect("the index follows the catalogue");
}

async fn suggest(app: &TestApp, typed: &str) -> Vec<Suggestion> {
    let page = app.browser().call("/api/search/suggest", &[("q", typed)]).await;
    page.assert_status(200);
    serde_json::from_str(&page.body).unwrap()
}

/// Slugs of the products on a page, once each, in order.
fn products(page: &Page) -> Vec<String> {
    let mut slugs: Vec<String> = Vec::new();
    for part in page.body.split("href=\"/p/").skip(1) {
        let slug = part.split('"').next().unwrap_or_default().to_owned();
        if !slugs.contains(&slug) {
            slugs.push(slug);
        }
    }
    slugs
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_3_a_plain_form_finds_products() {
    let app = store().await;
    let page = app.browser().get("/search?q=Teapto").await;
    page.assert_status(200);
    assert_eq!(products(&page), ["teapot"]);
    assert!(
        page.body.contains("1 product")
            && page.body.contains("Did you mean")
            && page.body.contains("/search?q=teapot"),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"Teapto\""), "the field keeps what was typed");
    assert!(page.body.contains("noindex") && !page.body.contains("rel=\"canonical\""));
    assert_eq!(products(&app.browser().get("/search?q=LAMP").await), ["lamp"]);
    assert_eq!(products(&app.browser().get("/search?q=clay+harbour+kitchen").await).len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_2_drafts_and_archived_products_are_never_found() {
    let app = store().await;
    for query in ["secret", "relic", "SECRET", "RELIC", "secr"] {
        let page = app.browser().get(&format!("/search?q={query}")).await;
        page.assert_status(200);
        assert!(page.body.contains("Nothing found"), "{query}");
        assert!(!products(&page).iter().any(|slug| slug == "secret" || slug == "relic"), "{query}");
        assert!(suggest(&app, query).await.is_empty(), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_5_what_staff_change_is_found_by_the_next_round_on_every_instance() {
    let app = store().await;
    let other = app.start_again().await.unwrap();
    service::refresh(&other.system_ctx()).await.unwrap();
    let mongo = &app.app.clients.mongo;
    let finds = |ctx: crate::infra::ctx::Ctx, query: &'static str| async move {
        let found = service::search(&ctx, query, crate::shared::pagination::PageNumber::FIRST)
            .await
            .unwrap();
        found.cards.into_iter().map(|card| card.slug).collect::<Vec<_>>()
    };

    // The test's clock stands still: all of this happens within one millisecond.
    assert!(
        catalog::store::set_status(mongo, "secret", ProductStatus::Published, app.ctx().now())
            .await
            .unwrap()
    );
    assert!(
        catalog::store::set_status(mongo, "mug", ProductStatus::Archived, app.ctx().now())
            .await
            .unwrap()
    );
    for ctx in [app.ctx(), other.system_ctx()] {
        assert_eq!(finds(ctx.clone(), "secret").await, Vec::<String>::new());
        service::refresh(&ctx).await.unwrap();
        assert_eq!(finds(ctx.clone(), "secret").await, ["secret"]);
        assert_eq!(finds(ctx, "mug").await, Vec::<String>::new());
    }
    app.set_price("TEAPOT", 5_100).await;
    refresh(&app).await;
    assert_eq!(suggest(&app, "teapot").await[0].price.as_deref(), Some("€51.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_5_a_deleted_product_leaves_the_index() {
    let app = store().await;
    let ctx = app.ctx();
    let deleted = app
        .app
        .clients
        .mongo
        .collection::<mongodb::bson::Document>("products")
        .delete_one(mongodb::bson::doc! { "slug": "lamp" })
        .await
        .unwrap();
    assert_eq!(deleted.deleted_count, 1);
    app.clock.advance(std::time::Duration::from_secs(61));
    service::refresh(&ctx).await.unwrap();
    assert!(suggest(&app, "lamp").await.is_empty());
    assert_eq!(suggest(&app, "mug").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_9_no_search_ends_on_a_blank_page() {
    let app = store().await;
    for path in [
        "/search",
        "/search?q=",
        "/search?q=%20%20",
        "/search?q=xqzzyv",
        "/search?q=%22%2A%7E%5E",
        "/search?q=%00%E2%80%AE",
    ] {
        let page = app.browser().get(path).await;
        page.assert_status(200);
        assert!(
            page.body.contains("Departments") && page.body.contains("href=\"/c/home\""),
            "{path}"
        );
        assert!(
            page.body.contains("Best selling") && products(&page).contains(&"teapot".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_7_a42_pages_that_do_not_exist_are_refused_cheaply() {
    let app = store().await;
    for page in ["2", "1000000000", "99999999999999999999", "0", "-1", "1e9", "abc", "01"] {
        app.browser().get(&format!("/search?q=teapot&page={page}")).await.assert_status(404);
    }
    app.browser().get("/search?q=teapot&page=1").await.assert_status(200);
    app.browser()
        .get("/search?q=teapot&page=1&limit=1000000000&sort=password_hash")
        .await
        .assert_status(200);
    let long = "teapot+".repeat(3_000);
    app.browser().get(&format!("/search?q={long}")).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_8_suggestions_name_products_and_categories() {
    let app = store().await;
    let lines = suggest(&app, "te").await;
    assert_eq!(
        (lines[0].label.as_str(), lines[0].href.as_str(), lines[0].price.as_deref()),
        ("Teapot", "/p/teapot", Some("€49.00"))
    );
    assert_eq!(lines[0].image.as_deref(), Some("/media/abc-240.webp"));
    let kitchen = suggest(&app, "kitch").await;
    assert_eq!(
        (kitchen[0].kind, kitchen[0].href.as_str()),
        (SuggestionKind::Category, "/c/home/kitchen")
    );
    assert!(kitchen.len() > 1 && kitchen.len() <= 8);
    assert!(suggest(&app, "").await.is_empty());
    // Without scripts nobody calls it; a form that does is led to the search page.
    let page = app.browser().post("/api/search/suggest", &[("q", "tea")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/search"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r81_suggestions_are_limited_per_address() {
    let app = store().await;
    let mut visitor = app.browser();
    for _ in 0..60 {
        visitor.call("/api/search/suggest", &[("q", "mug")]).await.assert_status(200);
    }
    let refused = visitor.call("/api/search/suggest", &[("q", "mug")]).await;
    refused.assert_status(429);
    assert_eq!(refused.code(), "too_many_requests");
    app.browser().call("/api/search/suggest", &[("q", "mug")]).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn r34_everyone_gets_the_same_bytes() {
    let app = store().await;
    let mut buyer = app.browser();
    buyer.post("/api/cart/add", &[("sku", "MUG"), ("quantity", "1")]).await.assert_status(303);
    let (one, other) = (buyer.get("/search?q=mug").await, app.browser().get("/search?q=mug").await);
    assert_eq!(one.body, other.body);
    assert!(one.headers.get("set-cookie").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_a27_what_is_typed_is_shown_as_text() {
    let app = store().await;
    for typed in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'-alert(1)-'",
        "</title><script>x</script>",
        "</textarea><svg onload=x>",
    ] {
        let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = app.browser().get(&format!("/search?q={query}")).await;
        page.assert_status(200);
        for live in ["<script>alert", "<img src=x", "<script>x", "<svg onload"] {
            assert!(!page.body.contains(live), "{typed}: {live}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bench_d_a_search_costs_one_database_operation_and_a_suggestion_none() {
    let app = store().await;
    let mongo = app.app.clients.mongo.clone();
    let mut visitor = app.browser();
    visitor.get("/search?q=mug").await.assert_status(200);
    visitor.get("/search?q=nothing-such").await.assert_status(200);
    for (path, most) in [("/search?q=mug", 1), ("/search?q=lmap", 1), ("/search?q=xqzzyv", 1)] {
        let before = mongo.commands_sent();
        visitor.get(path).await.assert_status(200);
        assert_eq!(mongo.commands_sent() - before, most, "{path}");
    }
    let before = mongo.commands_sent();
    suggest(&app, "mug").await;
    assert_eq!(mongo.commands_sent() - before, 0);
}
