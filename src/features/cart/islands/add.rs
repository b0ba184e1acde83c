//! Putting something into the cart: a form with a quantity on the product's page, a single button on a tile.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::cart::api::add_to_cart;
use crate::shared::error::AppError;
use crate::ui::icon::{Drawn, Icon};

use super::browser::announce_change;

/// Where a button stands between being pressed and being answered.
#[derive(Clone, PartialEq)]
enum Stage {
    Ready,
    Sending,
    Added,
    Refused(String),
}

impl Stage {
    fn label(&self) -> &'static str {
        match self {
            Self::Ready | Self::Refused(_) => "Add to cart",
            Self::Sending => "Adding…",
            Self::Added => "Added",
        }
    }
}

fn add(event: &SubmitEvent, sku: String, quantity: String, stage: RwSignal<Stage>) {
    event.prevent_default();
    if stage.get_untracked() == Stage::Sending {
        return;
    }
    stage.set(Stage::Sending);
    spawn_local(async move {
        stage.set(match add_to_cart(sku, quantity).await {
            Ok(_) => {
                announce_change();
                Stage::Added
            }
            Err(error) => Stage::Refused(spoken(&error)),
        });
    });
}

/// Without a connection nothing was refused: the words say what to do.
fn spoken(error: &AppError) -> String {
    error.message.to_string()
}

/// Says how it went; read out once.
#[component]
fn Outcome(stage: RwSignal<Stage>) -> impl IntoView {
    view! {
        <div class="outcome" role="status">
            {move || match stage.get() {
                Stage::Added => view! { <p class="outcome-good">"It is in your cart. "<a href="/cart">"View cart"</a></p> }.into_any(),
                Stage::Refused(reason) => view! { <p class="field-error">{reason}</p> }.into_any(),
                Stage::Ready | Stage::Sending => ().into_any(),
            }}
        </div>
    }
    .into_any()
}

#[island]
pub fn AddToCart(
    sku: String,
    /// As typed.
    quantity: String,
    /// Why the plain form was refused.
    error: Option<String>,
    from: String,
) -> impl IntoView {
    let stage = RwSignal::new(error.map_or(Stage::Ready, Stage::Refused));
    let input = NodeRef::<Input>::new();
    let sent = sku.clone();
    let submit = move |event: SubmitEvent| {
        let typed = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        add(&event, sent.clone(), typed, stage);
    };
    let invalid = move || matches!(stage.get(), Stage::Refused(_)).then_some("true");
    view! {
        <form method="post" action="/api/cart/add" class="add-form" on:submit=submit>
            <input type="hidden" name="from" value=from/>
            <input type="hidden" name="sku" value=sku/>
            <label for="quantity">"Quantity"</label>
            <input
                node_ref=input
                id="quantity"
                name="quantity"
                class="quantity"
                inputmode="numeric"
                autocomplete="off"
                maxlength="2"
                required=true
                value=quantity
                aria-describedby="add-outcome"
                aria-invalid=invalid
            />
            <button type="submit" class="button button-wide" aria-disabled=move || (stage.get() == Stage::Sending).then_some("true")>
                {move || stage.with(Stage::label)}
            </button>
        </form>
        <div id="add-outcome">
            <Outcome stage=stage/>
        </div>
    }
    .into_any()
}

/// For goods without a choice.
#[island]
pub fn QuickAdd(sku: String, name: String, from: String) -> impl IntoView {
    let stage = RwSignal::new(Stage::Ready);
    let sent = sku.clone();
    let submit = move |event: SubmitEvent| add(&event, sent.clone(), "1".to_owned(), stage);
    view! {
        <form method="post" action="/api/cart/add" class="quick-add" on:submit=submit>
            <input type="hidden" name="from" value=from/>
            <input type="hidden" name="sku" value=sku/>
            <input type="hidden" name="quantity" value="1"/>
            <button type="submit" aria-label=format!("Add {name} to cart")>
                {move || view! { <Drawn icon=if stage.get() == Stage::Added { Icon::Check } else { Icon::Plus }/> }}
            </button>
        </form>
        <Outcome stage=stage/>
    }
    .into_any()
}
