//! The forms that put something into the cart.

use leptos::prelude::*;

use crate::features::cart::islands::AddToCart;
use crate::shared::ids::Sku;
use crate::shared::money::Money;
use crate::ui::form::{FieldState, PostForm};
use crate::ui::icon::{Drawn, Icon};

const FORM_ID: &str = "add-to-cart";

/// On a phone, once the form's own button is off the screen: the same form's second button.
#[component]
pub fn BuyBar(price: Money) -> impl IntoView {
    view! {
        <div class="buy-bar">
            <p class="price">{price.to_string()}</p>
            <button type="submit" form=FORM_ID class="button" aria-label=format!("Add to cart, {price}")>"Add to cart"</button>
        </div>
    }
}

/// With a quantity, on the product's own page.
#[component]
pub fn AddForm(sku: Sku, quantity: FieldState, from: String) -> impl IntoView {
    let invalid = quantity.error.as_ref().map(|_| "true");
    view! {
        <AddToCart outcome_id="quantity-outcome".to_owned()>
            <PostForm action="/api/cart/add" from=from class="add-form" id=FORM_ID>
                <input type="hidden" name="sku" value=sku.to_string()/>
                <label for="quantity">"Quantity"</label>
                <input
                    id="quantity"
                    name="quantity"
                    class="quantity"
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="2"
                    required=true
                    value=quantity.value
                    aria-invalid=invalid
                    aria-describedby=invalid.map(|_| "quantity-error")
                />
                <button type="submit" class="button button-wide">
                    <span class="when-ready">"Add to cart"</span>
                    <span class="when-sending">"Adding…"</span>
                    <span class="when-added">"Added"</span>
                </button>
                {quantity.error.map(|text| view! { <p class="field-error" id="quantity-error">{text}</p> })}
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
            <PostForm action="/api/cart/add" from=from class="quick-add">
                <input type="hidden" name="sku" value=sku.to_string()/>
                <input type="hidden" name="quantity" value="1"/>
                <button type="submit" aria-label=format!("Add {name} to cart")>
                    <span class="when-ready"><Drawn icon=Icon::Plus/></span>
                    <span class="when-sending"><Drawn icon=Icon::Basket/></span>
                    <span class="when-added"><Drawn icon=Icon::Check/></span>
                </button>
            </PostForm>
        </AddToCart>
    }
    .into_any()
}
