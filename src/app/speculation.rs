//! What a browser may fetch or draw before anybody opens it (WICG, Speculation Rules): a page whose
//! link is pointed at.
//!
//! Invariant: the rules name public pages alone. A page of the cart, the checkout or an order is
//! never asked for ahead.

/// The header that leads to the rules, on every public page.
pub const HEADER: &str = "speculation-rules";
pub const HEADER_VALUE: &str = "\"/speculation-rules.json\"";
pub const PATH: &str = "/speculation-rules.json";
/// Browsers take the rules with this type only.
pub const CONTENT_TYPE: &str = "application/speculationrules+json";
pub const RULES: &str = include_str!("speculation-rules.json");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::pages::{PAGES, Privacy};

    /// The first part of every path that a rule names.
    fn named() -> Vec<String> {
        let rules: serde_json::Value = serde_json::from_str(RULES).unwrap();
        let all = [&rules["prerender"], &rules["prefetch"]]
            .into_iter()
            .flat_map(|list| list.as_array().unwrap());
        let paths =
            all.flat_map(|rule| rule["where"]["and"][0]["href_matches"].as_array().unwrap());
        paths.map(|path| path.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn nothing_personal_is_asked_for_ahead() {
        let beginning = |path: &str| {
            format!(
                "/{}",
                path.trim_start_matches('/').split(['/', '*', '?']).next().unwrap_or_default()
            )
        };
        let public: Vec<String> = PAGES
            .iter()
            .filter(|page| page.privacy == Privacy::Public)
            .map(|page| beginning(page.path))
            .collect();
        let personal: Vec<String> = PAGES
            .iter()
            .filter(|page| page.privacy == Privacy::Personal)
            .map(|page| beginning(page.path))
            .collect();
        assert!(!named().is_empty());
        for path in named() {
            assert!(public.contains(&beginning(&path)), "{path} is no public page");
            assert!(!personal.contains(&beginning(&path)), "{path} is personal");
        }
    }

    #[test]
    fn the_header_names_the_rules() {
        assert_eq!(HEADER_VALUE, format!("\"{PATH}\""));
    }
}
