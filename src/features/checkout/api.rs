//! The checkout's server functions; all of them are plain forms.

use leptos::prelude::*;

use crate::features::checkout::model::ShippingForm;
use crate::shared::error::AppError;

#[server(prefix = "/api", endpoint = "checkout/contact")]
pub async fn save_contact(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::save_contact(&ctx, &email).await, |()| {
        FormSuccess::to(Step::Shipping.path())
    })
}

#[server(prefix = "/api", endpoint = "checkout/shipping")]
pub async fn save_shipping(
    #[server(flatten)]
    #[server(default)]
    form: ShippingForm,
) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::save_shipping(&ctx, &form).await, |()| {
        FormSuccess::to(Step::Review.path())
    })
}

/// Keeps what is typed and shows the fields and methods of another country.
#[server(prefix = "/api", endpoint = "checkout/country")]
pub async fn change_country(
    #[server(flatten)]
    #[server(default)]
    form: ShippingForm,
) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::keep_draft(&ctx, &form).await, |()| {
        FormSuccess::to(Step::Shipping.path())
    })
}

/// Fills the form with an address that the visitor's account keeps.
#[server(prefix = "/api", endpoint = "checkout/use_address")]
pub async fn use_saved_address(#[server(default)] address_id: String) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::use_saved_address(&ctx, &address_id).await, |()| {
        FormSuccess::to(Step::Shipping.path())
    })
}

/// Places the order and leads to Stripe's page.
#[server(prefix = "/api", endpoint = "checkout/place")]
pub async fn place_order(
    #[server(default)] key: String,
    #[server(default)] shown_total: String,
    #[server(default)] terms: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    use crate::features::checkout::service::{self, PlaceOrder};
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let placed = service::place_order(&ctx, PlaceOrder { key, shown_total, terms, note }).await;
    let outcome = finish(&ctx, placed, |placed| {
        let success = FormSuccess::to(placed.next.address(&placed.number));
        placed.next.notice().map_or(success.clone(), |notice| success.with_notice(notice))
    });
    outcome.map(drop)
}
