//! What is being bought: beside the form on a wide screen, folded above it on a phone with the
//! total in sight.

use leptos::prelude::*;

use crate::features::cart::model::{CartLine, CartView};
use crate::shared::pricing::Totals;
use crate::ui::picture::Picture;
use crate::ui::totals::{ShippingLine, TotalsBlock};

const LINE_SIZES: &str = "4rem";

#[component]
pub fn Summary(
    cart: CartView,
    /// One, or one for each way of delivery in the order of the form.
    totals: Vec<Totals>,
    shipping: ShippingLine,
) -> impl IntoView {
    let sums = totals
        .iter()
        .map(|totals| view! { <span>{totals.total.to_string()}</span> })
        .collect_view();
    let blocks = totals
        .into_iter()
        .map(|totals| view! { <div><TotalsBlock totals=totals shipping=shipping/></div> })
        .collect_view();
    view! {
        <aside class="summary summary-beside" aria-label="Your order">
            <details class="summary-fold">
                <summary><span>"Your order"</span><strong class="sums">{sums}</strong></summary>
                <ul class="summary-lines">
                    {cart.lines.into_iter().map(|line| view! { <SummaryLine line=line/> }).collect_view()}
                </ul>
                <div class="sums">{blocks}</div>
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
    let total = line
        .unit_price
        .checked_times(line.quantity)
        .map(|total| total.to_string())
        .unwrap_or_default();
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
