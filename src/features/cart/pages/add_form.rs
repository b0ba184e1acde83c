//! The forms that put something into the cart.

use leptos::prelude::*;

use crate::features::cart::islands::AddToCart;
use crate::shared::ids::Sku;
use crate::shared::money::Money;
use crate::ui::button::{PRIMARY, WIDE};
use crate::ui::field::CONTROL;
use crate::ui::form::{FieldState, PostForm};
use crate::ui::icon::{Drawn, Icon};

/// The page shows the bar by it: see `style/mechanics.css`.
const FORM_ID: &str = "add-to-cart";

/// What a button says in each stage of the island around it.
const READY: &str = "sending:hidden added:hidden";
const SENDING: &str = "not-sending:hidden";
const ADDED: &str = "not-added:hidden";

/// Where a pointer hovers, it appears with the tile under it; elsewhere it is always there.
const QUICK: &str = "pointer-events-auto grid size-11 place-items-center rounded-full bg-raised text-accent shadow-lifted transition-opacity hover:bg-accent hover:text-on-accent pointer:ready:group-not-[:hover,:focus-within]/tile:opacity-0";

/// On a phone, once the form's own button is off the screen: the same form's second button.
#[component]
pub fn BuyBar(price: Money) -> impl IntoView {
    view! {
        <div class="fixed inset-x-0 bottom-0 z-2 items-center justify-between gap-4 border-t border-line bg-paper px-edge pt-2.5 pb-[calc(0.625rem+env(safe-area-inset-bottom))]" data-buy-bar="">
            <p class="text-heading font-semibold tabular-nums">{price.to_string()}</p>
            <button type="submit" form=FORM_ID class=PRIMARY aria-label=format!("Add to cart, {price}")>"Add to cart"</button>
        </div>
    }
}

/// With a quantity, on the product's own page.
#[component]
pub fn AddForm(sku: Sku, quantity: FieldState, from: String) -> impl IntoView {
    let invalid = quantity.error.as_ref().map(|_| "true");
    view! {
        <AddToCart outcome_id="quantity-outcome".to_owned()>
            <PostForm action="/api/cart/add" from=from class="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1" id=FORM_ID>
                <input type="hidden" name="sku" value=sku.to_string()/>
                <label class="col-span-full" for="quantity">"Quantity"</label>
                <input
                    id="quantity"
                    name="quantity"
                    class=format!("{CONTROL} min-h-13 w-18 text-center")
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="2"
                    required=true
                    value=quantity.value
                    aria-invalid=invalid
                    aria-describedby=invalid.map(|_| "quantity-error")
                />
                <button type="submit" class=WIDE>
                    <span class=READY>"Add to cart"</span>
                    <span class=SENDING>"Adding…"</span>
                    <span class=ADDED>"Added"</span>
                </button>
                {quantity.error.map(|text| view! { <p class="col-span-full text-fine text-error sending:hidden added:hidden" id="quantity-error">{text}</p> })}
            </PostForm>
        </AddToCart>
    }
    .into_any()
}

/// One press, on a tile: for goods without a choice.
#[component]
pub fn QuickAdd(sku: Sku, name: String, from: String) -> impl IntoView {
    view! {
        <AddToCart>
            <PostForm action="/api/cart/add" from=from class="pointer-events-none absolute inset-x-0 top-0 flex aspect-square items-end justify-end p-2.5">
                <input type="hidden" name="sku" value=sku.to_string()/>
                <input type="hidden" name="quantity" value="1"/>
                <button type="submit" class=QUICK aria-label=format!("Add {name} to cart")>
                    <span class=READY><Drawn icon=Icon::Plus/></span>
                    <span class=SENDING><Drawn icon=Icon::Basket/></span>
                    <span class=ADDED><Drawn icon=Icon::Check/></span>
                </button>
            </PostForm>
        </AddToCart>
    }
    .into_any()
}
