//! The kitchen sink holds the whole kit, and only where nobody shops.

use std::path::Path;
use strum::VariantArray as _;

use super::outside_production;
use crate::infra::settings::{Services, Settings};
use crate::testing::app::TestApp;
use crate::ui::icon::Icon;

fn settings(production: bool) -> Settings {
    let services = Services::of_a_test("sk_live_x", None);
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Leptos.toml")).unwrap();
    Settings::from_parts(&text, services, "https://shop.example".into(), production).unwrap()
}

#[test]
fn production_has_no_kitchen_sink() {
    assert_eq!(outside_production(&settings(true)).unwrap_err().status(), 404);
    assert!(outside_production(&settings(false)).is_ok());
}

/// The text of every Rust file in a folder.
fn sources(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"));
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_component_of_the_kit_is_shown() {
    let shown = sources("src/app/kitchen_sink").concat();
    let kit = sources("src/ui");
    let components: Vec<&str> = kit
        .iter()
        .flat_map(|file| file.split("#[component]\npub fn ").skip(1))
        .map(|rest| rest.split(['(', '<']).next().unwrap_or_default())
        .collect();
    assert!(components.len() > 12, "{components:?}");
    for name in components {
        let drawn =
            [" ", "/", ">", "\n"].iter().any(|end| shown.contains(&format!("<{name}{end}")));
        assert!(drawn, "{name} is not shown at /kitchen-sink");
    }
}

#[test]
fn every_drawing_is_in_the_list() {
    let file =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/icon.rs")).unwrap();
    let variants =
        file.split("pub enum Icon {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    let names: Vec<&str> =
        variants.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let listed: Vec<String> = Icon::VARIANTS.iter().map(|icon| format!("{icon:?}")).collect();
    assert_eq!(listed, names);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kitchen_sink_is_whole_and_kept_out_of_search_engines() {
    let app = TestApp::start().await;
    let page = app.browser().get("/kitchen-sink").await;
    page.assert_status(200);
    assert!(
        page.body.contains("<meta name=\"robots\" content=\"noindex\">")
            && !page.body.contains("rel=\"canonical\"")
    );
    // The markup that is shown as text names ids too.
    let parts = page.body.split("<pre").map(|part| part.split("</pre>").last().unwrap_or(part));
    let drawn: String = parts.collect();
    let mut ids: Vec<&str> =
        drawn.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    assert_eq!(drawn.matches("<h1").count(), 1);
    assert!(!app.browser().get("/sitemap.xml?part=pages").await.body.contains("kitchen-sink"));
}
