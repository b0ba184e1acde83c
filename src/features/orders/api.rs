//! Server functions of the order page.

use leptos::prelude::*;

use crate::shared::error::AppError;

/// Exchanges a mailed link for this browser's own access.
#[server(prefix = "/api", endpoint = "orders/open")]
pub async fn open_order(
    #[server(default)] number: String,
    #[server(default)] key: String,
) -> Result<(), AppError> {
    use crate::features::orders::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::open_with_link(&ctx, &number, &key).await, |()| {
        FormSuccess::to(format!("/order/{number}"))
    })
}
