//! What a shopper sees of a cart, and how its totals come about: the same code for server and
//! browser.

use serde::{Deserialize, Serialize};

use crate::features::catalog::model::Image;
use crate::shared::error::AppResult;
use crate::shared::ids::{CartId, Sku};
use crate::shared::message::{Lane, OutboxMessage};
use crate::shared::money::{BasisPoints, Currency, Money};
use crate::shared::pricing::charge_rules::ChargeProblem;
use crate::shared::pricing::{
    PricingInput, PricingLine, TaxBasis, TaxClass, TaxTable, Totals, price,
};

/// A cart was deleted: what was typed for it is deleted too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartDeleted {
    pub cart_id: CartId,
}

impl OutboxMessage for CartDeleted {
    const KIND: &'static str = "cart.deleted";
    const LANE: Lane = Lane::Internal;
}

/// A cart with everything its page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CartView {
    pub currency: Currency,
    pub prices_include_tax: bool,
    /// The rates of the home country; the checkout asks for those of the address.
    pub standard_rate: BasisPoints,
    pub reduced_rate: BasisPoints,
    pub lines: Vec<CartLine>,
    /// From what subtotal on the home country's standard delivery is free.
    pub free_shipping_from: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CartLine {
    pub sku: Sku,
    pub slug: String,
    pub name: String,
    /// "Moss, M"; empty when there was nothing to choose.
    pub variant: String,
    pub image: Option<Image>,
    pub quantity: u32,
    /// The price now.
    pub unit_price: Money,
    pub tax_class: TaxClass,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// Units that can be had now.
    pub available: u32,
    pub problem: Option<LineProblem>,
}

/// What keeps a line from being ordered as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineProblem {
    /// The price moved since the line was added.
    PriceMoved {
        from: Money,
        to: Money,
    },
    /// Fewer can be had than the line holds.
    Short {
        available: u32,
    },
    SoldOut,
    /// No longer sold at all.
    Gone,
}

impl LineProblem {
    /// What happened, then what the fix button will do.
    pub fn message(&self) -> String {
        match self {
            Self::PriceMoved { from, to } => format!("The price changed from {from} to {to}."),
            Self::Short { available } => format!("Only {available} left."),
            Self::SoldOut => "Sold out.".into(),
            Self::Gone => "No longer sold.".into(),
        }
    }

    pub const fn fix(&self) -> &'static str {
        match self {
            Self::PriceMoved { .. } => "Accept the new price",
            Self::Short { .. } => "Take what is left",
            Self::SoldOut | Self::Gone => "Remove",
        }
    }
}

impl CartView {
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Units over all lines: what the badge shows.
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    pub fn has_problems(&self) -> bool {
        self.lines.iter().any(|line| line.problem.is_some())
    }

    pub fn needs_shipping(&self) -> bool {
        self.lines.iter().any(|line| line.needs_shipping)
    }

    /// Grams of everything that is shipped.
    pub fn weight_grams(&self) -> u64 {
        self.lines
            .iter()
            .filter(|l| l.needs_shipping)
            .map(|l| u64::from(l.weight_grams) * u64::from(l.quantity))
            .sum()
    }

    /// What the pricing rules need; shipping joins in the checkout.
    pub fn pricing_input(&self) -> PricingInput {
        let lines = self
            .lines
            .iter()
            .map(|line| PricingLine {
                sku: line.sku.clone(),
                name: if line.variant.is_empty() {
                    line.name.clone()
                } else {
                    format!("{} ({})", line.name, line.variant)
                },
                quantity: line.quantity,
                unit_price: line.unit_price,
                tax_class: line.tax_class,
                needs_shipping: line.needs_shipping,
            })
            .collect();
        PricingInput {
            currency: self.currency,
            prices_include_tax: self.prices_include_tax,
            taxes: TaxTable {
                basis: TaxBasis::Shop,
                standard: self.standard_rate,
                reduced: self.reduced_rate,
            },
            lines,
            promotions: Vec::new(),
            shipping: None,
        }
    }

    /// The exact totals, before shipping.
    ///
    /// # Errors
    /// `Internal` if an amount overflows.
    pub fn totals(&self) -> AppResult<Totals> {
        price(&self.pricing_input())
    }

    /// What keeps this cart from being paid, whatever is chosen at the checkout.
    ///
    /// Delivery may lift a small sum over the minimum, so of goods that are sent only the checkout
    /// can say that it does not.
    pub fn charge_problem(&self) -> Option<ChargeProblem> {
        let problem = self.totals().ok()?.charge_problem()?;
        let is_settled_later =
            self.needs_shipping() && matches!(problem, ChargeProblem::BelowMinimum { .. });
        (!is_settled_later).then_some(problem)
    }

    /// How much is missing for free delivery, if anything.
    pub fn missing_for_free_shipping(&self) -> Option<Money> {
        let threshold = self.free_shipping_from?;
        let totals = self.totals().ok()?;
        let goods = totals.items.checked_sub(totals.discount).ok()?;
        let missing = threshold.checked_sub(goods).ok()?;
        (!missing.is_negative() && !missing.is_zero() && !self.is_empty()).then_some(missing)
    }
}

