//! The content policy: hashes of the shell's own inline scripts and style, computed once from a
//! page without data.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::IntoAny;
use sha2::{Digest, Sha256};

use crate::app::render::{self, DocumentShell};
use crate::infra::ctx::Ctx;
use crate::ui::structured_data::DATA_BLOCK;
use crate::web::page::PageResponse;

pub struct ContentPolicy {
    /// The `Content-Security-Policy` of every page.
    pub header: String,
}

impl ContentPolicy {
    /// # Errors
    /// When two renders of the empty shell differ: their hashes would not hold (R32).
    pub async fn compute(shell: &Arc<DocumentShell>, ctx: &Ctx) -> Result<Self, String> {
        let first = empty_page(shell, ctx).await?;
        let second = empty_page(shell, ctx).await?;
        let scripts = hashes(&first, "script");
        let styles = hashes(&first, "style");
        if scripts != hashes(&second, "script") || styles != hashes(&second, "style") {
            return Err("two renders of the empty page differ in their inline scripts; the content policy cannot name them".into());
        }
        let upgrade = if ctx.settings.is_https() { "upgrade-insecure-requests; " } else { "" };
        let header = format!(
            "default-src 'none'; script-src 'self' {} 'wasm-unsafe-eval'; style-src 'self' {}; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; manifest-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
             form-action 'self' {}; {upgrade}report-to csp; report-uri /csp-report",
            scripts.join(" "),
            styles.join(" "),
            ctx.settings.payment_page_origin(),
        );
        Ok(Self { header })
    }
}

async fn empty_page(shell: &Arc<DocumentShell>, ctx: &Ctx) -> Result<String, String> {
    let html = render::html(shell, PageResponse::new("", || ().into_any()), ctx, "/", None)
        .await
        .map_err(|e| e.to_string())?;
    String::from_utf8(html.to_vec()).map_err(|e| e.to_string())
}

/// The hash source of each inline element of a kind, in order, each once.
pub fn hashes(html: &str, tag: &str) -> Vec<String> {
    let mut found = Vec::new();
    for content in inline_contents(html, tag) {
        let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content.as_bytes())));
        if !found.contains(&source) {
            found.push(source);
        }
    }
    found
}

/// What stands between the tags; elements that load a file, and the data blocks of our pages, are
/// left out.
fn inline_contents<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let data_block = format!("type=\"{DATA_BLOCK}\"");
    let mut rest = html;
    let mut contents = Vec::new();
    while let Some((_, from)) = rest.split_once(open.as_str()) {
        let Some((attributes, body)) = from.split_once('>') else { break };
        let Some((content, after)) = body.split_once(close.as_str()) else { break };
        if !attributes.contains("src=") && !attributes.contains(&data_block) {
            contents.push(content);
        }
        rest = after;
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r32_only_inline_code_is_hashed_and_each_once() {
        let html = r#"<script>a</script><script src="/x.js"></script><script type="application/ld+json">{}</script><script>a</script><script type="application/javascript">c</script><style>b</style>"#;
        assert_eq!(inline_contents(html, "script"), ["a", "a", "c"]);
        assert_eq!(hashes(html, "script").len(), 2);
        assert_eq!(hashes(html, "style").len(), 1);
    }
}
