//! What search engines and social cards are told: complete, equal to what the page shows, and only
//! where it is wanted.

use serde_json::{Value, json};

use crate::server::tests::html::{Element, elements};
use crate::testing::app::TestApp;
use crate::testing::browser::Page;
use crate::testing::catalog::TestCatalog;

/// What a page's head says.
struct Head {
    elements: Vec<Element>,
}

impl Head {
    fn of(page: &Page) -> Self {
        let head = page.body.split("</head>").next().unwrap_or_default();
        Self { elements: elements(head) }
    }

    /// The content of `<meta name=…>` or `<meta property=…>`; a second one would be a
    /// contradiction.
    #[track_caller]
    fn meta(&self, name: &str) -> Option<&str> {
        let named = |e: &&Element| {
            e.name == "meta"
                && (e.attribute("name") == Some(name) || e.attribute("property") == Some(name))
        };
        let found: Vec<&Element> = self.elements.iter().filter(named).collect();
        assert!(found.len() < 2, "{name} stands twice");
        found.first().and_then(|e| e.attribute("content"))
    }

    fn title(&self) -> &str {
        self.elements
            .iter()
            .find(|e| e.name == "title")
            .map(|e| e.content.as_str())
            .unwrap_or_default()
    }

    fn canonical(&self) -> Option<&str> {
        let link = self
            .elements
            .iter()
            .find(|e| e.name == "link" && e.attribute("rel") == Some("canonical"));
        link.and_then(|e| e.attribute("href"))
    }
}

/// The things a page describes, by their type.
#[track_caller]
fn things(page: &Page, kind: &str) -> Vec<Value> {
    let blocks = elements(&page.body);
    let blocks: Vec<&Element> = blocks.iter().filter(|e| e.is_data()).collect();
    assert!(blocks.len() < 2, "one block says it all");
    let Some(block) = blocks.first() else { return Vec::new() };
    let read: Value = serde_json::from_str(&block.content).unwrap();
    assert_eq!(read["@context"], "https://schema.org");
    read["@graph"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|thing| thing["@type"] == kind)
        .cloned()
        .collect()
}

#[track_caller]
fn the(page: &Page, kind: &str) -> Value {
    let mut found = things(page, kind);
    assert_eq!(found.len(), 1, "{kind}");
    found.remove(0)
}

/// The words of the page's breadcrumb, as a person reads them.
fn breadcrumb_shown(page: &Page) -> Vec<String> {
    let nav = page
        .body
        .split("aria-label=\"Breadcrumb\"")
        .nth(1)
        .and_then(|rest| rest.split("</nav>").next())
        .unwrap_or_default();
    nav.split("<li").skip(1).map(|item| text_of(&format!("<li{item}"))).collect()
}

