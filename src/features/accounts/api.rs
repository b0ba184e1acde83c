//! Server functions of accounts; all of them are plain forms.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::features::accounts::model::OpenedSession;
#[cfg(feature = "ssr")]
use crate::features::cart::model::CartMerge;
use crate::features::shipping::model::AddressInput;
use crate::shared::error::AppError;

/// Where a visitor goes who is signed in now.
#[cfg(feature = "ssr")]
fn greet(session: &OpenedSession) -> crate::web::form::FormSuccess {
    let success = crate::web::form::FormSuccess::to(&session.next);
    match session.cart {
        CartMerge::Nothing => success,
        CartMerge::Merged => success
            .with_notice("You are signed in. What was in your saved cart has joined this one."),
        CartMerge::Lowered => success.with_notice(
            "You are signed in. Your carts were joined; some quantities were lowered to what one \
             cart may hold.",
        ),
    }
}

#[server(prefix = "/api", endpoint = "accounts/sign_up")]
pub async fn sign_up(
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Almost done. We sent you a mail: open the link in it to confirm your address.";
    finish(&ctx, service::sign_up(&ctx, &email, &password).await, |()| {
        FormSuccess::to("/login").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "accounts/sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::features::accounts::model::SignInOutcome;
    use crate::features::accounts::service::{self, SignIn};
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let typed = SignIn { email: &email, password: &password, next: &next };
    let success = |outcome: &SignInOutcome| match outcome {
        SignInOutcome::SecondFactorRequired => FormSuccess::to("/login/code"),
        SignInOutcome::SessionOpened(session) => greet(session),
    };
    finish(&ctx, service::sign_in(&ctx, typed).await, success).map(drop)
}

/// The second step of staff.
#[server(prefix = "/api", endpoint = "accounts/code")]
pub async fn confirm_code(#[server(default)] code: String) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::confirm_code(&ctx, &code).await, greet).map(drop)
}

#[server(prefix = "/api", endpoint = "accounts/sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, clear_site_data, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::sign_out(&ctx).await, |()| {
        clear_site_data();
        FormSuccess::to("/login").with_notice("You are signed out.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/forgot")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "If this address has an account, a mail with a link is on its way. The link works for 30 minutes.";
    finish(&ctx, service::forgot_password(&ctx, &email).await, |()| {
        FormSuccess::to("/login").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "accounts/reset")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Your new password is set. Sign in with it.";
    finish(&ctx, service::reset_password(&ctx, &token, &password).await, |()| {
        FormSuccess::to("/login").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "accounts/confirm")]
pub async fn confirm_email(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::model::EmailConfirmation;
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::confirm(&ctx, &token, &password).await;
    let success = |confirmation: &EmailConfirmation| match confirmation {
        EmailConfirmation::SecondFactorRequired => FormSuccess::to("/login/code"),
        EmailConfirmation::Complete => {
            FormSuccess::to("/account").with_notice("Your e-mail address is confirmed.")
        }
    };
    finish(&ctx, outcome, success).map(drop)
}

#[server(prefix = "/api", endpoint = "accounts/resend")]
pub async fn send_verification_again() -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Another mail is on its way. The newest link is the one that works.";
    finish(&ctx, service::send_verification_again(&ctx).await, |()| {
        FormSuccess::to("/account").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "accounts/name")]
pub async fn save_name(#[server(default)] name: String) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::save_name(&ctx, &name).await, |()| {
        FormSuccess::to("/account").with_notice("Your name is saved.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Your password is changed. Every other browser is signed out.";
    let outcome = service::change_password(&ctx, &current_password, &new_password).await;
    finish(&ctx, outcome, |()| FormSuccess::to("/account/security").with_notice(done))
}

#[server(prefix = "/api", endpoint = "accounts/email")]
pub async fn change_email(
    #[server(default)] new_email: String,
    #[server(default)] current_password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "We sent a link to the new address. Until it is opened, the old one stays.";
    let outcome = service::request_email_change(&ctx, &new_email, &current_password).await;
    finish(&ctx, outcome, |()| FormSuccess::to("/account/security").with_notice(done))
}

#[server(prefix = "/api", endpoint = "accounts/end_session")]
pub async fn end_session(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "That browser is signed out.";
    finish(&ctx, service::end_session(&ctx, &id).await, |()| {
        FormSuccess::to("/account/security").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "accounts/end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Every other browser is signed out.";
    finish(&ctx, service::end_other_sessions(&ctx).await, |()| {
        FormSuccess::to("/account/security").with_notice(done)
    })
}

#[server(prefix = "/api", endpoint = "accounts/add_address")]
pub async fn add_address(
    #[server(flatten)]
    #[server(default)]
    address: AddressInput,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::add_address(&ctx, &address).await;
    finish(&ctx, outcome, |()| {
        FormSuccess::to("/account/addresses").with_notice("The address is saved.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/save_address")]
pub async fn save_address(
    #[server(default)] id: String,
    #[server(flatten)]
    #[server(default)]
    address: AddressInput,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::save_address(&ctx, &id, &address).await;
    finish(&ctx, outcome, |()| {
        FormSuccess::to("/account/addresses").with_notice("The address is saved.")
    })
}

/// Shows the form again with the fields of the chosen country; nothing is kept.
#[server(prefix = "/api", endpoint = "accounts/address_country")]
pub async fn change_country() -> Result<(), AppError> {
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let again = AppError::invalid(
        "country_changed",
        "These are the fields for the country you chose. Fill in what is missing, then save.",
    );
    finish(&ctx, Err(again), |()| FormSuccess::to("/account/addresses"))
}

#[server(prefix = "/api", endpoint = "accounts/remove_address")]
pub async fn remove_address(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::remove_address(&ctx, &id).await;
    finish(&ctx, outcome, |()| {
        FormSuccess::to("/account/addresses").with_notice("The address is removed.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/default_address")]
pub async fn make_default_address(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let done = "Orders now go to this address unless you say otherwise.";
    let outcome = service::make_default_address(&ctx, &id).await;
    finish(&ctx, outcome, |()| FormSuccess::to("/account/addresses").with_notice(done))
}

#[server(prefix = "/api", endpoint = "accounts/invite")]
pub async fn invite_staff(
    #[server(default)] email: String,
    #[server(default)] role: String,
    #[server(default)] current_password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::invite(&ctx, &email, &role, &current_password).await;
    finish(&ctx, outcome, |()| {
        FormSuccess::to("/admin/staff").with_notice("The invitation is on its way.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/role")]
pub async fn change_role(
    #[server(default)] id: String,
    #[server(default)] role: String,
    #[server(default)] current_password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::set_role(&ctx, &id, &role, &current_password).await;
    finish(&ctx, outcome, |()| {
        FormSuccess::to("/admin/staff").with_notice("The role is changed; they sign in again.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/disable")]
pub async fn disable_staff(
    #[server(default)] id: String,
    #[server(default)] current_password: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::disable(&ctx, &id, &current_password).await;
    finish(&ctx, outcome, |()| {
        FormSuccess::to("/admin/staff").with_notice("Their access is taken away.")
    })
}

#[server(prefix = "/api", endpoint = "accounts/end_sessions_of")]
pub async fn end_sessions_of(
    #[server(default)] id: String,
    #[server(default)] from: String,
) -> Result<(), AppError> {
    use crate::features::accounts::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    let outcome = service::end_sessions_of(&ctx, &id).await;
    finish(&ctx, outcome, |()| FormSuccess::to(from).with_notice("They are signed out everywhere."))
}
