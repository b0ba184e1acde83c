//! Countries and their addresses, zones, methods and tax rates: rules without I/O, the same for
//! server and browser.

mod address;
mod countries;
mod methods;
mod postcode;
mod provinces;
mod settings;
mod tax;

pub use address::{Address, AddressInput, validate_address};
pub use countries::{AddressField, COUNTRIES, Country, ProvinceRule, country};
pub use methods::{Offer, free_shipping_from, free_shipping_hint, methods_for};
pub use settings::ShippingRules;
pub use tax::TaxRules;

pub use crate::shared::pricing::TaxClass;

#[cfg(test)]
use {address::validate_postcode, settings::ShippingMethod, settings::Zone, tax::CountryTax};

#[cfg(test)]
mod tests;
