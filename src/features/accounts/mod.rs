//! Accounts of customers and staff: who somebody is, the sessions of their browsers, and the links
//! mailed to them.
//!
//! Invariants: one account for each canonical e-mail address (unique blind index). A session
//! belongs to one account and is a family of refresh tokens of which one is current; it lives in
//! MongoDB, and what Redis holds of it is a copy of at most half a minute. No answer tells whether
//! an address has an account. Collections: `accounts`, `sessions`, `mailed_tokens`.

#[cfg(feature = "ssr")]
pub mod admin_pages;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod mails;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
