//! Tax classes, the rates of one destination, and how tax is reckoned on a cart.

use strum::VariantArray as _;

use serde::{Deserialize, Serialize};

use super::{LineTotal, PricingInput, sum};
use crate::shared::money::{BasisPoints, Money};

/// What a product is taxed as, wherever it goes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case", try_from = "String")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum TaxClass {
    #[default]
    Standard,
    Reduced,
    Zero,
}

impl TaxClass {
    /// As stored and sent: "standard", "reduced", "zero".
    pub const fn as_str(self) -> &'static str {
        self.into_str()
    }

    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

// Read through a string, as currencies are: the browser reads a class with every line.
impl TryFrom<String> for TaxClass {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a tax class")
    }
}

/// The category of value-added tax as invoices name it: those of EN 16931 (code list UNCL 5305)
/// that a shop of goods needs. Stored and sent as the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaxCategory {
    /// Taxed at a rate above zero, whether standard or reduced.
    #[serde(rename = "S")]
    Rated,
    /// Taxed at a rate of zero.
    #[serde(rename = "Z")]
    ZeroRated,
    #[serde(rename = "E")]
    Exempt,
    /// Goods that leave the tax area.
    #[serde(rename = "G")]
    Export,
    /// Services outside the scope of tax.
    #[serde(rename = "O")]
    OutOfScope,
}

impl TaxCategory {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rated => "S",
            Self::ZeroRated => "Z",
            Self::Exempt => "E",
            Self::Export => "G",
            Self::OutOfScope => "O",
        }
    }
}

/// Which rule the rates of a destination come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxBasis {
    /// The shop's own rates, at home and where no others are set.
    #[default]
    Shop,
    Destination,
    /// The destination is outside the shop's tax area: no tax.
    Export,
}

/// The rates at one destination on one day.
///
/// They are looked up once and travel with the cart, so that browser and server reckon alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTable {
    pub basis: TaxBasis,
    pub standard: BasisPoints,
    pub reduced: BasisPoints,
}

impl TaxTable {
    pub const fn rate(&self, class: TaxClass) -> BasisPoints {
        match class {
            TaxClass::Standard => self.standard,
            TaxClass::Reduced => self.reduced,
            TaxClass::Zero => BasisPoints(0),
        }
    }

    pub fn category(&self, class: TaxClass) -> TaxCategory {
        match (self.basis, self.rate(class)) {
            (TaxBasis::Export, _) => TaxCategory::Export,
            (_, BasisPoints(0)) => TaxCategory::ZeroRated,
            _ => TaxCategory::Rated,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAmount {
    pub rate: BasisPoints,
    pub category: TaxCategory,
    /// What the tax is reckoned on, without it.
    pub net: Money,
    pub tax: Money,
}

pub(super) struct TaxResult {
    pub shipping_tax: Money,
    pub per_rate: Vec<TaxAmount>,
}

/// Sets the tax of each line, on what is left of it after discounts; answers that of shipping and
/// the sums of each rate. `order` names the lines in the order in which they get the last units.
pub(super) fn calculate_taxes(
    input: &PricingInput,
    order: &[usize],
    lines: &mut [LineTotal],
    shipping: Money,
) -> Option<TaxResult> {
    let shipping_class = input.shipping.as_ref().map(|method| method.tax_class);
    // Of classes with one rate, the first one's category counts.
    let highest_below = |last: Option<BasisPoints>| {
        let classes = TaxClass::VARIANTS.iter().rev().copied();
        classes
            .map(|class| (input.taxes.rate(class), input.taxes.category(class)))
            .filter(|(rate, _)| last.is_none_or(|last| *rate < last))
            .max_by_key(|(rate, _)| *rate)
    };

    let mut levied = TaxResult { shipping_tax: Money::zero(input.currency), per_rate: Vec::new() };
    let mut last = None;
    while let Some((rate, category)) = highest_below(last) {
        last = Some(rate);
        let has_rate = |class| input.taxes.rate(class) == rate;
        let taxed: Vec<usize> =
            order.iter().copied().filter(|&at| has_rate(lines[at].tax_class)).collect();
        let shipping = if shipping_class.is_some_and(has_rate) {
            shipping
        } else {
            Money::zero(input.currency)
        };
        let weights: Vec<i64> =
            taxed.iter().map(|&at| lines[at].total.minor()).chain([shipping.minor()]).collect();
        let amount = Money::new(sum(&weights)?, input.currency);
        if amount.is_zero() {
            continue;
        }
        let (net, tax, step) = if input.prices_include_tax {
            let tax = amount.try_contained_share(rate)?;
            (amount.try_sub(tax)?, tax, 1)
        } else {
            let step = input.currency.charge_step();
            (amount, amount.try_share_in_steps(rate, step)?, step)
        };
        let mut parts = tax.split_in_steps(&weights, step);
        if let Some(of_shipping) = parts.pop() {
            levied.shipping_tax = levied.shipping_tax.try_add(of_shipping)?;
        }
        for (at, part) in taxed.into_iter().zip(parts) {
            lines[at].tax = part;
        }
        levied.per_rate.push(TaxAmount { rate, category, net, tax });
    }
    Some(levied)
}
