//! The account at a glance: who is signed in, the last orders, where they go.

use leptos::prelude::*;

use crate::features::accounts::model::{AccountView, SavedAddress};
use crate::features::accounts::service;
use crate::features::orders;
use crate::features::orders::model::OrderSummary;
use crate::ui::feedback::ErrorSummary;
use crate::ui::field::{Field, Requirement};
use crate::ui::form::{Button, ButtonKind, FieldState, PostForm};
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::AccountFrame;
use super::orders::OrderRows;

const NAME: &str = "/api/accounts/name";
/// Orders shown here; the others stand in the history.
const LAST_ORDERS: usize = 3;

pub async fn overview(request: PageRequest) -> PageResult {
    let (me, list) = tokio::try_join!(
        service::me(&request.ctx),
        orders::service::of_account(&request.ctx, None)
    )?;
    let error = request.form.as_ref().map(|form| form.error.clone());
    let name = FieldState::of(request.refused(NAME), "name", &me.name);
    let time_zone = request.ctx.settings.store.time_zone.clone();
    let from = request.location;
    let AccountView { name: known_as, email, is_verified, addresses, .. } = me;
    let email = email.to_string();
    let heading =
        if known_as.is_empty() { "Your account".to_owned() } else { format!("Hello, {known_as}") };
    let address = addresses.into_iter().find(|address| address.is_default);
    let last: Vec<OrderSummary> = list.orders.into_iter().take(LAST_ORDERS).collect();
    PageResponse::new("Your account", move || {
        let unverified =
            (!is_verified).then(|| view! { <Unverified email=email.clone() from=from.clone()/> });
        let all_orders = (!last.is_empty())
            .then(|| view! { <p class="actions"><a href="/account/orders">"All orders"</a></p> });
        view! {
            <AccountFrame current="/account" heading=heading>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <p class="lede">"Signed in as "{email}</p>
                {unverified}
                <section aria-labelledby="last-orders">
                    <h2 id="last-orders">"Last orders"</h2>
                    <OrderRows orders=last time_zone=time_zone/>
                    {all_orders}
                </section>
                <DefaultAddress address=address/>
                <section aria-labelledby="your-name">
                    <h2 id="your-name">"Your name"</h2>
                    <PostForm action=NAME from=from class="fields">
                        <Field
                            name="name"
                            label="Name"
                            autocomplete="name"
                            state=name
                            requirement=Requirement::Optional
                            max_length=100
                            hint="What we call you here and in mails."
                        />
                        <p class="field"><Button>"Save name"</Button></p>
                    </PostForm>
                </section>
            </AccountFrame>
        }
        .into_any()
    })
    .answer()
}

#[component]
fn Unverified(email: String, from: String) -> impl IntoView {
    view! {
        <div class="pay-note">
            <p>{format!("Confirm your e-mail address with the link we sent to {email}. Earlier orders with it then stand here too.")}</p>
            <PostForm action="/api/accounts/resend" from=from>
                <Button kind=ButtonKind::Quiet>"Send the mail again"</Button>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn DefaultAddress(address: Option<SavedAddress>) -> impl IntoView {
    let (lines, action) = match address {
        Some(saved) => (saved.address.lines(), "Change addresses"),
        None => (vec!["No address is saved yet.".to_owned()], "Add an address"),
    };
    view! {
        <section aria-labelledby="default-address">
            <h2 id="default-address">"Default address"</h2>
            <div>{lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}</div>
            <p class="actions"><a href="/account/addresses">{action}</a></p>
        </section>
    }
    .into_any()
}
