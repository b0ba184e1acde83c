//! Mails to customers: one template a file of text, sent from the outbox.
//!
//! Invariants: one event, one mail, told apart by its message id; links use the configured address, never a request's.

pub mod model;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod service;
