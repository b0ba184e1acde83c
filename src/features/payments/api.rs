//! Server functions of paying.

use leptos::prelude::*;

use crate::shared::error::AppError;

/// Tries again to pay an order: leads to Stripe's page, or to the order when nothing is left to pay.
#[server(prefix = "/api", endpoint = "payments/retry")]
pub async fn retry_payment(#[server(default)] number: String) -> Result<(), AppError> {
    use crate::features::payments::model::NextStep;
    use crate::features::payments::service;
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    let outcome = service::retry(&ctx, &number).await;
    let step = outcome.as_ref().ok().map(|(_, step)| step.clone());
    ctx.finish(outcome.map(|_| ()), |()| match step {
        Some(NextStep::PayAt(url)) => FormSuccess::to(url),
        Some(NextStep::TryLater) => FormSuccess::to(format!("/order/{number}"))
            .with_notice("The payment page is not answering. Your order is kept; try again in a moment."),
        _ => FormSuccess::to(format!("/order/{number}")),
    })
}
