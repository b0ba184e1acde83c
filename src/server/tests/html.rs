//! Reads HTML as a browser's tokenizer would, far enough to see what an element is told to do.

pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Of scripts and styles: what stands between their tags.
    pub content: String,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A block of data: browsers do not run it, so that no hash names it. It must then be data and
    /// nothing else.
    pub fn is_data(&self) -> bool {
        self.name == "script" && self.attribute("type") == Some("application/ld+json")
    }

    #[track_caller]
    pub fn assert_only_data(&self, place: &str) {
        let names: Vec<&str> = self.attributes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["type"], "{place}");
        let read: serde_json::Value = serde_json::from_str(&self.content)
            .unwrap_or_else(|e| panic!("{place}: {e}: {}", self.content));
        assert!(read["@graph"].is_array(), "{place}: {read}");
        assert!(
            !self.content.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
            "{place}: {}",
            self.content
        );
    }
}

/// Every element that begins somewhere in the text.
pub fn elements(html: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix("!--") {
            rest = after.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (mut element, after) = opened(rest);
        rest = after;
        if matches!(element.name.as_str(), "script" | "style" | "textarea" | "title") {
            let close = format!("</{}", element.name);
            let end = rest.to_ascii_lowercase().find(&close).unwrap_or(rest.len());
            element.content = rest[..end].to_owned();
            rest = &rest[end..];
        }
        found.push(element);
    }
    found
}

fn opened(text: &str) -> (Element, &str) {
    let name_end =
        text.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(text.len());
    let name = text[..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut rest = &text[name_end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '>' || c == '/')
            .unwrap_or(rest.len())
            .max(1);
        let key = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'');
            let (start, stop) = match quote {
                Some(quote) => (1, after[1..].find(quote).map_or(after.len(), |at| at + 1)),
                None => (
                    0,
                    after
                        .find(|c: char| c.is_ascii_whitespace() || c == '>')
                        .unwrap_or(after.len()),
                ),
            };
            value = after[start..stop].to_owned();
            rest = after.get(stop + usize::from(quote.is_some())..).unwrap_or_default();
        }
        attributes.push((key, value));
    }
    (Element { name, attributes, content: String::new() }, rest.strip_prefix('>').unwrap_or(rest))
}

#[test]
fn elements_are_seen_where_a_browser_sees_them() {
    let html = r#"<!-- <b> --><p class=x data-q='"><i>'>1 < 2</p><script src="/a.js">x<b></script><textarea>&lt;<u></textarea><img/onerror=a>"#;
    let found = elements(html);
    let names: Vec<&str> = found.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["p", "script", "textarea", "img"]);
    assert_eq!(found[0].attribute("data-q"), Some("\"><i>"));
    assert_eq!((found[1].attribute("src"), found[1].content.as_str()), (Some("/a.js"), "x<b>"));
    assert_eq!(found[3].attribute("onerror"), Some("a"));
}
