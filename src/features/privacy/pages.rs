//! `/account/privacy`: fetching one's data, erasing the account.

use leptos::prelude::*;

use crate::features::accounts::pages::AccountFrame;
use crate::features::privacy::model::NEWS;
use crate::features::privacy::service;
use crate::ui::feedback::ErrorSummary;
use crate::ui::field::Field;
use crate::ui::form::{Button, ButtonKind, FieldState, PostForm};
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
        <section aria-labelledby="export">
            <h2 id="export">"Have your data"</h2>
            <p>"Everything we keep about you: account, addresses, browsers, orders, cart and what you typed at the checkout."</p>
            {if ready {
                view! {
                    <p class="actions">
                        <a class="button" href="/account/privacy/data.json" download="my-data.json">"Fetch as JSON"</a>
                        <a class="button button-quiet" href="/account/privacy/data.csv" download="my-data.csv">"Fetch as CSV"</a>
                    </p>
                    <p class="hint">"One of them, once; for another copy, type your password again."</p>
                }
                    .into_any()
            } else {
                view! {
                    <PostForm action=EXPORT from=from class="fields">
                        <Password refused=refused/>
                        <p class="field"><Button>"Prepare my data"</Button></p>
                    </PostForm>
                }
                    .into_any()
            }}
        </section>
        <News wants_news=wants_news from=news_from/>
        <section aria-labelledby="cookies">
            <h2 id="cookies">"Cookies"</h2>
            <p>"Only what the shop needs to work: your session, your cart, your orders. Nothing is asked of anybody else."</p>
        </section>
        <section aria-labelledby="erase">
            <h2 id="erase">"Erase your account"</h2>
            <p>"Account, addresses, cart and sessions go at once. Orders stay locked for as long as the law asks for the books, then go too."</p>
            <p class="actions"><a href="/account/privacy?erase=yes">"Erase my account"</a></p>
        </section>
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
        <section aria-labelledby="news">
            <h2 id="news">"News by mail"</h2>
            <p>{words}</p>
            <PostForm action="/api/privacy/news" from=from>
                <input type="hidden" name="given" value=value/>
                <Button kind=ButtonKind::Quiet>{button}</Button>
            </PostForm>
        </section>
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
                view! { <li><a href=href>"Order "{number}</a></li> }
            })
            .collect_view();
        return view! {
            <section aria-labelledby="erase">
                <h2 id="erase">"Erase your account"</h2>
                <p>"These orders are still under way. Once they have arrived, or were cancelled, the account can be erased."</p>
                <ul class="actions">{numbers}</ul>
                <p class="actions"><a href="/account/privacy">"Back"</a></p>
            </section>
        }
        .into_any();
    }
    view! {
        <section aria-labelledby="erase">
            <h2 id="erase">"Erase your account"</h2>
            <p>"This cannot be undone. Type your password to go on."</p>
            <PostForm action=ERASE from=from class="fields">
                <Password refused=refused/>
                <p class="field actions"><Button kind=ButtonKind::Quiet>"Erase my account for good"</Button><a href="/account/privacy">"Keep it"</a></p>
            </PostForm>
        </section>
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
