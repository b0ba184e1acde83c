//! Stock per sku, moved only by rows of an append-only ledger.
//!
//! Invariants: `available >= 0` and `on_hand = available + reserved + sold` (sold and not yet
//! shipped), always; the sum of a sku's ledger rows is its stock; one order moves one sku once per
//! kind of movement. Collections: `stock`, `stock_ledger`.

pub mod model;

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
