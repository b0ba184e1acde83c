//! A forgotten password, and the links of our mails: reading a mail changes nothing, pressing the
//! button does.

use leptos::prelude::*;

use crate::features::accounts::model::LinkPurpose;
use crate::features::accounts::service::{self, LinkState};
use crate::shared::error::AppError;
use crate::ui::actions::{ACTIONS, ActionLink};
use crate::ui::button::{Button, ButtonLink};
use crate::ui::empty_state::{BOX, EmptyDrawing};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{FIELD, Field, GRID, HINT};
use crate::ui::form::{FieldState, PostForm};
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::{EMAIL_CHARS, NARROW, PASSWORD_HINT};

const FORGOT: &str = "/api/accounts/forgot";
const RESET: &str = "/api/accounts/reset";
const CONFIRM: &str = "/api/accounts/confirm";

pub async fn forgot(request: PageRequest) -> PageResult {
    let error = request.form.as_ref().map(|form| form.error.clone());
    let email = FieldState::of(request.refused(FORGOT), "email", "");
    let from = request.location;
    PageResponse::new("Set a new password", move || {
        view! {
            <div class=NARROW>
                <h1>"Set a new password"</h1>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <p>"Enter the e-mail address of your account. We send a link to it; the link works for 30 minutes."</p>
                <PostForm action=FORGOT from=from class=GRID>
                    <Field
                        name="email"
                        label="E-mail address"
                        kind="email"
                        inputmode="email"
                        autocomplete="username"
                        max_length=EMAIL_CHARS
                        state=email
                    />
                    <p class=FIELD><Button>"Send link"</Button></p>
                </PostForm>
                <p class=ACTIONS><ActionLink href="/login">"Back to sign in"</ActionLink></p>
            </div>
        }
        .into_any()
    })
    .answer()
}

pub async fn reset(request: PageRequest) -> PageResult {
    let token = request.query("token").unwrap_or_default().to_owned();
    let state = service::link_state(
        &request.ctx,
        &token,
        &[LinkPurpose::ResetPassword, LinkPurpose::AcceptInvitation],
    )
    .await?;
    let error = request.form.as_ref().map(|form| form.error.clone());
    if state == LinkState::Ended {
        return expired_link_page(error, "/forgot", "Ask for a new link");
    }
    let password = FieldState::of(request.refused(RESET), "password", "");
    let from = request.location;
    // Whoever was invited never had one.
    let (heading, words) = match state {
        LinkState::Works(LinkPurpose::AcceptInvitation) => {
            ("Choose your password", "With it, and an app on your phone, you sign in from now on.")
        }
        _ => (
            "Choose a new password",
            "Every browser that is signed in to your account is signed out.",
        ),
    };
    PageResponse::new(heading, move || {
        view! {
            <div class=NARROW>
                <h1>{heading}</h1>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <p>{words}</p>
                <PostForm action=RESET from=from class=GRID>
                    <input type="hidden" name="token" value=token/>
                    <Field
                        name="password"
                        label="New password"
                        kind="password"
                        autocomplete="new-password"
                        state=password
                        hint=PASSWORD_HINT
                    />
                    <p class=FIELD><Button>"Save password"</Button></p>
                </PostForm>
            </div>
        }
        .into_any()
    })
    .answer()
}

pub async fn verify(request: PageRequest) -> PageResult {
    let token = request.query("token").unwrap_or_default().to_owned();
    let state = service::link_state(
        &request.ctx,
        &token,
        &[LinkPurpose::VerifyEmail, LinkPurpose::ChangeEmail],
    )
    .await?;
    if state == LinkState::Works(LinkPurpose::ChangeEmail) {
        request.ctx.require_signed_in()?;
    }
    let error = request.form.as_ref().map(|form| form.error.clone());
    let is_guest = request.ctx.signed_in().is_none();
    let (heading, otherwise) = match state {
        LinkState::Ended => return expired_link_page(error, "/account", "Go to your account"),
        LinkState::Works(LinkPurpose::ChangeEmail) => (
            "Confirm your new e-mail address",
            "If you did not ask for this, close this page; nothing changes.",
        ),
        LinkState::Works(_) => (
            "Confirm your address",
            "If you did not sign up here, close this page; nothing happens.",
        ),
    };
    let password = FieldState::of(request.refused(CONFIRM), "password", "");
    // Somebody signed in to another account is told so at this field.
    let asks_password = is_guest || password.error.is_some();
    let from = request.location;
    PageResponse::new(heading, move || {
        let field = asks_password.then(|| {
            view! {
                <Field
                    name="password"
                    label="The password you signed up with"
                    kind="password"
                    autocomplete="current-password"
                    state=password
                />
            }
        });
        view! {
            <div class=NARROW>
                <h1>{heading}</h1>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <PostForm action=CONFIRM from=from class=GRID>
                    <input type="hidden" name="token" value=token/>
                    {field}
                    <p class=FIELD><Button>"Confirm address"</Button></p>
                </PostForm>
                <p class=HINT>{otherwise}</p>
            </div>
        }
        .into_any()
    })
    .answer()
}

/// A link that was used or whose time is over. A form refused for that very reason is not told so
/// twice.
fn expired_link_page(
    error: Option<AppError>,
    href: &'static str,
    action: &'static str,
) -> PageResult {
    let error = error.filter(|error| error.code != "link_ended");
    PageResponse::new("This link does not work any more", move || {
        view! {
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            <section class=BOX>
                <EmptyDrawing/>
                <h1>"This link does not work any more"</h1>
                <p>"It was used, or its time is over. Only the link of the newest mail works."</p>
                <p class="mt-2"><ButtonLink href=href>{action}</ButtonLink></p>
            </section>
        }
        .into_any()
    })
    .with_status(404)
    .answer()
}
