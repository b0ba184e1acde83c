//! What is being bought: beside the form on a wide screen, folded above it on a phone with the
//! total in sight.

use leptos::prelude::*;

use crate::features::cart::model::{CartLine, CartView};
use crate::shared::pricing::Totals;
use crate::ui::field::HINT;
use crate::ui::goods_line::LinePicture;
use crate::ui::picture::Picture;
use crate::ui::summary::SUMMARY_BESIDE;
use crate::ui::totals::{ShippingLine, TotalsBlock};

const LINE_SIZES: &str = "4rem";
/// Pressed to unfold, with an arrow in front.
const FOLD: &str = "gap-2 text-lead group-open/fold:mb-4 before:mx-1 before:mb-1 before:size-2 before:rotate-45 before:border-r-2 before:border-b-2 group-open/fold:before:-mb-1 group-open/fold:before:rotate-225";

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
        <aside class=SUMMARY_BESIDE aria-label="Your order">
            <details class="group/fold" data-fold="">
                <summary class=FOLD><span>"Your order"</span><strong class="ml-auto" data-sums="">{sums}</strong></summary>
                <ul class="mb-4 grid gap-3.5">
                    {cart.lines.into_iter().map(|line| view! { <SummaryLine line=line/> }).collect_view()}
                </ul>
                <div data-sums="">{blocks}</div>
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
        <li class="grid grid-cols-[4rem_minmax(0,1fr)_auto] gap-3">
            <LinePicture>{picture}</LinePicture>
            <p class="*:block">
                <span class="leading-snug font-semibold">{line.name}</span>
                {(!line.variant.is_empty()).then(|| view! { <span class=HINT>{line.variant}</span> })}
                <span class=HINT>{line.quantity}" × "{line.unit_price.to_string()}</span>
            </p>
            <p class="text-right font-semibold tabular-nums">{total}</p>
        </li>
    }
    .into_any()
}
