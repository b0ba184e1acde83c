//! Why a total is what it is: one step after another, in words.

use serde::{Deserialize, Serialize};

use super::delivery::Delivery;
use super::taxes::TaxAmount;
use super::{LineTotal, PricingInput};
use crate::shared::money::{BasisPoints, Money};

/// One step from nothing to the total, in the words shopper, order and staff all see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceStep {
    pub kind: TraceKind,
    pub label: String,
    /// Negative for a discount.
    pub amount: Money,
    /// Already part of the steps above, so not added again: tax that prices contain.
    pub included: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceKind {
    Line,
    Discount,
    Shipping,
    Tax,
}

/// Lines, what promotions take off them, the delivery and what a promotion takes off that, taxes.
/// `taken` is what each promotion takes off the lines; one that takes off nothing is left out.
pub(super) fn trace(
    input: &PricingInput,
    lines: &[LineTotal],
    taken: &[Money],
    delivery: &Delivery<'_>,
    taxes: &[TaxAmount],
) -> Vec<TraceStep> {
    let added = |kind, label, amount| TraceStep { kind, label, amount, included: false };
    let taken_off = |label: &str, amount: Money| {
        let amount = Money::new(amount.minor().saturating_neg(), amount.currency());
        added(TraceKind::Discount, label.to_owned(), amount)
    };
    let mut steps: Vec<TraceStep> = Vec::with_capacity(lines.len() + taxes.len() + 1);
    for (line, total) in input.lines.iter().zip(lines) {
        steps.push(added(
            TraceKind::Line,
            format!("{} × {}", line.name, line.quantity),
            total.subtotal,
        ));
    }
    for (promotion, &amount) in
        input.promotions.iter().zip(taken).filter(|(_, amount)| !amount.is_zero())
    {
        steps.push(taken_off(&promotion.label, amount));
    }
    if let Some(method) = delivery.method {
        let label = match method.free_from {
            Some(limit) if delivery.price.is_zero() && !method.price.is_zero() => {
                format!("Shipping: {}, free from {limit}", method.name)
            }
            _ => format!("Shipping: {}", method.name),
        };
        steps.push(added(TraceKind::Shipping, label, delivery.price));
    }
    if let Some(promotion) = delivery.free_by {
        steps.push(taken_off(&promotion.label, delivery.discount));
    }
    for part in taxes.iter().filter(|part| part.rate > BasisPoints(0)) {
        let (label, included) = if input.prices_include_tax {
            (format!("Includes {} tax", part.rate), true)
        } else {
            (format!("{} tax", part.rate), false)
        };
        steps.push(TraceStep { kind: TraceKind::Tax, label, amount: part.tax, included });
    }
    steps
}
