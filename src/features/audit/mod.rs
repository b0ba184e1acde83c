//! The audit log: who of the staff changed what, when, from what to what. Rows are added and never
//! changed.
//!
//! Invariant: a row is written in the transaction of the change it tells of; one of a change that
//! was refused, after it. Collection: `audit`.

#[cfg(feature = "ssr")]
pub mod admin_pages;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
