//! From a page's answer to bytes: the document is drawn, marked with an ETag, compressed and given
//! its headers.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{AnyView, IntoAny, provide_context};

use crate::app::document::{Shell, document};
use crate::app::pages::CachePolicy;
use crate::app::speculation;
use crate::infra::ctx::Ctx;
use crate::shared::error::{AppError, AppResult};
use crate::web::notice::Notice;
use crate::web::page::PageResponse;

pub use crate::app::document::Shell as DocumentShell;

/// Bytes below which compressing costs more than it saves.
const COMPRESS_FROM: usize = 1_024;
const BROTLI_QUALITY: u32 = 4;
/// Far above any page; a runaway view must not fill the memory.
const LARGEST_PAGE: usize = 8 * 1024 * 1024;

/// Draws the document of one page.
///
/// # Errors
/// `Internal` when rendering fails.
pub async fn html(
    shell: &Arc<Shell>,
    view: PageResponse,
    ctx: &Ctx,
    location: &str,
    notice: Option<Notice>,
) -> AppResult<Bytes> {
    let shell = shell.clone();
    let location = location.to_owned();
    let pending =
        Arc::new(Mutex::new(Some(move || document(&shell, view, &location, notice).into_any())));
    let nonce = Arc::new(OnceLock::new());
    let drawn_with = nonce.clone();
    let draw = move || -> AnyView {
        let _ = drawn_with.set(use_nonce().map(|nonce| nonce.to_string()));
        let once = pending.lock().unwrap_or_else(|e| e.into_inner()).take();
        once.map_or_else(|| ().into_any(), |draw| draw())
    };
    let ctx = ctx.clone();
    let handler =
        leptos_axum::render_app_async_with_context(move || provide_context(ctx.clone()), draw);
    let response = handler(Request::new(Body::empty())).await;
    let bytes = to_bytes(response.into_body(), LARGEST_PAGE).await.map_err(AppError::internal)?;
    Ok(without_nonce(bytes, nonce.get().and_then(Option::as_deref)))
}

/// Leptos marks its own scripts with a random value in every render. Our policy names scripts by
/// their hashes, and a page must be the same bytes for everybody (R34), so the mark goes.
fn without_nonce(html: Bytes, nonce: Option<&str>) -> Bytes {
    match (nonce, std::str::from_utf8(&html)) {
        (Some(nonce), Ok(text)) => Bytes::from(text.replace(&format!(" nonce=\"{nonce}\""), "")),
        _ => html,
    }
}

/// Puts a drawn page on the wire.
pub fn respond(
    html: Bytes,
    status: u16,
    privacy: CachePolicy,
    request_headers: &HeaderMap,
) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (bytes, encoding) = encode(html, request_headers);
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if privacy == CachePolicy::NoStore || status != StatusCode::OK {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        headers.insert(speculation::HEADER, HeaderValue::from_static(speculation::HEADER_VALUE));
        let etag = etag(&bytes, encoding);
        let unchanged = request_headers
            .get(header::IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag));
        if let Ok(value) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, value);
        }
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    *response.status_mut() = status;
    *response.body_mut() = Body::from(bytes);
    response
}

/// A strong tag belongs to one encoding's bytes.
fn etag(bytes: &Bytes, encoding: Option<&'static str>) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}-{}\"", hasher.finish(), encoding.unwrap_or("id"))
}

/// Whether one part of `Accept-Encoding` asks for this encoding; a weight of zero forbids it.
fn is_wanted(part: &str, name: &str) -> bool {
    let mut words = part.split(';').map(str::trim);
    let named = words.next().is_some_and(|word| word.eq_ignore_ascii_case(name));
    let weight = words
        .find_map(|word| word.strip_prefix("q="))
        .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
    named && weight > 0.0
}

fn encode(html: Bytes, request_headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
    if html.len() < COMPRESS_FROM {
        return (html, None);
    }
    let accepted = request_headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let accepts = |name: &str| accepted.split(',').any(|part| is_wanted(part, name));
    if accepts("br") {
        let mut out = Vec::with_capacity(html.len() / 4);
        let mut writer = brotli::CompressorWriter::new(&mut out, 64 * 1024, BROTLI_QUALITY, 20);
        if writer.write_all(&html).and_then(|()| writer.flush()).is_ok() {
            drop(writer);
            return (Bytes::from(out), Some("br"));
        }
    } else if accepts("gzip") {
        let mut writer = flate2::write::GzEncoder::new(
            Vec::with_capacity(html.len() / 4),
            flate2::Compression::fast(),
        );
        if writer.write_all(&html).is_ok()
            && let Ok(out) = writer.finish()
        {
            return (Bytes::from(out), Some("gzip"));
        }
    }
    (html, None)
}
