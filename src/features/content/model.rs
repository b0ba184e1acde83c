//! What a page of text is made of, and where its links may lead.

use crate::shared::timestamp::Timestamp;
use crate::shared::validate::own_path;

/// The page whose version is stored with every order.
pub const TERMS: &str = "terms";

/// A page as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentPage {
    pub slug: String,
    pub title: String,
    /// One sentence for search engines and social cards.
    pub description: String,
    pub blocks: Vec<Block>,
    pub updated_at: Timestamp,
}

/// One thing below the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Heading {
        level: Level,
        /// Unique on its page: what a link to this part ends with.
        id: String,
        text: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    /// Text that stands in a list's entry by itself.
    Plain(Vec<Inline>),
    List {
        kind: ListKind,
        items: Vec<Vec<Block>>,
    },
}

/// Headings below the page's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Two,
    Three,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    Bullets,
    Numbers,
}

/// One thing beside the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    LineBreak,
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link { to: LinkTarget, text: Vec<Inline> },
}

/// An address that a link may have: a place on the page, a page of the shop, an encrypted page
/// elsewhere, or a mail to somebody. Anything else a browser could run, or send somewhere, is no
/// target (R49).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTarget(String);

impl LinkTarget {
    pub fn parse(address: &str) -> Option<Self> {
        let fits = match address.split_once(':') {
            _ if address.starts_with('#') => is_fragment(&address[1..]),
            _ if address.starts_with('/') => own_path(address).is_some(),
            Some(("mailto", mailbox)) => is_mailbox(mailbox),
            Some(("https", rest)) => is_place_elsewhere(rest),
            _ => false,
        };
        fits.then(|| Self(address.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_fragment(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// One plain address, without the fields that `mailto:` could add to a mail.
fn is_mailbox(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b))
    };
    text.split_once('@').is_some_and(|(local, domain)| plain(local) && plain(domain))
}

/// What follows `https:`: a host without a user's name in front of it, then printable ASCII.
fn is_place_elsewhere(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let known_letters = |b: u8| b.is_ascii_alphanumeric() || b".-:".contains(&b);
    !host.is_empty()
        && host.bytes().all(known_letters)
        && rest.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b))
}

/// The words of a text, without its marks.
pub fn plain_text(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::LineBreak => " ".to_owned(),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                plain_text(inner)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::LinkTarget;

    #[test]
    fn r49_links_lead_to_pages_and_people_and_never_to_code() {
        for good in [
            "/pages/returns",
            "/search?q=tea",
            "#returns",
            "https://stripe.com/privacy",
            "https://shop.example:8443/a?b=c#d",
            "mailto:hello@juniper-row.example",
        ] {
            assert_eq!(
                LinkTarget::parse(good).map(|target| target.as_str().to_owned()).as_deref(),
                Some(good)
            );
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "http://shop.example/",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "https:evil.example",
            "https://user@evil.example/",
            "https://",
            "https://evil.example/\"onclick=\"x",
            "mailto:a@b?bcc=c@d",
            "mailto:",
            "ftp://x",
            "#",
            "#\"x",
            "pages/terms",
            "",
        ] {
            assert_eq!(LinkTarget::parse(bad), None, "{bad}");
        }
    }
}
