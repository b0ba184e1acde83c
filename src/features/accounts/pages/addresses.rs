//! Saved addresses, and the form for one more or for another wording.

use leptos::prelude::*;

use crate::features::accounts::model::SavedAddress;
use crate::features::accounts::service;
use crate::features::shipping;
use crate::features::shipping::model::AddressInput;
use crate::features::shipping::pages::{AddressFields, Purpose};
use crate::shared::ids::AddressId;
use crate::ui::actions::{ACTIONS, ActionLink};
use crate::ui::badge::{Badge, Ground, Tone};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::NARROW_GRID;
use crate::ui::form::PostForm;
use crate::ui::rows::{Row, RowWords, Rows};
use crate::web::page::{FormState, PageRequest, PageResponse, PageResult};

use super::{AccountFrame, AccountSection, FORM_END};

const PATH: &str = "/account/addresses";
const ADD: &str = "/api/accounts/add_address";
const SAVE: &str = "/api/accounts/save_address";
const COUNTRY: &str = "/api/accounts/address_country";

pub async fn addresses(request: PageRequest) -> PageResult {
    let me = service::me(&request.ctx).await?;
    let edited = match request.query("edit").filter(|id| !id.is_empty()) {
        Some(id) => Some(service::saved_address(&request.ctx, id).await?),
        None => None,
    };
    let rules = shipping::service::rules(&request.ctx);
    let countries = rules.countries().map(|c| (c.code.to_owned(), c.name.to_owned())).collect();
    let home =
        rules.zones.first().and_then(|zone| zone.countries.first().cloned()).unwrap_or_default();
    let error = request.form.as_ref().map(|form| form.error.clone());
    let refused =
        [ADD, SAVE, COUNTRY].into_iter().find_map(|action| request.refused(action)).cloned();
    let from = request.location;
    let form = AddressForm {
        draft: edited.as_ref().map_or_else(
            || AddressInput { country: home, ..AddressInput::default() },
            |saved| saved.address.clone().into(),
        ),
        edited_id: edited.map(|saved| saved.id),
        countries,
        refused,
    };
    PageResponse::new("Your addresses", move || {
        let saved = me.addresses;
        let none = saved.is_empty().then(
            || view! { <p>"No address is saved yet. The first one becomes the default."</p> },
        );
        let list = (!saved.is_empty()).then(|| {
            let rows = saved
                .into_iter()
                .map(|saved| view! { <AddressRow saved=saved from=from.clone()/> })
                .collect_view();
            view! { <Rows>{rows}</Rows> }
        });
        view! {
            <AccountFrame current=PATH heading="Your addresses".to_owned()>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                {none}
                {list}
                <AddressSection form=form from=from/>
            </AccountFrame>
        }
        .into_any()
    })
    .answer()
}

#[component]
fn AddressRow(saved: SavedAddress, from: String) -> impl IntoView {
    let edit = format!("{PATH}?edit={}#address-form", saved.id);
    // The buttons of two addresses must not be called the same.
    let which = format!(" {}", saved.address.line1);
    let lines: Vec<String> =
        saved.address.lines().into_iter().chain(saved.address.phone.clone()).collect();
    let badge = saved
        .is_default
        .then(|| view! { <Badge text="Default" tone=Tone::Good ground=Ground::Sunken/> });
    let make_default = (!saved.is_default).then(|| {
        let (id, which, from) = (saved.id.to_string(), which.clone(), from.clone());
        view! {
            <PostForm action="/api/accounts/default_address" from=from>
                <input type="hidden" name="id" value=id/>
                <Button kind=ButtonKind::Text>"Make default"<span class="sr-only">{which}</span></Button>
            </PostForm>
        }
    });
    let (id, edit_which, remove_which) = (saved.id.to_string(), which.clone(), which);
    view! {
        <Row>
            <RowWords>{lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}</RowWords>
            {badge}
            <div class=ACTIONS>
                <ActionLink href=edit>"Edit"<span class="sr-only">{edit_which}</span></ActionLink>
                {make_default}
                <PostForm action="/api/accounts/remove_address" from=from>
                    <input type="hidden" name="id" value=id/>
                    <Button kind=ButtonKind::Text>"Remove"<span class="sr-only">{remove_which}</span></Button>
                </PostForm>
            </div>
        </Row>
    }
    .into_any()
}

/// What the form below the list holds.
struct AddressForm {
    draft: AddressInput,
    /// None for a new address.
    edited_id: Option<AddressId>,
    /// Codes and names.
    countries: Vec<(String, String)>,
    refused: Option<FormState>,
}

#[component]
fn AddressSection(form: AddressForm, from: String) -> impl IntoView {
    let (heading, action) =
        if form.edited_id.is_some() { ("Edit address", SAVE) } else { ("Add an address", ADD) };
    let cancel = form
        .edited_id
        .is_some()
        .then(|| view! { <ActionLink href=PATH>"Keep it as it was"</ActionLink> });
    let id =
        form.edited_id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    let (draft, countries, refused) = (form.draft, form.countries, form.refused);
    view! {
        <AccountSection id="address-form" heading=heading>
            <PostForm action=action from=from class=NARROW_GRID>
                // Enter in a field presses the first button of a form: it must be the one that
                // saves.
                <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">"Save address"</button>
                {id}
                <AddressFields purpose=Purpose::Shipping draft=draft countries=countries refused=refused country_action=COUNTRY/>
                <p class=FORM_END><Button>"Save address"</Button>{cancel}</p>
            </PostForm>
        </AccountSection>
    }
    .into_any()
}
