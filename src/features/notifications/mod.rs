//! What all mails share: the layout, and sending them from the outbox. Each feature composes its
//! own (`mails/` in its folder).
//!
//! Invariants: one event, one mail, told apart by its message id; links use the configured address,
//! never a request's.

pub mod model;

#[cfg(feature = "ssr")]
pub mod service;

#[cfg(all(test, feature = "ssr"))]
mod tests;
