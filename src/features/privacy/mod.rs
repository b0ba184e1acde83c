//! What people may ask of their data: to have it all, and to have it erased.
//!
//! Invariants: every store declares in `collections()` how its data are erased and how long they
//! are kept; an erasure is one transaction, and what the law keeps is restricted with the date on
//! which it goes. Collection: `consents`.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
