//! Finding products by words, from an index in this process's memory that follows the catalogue.
//!
//! Invariants: drafts and archived products are never in the index; what a shopper types is only
//! ever words, never a query language; equal queries give the same order on every instance.
//! Collections: none; the index is rebuilt from the catalogue at every start.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;

#[cfg(all(test, feature = "ssr"))]
mod tests;
