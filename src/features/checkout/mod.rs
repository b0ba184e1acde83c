//! From a cart to a placed order: contact, shipping, review.
//!
//! Invariants: a step is shown only when those before it are done; typed data survives errors and
//! reloads; an order is placed only at the total that was shown; one checkout page places one
//! order. Collection: `checkouts`.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
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
