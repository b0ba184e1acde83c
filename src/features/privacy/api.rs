//! Server functions of `/account/privacy`.

use leptos::prelude::*;

use crate::shared::error::AppError;

#[server(prefix = "/api", endpoint = "privacy/export")]
pub async fn prepare_export(#[server(default)] current_password: String) -> Result<(), AppError> {
    use crate::features::privacy::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Your data are ready. They can be fetched for five minutes.";
    let outcome = service::prepare_export(&ctx, &current_password).await;
    finish(&ctx, outcome, |()| FormSuccess::to("/account/privacy").with_notice(done))
}

/// `given` is "yes" or "no".
#[server(prefix = "/api", endpoint = "privacy/news")]
pub async fn set_newsletter_consent(#[server(default)] given: String) -> Result<(), AppError> {
    use crate::features::privacy::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let given = given == "yes";
    let done = if given {
        "You will hear from us."
    } else {
        "We will not write to you about news any more."
    };
    finish(&ctx, service::set_newsletter_consent(&ctx, given).await, |()| {
        FormSuccess::to("/account/privacy").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "privacy/erase")]
pub async fn erase(#[server(default)] current_password: String) -> Result<(), AppError> {
    use crate::features::privacy::service;
    use crate::web::form::{FormSuccess, clear_site_data, finish, request_ctx};
    let ctx = request_ctx()?;
    let done =
        "Your account is erased. What the law keeps of your orders is locked until its date.";
    finish(&ctx, service::erase(&ctx, &current_password).await, |()| {
        clear_site_data();
        FormSuccess::to("/login").with_notice(done)
    })
}
