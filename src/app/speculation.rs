//! What a browser may fetch or draw before anybody opens it (WICG, Speculation Rules): a page whose
//! link is pointed at, if its row in the table of pages says so.

use std::sync::LazyLock;

use serde_json::json;

use crate::app::pages::{LookAhead, PAGES};

/// The header that leads to the rules, on every public page.
pub const HEADER: &str = "speculation-rules";
pub const HEADER_VALUE: &str = "\"/speculation-rules.json\"";
pub const PATH: &str = "/speculation-rules.json";
/// Browsers take the rules with this type only.
pub const CONTENT_TYPE: &str = "application/speculationrules+json";

/// The links that lead to what a shopper most likely opens next.
const PRERENDERED_LINKS: &str = ".tile a, .lead-good a";

pub static RULES: LazyLock<String> = LazyLock::new(|| {
    let prerendered: Vec<&str> = PAGES
        .iter()
        .filter_map(|page| match page.look_ahead {
            LookAhead::Prerender(pattern) => Some(pattern),
            LookAhead::Prefetch(_) | LookAhead::Never => None,
        })
        .collect();
    let prefetched: Vec<&str> = PAGES
        .iter()
        .filter_map(|page| match page.look_ahead {
            LookAhead::Prerender(pattern) | LookAhead::Prefetch(pattern) => Some(pattern),
            LookAhead::Never => None,
        })
        .collect();
    let others = format!("[href^='#'], {PRERENDERED_LINKS}");
    let rules = json!({
        "prerender": [{
            "source": "document",
            "where": { "and": [
                { "href_matches": prerendered },
                { "selector_matches": PRERENDERED_LINKS },
            ] },
            "eagerness": "moderate",
        }],
        "prefetch": [{
            "source": "document",
            "where": { "and": [
                { "href_matches": prefetched },
                { "not": { "selector_matches": others } },
            ] },
            "eagerness": "moderate",
        }],
    });
    rules.to_string()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_name_what_the_table_of_pages_allows() {
        let rules: serde_json::Value = serde_json::from_str(&RULES).unwrap();
        assert_eq!(rules["prerender"][0]["where"]["and"][0]["href_matches"], json!(["/p/*"]));
        assert_eq!(
            rules["prefetch"][0]["where"]["and"][0]["href_matches"],
            json!(["/", "/c/*", "/p/*", "/pages/*", "/search?*"])
        );
    }

    #[test]
    fn the_header_names_the_rules() {
        assert_eq!(HEADER_VALUE, format!("\"{PATH}\""));
    }
}
