//! The catalogue on real servers: every product once, the right variant, the right answer for what
//! is gone.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use mongodb::bson::{Document, doc};
use serde_json::json;

use crate::features::catalog::model::ProductStatus;
use crate::features::catalog::store;
use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};
use crate::testing::catalog::TestCatalog;

/// Slugs of the products in the page's grid, in order.
fn cards(page: &Page) -> Vec<String> {
    let main = page.body.split("<main").nth(1).unwrap_or_default();
    let slugs = main.split("href=\"/p/").skip(1).filter_map(|rest| rest.split(['"', '?']).next());
    let mut seen = Vec::new();
    for slug in slugs {
        if seen.last().is_none_or(|last| last != slug) {
            seen.push(slug.to_owned());
        }
    }
    seen
}

/// Sixty-seven products, many of them with the same price and the same rank.
fn many() -> TestCatalog {
    (0..67).fold(TestCatalog::small(), |catalog, n| {
        let price = 1_000 + (n % 4) * 500;
        catalog.with_fields(
            &format!("thing{n:02}"),
            &format!("THING-{n:02}"),
            price,
            5,
            &[("popularity", json!(n % 3)), ("published_days_ago", json!(n % 5))],
        )
    })
}

const ON_SALE: usize = 67 + 5;

#[tokio::test(flavor = "multi_thread")]
async fn srch_1_all_pages_together_meet_every_product_once() {
    let app = TestApp::with_catalog(&many()).await;
    let mut visitor = app.browser();
    for sort in ["", "&sort=newest", "&sort=price", "&sort=price-desc"] {
        let mut met = Vec::new();
        for (number, count) in [(1, 24), (2, 24), (3, 24)] {
            let page = visitor.get(&format!("/c/home/kitchen?page={number}{sort}")).await;
            page.assert_status(200);
            let here = cards(&page);
            assert_eq!(here.len(), count, "page {number}{sort}: {here:?}");
            met.extend(here);
        }
        let different: HashSet<&String> = met.iter().collect();
        assert_eq!((met.len(), different.len()), (ON_SALE, ON_SALE), "{sort}");
        for never in ["secret", "relic"] {
            assert!(!different.contains(&never.to_owned()), "{never} is not on sale");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_1_a_page_after_the_last_is_not_there_and_says_where_the_list_ends() {
    let app = TestApp::with_catalog(&many()).await;
    let mut visitor = app.browser();
    let page = visitor.get("/c/home/kitchen?page=99").await;
    page.assert_status(404);
    assert!(page.body.contains("This list ends at page 3"), "{}", page.body);
    assert!(page.body.contains("<a "), "there is a way on");
    visitor.get("/c/home/kitchen?page=4").await.assert_status(404);
    visitor.get("/c/home/kitchen?page=3").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn srch_7_sort_and_page_live_in_the_address() {
    let app = TestApp::with_catalog(&many()).await;
    let mut visitor = app.browser();
    let first = visitor.get("/c/home/kitchen?sort=price").await;
    let next = first
        .body
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|href| href.contains("page=2"))
        .unwrap()
        .replace("&amp;", "&");
    assert!(next.contains("sort=price"), "{next}");
    let second = visitor.get(&next).await;
    second.assert_status(200);
    // Anybody who opens the address sees the same.
    assert_eq!(cards(&app.browser().get(&next).await), cards(&second));
    let (one, two) = (cards(&first), cards(&second));
    assert!(one.iter().all(|slug| !two.contains(slug)));
    let prices = store_prices(&app).await;
    let shown: Vec<i64> = one.iter().chain(&two).map(|slug| prices[slug]).collect();
    assert!(shown.is_sorted(), "{shown:?}");
    assert!(second.body.contains("selected"), "the chosen order is shown as chosen");
    assert_eq!(cards(&visitor.get("/c/home/kitchen?sort=price").await), one, "and again");
}

async fn store_prices(app: &TestApp) -> HashMap<String, i64> {
    let products = app.documents("products").await;
    products
        .iter()
        .map(|p| {
            (
                p.get_str("slug").unwrap().to_owned(),
                p.get_document("summary").unwrap().get_i64("price_from").unwrap(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_5_seo_6_moved_is_one_hop_gone_is_410_and_unknown_is_404() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    visitor.get("/p/never-sold").await.assert_status(404);
    visitor.get("/c/never/there").await.assert_status(404);
    let gone = visitor.get("/p/relic").await;
    gone.assert_status(410);
    assert!(
        gone.body.contains("Relic") && gone.body.contains("no longer available"),
        "{}",
        gone.body
    );
    assert!(!gone.body.contains("name=\"sku\" value=\"RELIC\""), "it cannot be bought");
    let moved = visitor.get("/p/old-teapot?sku=TEAPOT").await;
    moved.assert_status(301);
    assert_eq!(moved.location(), "/p/teapot?sku=TEAPOT");
    visitor.get(moved.location()).await.assert_status(200);
    // What moved and then ended leads to where it says so, still in one hop.
    let ended = visitor.get("/p/old-relic").await;
    assert_eq!((ended.status.as_u16(), ended.location()), (301, "/p/relic"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_2_a_draft_is_nowhere_until_it_is_published() {
    let app = TestApp::with_catalog(&TestCatalog::small().with("soon", "SOON", 900, 5)).await;
    let products = app.app.clients.mongo.collection::<Document>("products");
    products
        .update_one(
            doc! { "slug": "soon" },
            doc! { "$set": { "published_at": app.clock.now() + Duration::from_hours(24) } },
        )
        .await
        .unwrap();
    let mut visitor = app.browser();
    let nowhere = async |visitor: &mut Browser, slug: &str, sku: &str| {
        crate::features::search::service::refresh(&app.ctx()).await.unwrap();
        visitor.get(&format!("/p/{slug}")).await.assert_status(404);
        for path in ["/".to_owned(), "/c/home/kitchen".to_owned(), format!("/search?q={slug}")] {
            assert!(
                !visitor.get(&path).await.body.contains(&format!("/p/{slug}\"")),
                "{path} shows {slug}"
            );
        }
        assert_eq!(
            visitor.call("/api/cart/add", &[("sku", sku), ("quantity", "1")]).await.code(),
            "sku_not_sold"
        );
        assert!(
            !visitor
                .call("/api/search/suggest", &[("q", slug)])
                .await
                .body
                .contains(&format!("/p/{slug}"))
        );
    };
    nowhere(&mut visitor, "secret", "SECRET").await;
    nowhere(&mut visitor, "soon", "SOON").await;
    assert!(
        store::set_status(
            &app.app.clients.mongo,
            "secret",
            ProductStatus::Published,
            app.clock.now()
        )
        .await
        .unwrap()
    );
    app.clock.advance(Duration::from_secs(86_400 + 1));
    for (slug, sku) in [("secret", "SECRET"), ("soon", "SOON")] {
        visitor.get(&format!("/p/{slug}")).await.assert_status(200);
        visitor.add(sku, "1").await.assert_status(303);
    }
    // Taken back while it lies in a cart: it cannot be ordered.
    assert!(
        store::set_status(&app.app.clients.mongo, "secret", ProductStatus::Draft, app.clock.now())
            .await
            .unwrap()
    );
    visitor.get("/p/secret").await.assert_status(404);
    assert!(visitor.get("/cart").await.body.contains("No longer sold."));
    assert_eq!(visitor.get("/checkout?step=contact").await.location(), "/cart");
}

fn shirts() -> TestCatalog {
    let variant = |sku: &str, size: &str, colour: &str, price: i64, stock: i64, image: u32| json!({ "sku": sku, "options": [size, colour], "price_minor": price, "compare_at_minor": null, "lowest_30_days_minor": null, "stock": stock, "low_stock_threshold": 3, "weight_grams": 200, "needs_shipping": true, "image": image });
    let picture = |stem: &str| json!({ "stem": stem, "alt": stem, "width": 1600, "height": 1600, "widths": [240, 480, 960, 1600] });
    let fields = [
        (
            "options",
            json!([{ "name": "Size", "values": ["S", "M"] }, { "name": "Colour", "values": ["Moss", "Sand"] }]),
        ),
        ("images", json!([picture("moss"), picture("sand")])),
        (
            "variants",
            json!([
                variant("SHIRT-S-MOSS", "S", "Moss", 3_000, 9, 0),
                variant("SHIRT-M-MOSS", "M", "Moss", 3_200, 2, 0),
                variant("SHIRT-M-SAND", "M", "Sand", 3_500, 0, 1)
            ]),
        ),
    ];
    TestCatalog::small().with_fields("shirt", "IGNORED", 1, 1, &fields)
}

#[tokio::test(flavor = "multi_thread")]
async fn pdp_1_the_address_names_the_variant_and_the_server_draws_it() {
    let app = TestApp::with_catalog(&shirts()).await;
    let mut visitor = app.browser();
    let main = |page: &Page| {
        page.body
            .split("<main")
            .nth(1)
            .unwrap_or_default()
            .split("similar-heading")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let middle = main(&visitor.get("/p/shirt?sku=SHIRT-M-MOSS").await);
    assert!(
        middle.contains("€32.00")
            && middle.contains("Only 2 left")
            && middle.contains("SHIRT-M-MOSS"),
        "{middle}"
    );
    let last = main(&visitor.get("/p/shirt?sku=SHIRT-M-SAND").await);
    assert!(last.contains("€35.00") && last.contains("Sold out"), "{last}");
    // The picture of the variant comes first.
    let first_picture = |html: &str| {
        html.split("/media/")
            .nth(1)
            .map(|rest| rest.split('-').next().unwrap_or_default().to_owned())
            .unwrap_or_default()
    };
    assert_eq!(
        (first_picture(&middle), first_picture(&last)),
        ("moss".to_owned(), "sand".to_owned())
    );
    // Without a variant, or with one of another product, the page stands.
    for query in ["", "?sku=TEAPOT", "?sku=", "?sku=$ne", "?sku=SHIRT-M-MOSS&sku=SHIRT-M-SAND"] {
        let page = visitor.get(&format!("/p/shirt{query}")).await;
        page.assert_status(200);
        assert!(!main(&page).contains("€49.00"), "{query} shows another product's price");
    }
    // One product, one address for search engines.
    let canonical =
        format!("rel=\"canonical\" href=\"{}/p/shirt\"", app.app.clients.settings.base_url);
    assert!(visitor.get("/p/shirt?sku=SHIRT-M-MOSS").await.body.contains(&canonical));
    // What is chosen is what is added, at its own price.
    visitor.add("SHIRT-M-MOSS", "2").await.assert_status(303);
    assert!(visitor.get("/cart").await.body.contains("€64.00"));
    assert_eq!(
        visitor.call("/api/cart/add", &[("sku", "SHIRT-M-SAND"), ("quantity", "1")]).await.code(),
        "not_enough_stock"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pdp_5_an_edit_shows_on_the_next_request_and_adding_checks_again() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    assert!(visitor.get("/p/teapot").await.body.contains("€49.00"));
    app.set_price("TEAPOT", 5_150).await;
    let page = visitor.get("/p/teapot").await;
    assert!(page.body.contains("€51.50") && !page.body.contains("€49.00"), "{}", page.body);
    // The last units go while the page is open.
    let review = app.browser().come_to_payment(&[("LAMP", "1")], "bert@example.com").await;
    assert!(!review.is_empty());
    assert!(visitor.get("/p/lamp").await.body.contains("Sold out"));
    let late = visitor
        .post("/api/cart/add", &[("sku", "LAMP"), ("quantity", "1"), ("from", "/p/lamp")])
        .await;
    late.assert_status(422);
    assert!(late.body.contains("This is sold out."), "{}", late.body);
    // The price that is charged is the one at the moment of adding, not the one on an old page.
    visitor
        .post("/api/cart/add", &[("sku", "TEAPOT"), ("quantity", "1"), ("price", "4900")])
        .await
        .assert_status(303);
    assert!(visitor.get("/cart").await.body.contains("€51.50"));
    // A listing is a copy for half a minute at most; its prices come with the products themselves.
    assert!(visitor.get("/c/home/kitchen").await.body.contains("€51.50"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_13_the_country_of_origin_is_on_the_page_in_its_data_and_found() {
    let origin = [("country_of_origin", json!("PT"))];
    let app =
        TestApp::with_catalog(&TestCatalog::small().with_fields("jug", "JUG", 2_000, 5, &origin))
            .await;
    let mut visitor = app.browser();
    let made_there = visitor.get("/p/jug").await;
    made_there.assert_status(200);
    for shown in [
        ">Country of origin</th>",
        ">Portugal</td>",
        r#""countryOfOrigin":{"@type":"Country","name":"Portugal"}"#,
    ] {
        assert!(made_there.body.contains(shown), "{shown} is missing: {}", made_there.body);
    }
    let unknown = visitor.get("/p/mug").await.body;
    assert!(!unknown.contains("Country of origin") && !unknown.contains("countryOfOrigin"));
    crate::features::search::service::refresh(&app.ctx()).await.unwrap();
    assert_eq!(cards(&visitor.get("/search?q=portugal").await), ["jug"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_1_a_catalogue_is_imported_once() {
    let app = TestApp::start().await;
    let before = (app.documents("products").await.len(), app.documents("stock").await.len());
    let folder =
        std::env::temp_dir().join(format!("cartwright-again-{:016x}", rand::random::<u64>()));
    std::fs::create_dir_all(folder.join("media")).unwrap();
    std::fs::write(
        folder.join("catalog.json"),
        json!({ "store": { "name": "T", "currency": "EUR" }, "digest": "", "categories": [], "products": [] }).to_string(),
    )
    .unwrap();
    let again = crate::features::catalog::service::import::import(&app.ctx(), &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    assert!(again.is_err(), "a store with stock is not filled again");
    assert_eq!((app.documents("products").await.len(), app.documents("stock").await.len()), before);
}
