//! The checkout's server functions; all of them are plain forms.

use leptos::prelude::*;

use crate::shared::error::AppError;

#[server(prefix = "/api", endpoint = "checkout/contact")]
pub async fn save_contact(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    ctx.finish(service::save_contact(&ctx, &email).await, |()| FormSuccess::to(Step::Shipping.path()))
}

/// The fields of the shipping step, as typed.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ShippingForm {
    pub name: String,
    pub company: String,
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub province: String,
    pub postcode: String,
    pub country: String,
    pub phone: String,
    pub method: String,
    pub billing_same: String,
    pub billing_name: String,
    pub billing_company: String,
    pub billing_line1: String,
    pub billing_line2: String,
    pub billing_city: String,
    pub billing_province: String,
    pub billing_postcode: String,
    pub billing_country: String,
    pub billing_phone: String,
}

#[server(prefix = "/api", endpoint = "checkout/shipping")]
pub async fn save_shipping(
    #[server(flatten)]
    #[server(default)]
    form: ShippingForm,
) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    ctx.finish(service::save_shipping(&ctx, &form).await, |()| FormSuccess::to(Step::Review.path()))
}

/// Keeps what is typed and shows the fields and methods of another country.
#[server(prefix = "/api", endpoint = "checkout/country")]
pub async fn change_country(
    #[server(flatten)]
    #[server(default)]
    form: ShippingForm,
) -> Result<(), AppError> {
    use crate::features::checkout::{model::Step, service};
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    ctx.finish(service::keep_draft(&ctx, &form).await, |()| FormSuccess::to(Step::Shipping.path()))
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
    use crate::infra::ctx::current;
    let ctx = current()?;
    let outcome = service::place_order(&ctx, PlaceOrder { key, shown_total, terms, note }).await;
    let success = outcome.as_ref().ok().cloned();
    ctx.finish(outcome.map(|_| ()), |()| success.unwrap_or_else(|| crate::infra::ctx::FormSuccess::to("/cart")))
}
