//! The price of a cart: one pure function, the same for the server that decides and the browser that shows it at once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::{AppError, AppResult};
use super::ids::Sku;
use super::money::{BasisPoints, Currency, Money};

pub mod charge_rules;

use charge_rules::{ChargeProblem, charge_problem};

/// Lines a cart may have.
pub const MAX_LINES: u32 = 100;
/// Pieces of one SKU a cart may have, over all its lines.
pub const MAX_QUANTITY: u32 = 99;
/// The highest price of one piece or of a delivery, in minor units.
pub const MAX_PRICE_MINOR: i64 = 1_000_000_000;

/// All that decides a total. The server fills it from its own records: a request never carries an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingInput {
    pub currency: Currency,
    /// Whether all prices, that of shipping too, already contain their tax.
    pub prices_include_tax: bool,
    pub lines: Vec<PricingLine>,
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
    /// At most 100 %.
    pub tax_rate: BasisPoints,
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
    pub tax_rate: BasisPoints,
}

/// What a cart costs and why.
///
/// Invariants: the steps of `trace` that are not included add up to `total`; the taxes of the lines and of shipping add
/// up to `tax`, and so does `tax_per_rate`; no amount but a discount's step is negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub lines: Vec<LineTotal>,
    /// All lines, before discount.
    pub items: Money,
    /// What is taken off, as a positive amount.
    pub discount: Money,
    pub shipping: Money,
    /// The part of `tax` that shipping bears.
    pub shipping_tax: Money,
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
    /// Quantity times unit price; contains the tax if prices do.
    pub subtotal: Money,
    pub tax: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAmount {
    pub rate: BasisPoints,
    /// What the tax is reckoned on, without it.
    pub net: Money,
    pub tax: Money,
}

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

/// Prices a cart.
///
/// Tax is reckoned once per rate on everything taxed at it, then handed to lines and shipping by largest remainder: the
/// rate's figure is right to half a minor unit however many lines there are, and each line knows its own tax for a
/// refund.
///
/// Tax that comes on top is part of what is charged, so it is rounded to the currency's step and
/// handed out in steps: KWD 12.340 and 5 % tax cost KWD 12.960, and each line can be given back
/// alone. Tax that prices contain is only named, to the minor unit. Prices are multiples of the step
/// where they are set, so totals are as well.
///
/// Errors: `too_many_lines`, `quantity_out_of_range`, `price_out_of_range` (422); internal if currencies are mixed or a
/// tax rate exceeds 100 %, which only our own records can cause.
pub fn price(input: &PricingInput) -> AppResult<Totals> {
    check(input)?;
    let currency = input.currency;
    let mut lines = Vec::with_capacity(input.lines.len());
    for line in &input.lines {
        lines.push(LineTotal {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            subtotal: line.unit_price.checked_times(line.quantity)?,
            tax: Money::zero(currency),
        });
    }
    let items = Money::sum(currency, lines.iter().map(|line| line.subtotal))?;
    let discount = Money::zero(currency);
    let shipped = shipping_cost(input, items.checked_sub(discount)?)?;
    let (shipping_tax, tax_per_rate) = levy_taxes(input, &mut lines, shipped.cost)?;
    let tax = Money::sum(currency, tax_per_rate.iter().map(|part| part.tax))?;

    let before_tax = items.checked_sub(discount)?.checked_add(shipped.cost)?;
    let total = if input.prices_include_tax { before_tax } else { before_tax.checked_add(tax)? };
    let trace = trace(input, &lines, &shipped, &tax_per_rate);
    Ok(Totals {
        lines,
        items,
        discount,
        shipping: shipped.cost,
        shipping_tax,
        tax,
        tax_per_rate,
        total,
        prices_include_tax: input.prices_include_tax,
        trace,
        missing_for_free_shipping: shipped.missing_for_free,
    })
}

/// The largest cart these limits allow, at 100 % tax, stays below 2 × 10¹³: far inside `i64`.
fn check(input: &PricingInput) -> AppResult<()> {
    if !u32::try_from(input.lines.len()).is_ok_and(|count| count <= MAX_LINES) {
        let message = format!("A cart holds at most {MAX_LINES} different items. Remove one first.");
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
        check_price(line.unit_price, line.tax_rate, input.currency)?;
    }
    let Some(shipping) = &input.shipping else { return Ok(()) };
    check_price(shipping.price, shipping.tax_rate, input.currency)?;
    shipping.free_from.map_or(Ok(()), |limit| limit.compare(shipping.price).map(|_| ()))
}

