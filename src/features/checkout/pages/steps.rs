//! One page for all steps: those behind are folded, the open one is a form, those ahead are names.

use leptos::prelude::*;
use strum::VariantArray as _;

use crate::features::checkout::model::{CheckoutView, OpenOrder, Step};
use crate::features::checkout::service;
use crate::ui::columns::COLUMNS;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::icon::{Drawn, Icon};
use crate::ui::notice::BOX;
use crate::ui::step::{DoneStep, OpenStep, StepAhead};
use crate::ui::totals::ShippingLine;
use crate::web::page::{FormState, Frame, PageAnswer, PageRequest, PageResponse, PageResult};

use super::contact::ContactForm;
use super::review::ReviewForm;
use super::shipping::ShippingStep;
use super::summary::Summary;

/// As many ways of delivery as `style/mechanics.css` tells apart.
const MOST_SUMS: usize = 6;
/// The grid of an open step's fields, below its heading.
pub(super) const FIELDS: &str = "mt-4 grid gap-x-4 gap-y-5 xs:grid-cols-2";

pub async fn checkout(request: PageRequest) -> PageResult {
    let wanted = request.query("step").and_then(|key| key.parse::<Step>().ok());
    let Some(view) = service::view(&request.ctx, wanted).await? else {
        return PageAnswer::redirect("/cart");
    };
    if wanted != Some(view.step) {
        return PageAnswer::redirect(view.step.path());
    }
    // A refused form says what is wrong; without one the cart's page shows what stands in the way.
    let is_stopped = view.cart.has_problems() || view.cart.charge_problem().is_some();
    if is_stopped && request.form.is_none() {
        return PageAnswer::redirect("/cart");
    }
    let refused = request.form.clone();
    let from = request.location;
    let title = view.step.label();
    PageResponse::new(title, move || {
        view! { <CheckoutPage view=view refused=refused from=from/> }.into_any()
    })
    .in_frame(Frame::Checkout)
    .answer()
}

#[component]
fn CheckoutPage(view: CheckoutView, refused: Option<FormState>, from: String) -> impl IntoView {
    let error = refused.as_ref().map(|form| form.error.clone());
    let step = view.step;
    let shipping = match (view.cart.needs_shipping(), &view.method) {
        (false, _) => ShippingLine::None,
        (true, None) => ShippingLine::Later,
        (true, Some(_)) if step == Step::Contact => ShippingLine::Estimated,
        (true, Some(_)) => ShippingLine::Priced,
    };
    // While a delivery is being chosen, the sheet shows the sums of the one that is ticked.
    let is_choosing =
        step == Step::Shipping && (2..=MOST_SUMS).contains(&view.totals_of_offers.len());
    let totals =
        if is_choosing { view.totals_of_offers.clone() } else { vec![view.totals.clone()] };
    let summary =
        view! { <Summary cart=view.cart.clone() totals=totals shipping=shipping/> }.into_any();
    let open_order = view.open_order.clone();
    let done = [(Step::Contact, contact_words(&view)), (Step::Shipping, shipping_words(&view))];
    let open = open_step(view, refused, from);
    view! {
        <h1>"Checkout"</h1>
        <div class=COLUMNS>
            {summary}
            <div>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                {open_order.map(|order| view! { <OpenOrderNote order=order/> })}
                {done.into_iter().filter(|(each, _)| *each < step).map(|(each, words)| view! { <DoneStep heading=each.label() href=each.path() words=words/> }).collect_view()}
                {open}
                {Step::VARIANTS.iter().copied().filter(|each| *each > step).map(|each| view! { <StepAhead heading=each.label()/> }).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

fn open_step(view: CheckoutView, refused: Option<FormState>, from: String) -> AnyView {
    let step = view.step;
    let form = match step {
        Step::Contact => {
            view! { <ContactForm email=view.email.unwrap_or_default() refused=refused from=from/> }
                .into_any()
        }
        Step::Shipping => view! { <ShippingStep view=view refused=refused from=from/> }.into_any(),
        Step::Review => view! { <ReviewForm view=view refused=refused from=from/> }.into_any(),
    };
    view! {
        <OpenStep heading=step.label()>{form}</OpenStep>
    }
    .into_any()
}

fn contact_words(view: &CheckoutView) -> Vec<String> {
    view.email.clone().into_iter().collect()
}

fn shipping_words(view: &CheckoutView) -> Vec<String> {
    let address = view.address.as_ref().map(|address| address.lines().join(", "));
    let method =
        view.method.as_ref().and_then(|id| view.offers.iter().find(|offer| &offer.id == id));
    let method = method.map(|offer| format!("{}, {}", offer.name, offer.days()));
    let billing = (!view.billing_same)
        .then(|| {
            view.billing.as_ref().map(|billing| format!("Bill to {}", billing.lines().join(", ")))
        })
        .flatten();
    address.into_iter().chain(method).chain(billing).collect()
}

#[component]
fn OpenOrderNote(order: OpenOrder) -> impl IntoView {
    let href = format!("/order/{}", order.number);
    view! {
        <p class=format!("{BOX} mb-5")>
            <Drawn icon=Icon::Alert class="mt-0.75 size-5"/>
            <span>"Order "{order.number}" over "{order.total.to_string()}" is waiting for its payment. "<a href=href>"Look at it"</a></span>
        </p>
    }
}
