//! Orders: what was bought, at which prices, by whom, and how far it has come.
//!
//! Invariants: an order is a snapshot, later edits of products change nothing in it; its states
//! move only along the table in `model`; a number alone opens nothing. Collections: `orders`,
//! `counters`.

#[cfg(feature = "ssr")]
pub mod admin_pages;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod mails;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
