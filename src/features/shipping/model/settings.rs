//! The tables `[[shipping.zones]]` and `[[shipping.methods]]` of `Leptos.toml`.
//!
//! ```toml
//! [[shipping.zones]]
//! id = "home"
//! countries = ["NL"]
//!
//! [[shipping.methods]]
//! id = "standard"
//! name = "Standard"
//! zones = ["home"]
//! price = 495          # minor units
//! free_from = 5000     # minor units; leave out for never
//! min_days = 1         # working days
//! max_days = 3
//! max_weight_grams = 30000
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::countries::country;
use crate::shared::money::{Currency, Money};
use crate::shared::pricing::MAX_PRICE_MINOR;
use crate::shared::pricing::charge_rules::is_chargeable_step;

/// Where to, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingRules {
    #[serde(default)]
    pub zones: Vec<Zone>,
    #[serde(default)]
    pub methods: Vec<ShippingMethod>,
}

/// Countries that cost the same to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    pub id: String,
    /// ISO 3166-1 alpha-2. A country belongs to one zone at most.
    pub countries: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingMethod {
    /// What a request names and an order stores; never reused for another method.
    pub id: String,
    /// What shoppers read.
    pub name: String,
    /// Minor units of the store's currency, 0 to 10⁹.
    pub price: i64,
    /// Minor units; from this value of the items on, the method is free.
    #[serde(default)]
    pub free_from: Option<i64>,
    /// Working days from order to door, at best and at worst.
    pub min_days: u32,
    pub max_days: u32,
    /// Ids of zones.
    pub zones: Vec<String>,
    /// The heaviest order it takes; `None` for any weight.
    #[serde(default)]
    pub max_weight_grams: Option<u64>,
}

impl ShippingRules {
    /// The zone a country belongs to.
    pub fn zone_of(&self, country_code: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.countries.iter().any(|code| code == country_code))
    }

    /// Countries at least one method reaches, in the order of their names.
    pub fn countries(&self) -> impl Iterator<Item = &'static super::Country> {
        super::COUNTRIES.iter().filter(|country| {
            let reaches =
                |zone: &Zone| self.methods.iter().any(|method| method.zones.contains(&zone.id));
            self.zone_of(country.code).is_some_and(reaches)
        })
    }

    /// Everything wrong with the settings, in words for who wrote them. The store does not start
    /// with any of it.
    pub fn problems(&self, currency: Currency) -> Vec<String> {
        let mut problems = Vec::new();
        let mut zone_ids = BTreeSet::new();
        let mut placed = BTreeSet::new();
        for zone in &self.zones {
            if !is_id(&zone.id) || !zone_ids.insert(zone.id.as_str()) {
                problems.push(format!("shipping.zones: the id {:?} {ID_RULE}", zone.id));
            }
            for code in &zone.countries {
                if country(code).is_none() {
                    problems.push(format!(
                        "shipping.zones: {code:?} in zone {:?} is no known country",
                        zone.id
                    ));
                } else if !placed.insert(code.as_str()) {
                    problems.push(format!(
                        "shipping.zones: {code} is named twice; a country has one zone"
                    ));
                }
            }
        }
        let mut method_ids = BTreeSet::new();
        for method in &self.methods {
            if !is_id(&method.id) || !method_ids.insert(method.id.as_str()) {
                problems.push(format!("shipping.methods: the id {:?} {ID_RULE}", method.id));
            }
            problems.extend(
                method
                    .problems(&zone_ids, currency)
                    .into_iter()
                    .map(|problem| format!("shipping.methods: method {:?} {problem}", method.id)),
            );
        }
        if self.methods.is_empty() {
            problems.push("shipping.methods: there is none, so nothing can be sent".to_owned());
        }
        problems
    }
}

impl ShippingMethod {
    /// Whether an order of this weight may go this way.
    pub fn carries(&self, weight_grams: u64) -> bool {
        self.max_weight_grams.is_none_or(|limit| weight_grams <= limit)
    }

    fn problems(&self, zone_ids: &BTreeSet<&str>, currency: Currency) -> Vec<String> {
        let mut problems = Vec::new();
        let amount = 0..=MAX_PRICE_MINOR;
        if self.name.trim().is_empty() {
            problems.push("has no name".to_owned());
        }
        if !amount.contains(&self.price)
            || self.free_from.is_some_and(|limit| !amount.contains(&limit))
        {
            problems
                .push(format!("has a price or a limit outside 0 to {MAX_PRICE_MINOR} minor units"));
        }
        if !is_chargeable_step(Money::new(self.price, currency)) {
            problems.push(format!("has a price that cannot be charged in {currency}"));
        }
        if self.min_days > self.max_days {
            problems.push(format!(
                "takes at least {} and at most {} days",
                self.min_days, self.max_days
            ));
        }
        if self.max_weight_grams == Some(0) {
            problems.push("carries nothing: leave max_weight_grams out for any weight".to_owned());
        }
        if self.zones.is_empty() {
            problems.push("has no zones".to_owned());
        }
        for zone in self.zones.iter().filter(|zone| !zone_ids.contains(zone.as_str())) {
            problems.push(format!("names the zone {zone:?}, which does not exist"));
        }
        problems
    }
}

const ID_RULE: &str = "must be unique and made of a-z, 0-9 and hyphens, at most 40";

fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&id.len()) && id.bytes().all(plain)
}
