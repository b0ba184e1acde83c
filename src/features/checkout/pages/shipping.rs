//! The second step: where it goes, how it travels, and who is billed.

use leptos::prelude::*;

use crate::features::accounts::model::SavedAddress;
use crate::features::checkout::model::CheckoutView;
use crate::features::shipping::model::Offer;
use crate::features::shipping::pages::{AddressFields, Purpose};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::choice_card::ChoiceCard;
use crate::ui::field::{Checkbox, ERROR, FIELD, GRID};
use crate::ui::form::{FieldState, PostForm, Ticked};
use crate::ui::icon::{Drawn, Icon};
use crate::ui::rows::{Row, RowWords, Rows};
use crate::web::page::FormState;

const COUNTRY_ACTION: &str = "/api/checkout/country";
const LEGEND: &str = "mb-3 text-lead font-semibold";
/// Out of sight while the bill goes to the same address.
const BILLING: &str =
    "col-span-full mt-2 grid content-start gap-1 group-has-[[name$=same]:checked]/shipping:hidden";

#[component]
pub fn ShippingStep(view: CheckoutView, refused: Option<FormState>, from: String) -> impl IntoView {
    let same = if view.billing_same { Ticked::Yes } else { Ticked::No };
    let (same, same_error) = FieldState::ticked(refused.as_ref(), "billing_same", same);
    let method =
        FieldState::of(refused.as_ref(), "method", view.method.as_deref().unwrap_or_default());
    let sends = view.cart.needs_shipping();
    view! {
        <SavedAddresses saved=view.saved from=from.clone()/>
        <PostForm action="/api/checkout/shipping" from=from class="group/shipping mt-4 grid gap-x-4 gap-y-5 xs:grid-cols-2">
            // Enter in a field presses the first button of a form: it must be the one that goes on.
            <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">"Continue to review"</button>
            <AddressFields
                purpose=Purpose::Shipping
                draft=view.draft
                countries=view.countries.clone()
                refused=refused.clone()
                country_action=COUNTRY_ACTION
            />
            {sends.then(|| view! { <Methods offers=view.offers no_offer=view.no_offer state=method/> })}
            <Checkbox name="billing_same" ticked=same error=same_error>"The bill goes to the same address"</Checkbox>
            <fieldset class=BILLING>
                <legend class=LEGEND>"Billing address"</legend>
                <div class=GRID>
                    <AddressFields
                        purpose=Purpose::Billing
                        draft=view.billing_draft
                        countries=view.countries
                        refused=refused
                        country_action=COUNTRY_ACTION
                    />
                </div>
            </fieldset>
            <p class=FIELD><Button>"Continue to review"</Button></p>
        </PostForm>
    }
    .into_any()
}

/// A form of its own for each address: a press fills the form below.
#[component]
fn SavedAddresses(saved: Vec<SavedAddress>, from: String) -> impl IntoView {
    (!saved.is_empty()).then(|| {
        let rows = saved
            .into_iter()
            .map(|saved| view! { <SavedAddressRow saved=saved from=from.clone()/> })
            .collect_view();
        view! {
            <section aria-labelledby="saved-addresses">
                <h3 id="saved-addresses">"Your addresses"</h3>
                <Rows>{rows}</Rows>
            </section>
        }
    })
}

#[component]
fn SavedAddressRow(saved: SavedAddress, from: String) -> impl IntoView {
    let words = saved.address.lines().join(", ");
    let shown = words.clone();
    view! {
        <Row>
            <RowWords>{shown}</RowWords>
            <PostForm action="/api/checkout/use_address" from=from>
                <input type="hidden" name="address_id" value=saved.id.to_string()/>
                <Button kind=ButtonKind::Quiet>"Use this address"<span class="sr-only">": "{words}</span></Button>
            </PostForm>
        </Row>
    }
    .into_any()
}

#[component]
fn Methods(offers: Vec<Offer>, no_offer: Option<String>, state: FieldState) -> impl IntoView {
    // A refused form may name a method that does not go there.
    let known = offers.iter().any(|offer| offer.id == state.value);
    let chosen =
        if known { Some(state.value) } else { offers.first().map(|offer| offer.id.clone()) };
    view! {
        // The error summary leads here.
        <fieldset class=FIELD id="method" tabindex="-1">
            <legend class=LEGEND>"Delivery"</legend>
            {state.error.or(no_offer).map(|text| view! { <p class=ERROR><Drawn icon=Icon::Alert class="mt-0.5 size-5"/>{text}</p> })}
            {offers
                .into_iter()
                .map(|offer| {
                    let ticked = if Some(&offer.id) == chosen.as_ref() { Ticked::Yes } else { Ticked::No };
                    view! { <Method offer=offer ticked=ticked/> }
                })
                .collect_view()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn Method(offer: Offer, ticked: Ticked) -> impl IntoView {
    let id = format!("method-{}", offer.id);
    let price = if offer.price.is_zero() { "Free".to_owned() } else { offer.price.to_string() };
    let days = offer.days();
    view! { <ChoiceCard id=id name="method" value=offer.id ticked=ticked label=offer.name hint=days price=price/> }
}
