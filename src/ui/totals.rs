//! What everything costs together, and why: the same block in cart, checkout and order.

use leptos::prelude::*;

use crate::shared::pricing::{TraceStep, Totals};

/// What is said where no delivery has been chosen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShippingLine {
    /// Its price is part of the total.
    Priced,
    /// "Worked out in the checkout".
    Later,
    /// Nothing is sent.
    None,
}

#[component]
pub fn TotalsBlock(totals: Totals, shipping: ShippingLine) -> impl IntoView {
    let shipping_text = match shipping {
        ShippingLine::Priced if totals.shipping.is_zero() => Some("Free".to_owned()),
        ShippingLine::Priced => Some(totals.shipping.to_string()),
        ShippingLine::Later => Some("Worked out at checkout".to_owned()),
        ShippingLine::None => None,
    };
    let discount = (!totals.discount.is_zero()).then(|| format!("−{}", totals.discount));
    let includes_tax = totals.prices_include_tax;
    let taxes: Vec<(String, String)> = totals
        .tax_per_rate
        .iter()
        .filter(|part| part.rate.0 > 0)
        .map(|part| (if includes_tax { format!("Includes {} tax", part.rate) } else { format!("{} tax", part.rate) }, part.tax.to_string()))
        .collect();
    // Tax that prices contain is a remark below the total; tax on top is a step on the way to it.
    let (added, contained) = if includes_tax { (Vec::new(), taxes) } else { (taxes, Vec::new()) };
    view! {
        <dl class="totals">
            <Amount label="Items".to_owned() amount=totals.items.to_string()/>
            {discount.map(|amount| view! { <Amount label="Discount".to_owned() amount=amount/> })}
            {shipping_text.map(|amount| view! { <Amount label="Shipping".to_owned() amount=amount/> })}
            {added.into_iter().map(|(label, amount)| view! { <Amount label=label amount=amount/> }).collect_view()}
            <div class="totals-sum">
                <dt>"Total"</dt>
                <dd>{totals.total.to_string()}</dd>
            </div>
            {contained.into_iter().map(|(label, amount)| view! { <Amount label=label amount=amount/> }).collect_view()}
        </dl>
        <Trace steps=totals.trace total=totals.total.to_string()/>
    }
}

/// "Why this total?": every step, adding up to it.
#[component]
fn Trace(steps: Vec<TraceStep>, total: String) -> impl IntoView {
    view! {
        <details class="trace">
            <summary>"Why this total?"</summary>
            <dl class="totals">
                {steps.into_iter().map(|step| view! { <Amount label=step.label amount=step.amount.to_string()/> }).collect_view()}
                <div class="totals-sum">
                    <dt>"Total"</dt>
                    <dd>{total}</dd>
                </div>
            </dl>
        </details>
    }
}

#[component]
fn Amount(label: String, amount: String) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{amount}</dd>
        </div>
    }
}
