//! Countries and their addresses, zones, methods and tax rates: rules without I/O, the same for
//! server and browser.

mod address;
mod countries;
mod methods;
mod postcode;
mod provinces;
mod settings;
mod tax;

pub use address::{Address, AddressInput, validate_address, validate_postcode};
pub use countries::{AddressField, COUNTRIES, Country, ProvinceRule, country};
pub use methods::{NoMethod, Offer, free_shipping_hint, methods_for, missing_for_free_shipping};
pub use postcode::PostcodeRule;
pub use settings::{ShippingMethod, ShippingRules, Zone};
pub use tax::{CountryTax, TaxRules};

pub use crate::shared::pricing::TaxClass;

#[cfg(test)]
mod tests;
