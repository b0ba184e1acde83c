//! `/admin/staff`: who works in the shop, and what each of them may do.

use leptos::prelude::*;

use crate::features::accounts::model::StaffMember;
use crate::features::accounts::service;
use crate::shared::access::Role;
use crate::ui::admin::head::Head;
use crate::ui::badge::{Badge, Tone};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{FIELD, Field, HINT, NARROW_GRID, Select};
use crate::ui::form::{FieldState, PostForm};
use crate::ui::link::TARGET;
use crate::web::page::{FormState, Frame, PageRequest, PageResponse, PageResult};

const PATH: &str = "/admin/staff";
const INVITE: &str = "/api/accounts/invite";

/// Everybody, or with `?change=id` the forms about one of them: each form asks for the password
/// again, so that only one stands on a page.
pub async fn staff(request: PageRequest) -> PageResult {
    let members = service::staff(&request.ctx).await?;
    let role = request.ctx.require_signed_in()?.role;
    let chosen = request
        .query("change")
        .and_then(|id| members.iter().find(|member| member.id.as_str() == id).cloned());
    let refused = request.form.clone();
    let from = request.location;
    PageResponse::new("Staff", move || {
        let error = refused.as_ref().map(|form| form.error.clone());
        view! {
            <h1>"Staff"</h1>
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            {match chosen {
                Some(member) => view! { <Change member=member refused=refused from=from/> }.into_any(),
                None => view! { <Everybody members=members refused=refused from=from/> }.into_any(),
            }}
        }
        .into_any()
    })
    .in_frame(Frame::Admin(role))
    .answer()
}

#[component]
fn Everybody(members: Vec<StaffMember>, refused: Option<FormState>, from: String) -> impl IntoView {
    let refused = refused.filter(|form| form.action == INVITE);
    let email = FieldState::of(refused.as_ref(), "email", "");
    let role = FieldState::of(refused.as_ref(), "role", Role::Orders.key());
    view! {
        <section aria-labelledby="everybody">
            <h2 id="everybody">"Who works here"</h2>
            {members
                .into_iter()
                .map(|member| {
                    let href = format!("{PATH}?change={}", member.id);
                    let state = state(&member);
                    view! {
                        <div class="border-b border-line py-4">
                            <Head>
                                <strong>{member.email.clone()}</strong>
                                <Badge text=member.role.label() tone=Tone::Plain/>
                                {state.map(|(text, tone)| view! { <Badge text=text tone=tone/> })}
                                {(!member.is_me && !member.is_disabled)
                                    .then(|| view! { <a class=TARGET href=href>"Change"<span class="sr-only">" "{member.email}</span></a> })}
                            </Head>
                        </div>
                    }
                })
                .collect_view()}
        </section>
        <section aria-labelledby="invite">
            <h2 id="invite">"Invite somebody"</h2>
            <p class=HINT>"They get a mail, set their own password and set up an authenticator app."</p>
            <PostForm action=INVITE from=from class=NARROW_GRID>
                <Field name="email" label="E-mail address" kind="email" inputmode="email" autocomplete="off" state=email max_length=254/>
                <Select name="role" label="Role" state=role options=roles()/>
                <Password refused=refused/>
                <p class=FIELD><Button>"Send the invitation"</Button></p>
            </PostForm>
        </section>
    }
    .into_any()
}

#[component]
fn Change(member: StaffMember, refused: Option<FormState>, from: String) -> impl IntoView {
    let role = FieldState::of(refused.as_ref(), "role", member.role.key());
    let (id, own) = (member.id.to_string(), from.clone());
    view! {
        <p><a class=TARGET href=PATH>"Back to everybody"</a></p>
        <h2>{member.email.clone()}</h2>
        <PostForm action="/api/accounts/role" from=from class=NARROW_GRID>
            <input type="hidden" name="id" value=member.id.to_string()/>
            <Select name="role" label="Role" state=role options=roles()/>
            <Password refused=refused/>
            <div class="col-span-full flex flex-wrap items-center gap-x-4 gap-y-2">
                <Button>"Change the role"</Button>
                <button type="submit" class=ButtonKind::Quiet.class() formaction="/api/accounts/disable">"Take the access away"</button>
            </div>
        </PostForm>
        <p class=HINT>"Either way they are signed out everywhere at once."</p>
        <PostForm action="/api/accounts/end_sessions_of" from=own.clone()>
            <input type="hidden" name="id" value=id/>
            <Button kind=ButtonKind::Quiet>"Only sign them out everywhere"</Button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Password(refused: Option<FormState>) -> impl IntoView {
    let error = FieldState::of(refused.as_ref(), "current_password", "").error;
    view! {
        <Field
            name="current_password"
            label="Your own password"
            kind="password"
            autocomplete="current-password"
            state=FieldState { value: String::new(), error }
            hint="Asked again, because this changes what somebody may do."
        />
    }
}

fn state(member: &StaffMember) -> Option<(&'static str, Tone)> {
    match member {
        StaffMember { is_disabled: true, .. } => Some(("No access", Tone::Plain)),
        StaffMember { is_me: true, .. } => Some(("You", Tone::Good)),
        StaffMember { has_second_factor: false, .. } => Some(("Invited", Tone::Warning)),
        _ => None,
    }
}

fn roles() -> Vec<(String, String)> {
    Role::STAFF.into_iter().map(|role| (role.key().to_owned(), role.label().to_owned())).collect()
}
