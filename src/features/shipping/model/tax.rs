//! Tax rates by destination and tax class: the table `[tax]` of `Leptos.toml`.
//!
//! ```toml
//! [tax]
//! prices_include_tax = true
//! standard_rate_bp = 2100       # basis points: 21 %
//! reduced_rate_bp = 900
//!
//! [[tax.countries]]             # where another country's rates apply
//! country = "DE"
//! standard_rate_bp = 1900
//! reduced_rate_bp = 700
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::countries::country;
use crate::shared::money::BasisPoints;

/// What a product is taxed as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    #[default]
    Standard,
    Reduced,
    Zero,
}

impl TaxClass {
    pub const ALL: [Self; 3] = [Self::Standard, Self::Reduced, Self::Zero];

    /// As stored and sent: "standard", "reduced", "zero".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Zero => "zero",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRules {
    /// Whether prices, those of shipping too, contain their tax.
    pub prices_include_tax: bool,
    /// Basis points.
    pub standard_rate_bp: BasisPoints,
    pub reduced_rate_bp: BasisPoints,
    #[serde(default)]
    pub countries: Vec<CountryTax>,
}

/// The rates of one destination that differ from the store's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryTax {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub standard_rate_bp: BasisPoints,
    pub reduced_rate_bp: BasisPoints,
}

impl TaxRules {
    /// The store's own rate, until a destination is known.
    pub fn rate_for(&self, class: TaxClass) -> BasisPoints {
        choose(class, self.standard_rate_bp, self.reduced_rate_bp)
    }

    /// The rate at the destination; the store's own where no other is set.
    pub fn rate_in(&self, country_code: &str, class: TaxClass) -> BasisPoints {
        match self.countries.iter().find(|rates| rates.country == country_code) {
            Some(rates) => choose(class, rates.standard_rate_bp, rates.reduced_rate_bp),
            None => self.rate_for(class),
        }
    }

    /// Everything wrong with the settings, in words for who wrote them.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        let own = [("tax", self.standard_rate_bp, self.reduced_rate_bp)];
        let others = self.countries.iter().map(|c| (c.country.as_str(), c.standard_rate_bp, c.reduced_rate_bp));
        for (place, standard, reduced) in own.into_iter().chain(others) {
            if standard > BasisPoints::WHOLE || reduced > standard {
                let rule = "at most 100%, the reduced one the lower";
                problems.push(format!("tax: the rates {standard} and {reduced} of {place:?} must be {rule}"));
            }
        }
        for rates in &self.countries {
            if country(&rates.country).is_none() {
                problems.push(format!("tax.countries: {:?} is no known country", rates.country));
            } else if !seen.insert(rates.country.as_str()) {
                problems.push(format!("tax.countries: {} is named twice", rates.country));
            }
        }
        problems
    }
}

const fn choose(class: TaxClass, standard: BasisPoints, reduced: BasisPoints) -> BasisPoints {
    match class {
        TaxClass::Standard => standard,
        TaxClass::Reduced => reduced,
        TaxClass::Zero => BasisPoints(0),
    }
}
