//! What programs read before they look for pages: `robots.txt` and the sitemap (sitemaps.org,
//! protocol 0.9).
//!
//! `/sitemap.xml` is an index; its parts have the same path, because a sitemap may list only what
//! lies below its own.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Extension, Router};

use crate::app::pages::off_limits;
use crate::features::catalog::service::sitemap::{Entry, SitemapPart, entries, product_parts};
use crate::features::{catalog, content};
use crate::infra::cache::TtlCache;
use crate::infra::ctx::Ctx;
use crate::server::app::App;
use crate::server::middleware::client_info::ClientInfo;
use crate::server::pages;
use crate::shared::error::{AppError, AppResult};
use crate::shared::timestamp::Timestamp;

/// The protocol's limit.
const MOST_ADDRESSES: usize = 50_000;
/// Together with the time others may keep an answer, what the sitemap may be behind: a minute at
/// most.
const CACHE_LIFE: Duration = Duration::from_secs(30);
const KEPT_BY_OTHERS: &str = "public, max-age=30";
/// A full part has about six megabytes.
const PARTS_KEPT: u64 = 4;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/robots.txt", get(robots)).route("/sitemap.xml", get(sitemap))
}

struct Caches {
    product_parts: TtlCache<(), Arc<Vec<SitemapPart>>>,
    files: TtlCache<Part, Bytes>,
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            product_parts: TtlCache::new(1, CACHE_LIFE),
            files: TtlCache::new(PARTS_KEPT, CACHE_LIFE),
        }
    }
}

/// One file of the sitemap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    Index,
    /// Home, categories and pages of text.
    Pages,
    /// A part of the products, counted from 1.
    Products(usize),
}

impl Part {
    /// Reads the query of `/sitemap.xml`.
    fn read(query: Option<&str>) -> Option<Self> {
        match query {
            None => Some(Self::Index),
            Some("part=pages") => Some(Self::Pages),
            Some(other) => {
                let digits = other.strip_prefix("part=products-")?;
                let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
                digits.parse().ok().filter(|_| plain).map(Self::Products)
            }
        }
    }

    fn address(self, base_url: &str) -> String {
        match self {
            Self::Index => format!("{base_url}/sitemap.xml"),
            Self::Pages => format!("{base_url}/sitemap.xml?part=pages"),
            Self::Products(number) => format!("{base_url}/sitemap.xml?part=products-{number}"),
        }
    }
}

async fn robots(State(app): State<Arc<App>>) -> impl IntoResponse {
    let text = robots_text(&app.clients.settings.base_url);
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        text,
    )
}

fn robots_text(base_url: &str) -> String {
    let closed = off_limits().into_iter().chain(["/api/".to_owned()]);
    let refused: String = closed.map(|path| format!("Disallow: {path}\n")).collect();
    format!("User-agent: *\n{refused}\nSitemap: {}\n", Part::Index.address(base_url))
}

async fn sitemap(
    State(app): State<Arc<App>>,
    Extension(client): Extension<ClientInfo>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let ctx = app.public_ctx(&client.request_id, client.client_ip);
    match file(&ctx, uri.query()).await {
        Ok(xml) => (
            [
                (header::CONTENT_TYPE, "application/xml; charset=utf-8"),
                (header::CACHE_CONTROL, KEPT_BY_OTHERS),
            ],
            xml,
        )
            .into_response(),
        Err(error) => {
            ctx.log_failure(&error);
            pages::error_response(&app, &client, &error, &headers).await
        }
    }
}

/// The file that a query names.
///
/// # Errors
/// `NotFound` for a part that is not there.
async fn file(ctx: &Ctx, query: Option<&str>) -> AppResult<Bytes> {
    let caches = ctx.process_state.get::<Caches>();
    let part = Part::read(query).ok_or_else(AppError::not_found)?;
    let product_parts = caches
        .product_parts
        .get_or_fill((), async { Ok(Arc::new(product_parts(ctx, MOST_ADDRESSES).await?)) })
        .await?;
    caches
        .files
        .get_or_fill(part, async { Ok(Bytes::from(render_file(ctx, part, &product_parts).await?)) })
        .await
}

async fn render_file(ctx: &Ctx, part: Part, product_parts: &[SitemapPart]) -> AppResult<String> {
    let base_url = &ctx.settings.base_url;
    match part {
        Part::Index => {
            let products = product_parts
                .iter()
                .enumerate()
                .map(|(index, part)| (Part::Products(index + 1), Some(part.changed_at)));
            let parts = std::iter::once((Part::Pages, None)).chain(products);
            Ok(document(
                "sitemapindex",
                "sitemap",
                parts
                    .map(|(part, changed_at)| Line { address: part.address(base_url), changed_at }),
            ))
        }
        Part::Pages => {
            let tree = catalog::service::category_tree(ctx).await?;
            let categories = tree.all().map(|category| (format!("/c/{}", category.path), None));
            let texts = content::service::all(ctx).await?;
            let texts = texts
                .into_iter()
                .map(|page| (format!("/pages/{}", page.slug), Some(page.updated_at)));
            let paths = std::iter::once(("/".to_owned(), None))
                .chain(categories)
                .chain(texts)
                .take(MOST_ADDRESSES);
            Ok(document(
                "urlset",
                "url",
                paths.map(|(path, changed_at)| Line {
                    address: format!("{base_url}{path}"),
                    changed_at,
                }),
            ))
        }
        Part::Products(number) => {
            let part = number
                .checked_sub(1)
                .and_then(|index| product_parts.get(index))
                .ok_or_else(AppError::not_found)?;
            let products = entries(ctx, part, MOST_ADDRESSES).await?;
            let line = |Entry { slug, changed_at, .. }: Entry| Line {
                address: format!("{base_url}/p/{slug}"),
                changed_at: Some(changed_at),
            };
            Ok(document("urlset", "url", products.into_iter().map(line)))
        }
    }
}

/// One entry of a file.
struct Line {
    address: String,
    changed_at: Option<Timestamp>,
}

fn document(list: &str, entry: &str, lines: impl Iterator<Item = Line>) -> String {
    let mut xml = format!("{HEAD}<{list} xmlns=\"{NAMESPACE}\">\n");
    for Line { address, changed_at } in lines {
        let _ = write!(xml, "<{entry}><loc>{}</loc>", escape_xml(&address));
        if let Some(moment) =
            changed_at.and_then(|at| jiff::Timestamp::from_millisecond(at.unix_ms()).ok())
        {
            let _ = write!(xml, "<lastmod>{}</lastmod>", moment.strftime("%Y-%m-%dT%H:%M:%SZ"));
        }
        let _ = writeln!(xml, "</{entry}>");
    }
    let _ = writeln!(xml, "</{list}>");
    xml
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

#[cfg(test)]
mod tests;
