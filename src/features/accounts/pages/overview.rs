//! The account at a glance: who is signed in, the last orders, where they go.

use leptos::prelude::*;

use crate::features::accounts::model::{AccountView, SavedAddress};
use crate::features::accounts::service;
use crate::features::orders;
use crate::features::orders::model::OrderSummary;
use crate::ui::actions::ActionLink;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::call_out::CallOut;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::{FIELD, Field, NARROW_GRID, Requirement};
use crate::ui::form::{FieldState, PostForm};
use crate::ui::heading::LEDE;
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::orders::OrderRows;
use super::{AccountFrame, AccountSection};

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
            .then(|| view! { <p><ActionLink href="/account/orders">"All orders"</ActionLink></p> });
        view! {
            <AccountFrame current="/account" heading=heading>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <p class=LEDE>"Signed in as "{email}</p>
                {unverified}
                <AccountSection id="last-orders" heading="Last orders">
                    <OrderRows orders=last time_zone=time_zone/>
                    {all_orders}
                </AccountSection>
                <DefaultAddress address=address/>
                <AccountSection id="your-name" heading="Your name">
                    <PostForm action=NAME from=from class=NARROW_GRID>
                        <Field
                            name="name"
                            label="Name"
                            autocomplete="name"
                            state=name
                            requirement=Requirement::Optional
                            max_length=100
                            hint="What we call you here and in mails."
                        />
                        <p class=FIELD><Button>"Save name"</Button></p>
                    </PostForm>
                </AccountSection>
            </AccountFrame>
        }
        .into_any()
    })
    .answer()
}

#[component]
fn Unverified(email: String, from: String) -> impl IntoView {
    view! {
        <CallOut text=format!("Confirm your e-mail address with the link we sent to {email}. Earlier orders with it then stand here too.")>
            <PostForm action="/api/accounts/resend" from=from>
                <Button kind=ButtonKind::Quiet>"Send the mail again"</Button>
            </PostForm>
        </CallOut>
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
        <AccountSection id="default-address" heading="Default address">
            <div>{lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}</div>
            <p><ActionLink href="/account/addresses">{action}</ActionLink></p>
        </AccountSection>
    }
    .into_any()
}
