//! Where the store sends to, by which methods, in how many days and at what tax; its settings are
//! in `Leptos.toml`.
//!
//! Invariants: a method is offered only in its own zones and up to its own weight; what the page
//! says about free shipping follows from the same comparison as the price.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
