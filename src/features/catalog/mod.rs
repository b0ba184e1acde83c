//! Products with their variants and the category tree.
//!
//! Invariants: a sku belongs to one variant of one product; a draft or archived product is never
//! shown, found or sold; a product's `category_ids` hold its categories with all their ancestors.
//! Collections: `products`, `categories`, `slugs`.

pub mod model;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