fn text_of(html: &str) -> String {
    let mut inside = false;
    let mut text = String::new();
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

fn many() -> TestCatalog {
    (0..30).fold(TestCatalog::small(), |catalog, n| {
        catalog.with(&format!("thing{n:02}"), &format!("THING-{n:02}"), 1_000 + n, 5)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_1_every_page_to_be_found_has_a_complete_head() {
    let app = TestApp::with_catalog(&many()).await;
    let base = &app.app.clients.settings.base_url;
    let mut visitor = app.browser();
    for (path, kind, has_picture) in [
        ("/", "website", true),
        ("/c/home", "website", true),
        ("/c/home/kitchen?page=2", "website", true),
        ("/p/teapot", "product", true),
        ("/p/gone", "product", true),
        ("/pages/shipping", "website", false),
        ("/pages/terms", "website", false),
    ] {
        let page = visitor.get(path).await;
        page.assert_status(200);
        let head = Head::of(&page);
        let description = head.meta("description").unwrap_or_default();
        assert!(
            head.title().contains("Juniper Row") && head.title().len() > 12,
            "{path}: {}",
            head.title()
        );
        assert!((3..=300).contains(&description.chars().count()), "{path}: {description}");
        assert_eq!(head.canonical(), Some(format!("{base}{path}").as_str()));
        assert_eq!(head.meta("robots"), None, "{path}");
        assert_eq!(head.meta("og:title"), Some(head.title()), "{path}");
        assert_eq!(head.meta("og:description"), Some(description), "{path}");
        assert_eq!(head.meta("og:url"), head.canonical(), "{path}");
        assert_eq!(head.meta("og:site_name"), Some("Juniper Row"), "{path}");
        assert_eq!(head.meta("og:type"), Some(kind), "{path}");
        let card = if has_picture { "summary_large_image" } else { "summary" };
        assert_eq!(head.meta("twitter:card"), Some(card), "{path}");
        let picture = has_picture.then(|| format!("{base}/media/abc-1600.jpg"));
        assert_eq!(head.meta("og:image"), picture.as_deref(), "{path}");
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_4_each_list_has_one_address_and_other_views_of_it_are_not_kept() {
    let app = TestApp::with_catalog(&many()).await;
    let base = &app.app.clients.settings.base_url;
    let mut visitor = app.browser();
    for (path, canonical, robots) in [
        ("/c/home/kitchen", Some("/c/home/kitchen"), None),
        ("/c/home/kitchen?sort=popular", Some("/c/home/kitchen"), None),
        ("/c/home/kitchen?page=2", Some("/c/home/kitchen?page=2"), None),
        ("/c/home/kitchen?utm_source=mail", Some("/c/home/kitchen"), None),
        ("/c/home/kitchen?sort=price", Some("/c/home/kitchen"), Some("noindex")),
        ("/c/home/kitchen?sort=price&page=2", Some("/c/home/kitchen"), Some("noindex")),
        ("/p/teapot?sku=TEAPOT", Some("/p/teapot"), None),
        ("/search?q=tea", None, Some("noindex")),
        ("/search", None, Some("noindex")),
        ("/cart", None, Some("noindex")),
        ("/p/relic", None, Some("noindex")),
        ("/nowhere", None, Some("noindex")),
    ] {
        let page = visitor.get(path).await;
        let head = Head::of(&page);
        assert_eq!(
            head.canonical().map(str::to_owned),
            canonical.map(|path| format!("{base}{path}")),
            "{path}"
        );
        assert_eq!(head.meta("robots"), robots, "{path}");
    }
    // A page shown again because its form was refused is the same page.
    let refused = visitor
        .post("/api/cart/add", &[("sku", "TEAPOT"), ("quantity", "77"), ("from", "/p/teapot")])
        .await;
    refused.assert_status(422);
    assert_eq!(Head::of(&refused).canonical(), Some(format!("{base}/p/teapot").as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_2_the_home_page_says_whose_it_is_and_how_to_search() {
    let app = TestApp::start().await;
    let base = &app.app.clients.settings.base_url;
    let mut visitor = app.browser();
    let page = visitor.get("/").await;
    let shop = the(&page, "Organization");
    assert_eq!((&shop["name"], &shop["url"]), (&json!("Juniper Row"), &json!(format!("{base}/"))));
    visitor.get("/favicon.svg").await;
    let site = the(&page, "WebSite");
    assert_eq!(site["publisher"]["@id"], shop["@id"]);
    let search = &site["potentialAction"];
    assert_eq!(search["query-input"], "required name=search_term_string");
    let template = search["target"]["urlTemplate"].as_str().unwrap();
    let address = template.replace("{search_term_string}", "teapot");
    visitor.get(&address).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_2_a_product_is_described_as_its_page_shows_it() {
    let app = TestApp::start().await;
    let base = app.app.clients.settings.base_url.clone();
    let mut visitor = app.browser();
    for (slug, sku, price, shown, availability, words) in [
        ("teapot", "TEAPOT", "49.00", "€49.00", "InStock", "In stock"),
        ("lamp", "LAMP", "89.00", "€89.00", "LimitedAvailability", "Only 1 left"),
        ("gone", "GONE", "7.00", "€7.00", "OutOfStock", "Sold out at the moment"),
    ] {
        let page = visitor.get(&format!("/p/{slug}")).await;
        let main =
            page.body.split("<main").nth(1).unwrap().split("similar-heading").next().unwrap();
        let product = the(&page, "Product");
        let name = product["name"].as_str().unwrap();
        assert!(main.contains(&format!(">{name}</h1>")), "{slug}");
        for paragraph in product["description"].as_str().unwrap().split("\n\n") {
            assert!(main.contains(&format!("<p>{paragraph}</p>")), "{slug}: {paragraph}");
        }
        assert_eq!(product["brand"], json!({ "@type": "Brand", "name": "Harbour" }));
        assert!(main.contains(">Harbour<"), "{slug}");
        assert_eq!(product["url"], format!("{base}/p/{slug}"));
        assert_eq!(product["image"], json!([format!("{base}/media/abc-1600.jpg")]));
        assert_eq!(product["sku"], sku);
        assert!(main.contains(&format!(">{sku}<")), "{slug}");
        assert_eq!(
            product["offers"],
            json!({
                "@type": "Offer", "url": format!("{base}/p/{slug}"), "sku": sku, "price": price, "priceCurrency": "EUR",
                "availability": format!("https://schema.org/{availability}"),
            })
        );
        assert!(main.contains(shown) && main.contains(words), "{slug}");
    }
    // A new price is in both at once.
    app.set_price("TEAPOT", 5_150).await;
    let page = visitor.get("/p/teapot").await;
    assert_eq!(the(&page, "Product")["offers"]["price"], "51.50");
    assert!(page.body.contains("€51.50"));
    assert!(
        things(&visitor.get("/p/relic").await, "Product").is_empty(),
        "what is gone is not offered"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_2_variants_of_different_prices_are_a_range_around_the_one_shown() {
    let variant = |sku: &str, size: &str, price: i64, stock: i64| json!({ "sku": sku, "options": [size], "price_minor": price, "compare_at_minor": null, "lowest_30_days_minor": null, "stock": stock, "low_stock_threshold": 3, "weight_grams": 200, "needs_shipping": true, "image": 0 });
    let with = |slug: &str, dearer: i64| {
        [
            ("options", json!([{ "name": "Size", "values": ["S", "M"] }])),
            (
                "variants",
                json!([
                    variant(&format!("{slug}-S"), "S", 3_000, 9),
                    variant(&format!("{slug}-M"), "M", dearer, 0)
                ]),
            ),
        ]
    };
    let catalog = TestCatalog::small()
        .with_fields("shirt", "X", 1, 1, &with("SHIRT", 3_250))
        .with_fields("sock", "Y", 1, 1, &with("SOCK", 3_000));
    let app = TestApp::with_catalog(&catalog).await;
    let base = app.app.clients.settings.base_url.clone();
    let mut visitor = app.browser();
    let page = visitor.get("/p/shirt?sku=SHIRT-M").await;
    let product = the(&page, "Product");
    assert_eq!(
        (&product["url"], &product["sku"]),
        (&json!(format!("{base}/p/shirt")), &json!("SHIRT-M"))
    );
    let offers = &product["offers"];
    assert_eq!(offers["@type"], "AggregateOffer");
    assert_eq!((&offers["lowPrice"], &offers["highPrice"]), (&json!("30.00"), &json!("32.50")));
    assert_eq!((&offers["offerCount"], &offers["priceCurrency"]), (&json!(2), &json!("EUR")));
    let shown = &offers["offers"][0];
    assert_eq!(
        (&shown["price"], &shown["availability"]),
        (&json!("32.50"), &json!("https://schema.org/OutOfStock"))
    );
    assert_eq!(shown["url"], format!("{base}/p/shirt?sku=SHIRT-M"));
    assert!(page.body.contains("€32.50") && page.body.contains("Sold out at the moment"));
    // Where all cost the same there is no range.
    let sock = the(&visitor.get("/p/sock").await, "Product");
    assert_eq!(
        (&sock["offers"]["@type"], &sock["offers"]["price"]),
        (&json!("Offer"), &json!("30.00"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn seo_2_the_breadcrumb_of_a_page_is_the_one_it_shows() {
    let app = TestApp::with_catalog(&many()).await;
    let base = &app.app.clients.settings.base_url;
    let mut visitor = app.browser();
    for (path, line) in [
        (
            "/p/teapot",
            &[
                ("Home", "/"),
                ("Home", "/c/home"),
                ("Kitchen", "/c/home/kitchen"),
                ("Teapot", "/p/teapot"),
            ][..],
        ),
        ("/c/home", &[("Home", "/"), ("Home", "/c/home")]),
        (
            "/c/home/kitchen?page=2",
            &[("Home", "/"), ("Home", "/c/home"), ("Kitchen", "/c/home/kitchen")],
        ),
        ("/pages/returns", &[("Home", "/"), ("Returns", "/pages/returns")]),
    ] {
        let page = visitor.get(path).await;
        let data = the(&page, "BreadcrumbList");
        let items = data["itemListElement"].as_array().unwrap();
        let told: Vec<(&str, &str)> = items
            .iter()
            .map(|item| {
                (
                    item["name"].as_str().unwrap(),
                    item["item"].as_str().unwrap().strip_prefix(base.as_str()).unwrap(),
                )
            })
            .collect();
        assert_eq!(told, line, "{path}");
        assert_eq!(
            breadcrumb_shown(&page),
            line.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(),
            "{path}"
        );
        let positions: Vec<u64> =
            items.iter().map(|item| item["position"].as_u64().unwrap()).collect();
        assert_eq!(positions, (1..=u64::try_from(line.len()).unwrap()).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_seo_2_hostile_names_stay_data() {
    let hostile = "</script><script>alert(1)</script><!--\u{2028}";
    let fields =
        [("name", hostile.into()), ("brand", hostile.into()), ("description", hostile.into())];
    let app =
        TestApp::with_catalog(&TestCatalog::small().with_fields("odd", "ODD", 100, 1, &fields))
            .await;
    let page = app.browser().get("/p/odd").await;
    page.assert_status(200);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let product = the(&page, "Product");
    assert_eq!(
        (product["name"].as_str(), product["brand"]["name"].as_str()),
        (Some(hostile), Some(hostile))
    );
}
