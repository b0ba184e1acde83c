//! Tax rates by destination, tax class and day: the table `[tax]` of `Leptos.toml`.
//!
//! ```toml
//! [tax]
//! prices_include_tax = true
//! standard_rate_bp = 2100       # basis points: 21 %
//! reduced_rate_bp = 900
//! delivery_class = "standard"   # what deliveries are taxed as
//! country = "NL"                # the shop's own
//! area = ["DE", "NL"]           # beyond it no tax is taken; leave out to tax every destination
//!
//! [[tax.countries]]             # where another country's rates apply
//! country = "DE"
//! valid_from = "2021-01-01"     # the first day; leave out for always
//! standard_rate_bp = 1900
//! reduced_rate_bp = 700
//! ```
//!
//! A destination with rates of its own is taxed at the newest of them that is valid. One outside
//! the area bears no tax. Any other is taxed as the shop's own country is: at the rates listed for
//! that, else at those of `[tax]`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::countries::country;
use crate::shared::date::Date;
use crate::shared::money::BasisPoints;
use crate::shared::pricing::{TaxBasis, TaxClass, TaxTable};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRules {
    /// Whether prices, those of shipping too, contain their tax. Then they are the same wherever a
    /// thing goes, and only the tax within them differs.
    pub prices_include_tax: bool,
    /// Basis points.
    pub standard_rate_bp: BasisPoints,
    pub reduced_rate_bp: BasisPoints,
    #[serde(default)]
    pub delivery_class: TaxClass,
    /// The shop's own country, ISO 3166-1 alpha-2: a new rate of it may be listed before it begins.
    #[serde(default)]
    pub country: Option<String>,
    /// The countries of the shop's tax area; empty if there is no outside.
    #[serde(default)]
    pub area: Vec<String>,
    #[serde(default)]
    pub countries: Vec<CountryTax>,
}

/// The rates of one destination from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryTax {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The first day, in the shop's time zone; `None` for always.
    #[serde(default)]
    pub valid_from: Option<Date>,
    pub standard_rate_bp: BasisPoints,
    pub reduced_rate_bp: BasisPoints,
}

impl TaxRules {
    /// The rates at a destination on a day. A destination that is not known yet is the shop's own.
    pub fn table_for(&self, destination: &str, date: Date) -> TaxTable {
        let is_own = destination.is_empty() || self.country.as_deref() == Some(destination);
        if is_own {
            return self.own_table(date);
        }
        if let Some(rates) = self.rates_of(destination, date) {
            return rates.table(TaxBasis::Destination);
        }
        if !self.area.is_empty() && !self.area.iter().any(|code| code == destination) {
            return TaxTable { basis: TaxBasis::Export, ..TaxTable::default() };
        }
        self.own_table(date)
    }

    #[cfg(test)]
    pub fn rate_for(&self, class: TaxClass, destination: &str, date: Date) -> BasisPoints {
        self.table_for(destination, date).rate(class)
    }

    /// Everything wrong with the settings, in words for who wrote them.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let own = [("tax", self.standard_rate_bp, self.reduced_rate_bp)];
        let others = self
            .countries
            .iter()
            .map(|c| (c.country.as_str(), c.standard_rate_bp, c.reduced_rate_bp));
        for (place, standard, reduced) in own.into_iter().chain(others) {
            if standard > BasisPoints::WHOLE || reduced > standard {
                let rule = "at most 100%, the reduced one the lower";
                problems.push(format!(
                    "tax: the rates {standard} and {reduced} of {place:?} must be {rule}"
                ));
            }
        }
        let mut seen = BTreeSet::new();
        for rates in &self.countries {
            if country(&rates.country).is_none() {
                problems.push(format!("tax.countries: {:?} is no known country", rates.country));
            } else if !seen.insert((rates.country.as_str(), rates.valid_from)) {
                let since =
                    rates.valid_from.map(|day| format!(" from {day} on")).unwrap_or_default();
                problems.push(format!("tax.countries: {} is named twice{since}", rates.country));
            }
        }
        let mut placed = BTreeSet::new();
        for code in &self.area {
            if country(code).is_none() || !placed.insert(code.as_str()) {
                problems.push(format!("tax.area: {code:?} is no known country, or is named twice"));
            }
        }
        if let Some(code) = &self.country
            && (country(code).is_none() || !(placed.is_empty() || placed.contains(code.as_str())))
        {
            problems
                .push(format!("tax.country: {code:?} is no known country, or is not in tax.area"));
        }
        problems
    }

    fn own_table(&self, date: Date) -> TaxTable {
        match self.country.as_ref().and_then(|code| self.rates_of(code, date)) {
            Some(rates) => rates.table(TaxBasis::Shop),
            None => TaxTable {
                basis: TaxBasis::Shop,
                standard: self.standard_rate_bp,
                reduced: self.reduced_rate_bp,
            },
        }
    }

    /// The newest rates of a country that are valid on a day.
    fn rates_of(&self, code: &str, date: Date) -> Option<&CountryTax> {
        let valid = self.countries.iter().filter(|rates| {
            rates.country == code && rates.valid_from.is_none_or(|day| day <= date)
        });
        valid.max_by_key(|rates| rates.valid_from)
    }
}

impl CountryTax {
    fn table(&self, basis: TaxBasis) -> TaxTable {
        TaxTable { basis, standard: self.standard_rate_bp, reduced: self.reduced_rate_bp }
    }
}