fn check_price(amount: Money, rate: BasisPoints, currency: Currency) -> AppResult<()> {
    amount.compare(Money::zero(currency))?;
    if rate > BasisPoints::WHOLE {
        return Err(AppError::internal(format_args!("a tax rate of {rate}")));
    }
    if (0..=MAX_PRICE_MINOR).contains(&amount.minor()) {
        return Ok(());
    }
    let (lowest, highest) = (Money::zero(currency), Money::new(MAX_PRICE_MINOR, currency));
    Err(AppError::invalid("price_out_of_range", format!("A price lies between {lowest} and {highest}.")))
}

struct Shipped {
    cost: Money,
    missing_for_free: Option<Money>,
}

fn shipping_cost(input: &PricingInput, goods: Money) -> AppResult<Shipped> {
    let free = Shipped { cost: Money::zero(input.currency), missing_for_free: None };
    let Some(method) = input.shipping.as_ref().filter(|_| input.lines.iter().any(|line| line.needs_shipping)) else {
        return Ok(free);
    };
    let missing = match method.free_from {
        Some(limit) => Some(limit.checked_sub(goods)?),
        None => None,
    };
    Ok(match missing {
        Some(missing) if missing.minor() <= 0 => free,
        _ if method.price.is_zero() => free,
        missing => Shipped { cost: method.price, missing_for_free: missing },
    })
}

/// Sets the tax of each line; returns that of shipping and the sums per rate.
fn levy_taxes(input: &PricingInput, lines: &mut [LineTotal], shipping: Money) -> AppResult<(Money, Vec<TaxAmount>)> {
    let zero = Money::zero(input.currency);
    let shipping_rate = input.shipping.as_ref().map(|method| method.tax_rate);
    let mut rates: Vec<BasisPoints> = input.lines.iter().map(|line| line.tax_rate).chain(shipping_rate).collect();
    rates.sort_unstable_by_key(|&rate| Reverse(rate));
    rates.dedup();

    let mut shipping_tax = zero;
    let mut per_rate = Vec::with_capacity(rates.len());
    for rate in rates {
        let at_rate = |line: &PricingLine| line.tax_rate == rate;
        let mut taxed: Vec<(Money, &mut Money)> = Vec::new();
        for (line, total) in input.lines.iter().zip(lines.iter_mut()).filter(|(line, _)| at_rate(line)) {
            debug_assert_eq!(line.sku, total.sku);
            taxed.push((total.subtotal, &mut total.tax));
        }
        if shipping_rate == Some(rate) {
            taxed.push((shipping, &mut shipping_tax));
        }
        let amount = Money::sum(input.currency, taxed.iter().map(|(amount, _)| *amount))?;
        if amount.is_zero() {
            continue;
        }
        let (net, tax, step) = if input.prices_include_tax {
            let tax = amount.contained_share(rate)?;
            (amount.checked_sub(tax)?, tax, 1)
        } else {
            let step = input.currency.charge_rule().map_or(1, |rule| rule.step);
            (amount, amount.share_in_steps(rate, step)?, step)
        };
        let weights: Vec<i64> = taxed.iter().map(|(amount, _)| amount.minor()).collect();
        for ((_, slot), part) in taxed.into_iter().zip(tax.split_in_steps(&weights, step)) {
            *slot = part;
        }
        per_rate.push(TaxAmount { rate, net, tax });
    }
    Ok((shipping_tax, per_rate))
}

fn trace(input: &PricingInput, lines: &[LineTotal], shipped: &Shipped, taxes: &[TaxAmount]) -> Vec<TraceStep> {
    let added = |kind, label, amount| TraceStep { kind, label, amount, included: false };
    let mut steps: Vec<TraceStep> = Vec::with_capacity(lines.len() + taxes.len() + 1);
    for (line, total) in input.lines.iter().zip(lines) {
        steps.push(added(TraceKind::Line, format!("{} × {}", line.name, line.quantity), total.subtotal));
    }
    if let Some(method) = input.shipping.as_ref().filter(|_| input.lines.iter().any(|line| line.needs_shipping)) {
        let label = match method.free_from {
            Some(limit) if shipped.cost.is_zero() && !method.price.is_zero() => {
                format!("Shipping: {}, free from {limit}", method.name)
            }
            _ => format!("Shipping: {}", method.name),
        };
        steps.push(added(TraceKind::Shipping, label, shipped.cost));
    }
    for part in taxes.iter().filter(|part| part.rate > BasisPoints(0)) {
        let (label, included) =
            if input.prices_include_tax { (format!("Includes {} tax", part.rate), true) } else { (format!("{} tax", part.rate), false) };
        steps.push(TraceStep { kind: TraceKind::Tax, label, amount: part.tax, included });
    }
    steps
}

#[cfg(test)]
mod tests;
