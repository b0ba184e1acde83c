//! Sign-in and security: the password, the e-mail address, and the browsers that are signed in.

use leptos::prelude::*;

use crate::features::accounts::model::Device;
use crate::features::accounts::service;
use crate::ui::actions::ActionLink;
use crate::ui::badge::{Badge, Ground, Tone};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dates::day_and_time;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{Field, HINT, NARROW_GRID};
use crate::ui::form::{FieldState, PostForm};
use crate::ui::rows::{Row, RowWords, Rows};
use crate::web::page::{FormState, PageRequest, PageResponse, PageResult};

use super::{AccountFrame, AccountSection, EMAIL_CHARS, FORM_END, PASSWORD_HINT};

const PATH: &str = "/account/security";
const PASSWORD: &str = "/api/accounts/password";
const EMAIL: &str = "/api/accounts/email";

/// The one form that stands open: both ask for the present password, and a page has each field
/// once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Password,
    Email,
}

impl Change {
    fn of(request: &PageRequest) -> Option<Self> {
        match request.form.as_ref().map(|form| form.action.as_str()) {
            Some(PASSWORD) => Some(Self::Password),
            Some(EMAIL) => Some(Self::Email),
            _ => match request.query("change") {
                Some("password") => Some(Self::Password),
                Some("email") => Some(Self::Email),
                _ => None,
            },
        }
    }
}

pub async fn security(request: PageRequest) -> PageResult {
    let (me, devices) =
        tokio::try_join!(service::me(&request.ctx), service::devices(&request.ctx))?;
    let change = Change::of(&request);
    let error = request.form.as_ref().map(|form| form.error.clone());
    let refused = [PASSWORD, EMAIL].into_iter().find_map(|action| request.refused(action)).cloned();
    let time_zone = request.ctx.settings.store.time_zone.clone();
    let from = request.location;
    PageResponse::new("Sign-in and security", move || {
        let password = match change {
            Some(Change::Password) => view! { <PasswordForm refused=refused.clone() from=from.clone()/> }.into_any(),
            _ => view! { <p><ActionLink href="/account/security?change=password">"Change password"</ActionLink></p> }.into_any(),
        };
        let email = match change {
            Some(Change::Email) => view! { <EmailForm refused=refused from=from.clone()/> }.into_any(),
            _ => view! { <p><ActionLink href="/account/security?change=email">"Change e-mail address"</ActionLink></p> }.into_any(),
        };
        let pending = me.pending_email.map(|pending| {
            let text = format!("{pending} takes its place once you open the link we sent there.");
            view! { <p class=HINT>{text}</p> }
        });
        view! {
            <AccountFrame current=PATH heading="Sign-in and security".to_owned()>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <AccountSection id="password-part" heading="Password">{password}</AccountSection>
                <AccountSection id="email-part" heading="E-mail address">
                    <p>{me.email.to_string()}</p>
                    {pending}
                    {email}
                </AccountSection>
                <Devices devices=devices time_zone=time_zone from=from/>
            </AccountFrame>
        }
        .into_any()
    })
    .answer()
}

#[component]
fn PasswordForm(refused: Option<FormState>, from: String) -> impl IntoView {
    let current = FieldState::of(refused.as_ref(), "current_password", "");
    let new = FieldState::of(refused.as_ref(), "new_password", "");
    view! {
        <PostForm action=PASSWORD from=from class=NARROW_GRID>
            <Field name="current_password" label="Present password" kind="password" autocomplete="current-password" state=current/>
            <Field
                name="new_password"
                label="New password"
                kind="password"
                autocomplete="new-password"
                state=new
                hint=PASSWORD_HINT
            />
            <p class=FORM_END><Button>"Change password"</Button><ActionLink href=PATH>"Keep it as it is"</ActionLink></p>
        </PostForm>
    }
    .into_any()
}

#[component]
fn EmailForm(refused: Option<FormState>, from: String) -> impl IntoView {
    let email = FieldState::of(refused.as_ref(), "new_email", "");
    let current = FieldState::of(refused.as_ref(), "current_password", "");
    view! {
        <PostForm action=EMAIL from=from class=NARROW_GRID>
            <Field
                name="new_email"
                label="New e-mail address"
                kind="email"
                inputmode="email"
                autocomplete="email"
                max_length=EMAIL_CHARS
                state=email
            />
            <Field name="current_password" label="Present password" kind="password" autocomplete="current-password" state=current/>
            <p class=FORM_END><Button>"Change e-mail address"</Button><ActionLink href=PATH>"Keep it as it is"</ActionLink></p>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Devices(devices: Vec<Device>, time_zone: String, from: String) -> impl IntoView {
    let others = (devices.len() > 1).then(|| {
        let from = from.clone();
        view! {
            <PostForm action="/api/accounts/end_other_sessions" from=from>
                <Button kind=ButtonKind::Quiet>"Sign out all other browsers"</Button>
            </PostForm>
        }
    });
    let rows = devices
        .into_iter()
        .map(|device| {
            let signed_in = format!("Signed in {}", day_and_time(device.signed_in_at, &time_zone));
            let used = format!("Last used {}", day_and_time(device.used_at, &time_zone));
            view! { <DeviceRow device=device signed_in=signed_in used=used from=from.clone()/> }
        })
        .collect_view();
    view! {
        <AccountSection id="devices" heading="Signed-in browsers">
            <Rows>{rows}</Rows>
            {others}
        </AccountSection>
    }
    .into_any()
}

#[component]
fn DeviceRow(device: Device, signed_in: String, used: String, from: String) -> impl IntoView {
    // Two browsers may have the same name, their buttons must not.
    let which = format!(" {}, {signed_in}", device.name);
    let end = if device.is_this_one {
        view! { <Badge text="This browser" tone=Tone::Good ground=Ground::Sunken/> }.into_any()
    } else {
        let id = device.session_id.to_string();
        view! {
            <PostForm action="/api/accounts/end_session" from=from>
                <input type="hidden" name="id" value=id/>
                <Button kind=ButtonKind::Text>"Sign out"<span class="sr-only">{which}</span></Button>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <Row>
            <RowWords>
                <p><strong>{device.name}</strong></p>
                <p class=HINT>{signed_in}</p>
                <p class=HINT>{used}</p>
            </RowWords>
            {end}
        </Row>
    }
    .into_any()
}
