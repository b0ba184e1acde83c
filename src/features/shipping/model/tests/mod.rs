//! Addresses as people write them in each country, and settings as people get them wrong.

mod addresses;
mod methods;
mod settings;
mod taxes;
