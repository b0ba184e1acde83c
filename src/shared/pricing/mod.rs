//! The price of a cart: one pure function, the same for the server that decides and the browser
//! that shows it at once.

use std::collections::BTreeMap;
use strum::VariantArray as _;

use serde::{Deserialize, Serialize};

use super::error::{AppError, AppResult};
use super::ids::Sku;
use super::money::{BasisPoints, Currency, Money};

pub mod charge_rules;
mod delivery;
mod promotions;
mod taxes;
mod trace;

use charge_rules::{ChargeProblem, charge_problem};
pub use promotions::{LineDiscount, Promotion, PromotionEffect, PromotionScope};
pub use taxes::{TaxAmount, TaxBasis, TaxCategory, TaxClass, TaxTable};
pub use trace::{TraceKind, TraceStep};

/// Lines a cart may have.
pub const MAX_LINES: u32 = 100;
/// Pieces of one SKU a cart may have, over all its lines.
pub const MAX_QUANTITY: u32 = 99;
/// The highest price of one piece or of a delivery, in minor units.
pub const MAX_PRICE_MINOR: i64 = 1_000_000_000;

/// All that decides a total. The server fills it from its own records: a request never carries an
/// amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingInput {
    pub currency: Currency,
    /// Whether all prices, that of shipping too, already contain their tax.
    pub prices_include_tax: bool,
    /// The rates where it goes; at home until an address is known.
    pub taxes: TaxTable,
    pub lines: Vec<PricingLine>,
    /// In the order in which they apply.
    pub promotions: Vec<Promotion>,
    /// The chosen method; it costs nothing while no line needs shipping.
    pub shipping: Option<ShippingPrice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingLine {
    pub sku: Sku,
    pub name: String,
    /// 1 to `MAX_QUANTITY`.
    pub quantity: u32,
    /// Of one piece, from 0 to `MAX_PRICE_MINOR`.
    pub unit_price: Money,
    pub tax_class: TaxClass,
    pub needs_shipping: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingPrice {
    /// The method's id.
    pub method: String,
    pub name: String,
    /// From 0 to `MAX_PRICE_MINOR`, before `free_from` is looked at.
    pub price: Money,
    /// The price falls to zero once the items, less any discount, reach this.
    pub free_from: Option<Money>,
    pub tax_class: TaxClass,
}

/// What a cart costs and why.
///
/// Invariants: the steps of `trace` that are not included add up to `total`; the taxes of the lines
/// and of shipping add up to `tax`, and so does `tax_per_rate`; the discounts of the lines add up
/// to `discount`; no amount but a discount's step is negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// In the order of the cart's lines.
    pub lines: Vec<LineTotal>,
    /// All lines, before discount.
    pub items: Money,
    /// What promotions take off the lines, as a positive amount.
    pub discount: Money,
    /// What the delivery costs after promotions.
    pub shipping: Money,
    /// What promotions took off the delivery, as a positive amount.
    pub shipping_discount: Money,
    /// The part of `tax` that shipping bears.
    pub shipping_tax: Money,
    pub shipping_tax_rate: BasisPoints,
    pub shipping_tax_category: TaxCategory,
    /// Contained in the other amounts if `prices_include_tax`, else on top of them.
    pub tax: Money,
    /// Highest rate first; rates without any amount are left out.
    pub tax_per_rate: Vec<TaxAmount>,
    pub total: Money,
    pub prices_include_tax: bool,
    pub trace: Vec<TraceStep>,
    /// What to add for free shipping; `None` if shipping is free already or never will be.
    pub missing_for_free_shipping: Option<Money>,
}