/// What adding to the cart tells the button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Units now in the cart.
    pub units: u32,
}

/// One line as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLine {
    pub sku: Sku,
    pub quantity: u32,
    /// Minor units of the price when the line was added or last accepted.
    pub seen_price: i64,
}

/// What one cart may hold.
#[derive(Clone, Copy, Debug)]
pub struct MergeLimits {
    /// Units of one line.
    pub quantity: u32,
    pub lines: u32,
}

/// How two carts became one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineMerge {
    /// There was only one.
    Alone,
    Whole,
    /// Something was more than one cart may hold.
    Lowered,
}

/// Joins what was chosen just now with what was kept: quantities of one sku add up to at most the
/// limit, new lines stand first, and beyond the limit of lines the kept ones go. What stock allows
/// is said by the cart itself.
pub fn merge_lines(
    fresh: Vec<StoredLine>,
    kept: Vec<StoredLine>,
    limits: MergeLimits,
) -> (Vec<StoredLine>, LineMerge) {
    if kept.is_empty() {
        return (fresh, LineMerge::Alone);
    }
    let mut merged = LineMerge::Whole;
    let mut lines = fresh;
    for line in kept {
        if let Some(known) = lines.iter_mut().find(|known| known.sku == line.sku) {
            let sum = known.quantity.saturating_add(line.quantity);
            known.quantity = sum.min(limits.quantity).max(known.quantity);
            if known.quantity < sum {
                merged = LineMerge::Lowered;
            }
        } else if lines.len() < limits.lines as usize {
            lines.push(line);
        } else {
            merged = LineMerge::Lowered;
        }
    }
    (lines, merged)
}

/// The value of the hint cookie: the number of units, nothing else.
pub fn hint(units: u32) -> String {
    format!("c={units}")
}

/// Reads the number back; anything unexpected is an empty cart.
#[cfg(feature = "hydrate")]
pub fn units_in_hint(value: &str) -> u32 {
    value.strip_prefix("c=").and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// What became of a guest's cart at sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartMerge {
    /// There was nothing to join.
    Nothing,
    Merged,
    /// Merged, and some quantities passed what one cart may hold.
    Lowered,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sku: &str, quantity: u32, seen_price: i64) -> StoredLine {
        StoredLine { sku: Sku::new(sku), quantity, seen_price }
    }

    #[test]
    fn cart_4_r74_quantities_add_up_to_the_limit_and_nothing_chosen_just_now_is_lost() {
        let limits = MergeLimits { quantity: 10, lines: 3 };
        let fresh = vec![line("MUG", 2, 1_200), line("TEAPOT", 10, 4_900)];
        assert_eq!(merge_lines(fresh.clone(), vec![], limits), (fresh.clone(), LineMerge::Alone));
        let (lines, merged) =
            merge_lines(fresh.clone(), vec![line("MUG", 3, 1_100), line("PLATE", 1, 900)], limits);
        assert_eq!(
            (lines, merged),
            (
                vec![line("MUG", 5, 1_200), line("TEAPOT", 10, 4_900), line("PLATE", 1, 900)],
                LineMerge::Whole
            )
        );
        let (lines, merged) = merge_lines(fresh.clone(), vec![line("TEAPOT", 1, 1)], limits);
        assert_eq!((lines, merged), (fresh.clone(), LineMerge::Lowered));
        let (lines, merged) =
            merge_lines(fresh, vec![line("PLATE", 1, 900), line("BOWL", 1, 900)], limits);
        assert_eq!((lines.len(), merged), (3, LineMerge::Lowered));
    }
    #[test]
    fn pay_15_a_cart_that_cannot_be_paid_says_so_before_the_checkout() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        let line = CartLine {
            sku: Sku::new("PIN"),
            slug: "pin".into(),
            name: "Pin".into(),
            variant: String::new(),
            image: None,
            quantity: 1,
            unit_price: eur(30),
            tax_class: TaxClass::Standard,
            weight_grams: 0,
            needs_shipping: false,
            available: 99,
            problem: None,
        };
        let with = |line: CartLine| CartView {
            currency: Currency::EUR,
            prices_include_tax: true,
            standard_rate: BasisPoints(2_100),
            reduced_rate: BasisPoints(900),
            lines: vec![line],
            free_shipping_from: None,
        };
        let code = |line| with(line).charge_problem().map(|problem| problem.code());
        assert_eq!(code(line.clone()), Some("total_below_minimum"));
        assert_eq!(code(CartLine { quantity: 2, ..line.clone() }), None);
        assert_eq!(
            code(CartLine { unit_price: eur(0), ..line.clone() }),
            None,
            "there is nothing to pay"
        );
        // Delivery may lift it over the minimum; nothing takes it below the maximum again.
        assert_eq!(code(CartLine { needs_shipping: true, ..line.clone() }), None);
        let dear = CartLine { unit_price: eur(100_000_000), needs_shipping: true, ..line };
        assert_eq!(code(dear), Some("total_above_maximum"));
    }
}
