//! Cookies: how the items of [`ClientStorage`] travel. Each is `__Host-`, `Secure`, `Path=/` and
//! `SameSite=Lax` (R24).
//!
//! [`ClientStorage`]: crate::infra::client_storage::ClientStorage

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

use crate::infra::client_storage::{ReadableBy, StorageChange};
use crate::infra::ctx::Ctx;

/// Browsers take such a cookie from the very host, over TLS, for all of its paths only (RFC
/// 6265bis,
/// 4.1.3.2).
const PREFIX: &str = "__Host-";

/// The items that came with a request; cookies of other names are not ours.
pub fn read_cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter_map(|cookie| {
            let name = cookie.name().strip_prefix(PREFIX)?;
            Some((name.to_owned(), cookie.value().to_owned()))
        })
        .collect()
}

/// Sends the changes along that the use-cases of this request asked for.
pub fn append_cookies(headers: &mut HeaderMap, ctx: &Ctx) {
    for change in ctx.client_storage().take_changes() {
        if let Ok(value) = HeaderValue::from_str(&set_cookie(change).to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

fn set_cookie(change: StorageChange) -> Cookie<'static> {
    Cookie::build((format!("{PREFIX}{}", change.item.name), change.value))
        .secure(true)
        .http_only(change.item.readable_by == ReadableBy::Server)
        .path("/")
        .same_site(SameSite::Lax)
        .max_age(whole_seconds(change.lifetime))
        .build()
}

/// What `Max-Age` can say.
fn whole_seconds(lifetime: Duration) -> cookie::time::Duration {
    cookie::time::Duration::seconds(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::client_storage::StoredItem;

    #[test]
    fn r24_every_cookie_belongs_to_this_host_alone() {
        let item = StoredItem { name: "cart", readable_by: ReadableBy::Server };
        let change = StorageChange { item, value: "v".into(), lifetime: Duration::from_mins(1) };
        let cookie = set_cookie(change.clone()).to_string();
        for attribute in ["Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=60"] {
            assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
        }
        assert!(cookie.starts_with("__Host-cart=v;"), "{cookie}");
        let item = StoredItem { readable_by: ReadableBy::Scripts, ..item };
        let shown = set_cookie(StorageChange { item, ..change }).to_string();
        assert!(!shown.contains("HttpOnly"), "{shown}");
    }

    #[test]
    fn cookies_of_others_are_left_out() {
        let mut headers = HeaderMap::new();
        let line = "other=1; __Host-cart=a=b; __Host-; broken; __Host-at=x";
        headers.append(header::COOKIE, HeaderValue::from_static(line));
        let read = read_cookies(&headers);
        assert!(read.contains(&("cart".into(), "a=b".into())), "{read:?}");
        assert!(read.contains(&("at".into(), "x".into())), "{read:?}");
        assert!(!read.iter().any(|(name, _)| name == "other" || name == "broken"), "{read:?}");
    }
}
