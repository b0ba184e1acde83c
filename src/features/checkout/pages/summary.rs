//! What is being bought: beside the form on a wide screen, folded above it on a phone with the total in sight.

use leptos::prelude::*;

use crate::features::cart::model::{CartLine, CartView};
use crate::shared::pricing::Totals;
use crate::ui::picture::Picture;
use crate::ui::totals::{ShippingLine, TotalsBlock};

const LINE_SIZES: &str = "4rem";

#[component]
pub fn Summary(cart: CartView, totals: Totals, shipping: ShippingLine) -> impl IntoView {
    let total = totals.total.to_string();
    view! {
        <aside class="summary summary-beside" aria-label="Your order">
            <details class="summary-fold">
                <summary><span>"Your order"</span><strong>{total}</strong></summary>
                <ul class="summary-lines">
                    {cart.lines.into_iter().map(|line| view! { <SummaryLine line=line/> }).collect_view()}
                </ul>
                <TotalsBlock totals=totals shipping=shipping/>
            </details>
        </aside>
    }
    .into_any()
}

#[component]
fn SummaryLine(line: CartLine) -> impl IntoView {
    let picture = line.image.map(|image| {
        view! { <Picture stem=image.stem alt=String::new() width=image.width height=image.height widths=image.widths sizes=LINE_SIZES/> }
    });
    let total = line.unit_price.checked_times(line.quantity).map(|total| total.to_string()).unwrap_or_default();
    view! {
        <li>
            <div class="cart-line-picture">{picture}</div>
            <p>
                <span class="cart-line-name">{line.name}</span>
                {(!line.variant.is_empty()).then(|| view! { <span class="hint">{line.variant}</span> })}
                <span class="hint">{line.quantity}" × "{line.unit_price.to_string()}</span>
            </p>
            <p class="cart-line-total">{total}</p>
        </li>
    }
    .into_any()
}
