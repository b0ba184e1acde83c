//! Server functions of the order page.

use leptos::prelude::*;

use crate::shared::error::AppError;

/// Exchanges a mailed link for this browser's own access.
#[server(prefix = "/api", endpoint = "orders/open")]
pub async fn open_order(#[server(default)] number: String, #[server(default)] key: String) -> Result<(), AppError> {
    use crate::features::orders::service;
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    ctx.finish(service::open_with_link(&ctx, &number, &key).await, |()| FormSuccess::to(format!("/order/{number}")))
}
