//! Pages of text on real servers: there from the start, never overwritten, and harmless whatever is
//! stored.

use mongodb::bson::{Document, doc};

use crate::features::content::service;
use crate::testing::app::TestApp;
use crate::testing::browser::Page;

/// The page without the marks that the renderer leaves between parts.
fn plain(page: &Page) -> String {
    page.body.replace("<!>", "")
}

const SLUGS: [&str; 5] = ["about", "privacy", "returns", "shipping", "terms"];

#[tokio::test(flavor = "multi_thread")]
async fn seo_1_every_shop_begins_with_its_pages_of_text() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for slug in SLUGS {
        let page = visitor.get(&format!("/pages/{slug}")).await;
        page.assert_status(200);
        assert!(!page.body.contains("{store}") && !page.body.contains("{support_email}"), "{slug}");
        assert!(page.body.contains("mailto:hello@juniper-row.example"), "{slug}");
        // The footer of every page leads there.
        assert!(
            visitor.get("/cart").await.body.contains(&format!("href=\"/pages/{slug}\"")),
            "{slug}"
        );
    }
    visitor.get("/pages/nothing").await.assert_status(404);
    visitor.get("/pages/terms/more").await.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terms_name_the_version_that_orders_keep() {
    let app = TestApp::start().await;
    let store = &app.app.clients.settings.store;
    let page = app.browser().get("/pages/terms").await;
    assert!(
        page.body.contains(&format!(
            "Version {}, in force since {}.",
            store.terms_version, store.terms_updated
        )),
        "{}",
        page.body
    );
    assert!(plain(&page).contains("<h2 id=\"returns\">Returns</h2>"), "{}", page.body);
    let review = app.browser().come_to_review(&[("MUG", "1")], "anna@example.com").await;
    assert!(review.body.contains("href=\"/pages/terms\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_wrote_is_left_alone_and_what_is_missing_comes_back() {
    let app = TestApp::start().await;
    let pages = app.app.clients.mongo.collection::<Document>("content_pages");
    pages
        .update_one(
            doc! { "slug": "about" },
            doc! { "$set": { "title": "Who we are", "body": "Two *people*." } },
        )
        .await
        .unwrap();
    pages.delete_one(doc! { "slug": "returns" }).await.unwrap();
    let (one, other) = (app.ctx(), app.ctx());
    let (first, second) = tokio::join!(service::add_missing(&one), service::add_missing(&other));
    assert!(first.is_ok() && second.is_ok());
    let mut slugs: Vec<String> = app
        .documents("content_pages")
        .await
        .iter()
        .map(|page| page.get_str("slug").unwrap().to_owned())
        .collect();
    slugs.sort();
    assert_eq!(slugs, SLUGS);
    let about = plain(&app.browser().get("/pages/about").await);
    assert!(
        about.contains("<h1>Who we are</h1>") && about.contains("<p>Two <em>people</em>.</p>"),
        "{about}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r49_a26_hostile_text_in_the_database_runs_nowhere() {
    let app = TestApp::start().await;
    let pages = app.app.clients.mongo.collection::<Document>("content_pages");
    let hostile = "</script><script>alert(1)</script>";
    let body = format!(
        "## A {hostile}\n\n{hostile}\n\n<img src=x onerror=alert(1)>\n\n[tea](javascript:alert(1)) [pot](data:text/html,x) ![x](x.png)\n\n- [a](//evil.example)\n\nLast words."
    );
    let change = doc! { "$set": { "title": hostile, "description": hostile, "body": body } };
    pages.update_one(doc! { "slug": "about" }, change).await.unwrap();
    let page = app.browser().get("/pages/about").await;
    page.assert_status(200);
    for forbidden in
        ["<script>alert", "onerror=alert", "javascript:alert", "data:text", "evil.example", "x.png"]
    {
        assert!(!page.body.contains(forbidden), "{forbidden}: {}", page.body);
    }
    assert!(page.body.contains("tea") && page.body.contains("Last words."), "{}", page.body);
}
