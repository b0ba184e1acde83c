//! The guest's cart: lines by sku, found only by the cookie's token.
//!
//! Invariants: MongoDB holds the truth and every change is one conditional write there; Redis holds
//! a copy that may be lost at any time; a cart is never found by anything but its own token;
//! amounts come from the catalogue, never from the browser. Collection: `carts`.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
