//! The sitemap lists what is found, all of it and nothing else; `robots.txt` names it.

use std::time::Duration;

use mongodb::bson::{Document, doc};

use super::*;
use crate::features::catalog::model::ProductStatus;
use crate::features::catalog::store;
use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;

/// What stands in each element of a name.
fn contents<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

#[test]
fn seo_3_addresses_are_escaped_and_times_are_written_in_full() {
    let lines = [
        Line {
            address: "https://shop.example/p/a&b<c>".into(),
            changed_at: Some(Timestamp::from_unix_ms(1_795_390_200_123)),
        },
        Line { address: "https://shop.example/".into(), changed_at: None },
    ];
    let xml = document("urlset", "url", lines.into_iter());
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
    );
    assert_eq!(
        contents(&xml, "loc"),
        ["https://shop.example/p/a&amp;b&lt;c&gt;", "https://shop.example/"]
    );
    assert_eq!(contents(&xml, "lastmod"), ["2026-11-22T23:30:00Z"]);
    assert!(xml.ends_with("</urlset>\n"), "{xml}");
}

#[test]
fn seo_3_a_part_has_one_address() {
    for part in [Part::Index, Part::Pages, Part::Products(1), Part::Products(12)] {
        let address = part.address("");
        assert_eq!(
            Part::read(address.split_once('?').map(|(_, query)| query)),
            Some(part),
            "{address}"
        );
    }
    for odd in [
        "",
        "part=",
        "part=products-0",
        "part=products-01",
        "part=products-+1",
        "part=products--1",
        "part=drafts",
        "x=1",
    ] {
        assert_eq!(Part::read(Some(odd)), None, "{odd}");
    }
}

#[test]
fn seo_3_robots_are_kept_out_of_what_is_not_for_them() {
    let text = robots_text("https://shop.example");
    for path in ["/cart", "/checkout", "/order", "/account", "/admin", "/api/"] {
        assert!(text.contains(&format!("Disallow: {path}\n")), "{text}");
    }
    assert!(text.contains("\nSitemap: https://shop.example/sitemap.xml\n"), "{text}");
    // A page that asks not to be kept must be readable to say so.
    assert!(!text.contains("/search"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_3_the_sitemap_lists_every_page_to_be_found_and_nothing_else() {
    let app = TestApp::with_catalog(&TestCatalog::small().with("soon", "SOON", 900, 5)).await;
    let products = app.app.clients.mongo.collection::<Document>("products");
    products
        .update_one(
            doc! { "slug": "soon" },
            doc! { "$set": { "published_at": app.clock.now() + Duration::from_hours(24) } },
        )
        .await
        .unwrap();
    let base = app.app.clients.settings.base_url.clone();
    let mut visitor = app.browser();
    let index = visitor.get("/sitemap.xml").await;
    index.assert_status(200);
    assert_eq!(index.headers[header::CONTENT_TYPE], "application/xml; charset=utf-8");
    let parts = contents(&index.body, "loc");
    assert_eq!(
        parts,
        [format!("{base}/sitemap.xml?part=pages"), format!("{base}/sitemap.xml?part=products-1")]
    );
    let mut listed = Vec::new();
    for part in &parts {
        let page = visitor.get(part).await;
        page.assert_status(200);
        listed.extend(
            contents(&page.body, "loc")
                .into_iter()
                .map(|address| address.strip_prefix(&base).unwrap().to_owned()),
        );
    }
    let wanted = [
        "/",
        "/c/home",
        "/c/home/kitchen",
        "/pages/about",
        "/pages/privacy",
        "/pages/returns",
        "/pages/shipping",
        "/pages/terms",
        "/p/teapot",
        "/p/mug",
        "/p/lamp",
        "/p/book",
        "/p/gone",
    ];
    assert_eq!(listed, wanted);
    // What is listed answers, and asks to be found under the very address.
    for path in wanted {
        let page = visitor.get(path).await;
        page.assert_status(200);
        assert!(page.body.contains(&format!("rel=\"canonical\" href=\"{base}{path}\"")), "{path}");
        assert!(!page.body.contains("noindex"), "{path}");
    }
    for odd in ["/sitemap.xml?part=products-2", "/sitemap.xml?part=drafts", "/sitemap.xml?"] {
        visitor.get(odd).await.assert_status(404);
    }
    let robots = visitor.get("/robots.txt").await;
    assert!(robots.body.contains(&format!("Sitemap: {base}/sitemap.xml\n")), "{}", robots.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_3_parts_together_hold_each_product_once_and_follow_its_changes() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let cut = product_parts(&ctx, 2).await.unwrap();
    assert_eq!(cut.len(), 3, "five products, two in a part");
    let mut met = Vec::new();
    for stretch in &cut {
        let part = entries(&ctx, stretch, 2).await.unwrap();
        assert!(part.iter().all(|entry| entry.changed_at <= stretch.changed_at), "{part:?}");
        met.extend(part.into_iter().map(|entry| entry.slug));
    }
    assert_eq!(met, ["teapot", "mug", "lamp", "book", "gone"]);
    let index = render_file(&ctx, Part::Index, &cut).await.unwrap();
    assert_eq!(contents(&index, "loc").len(), 4, "{index}");
    // Staff take one out and change another: within the time it is kept, the list follows.
    app.clock.advance(Duration::from_secs(3_600));
    assert!(
        store::set_status(&app.app.clients.mongo, "mug", ProductStatus::Draft, app.clock.now())
            .await
            .unwrap()
    );
    app.set_price("TEAPOT", 5_000).await;
    let fresh = product_parts(&ctx, 2).await.unwrap();
    assert_eq!(fresh.len(), 2);
    let first = entries(&ctx, &fresh[0], 2).await.unwrap();
    assert_eq!(
        first.iter().map(|entry| entry.slug.as_str()).collect::<Vec<_>>(),
        ["teapot", "lamp"]
    );
    assert_eq!(first[0].changed_at, app.clock.now());
    assert!(
        CACHE_LIFE + Duration::from_secs(30) <= Duration::from_secs(60)
            && KEPT_BY_OTHERS.ends_with("=30")
    );
}
