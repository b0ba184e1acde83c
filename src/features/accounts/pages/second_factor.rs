//! `/login/code`: the second step of staff, and setting up their authenticator app at the first
//! sign-in.

use leptos::prelude::*;

use crate::features::accounts::model::SecondStep;
use crate::features::accounts::service;
use crate::shared::error::ErrorKind;
use crate::ui::button::Button;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{FIELD, Field, GRID};
use crate::ui::form::{FieldState, PostForm};
use crate::web::page::{FormState, PageAnswer, PageRequest, PageResponse, PageResult};

use super::NARROW;

const ACTION: &str = "/api/accounts/code";

pub async fn second_step(request: PageRequest) -> PageResult {
    let step = match service::second_step(&request.ctx).await {
        Ok(step) => step,
        // Nothing to go on with: the password comes first.
        Err(error) if error.kind == ErrorKind::Unauthorized => {
            return PageAnswer::redirect("/login");
        }
        Err(error) => return Err(error),
    };
    let refused = request.refused(ACTION).cloned();
    let from = request.location;
    PageResponse::new("Sign in: your code", move || {
        view! { <CodePage step=step refused=refused from=from/> }.into_any()
    })
    .answer()
}

#[component]
fn CodePage(step: SecondStep, refused: Option<FormState>, from: String) -> impl IntoView {
    let error = refused.as_ref().map(|form| form.error.clone());
    let state = FieldState {
        value: String::new(),
        error: FieldState::of(refused.as_ref(), "code", "").error,
    };
    let (heading, hint, set_up) = match step {
        SecondStep::Code => {
            ("Your code", "Six digits from your app, or one of your recovery codes.", None)
        }
        SecondStep::SetUp { picture, secret, recovery_codes } => (
            "Set up your authenticator app",
            "Six digits from your app.",
            Some(view! { <SetUp picture=picture secret=secret recovery_codes=recovery_codes/> }),
        ),
    };
    view! {
        <div class=NARROW>
            <h1>{heading}</h1>
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            {set_up}
            <PostForm action=ACTION from=from class=GRID>
                <Field
                    name="code"
                    label="Code"
                    state=state
                    autocomplete="one-time-code"
                    max_length=40
                    hint=hint
                />
                <p class=FIELD><Button>"Sign in"</Button></p>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn SetUp(picture: String, secret: String, recovery_codes: Vec<String>) -> impl IntoView {
    let grouped = secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join(" ");
    view! {
        <p>"Staff sign in with a password and a code. Scan this square with an authenticator app, or type the key into it; then type the code it shows."</p>
        <img src=picture width="240" height="240" alt="The key below, for scanning"/>
        <p>"Key: "<code>{grouped}</code></p>
        <section aria-labelledby="recovery">
            <h2 id="recovery">"Ten recovery codes"</h2>
            <p>"Each signs you in once if you lose your phone. Keep them where you keep other papers: they are not shown again."</p>
            <ul>{recovery_codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}