impl Totals {
    /// What keeps the total from being paid, if anything.
    pub fn charge_problem(&self) -> Option<ChargeProblem> {
        charge_problem(self.total)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTotal {
    pub sku: Sku,
    pub quantity: u32,
    pub unit_price: Money,
    /// Quantity times unit price.
    pub subtotal: Money,
    /// What promotions take off, as a positive amount: at most `subtotal`, and the sum of
    /// `discounts`.
    pub discount: Money,
    pub discounts: Vec<LineDiscount>,
    /// `subtotal` less `discount`; like both it contains the tax if prices do.
    pub total: Money,
    pub tax_class: TaxClass,
    pub tax_rate: BasisPoints,
    pub tax_category: TaxCategory,
    /// Reckoned on `total`.
    pub tax: Money,
}

/// Prices a cart.
///
/// Promotions come first, in their order; tax is reckoned on what they leave. It is reckoned once
/// per rate on everything taxed at it, then handed to lines and shipping by largest remainder: the
/// rate's figure is right to half a minor unit however many lines there are, and each line knows
/// its own tax for a refund.
///
/// Tax that comes on top is part of what is charged, so it is rounded to the currency's step and
/// handed out in steps: KWD 12.340 and 5 % tax cost KWD 12.960, and each line can be given back
/// alone. Tax that prices contain is only named, to the minor unit. Prices are multiples of the
/// step where they are set, so totals are as well.
///
/// The last units of a split go to lines in the order of their SKUs, not of the cart: moving a line
/// changes the price of none.
///
/// Errors: `too_many_lines`, `quantity_out_of_range`, `price_out_of_range` (422); internal if
/// currencies are mixed or a rate exceeds 100 %, which only our own records can cause.
pub fn price(input: &PricingInput) -> AppResult<Totals> {
    check(input)?;
    reckon(input).ok_or_else(|| AppError::internal("a cart cannot be priced"))
}

/// `None` if an amount leaves `i64` or currencies are mixed: `check` lets neither through.
fn reckon(input: &PricingInput) -> Option<Totals> {
    let currency = input.currency;
    let order = order_of_splits(&input.lines);
    let mut lines = Vec::with_capacity(input.lines.len());
    for line in &input.lines {
        lines.push(undiscounted(line, &input.taxes)?);
    }
    let items = Money::try_sum(currency, lines.iter().map(|line| line.subtotal))?;
    let taken = promotions::discount_lines(input, &order, &mut lines)?;
    let discount = Money::try_sum(currency, taken.iter().copied())?;
    let goods = items.try_sub(discount)?;
    let delivery = delivery::delivery(input, goods)?;
    let shipping = delivery.price.try_sub(delivery.discount)?;
    let taxes::TaxResult { shipping_tax, per_rate: tax_per_rate } =
        taxes::calculate_taxes(input, &order, &mut lines, shipping)?;
    let tax = Money::try_sum(currency, tax_per_rate.iter().map(|part| part.tax))?;

    let before_tax = goods.try_add(shipping)?;
    let total = if input.prices_include_tax { before_tax } else { before_tax.try_add(tax)? };
    let trace = trace::trace(input, &lines, &taken, &delivery, &tax_per_rate);
    let shipping_class =
        input.shipping.as_ref().map_or(TaxClass::Standard, |method| method.tax_class);
    Some(Totals {
        lines,
        items,
        discount,
        shipping,
        shipping_discount: delivery.discount,
        shipping_tax,
        shipping_tax_rate: input.taxes.rate(shipping_class),
        shipping_tax_category: input.taxes.category(shipping_class),
        tax,
        tax_per_rate,
        total,
        prices_include_tax: input.prices_include_tax,
        trace,
        missing_for_free_shipping: delivery.missing_for_free,
    })
}

fn undiscounted(line: &PricingLine, taxes: &TaxTable) -> Option<LineTotal> {
    let subtotal = line.unit_price.try_times(line.quantity)?;
    let zero = Money::zero(subtotal.currency());
    Some(LineTotal {
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        subtotal,
        discount: zero,
        discounts: Vec::new(),
        total: subtotal,
        tax_class: line.tax_class,
        tax_rate: taxes.rate(line.tax_class),
        tax_category: taxes.category(line.tax_class),
        tax: zero,
    })
}

/// The places of the lines by SKU; lines of one SKU by quantity, then by price.
fn order_of_splits(lines: &[PricingLine]) -> Vec<usize> {
    let key = |at: usize| (&lines[at].sku, lines[at].quantity, lines[at].unit_price.minor());
    let mut order: Vec<usize> = Vec::with_capacity(lines.len());
    for at in 0..lines.len() {
        let place = order.partition_point(|&other| key(other) <= key(at));
        order.insert(place, at);
    }
    order
}

fn sum(amounts: &[i64]) -> Option<i64> {
    amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount))
}

/// The largest cart these limits allow, at 100 % tax, stays below 2 × 10¹³: far inside `i64`.
fn check(input: &PricingInput) -> AppResult<()> {
    if !u32::try_from(input.lines.len()).is_ok_and(|count| count <= MAX_LINES) {
        let message =
            format!("A cart holds at most {MAX_LINES} different items. Remove one first.");
        return Err(AppError::invalid("too_many_lines", message));
    }
    let mut per_sku: BTreeMap<&Sku, u32> = BTreeMap::new();
    for line in &input.lines {
        let pieces = per_sku.entry(&line.sku).or_default();
        *pieces = pieces.saturating_add(line.quantity);
        if line.quantity == 0 || *pieces > MAX_QUANTITY {
            let message = format!("Choose a quantity from 1 to {MAX_QUANTITY} per item.");
            return Err(AppError::invalid("quantity_out_of_range", message));
        }
        check_price(line.unit_price, input.currency)?;
    }
    for rate in TaxClass::VARIANTS.iter().copied().map(|class| input.taxes.rate(class)) {
        if rate > BasisPoints::WHOLE {
            return Err(AppError::internal(format_args!("a tax rate of {rate}")));
        }
    }
    input.promotions.iter().try_for_each(|promotion| promotion.check(input))?;
    let Some(shipping) = &input.shipping else { return Ok(()) };
    check_price(shipping.price, input.currency)?;
    shipping.free_from.map_or(Ok(()), |limit| limit.compare(shipping.price).map(|_| ()))
}

fn check_price(amount: Money, currency: Currency) -> AppResult<()> {
    amount.compare(Money::zero(currency))?;
    if (0..=MAX_PRICE_MINOR).contains(&amount.minor()) {
        return Ok(());
    }
    let (lowest, highest) = (Money::zero(currency), Money::new(MAX_PRICE_MINOR, currency));
    Err(AppError::invalid(
        "price_out_of_range",
        format!("A price lies between {lowest} and {highest}."),
    ))
}

#[cfg(test)]
mod tests;
