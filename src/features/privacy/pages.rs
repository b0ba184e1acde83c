//! `/account/privacy`: fetching one's data, erasing the account.

use leptos::prelude::*;

use crate::features::accounts::pages::{AccountFrame, AccountSection, FORM_END};
use crate::features::privacy::model::NEWS;
use crate::features::privacy::service;
use crate::ui::actions::{ACTIONS, ActionLink};
use crate::ui::button::{Button, ButtonKind, PRIMARY, QUIET};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{FIELD, Field, HINT, NARROW_GRID};
use crate::ui::form::{FieldState, PostForm};
use crate::web::page::{FormState, PageRequest, PageResponse, PageResult};

const EXPORT: &str = "/api/privacy/export";
const ERASE: &str = "/api/privacy/erase";

/// With `?erase=yes` the form that erases stands alone, so that nobody takes it for the other one.
pub async fn privacy(request: PageRequest) -> PageResult {
    let ctx = &request.ctx;
    ctx.require_signed_in()?;
    let open = service::open_orders(ctx).await?;
    let (ready, wants_news) =
        tokio::try_join!(service::export_is_ready(ctx), service::wants_news(ctx))?;
    let erases = request.query("erase").is_some() || request.refused(ERASE).is_some();
    let refused = request.form.clone();
    let from = request.location;
    PageResponse::new("Your data", move || {
        let error = refused.as_ref().map(|form| form.error.clone());
        view! {
            <AccountFrame current="/account/privacy" heading="Your data".to_owned()>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                {if erases {
                    view! { <Erase open=open refused=refused from=from/> }.into_any()
                } else {
                    view! { <Export ready=ready wants_news=wants_news refused=refused from=from/> }.into_any()
                }}
            </AccountFrame>
        }
        .into_any()
    })
    .answer()
}

#[component]
fn Export(
    ready: bool,
    wants_news: bool,
    refused: Option<FormState>,
    from: String,
) -> impl IntoView {
    let news_from = from.clone();
    view! {
        <AccountSection id="export" heading="Have your data">
            <p>"Everything we keep about you: account, addresses, browsers, orders, cart and what you typed at the checkout."</p>
            {if ready {
                view! {
                    <p class=ACTIONS>
                        <a class=PRIMARY href="/account/privacy/data.json" download="my-data.json">"Fetch as JSON"</a>
                        <a class=QUIET href="/account/privacy/data.csv" download="my-data.csv">"Fetch as CSV"</a>
                    </p>
                    <p class=HINT>"One of them, once; for another copy, type your password again."</p>
                }
                    .into_any()
            } else {
                view! {
                    <PostForm action=EXPORT from=from class=NARROW_GRID>
                        <Password refused=refused/>
                        <p class=FIELD><Button>"Prepare my data"</Button></p>
                    </PostForm>
                }
                    .into_any()
            }}
        </AccountSection>
        <News wants_news=wants_news from=news_from/>
        <AccountSection id="cookies" heading="Cookies">
            <p>"Only what the shop needs to work: your session, your cart, your orders. Nothing is asked of anybody else."</p>
        </AccountSection>
        <AccountSection id="erase" heading="Erase your account">
            <p>"Account, addresses, cart and sessions go at once. Orders stay locked for as long as the law asks for the books, then go too."</p>
            <p><ActionLink href="/account/privacy?erase=yes">"Erase my account"</ActionLink></p>
        </AccountSection>
    }
    .into_any()
}

#[component]
fn News(wants_news: bool, from: String) -> impl IntoView {
    let (words, value, button) = match wants_news {
        true => (
            "You asked us to write to you now and then about new goods and offers.",
            "no",
            "Write to me no more",
        ),
        false => (NEWS.words, "yes", "Write to me"),
    };
    view! {
        <AccountSection id="news" heading="News by mail">
            <p>{words}</p>
            <PostForm action="/api/privacy/news" from=from>
                <input type="hidden" name="given" value=value/>
                <Button kind=ButtonKind::Quiet>{button}</Button>
            </PostForm>
        </AccountSection>
    }
    .into_any()
}

#[component]
fn Erase(open: Vec<String>, refused: Option<FormState>, from: String) -> impl IntoView {
    if !open.is_empty() {
        let numbers = open
            .into_iter()
            .map(|number| {
                let href = format!("/order/{number}");
                view! { <li><ActionLink href=href>"Order "{number}</ActionLink></li> }
            })
            .collect_view();
        return view! {
            <AccountSection id="erase" heading="Erase your account">
                <p>"These orders are still under way. Once they have arrived, or were cancelled, the account can be erased."</p>
                <ul class=ACTIONS>{numbers}</ul>
                <p><ActionLink href="/account/privacy">"Back"</ActionLink></p>
            </AccountSection>
        }
        .into_any();
    }
    view! {
        <AccountSection id="erase" heading="Erase your account">
            <p>"This cannot be undone. Type your password to go on."</p>
            <PostForm action=ERASE from=from class=NARROW_GRID>
                <Password refused=refused/>
                <p class=FORM_END><Button kind=ButtonKind::Quiet>"Erase my account for good"</Button><ActionLink href="/account/privacy">"Keep it"</ActionLink></p>
            </PostForm>
        </AccountSection>
    }
    .into_any()
}

#[component]
fn Password(refused: Option<FormState>) -> impl IntoView {
    let error = FieldState::of(refused.as_ref(), "current_password", "").error;
    view! {
        <Field
            name="current_password"
            label="Your password"
            kind="password"
            autocomplete="current-password"
            state=FieldState { value: String::new(), error }
        />
    }
}
