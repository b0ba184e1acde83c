//! What a page may cost: driver commands of one warm request, and bytes on the wire.
//!
//! Each number is what was measured. A page that needs more fails here and is looked at; one that
//! needs less gets the lower number.

use std::io::Write;

use crate::features::search;
use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};
use crate::testing::catalog::TestCatalog;

/// A page and the commands it sends once everything that is kept in the process is there.
struct Gate {
    page: &'static str,
    mongo: u64,
    redis: u64,
    /// What the commands are for.
    why: &'static str,
}

const GATES: [Gate; 9] = [
    Gate { page: "/", mongo: 3, redis: 0, why: "best selling, new, reduced" },
    Gate { page: "/c/home/kitchen", mongo: 1, redis: 0, why: "cards from the page's anchor" },
    Gate {
        page: "/c/home/kitchen?sort=price-desc&page=2",
        mongo: 1,
        redis: 0,
        why: "cards from the page's anchor",
    },
    Gate { page: "/p/teapot", mongo: 2, redis: 0, why: "product, stock" },
    Gate { page: "/search?q=thing", mongo: 1, redis: 0, why: "cards of what the index found" },
    Gate { page: "/pages/terms", mongo: 1, redis: 0, why: "the page" },
    Gate {
        page: "/cart",
        mongo: 2,
        redis: 1,
        why: "products and stock; the cart itself is a copy in Redis",
    },
    Gate {
        page: "/checkout?step=review",
        mongo: 4,
        redis: 1,
        why: "products, stock, what was typed, an open order; the cart itself is a copy in Redis",
    },
    Gate { page: "/order/{number}", mongo: 1, redis: 0, why: "the order" },
];

/// Enough goods for full rows and three pages.
fn shop() -> TestCatalog {
    let description =
        "A thing that does its work and keeps doing it, made of clay and fired twice. ".repeat(6);
    (0..60).fold(TestCatalog::small(), |catalog, n| {
        let fields =
            [("description", description.clone().into()), ("popularity", (2_000 - n).into())];
        catalog.with_fields(
            &format!("thing-number-{n:02}"),
            &format!("THING-{n:02}"),
            1_000 + n * 37,
            5,
            &fields,
        )
    })
}

async fn shopper(app: &TestApp) -> (Browser, String) {
    let mut visitor = app.browser();
    let session =
        visitor.come_to_payment(&[("TEAPOT", "1"), ("MUG", "2")], "anna@example.com").await;
    assert!(!session.is_empty());
    let number = app.documents("orders").await[0].get_str("number").expect("a number").to_owned();
    (visitor, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn perf_2_1_a_warm_page_sends_no_more_commands_than_measured() {
    let app = TestApp::with_catalog(&shop()).await;
    search::service::refresh(&app.ctx()).await.expect("the index follows the catalogue");
    let (mut visitor, number) = shopper(&app).await;
    let clients = &app.app.clients;
    let mut exceeded = Vec::new();
    for gate in GATES {
        let path = gate.page.replace("{number}", &number);
        visitor.get(&path).await.assert_status(200);
        // A copy in Redis may have been lost to a slow moment: the best of three counts.
        let mut best = (u64::MAX, u64::MAX);
        for _ in 0..3 {
            let before = (clients.mongo.commands_sent(), clients.redis.commands_sent());
            visitor.get(&path).await.assert_status(200);
            best = best.min((
                clients.mongo.commands_sent() - before.0,
                clients.redis.commands_sent() - before.1,
            ));
        }
        if best != (gate.mongo, gate.redis) {
            exceeded.push(format!(
                "{path} sends {} to MongoDB and {} to Redis; measured were {} and {} ({})",
                best.0, best.1, gate.mongo, gate.redis, gate.why
            ));
        }
    }
    assert!(exceeded.is_empty(), "{exceeded:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn perf_2_1_lines_in_a_cart_cost_no_further_commands() {
    let app = TestApp::with_catalog(&shop()).await;
    let mut visitor = app.browser();
    let mut costs = Vec::new();
    for lines in [1, 12] {
        for n in 0..lines {
            visitor.add(&format!("THING-{n:02}"), "1").await.assert_status(303);
        }
        visitor.get("/cart").await.assert_status(200);
        let before = app.app.clients.mongo.commands_sent();
        visitor.get("/cart").await.assert_status(200);
        costs.push(app.app.clients.mongo.commands_sent() - before);
    }
    assert!(costs[1] <= costs[0].max(3), "{costs:?}");
}

/// The shop's stylesheet as the build makes it from the classes in the sources.
fn stylesheet() -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let built = std::process::Command::new(format!("{root}/node_modules/.bin/tailwindcss"))
        .args(["--input", "style/main.css", "--minify"])
        .current_dir(root)
        .output()
        .expect("Tailwind, which `cargo xtask setup` installs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    String::from_utf8(built.stdout).expect("a stylesheet is text")
}

/// As brotli sends it, with the stylesheet that the build inlines.
fn on_the_wire(page: &Page, stylesheet: &str) -> usize {
    let html = page.body.replace("body{margin:0}", stylesheet);
    assert!(html.len() > page.body.len() + 20_000, "the style's place was found");
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 64 * 1024, 4, 20);
    writer.write_all(html.as_bytes()).and_then(|()| writer.flush()).expect("memory");
    drop(writer);
    out.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_11_pages_with_their_style_stay_within_twenty_kilobytes() {
    let app = TestApp::with_catalog(&shop()).await;
    search::service::refresh(&app.ctx()).await.expect("the index follows the catalogue");
    let (mut visitor, number) = shopper(&app).await;
    let stylesheet = stylesheet();
    let mut sizes = Vec::new();
    for path in [
        "/",
        "/c/home/kitchen",
        "/p/teapot",
        "/search?q=thing",
        "/cart",
        "/checkout?step=shipping",
        "/checkout?step=review",
        &format!("/order/{number}"),
    ] {
        let page = visitor.get(path).await;
        page.assert_status(200);
        sizes.push((path.to_owned(), on_the_wire(&page, &stylesheet)));
    }
    assert!(sizes.iter().all(|(_, bytes)| *bytes <= 20 * 1_024), "{sizes:?}");
}
