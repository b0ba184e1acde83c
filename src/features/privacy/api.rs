//! Server functions of `/account/privacy`.

use leptos::prelude::*;

use crate::shared::error::AppError;

#[server(prefix = "/api", endpoint = "privacy/export")]
pub async fn prepare_export(#[server(default)] current_password: String) -> Result<(), AppError> {
    use crate::features::privacy::service;
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    let done = "Your data are ready. They can be fetched for five minutes.";
    let outcome = service::prepare_export(&ctx, &current_password).await;
    ctx.finish(outcome, |()| FormSuccess::to("/account/privacy").with_notice(done))
}

/// `given` is "yes" or "no".
#[server(prefix = "/api", endpoint = "privacy/news")]
pub async fn say_about_news(#[server(default)] given: String) -> Result<(), AppError> {
    use crate::features::privacy::service;
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    let given = given == "yes";
    let done = if given { "You will hear from us." } else { "We will not write to you about news any more." };
    ctx.finish(service::say_about_news(&ctx, given).await, |()| FormSuccess::to("/account/privacy").with_notice(done))
}

#[server(prefix = "/api", endpoint = "privacy/erase")]
pub async fn erase(#[server(default)] current_password: String) -> Result<(), AppError> {
    use crate::features::privacy::service;
    use crate::infra::ctx::{FormSuccess, current};
    let ctx = current()?;
    let done = "Your account is erased. What the law keeps of your orders is locked until its date.";
    ctx.finish(service::erase(&ctx, &current_password).await, |()| FormSuccess::to("/login").with_notice(done))
}
