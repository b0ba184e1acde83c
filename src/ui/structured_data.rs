//! What a page tells search engines about what it shows: schema.org terms as JSON-LD.
//!
//! A script element of another type than a script's is a data block: a browser stops before it
//! would run it, and so before it asks the content policy (HTML, "prepare the script element", the
//! step that determines the type). It needs no hash; what it holds must still be unable to end its
//! element.

use serde_json::{Value, json};

/// The `type` of the one kind of data block our pages have.
pub const DATA_BLOCK: &str = "application/ld+json";

/// Everything a page says, as the text of its data block.
pub fn data_block(things: &[Value]) -> String {
    script_safe(&json!({ "@context": "https://schema.org", "@graph": things }).to_string())
}

/// JSON in which nothing can end a script element or start a comment in it, and no line break is
/// hidden: the characters are written as their escapes, which readers of JSON turn back (JSON-LD
/// 1.1, section 7.2).
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    safe
}

/// The line that `Breadcrumb` shows: name and path of each step from the top, then the page itself.
pub fn breadcrumb(base_url: &str, steps: &[(String, String)], current: &str, path: &str) -> Value {
    let line =
        steps.iter().map(|(name, href)| (name.as_str(), href.as_str())).chain([(current, path)]);
    let items: Vec<Value> = line
        .enumerate()
        .map(|(index, (name, href))| json!({ "@type": "ListItem", "position": index + 1, "name": name, "item": format!("{base_url}{href}") }))
        .collect();
    json!({ "@type": "BreadcrumbList", "itemListElement": items })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r50_seo_2_text_cannot_leave_its_data_block() {
        let hostile = "</script><script>alert(1)</script><!-- \" \\ & \u{2028}\u{2029} -->";
        let text = data_block(&[json!({ "name": hostile })]);
        for forbidden in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
            assert!(!text.contains(forbidden), "{text}");
        }
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["@graph"][0]["name"], hostile);
    }

    #[test]
    fn seo_2_a_breadcrumb_counts_from_one_and_names_whole_addresses() {
        let steps =
            [("Home".to_owned(), "/".to_owned()), ("Kitchen".to_owned(), "/c/kitchen".to_owned())];
        let data = breadcrumb("https://shop.example", &steps, "Teapot", "/p/teapot");
        let items = data["itemListElement"].as_array().unwrap();
        let read: Vec<_> = items
            .iter()
            .map(|i| (i["position"].as_u64(), i["name"].as_str(), i["item"].as_str()))
            .collect();
        assert_eq!(
            read,
            [
                (Some(1), Some("Home"), Some("https://shop.example/")),
                (Some(2), Some("Kitchen"), Some("https://shop.example/c/kitchen")),
                (Some(3), Some("Teapot"), Some("https://shop.example/p/teapot")),
            ]
        );
    }
}
