//! Which methods reach an address, what they cost, and, if none does, why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::countries::country;
use super::settings::{ShippingMethod, ShippingRules};
use crate::shared::error::AppError;
use crate::shared::money::Money;
use crate::shared::pricing::{ShippingPrice, TaxClass};

/// A method as a shopper may choose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub id: String,
    pub name: String,
    /// What it costs for this order: `full_price`, or zero from `free_from` on.
    pub price: Money,
    pub full_price: Money,
    pub free_from: Option<Money>,
    /// Working days from order to door, at best and at worst.
    pub min_days: u32,
    pub max_days: u32,
}

impl Offer {
    /// What pricing needs; it compares with `free_from` again, since the browser may price after
    /// the cart changed.
    pub fn shipping_price(&self, tax_class: TaxClass) -> ShippingPrice {
        ShippingPrice {
            method: self.id.clone(),
            name: self.name.clone(),
            price: self.full_price,
            free_from: self.free_from,
            tax_class,
        }
    }

    /// "2 to 4 working days", "1 working day".
    pub fn days(&self) -> String {
        match (self.min_days, self.max_days) {
            (1, 1) => "1 working day".to_owned(),
            (min, max) if min == max => format!("{max} working days"),
            (min, max) => format!("{min} to {max} working days"),
        }
    }
}

/// Why no method fits. Its text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum NoShippingMethod {
    UnknownCountry,
    NotThere { country: String },
    TooHeavy { country: String, weight_grams: u64, limit_grams: u64 },
}

impl NoShippingMethod {
    /// Stable, in snake case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCountry => "country_unknown",
            Self::NotThere { .. } => "no_shipping_there",
            Self::TooHeavy { .. } => "too_heavy_to_ship",
        }
    }
}

impl fmt::Display for NoShippingMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCountry => f.write_str("Choose a country from the list."),
            Self::NotThere { country } => {
                write!(f, "{country} is not among the countries we ship to. Choose another one.")
            }
            Self::TooHeavy { country, weight_grams, limit_grams } => {
                // Up and down, so that a weight above the limit never reads like the limit.
                let weight = Kilograms { tenths: weight_grams.div_ceil(100) };
                let limit = Kilograms { tenths: limit_grams / 100 };
                write!(
                    f,
                    "This order weighs {weight}; the limit for {country} is {limit}. Order it in smaller parts."
                )
            }
        }
    }
}

/// For the field `country`, status 422.
impl From<NoShippingMethod> for AppError {
    fn from(reason: NoShippingMethod) -> Self {
        Self::field(reason.code(), "country", reason.to_string())
    }
}

/// The methods for an order, cheapest first, then quickest.
///
/// `subtotal` is the value of the items less any discount; its currency is the store's.
/// `weight_grams` counts only what needs shipping. Errors: the reason none fits.
pub fn methods_for(
    rules: &ShippingRules,
    country_code: &str,
    subtotal: Money,
    weight_grams: u64,
) -> Result<Vec<Offer>, NoShippingMethod> {
    let Some(known) = country(country_code) else { return Err(NoShippingMethod::UnknownCountry) };
    let there = methods_there(rules, country_code);
    let country = known.name.to_owned();
    if there.is_empty() {
        return Err(NoShippingMethod::NotThere { country });
    }
    let fitting = there.iter().filter(|method| method.carries(weight_grams));
    let mut offers: Vec<Offer> = fitting.map(|method| offer(method, subtotal)).collect();
    if offers.is_empty() {
        let limit_grams =
            there.iter().filter_map(|method| method.max_weight_grams).max().unwrap_or(0);
        return Err(NoShippingMethod::TooHeavy { country, weight_grams, limit_grams });
    }
    offers.sort_by_key(|offer| (offer.price.minor(), offer.max_days, offer.min_days));
    Ok(offers)
}

/// From which value of goods on, in minor units, some method that takes this order is free, for a
/// cart whose method is not chosen yet; `None` if one is free in any case, or none ever will be.
/// Arguments as for `methods_for`.
pub fn free_shipping_from(
    rules: &ShippingRules,
    country_code: &str,
    weight_grams: u64,
) -> Option<i64> {
    let there = methods_there(rules, country_code);
    let limits = there.iter().filter(|method| method.carries(weight_grams)).map(|method| {
        match method.price {
            0 => Some(0),
            _ => method.free_from,
        }
    });
    limits.flatten().min().filter(|limit| *limit > 0)
}

/// "Add €7.40 for free shipping"
pub fn free_shipping_hint(missing: Money) -> String {
    format!("Add {missing} for free shipping")
}

fn methods_there<'a>(rules: &'a ShippingRules, country_code: &str) -> Vec<&'a ShippingMethod> {
    let Some(zone) = rules.zone_of(country_code) else { return Vec::new() };
    rules.methods.iter().filter(|method| method.zones.contains(&zone.id)).collect()
}

fn offer(method: &ShippingMethod, subtotal: Money) -> Offer {
    let in_currency = |minor: i64| Money::new(minor, subtotal.currency());
    let free = method.free_from.is_some_and(|limit| subtotal.minor() >= limit);
    Offer {
        id: method.id.clone(),
        name: method.name.clone(),
        price: in_currency(if free { 0 } else { method.price }),
        full_price: in_currency(method.price),
        free_from: method.free_from.map(in_currency),
        min_days: method.min_days,
        max_days: method.max_days,
    }
}

/// Tenths of a kilogram as "30 kg", "42.5 kg".
struct Kilograms {
    tenths: u64,
}

impl fmt::Display for Kilograms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.tenths / 10, self.tenths % 10) {
            (whole, 0) => write!(f, "{whole} kg"),
            (whole, tenth) => write!(f, "{whole}.{tenth} kg"),
        }
    }
}
