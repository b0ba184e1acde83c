//! Mails to customers: one file for each kind, as text and as HTML, sent from the outbox.
//!
//! Invariants: one event, one mail, told apart by its message id; links use the configured address,
//! never a request's.

pub mod model;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod service;

#[cfg(all(test, feature = "ssr"))]
mod tests;
