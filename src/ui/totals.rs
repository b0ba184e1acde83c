//! What everything costs together, and why: the same block in cart, checkout and order.

use leptos::prelude::*;

use crate::shared::money::Money;
use crate::shared::pricing::{Totals, TraceKind};

/// What is said where no delivery has been chosen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShippingLine {
    /// Its price is part of the total.
    Priced,
    /// As `Priced`, before anybody said where it goes.
    Estimated,
    Later,
    /// Nothing is sent.
    None,
}

/// One line of figures.
struct Row {
    label: String,
    amount: String,
    class: &'static str,
}

/// What all lines above add up to.
const SUM: &str = "border-t border-line pt-2.5 text-large font-semibold";
/// What stands below the sum and adds nothing to it.
const REMARK: &str = "text-small text-soft";

impl Row {
    fn new(label: impl Into<String>, amount: impl ToString) -> Self {
        Self { label: label.into(), amount: amount.to_string(), class: "" }
    }

    fn sum(totals: &Totals) -> Self {
        Self { class: SUM, ..Self::new("Total", totals.total) }
    }
}

#[component]
pub fn TotalsBlock(totals: Totals, shipping: ShippingLine) -> impl IntoView {
    view! {
        <Rows rows=short(&totals, shipping)/>
        <details class="mt-1 text-fine print:hidden">
            <summary class="text-accent">"Why this total?"</summary>
            <Rows rows=steps(&totals)/>
        </details>
    }
}

#[component]
fn Rows(rows: Vec<Row>) -> impl IntoView {
    view! {
        <dl class="grid gap-1.5 tabular-nums *:flex *:justify-between *:gap-4 [&_dd]:text-right">
            {rows
                .into_iter()
                .map(|row| view! { <div class=row.class><dt>{row.label}</dt><dd>{row.amount}</dd></div> })
                .collect_view()}
        </dl>
    }
}

fn free_or(price: Money) -> String {
    if price.is_zero() { "Free".to_owned() } else { price.to_string() }
}

/// A few sums. Tax that prices contain is a remark below the total; tax on top is a step on the way
/// to it.
fn short(totals: &Totals, shipping: ShippingLine) -> Vec<Row> {
    let mut rows = vec![Row::new("Items", totals.items)];
    if !totals.discount.is_zero() {
        rows.push(Row::new("Discount", format!("−{}", totals.discount)));
    }
    match shipping {
        ShippingLine::Priced => rows.push(Row::new("Shipping", free_or(totals.shipping))),
        ShippingLine::Estimated => {
            rows.push(Row::new("Shipping (estimate)", free_or(totals.shipping)))
        }
        ShippingLine::Later => rows.push(Row::new("Shipping", "Worked out at checkout")),
        ShippingLine::None => {}
    }
    let taxes = totals
        .trace
        .iter()
        .filter(|step| step.kind == TraceKind::Tax)
        .map(|step| Row::new(step.label.clone(), step.amount));
    if totals.prices_include_tax {
        rows.push(Row::sum(totals));
        rows.extend(taxes.map(|row| Row { class: REMARK, ..row }));
    } else {
        rows.extend(taxes);
        rows.push(Row::sum(totals));
    }
    rows
}

/// Every step, adding up to the total.
fn steps(totals: &Totals) -> Vec<Row> {
    let steps = totals.trace.iter().map(|step| Row::new(step.label.clone(), step.amount));
    steps.chain([Row::sum(totals)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::ids::Sku;
    use crate::shared::money::{BasisPoints, Currency};
    use crate::shared::pricing::{
        PricingInput, PricingLine, Promotion, PromotionEffect, PromotionScope, TaxClass, TaxTable,
        price,
    };

    fn totals(prices_include_tax: bool) -> Totals {
        discounted(prices_include_tax, Vec::new())
    }

    fn discounted(prices_include_tax: bool, promotions: Vec<Promotion>) -> Totals {
        let line = PricingLine {
            sku: Sku::new("A"),
            name: "Teapot".into(),
            quantity: 2,
            unit_price: Money::new(1210, Currency::EUR),
            tax_class: TaxClass::Standard,
            needs_shipping: true,
        };
        let taxes = TaxTable { standard: BasisPoints(2100), ..TaxTable::default() };
        price(&PricingInput {
            currency: Currency::EUR,
            prices_include_tax,
            taxes,
            lines: vec![line],
            promotions,
            shipping: None,
        })
        .unwrap()
    }

    fn labels(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(|row| row.label.as_str()).collect()
    }

    #[test]
    fn contained_tax_stands_below_the_total_and_added_tax_above() {
        assert_eq!(
            labels(&short(&totals(true), ShippingLine::Later)),
            ["Items", "Shipping", "Total", "Includes 21% tax"]
        );
        assert_eq!(
            labels(&short(&totals(false), ShippingLine::None)),
            ["Items", "21% tax", "Total"]
        );
    }

    #[test]
    fn a_discount_is_a_sum_of_its_own_and_a_step_with_its_name() {
        let promotion = Promotion {
            id: "spring".into(),
            label: "Spring sale".into(),
            effect: PromotionEffect::PercentOff(BasisPoints(1000)),
            scope: PromotionScope::AllLines,
        };
        let totals = discounted(true, vec![promotion]);
        let amounts = |rows: &[Row]| {
            rows.iter().map(|row| format!("{} {}", row.label, row.amount)).collect::<Vec<_>>()
        };
        assert_eq!(
            amounts(&short(&totals, ShippingLine::None)),
            ["Items €24.20", "Discount −€2.42", "Total €21.78", "Includes 21% tax €3.78"]
        );
        assert_eq!(
            amounts(&steps(&totals)),
            ["Teapot × 2 €24.20", "Spring sale −€2.42", "Includes 21% tax €3.78", "Total €21.78"]
        );
    }

    #[test]
    fn cart_9_every_step_is_named() {
        let rows = steps(&totals(false));
        assert_eq!(labels(&rows), ["Teapot × 2", "21% tax", "Total"]);
        assert_eq!(rows.last().map(|row| row.amount.clone()), Some("€29.28".into()));
    }
}
