//! The doors: signing in, and making an account.

use leptos::prelude::*;

use crate::ui::actions::{ACTIONS, ActionLink};
use crate::ui::button::Button;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{FIELD, Field, GRID, HINT};
use crate::ui::form::{FieldState, PostForm};
use crate::web::page::{PageAnswer, PageRequest, PageResponse, PageResult};

use super::{EMAIL_CHARS, NARROW, PASSWORD_HINT};

const SIGN_IN: &str = "/api/accounts/sign_in";
const SIGN_UP: &str = "/api/accounts/sign_up";

pub async fn sign_in(request: PageRequest) -> PageResult {
    if request.ctx.signed_in().is_some() {
        return PageAnswer::redirect("/account");
    }
    let error = request.form.as_ref().map(|form| form.error.clone());
    let refused = request.refused(SIGN_IN);
    let email = FieldState::of(refused, "email", "");
    let password = FieldState::of(refused, "password", "");
    let next = FieldState::of(refused, "next", request.query("next").unwrap_or_default()).value;
    let from = request.location;
    PageResponse::new("Sign in", move || {
        view! {
            <div class=NARROW>
                <h1>"Sign in"</h1>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <PostForm action=SIGN_IN from=from class=GRID>
                    <input type="hidden" name="next" value=next/>
                    <Field
                        name="email"
                        label="E-mail address"
                        kind="email"
                        inputmode="email"
                        autocomplete="username"
                        max_length=EMAIL_CHARS
                        state=email
                    />
                    <Field name="password" label="Password" kind="password" autocomplete="current-password" state=password/>
                    <p class=FIELD><Button>"Sign in"</Button></p>
                </PostForm>
                <p class=ACTIONS>
                    <ActionLink href="/forgot">"Forgotten your password?"</ActionLink>
                    <ActionLink href="/signup">"Create an account"</ActionLink>
                </p>
                <p class=HINT>"You do not need an account to order."</p>
            </div>
        }
        .into_any()
    })
    .answer()
}

pub async fn sign_up(request: PageRequest) -> PageResult {
    if request.ctx.signed_in().is_some() {
        return PageAnswer::redirect("/account");
    }
    let error = request.form.as_ref().map(|form| form.error.clone());
    let refused = request.refused(SIGN_UP);
    let email = FieldState::of(refused, "email", "");
    let password = FieldState::of(refused, "password", "");
    let from = request.location;
    PageResponse::new("Create an account", move || {
        view! {
            <div class=NARROW>
                <h1>"Create an account"</h1>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <PostForm action=SIGN_UP from=from class=GRID>
                    <Field
                        name="email"
                        label="E-mail address"
                        kind="email"
                        inputmode="email"
                        autocomplete="username"
                        max_length=EMAIL_CHARS
                        state=email
                    />
                    <Field
                        name="password"
                        label="Password"
                        kind="password"
                        autocomplete="new-password"
                        state=password
                        hint=PASSWORD_HINT
                    />
                    <p class=FIELD><Button>"Create account"</Button></p>
                </PostForm>
                <p class=HINT>"What we keep about you, and for how long, stands under " <a href="/pages/privacy">"Privacy"</a> "."</p>
                <p class=ACTIONS><ActionLink href="/login">"Sign in with an account you have"</ActionLink></p>
            </div>
        }
        .into_any()
    })
    .answer()
}
