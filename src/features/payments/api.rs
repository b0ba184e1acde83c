//! Server functions of paying.

use leptos::prelude::*;

use crate::shared::error::AppError;

/// Tries again to pay an order: leads to Stripe's page, or to the order when nothing is left to
/// pay.
#[server(prefix = "/api", endpoint = "payments/retry")]
pub async fn retry_payment(#[server(default)] number: String) -> Result<(), AppError> {
    use crate::features::payments::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::retry(&ctx, &number).await;
    let outcome = finish(&ctx, outcome, |(_, next)| {
        let success = FormSuccess::to(next.address(&number));
        next.notice().map_or(success.clone(), |notice| success.with_notice(notice))
    });
    outcome.map(drop)
}
