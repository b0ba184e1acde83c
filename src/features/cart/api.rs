//! The cart's server functions: each is a form's target and an island's call.

use leptos::prelude::*;

use crate::features::cart::model::{Added, CartView};
use crate::shared::error::AppError;
use crate::shared::form_post::FormPost;

#[server(protocol = FormPost, prefix = "/api", endpoint = "cart/add")]
pub async fn add_to_cart(
    #[server(default)] sku: String,
    #[server(default)] quantity: String,
) -> Result<Added, AppError> {
    use crate::features::cart::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::add_line(&ctx, &sku, &quantity).await, |_| {
        FormSuccess::to("/cart").with_notice("Added to your cart.")
    })
}

#[server(protocol = FormPost, prefix = "/api", endpoint = "cart/set")]
pub async fn set_quantity(
    #[server(default)] sku: String,
    #[server(default)] quantity: String,
) -> Result<CartView, AppError> {
    use crate::features::cart::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::set_quantity(&ctx, &sku, &quantity).await, |_| {
        FormSuccess::to("/cart").with_notice("Your cart is up to date.")
    })
}

#[server(prefix = "/api", endpoint = "cart/remove")]
pub async fn remove_from_cart(#[server(default)] sku: String) -> Result<CartView, AppError> {
    use crate::features::cart::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    use crate::web::notice::Undo;
    let ctx = request_ctx()?;
    let success = |removed: &service::Removed| {
        let fields = vec![
            ("sku".to_owned(), sku.clone()),
            ("quantity".to_owned(), removed.units.to_string()),
        ];
        let success = FormSuccess::to("/cart").with_notice("Removed from your cart.");
        if removed.units == 0 {
            success
        } else {
            success.with_undo(Undo { action: "/api/cart/add".to_owned(), fields })
        }
    };
    finish(&ctx, service::remove_line(&ctx, &sku).await, success).map(|removed| removed.cart)
}

#[server(prefix = "/api", endpoint = "cart/accept")]
pub async fn accept_changes(#[server(default)] sku: String) -> Result<CartView, AppError> {
    use crate::features::cart::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::accept(&ctx, &sku).await, |_| {
        FormSuccess::to("/cart").with_notice("Your cart is up to date.")
    })
}
