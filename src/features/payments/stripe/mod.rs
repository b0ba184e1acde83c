//! The only place that knows how Stripe is spoken to and what its answers look like.

pub mod requests;
pub mod signature;
pub mod webhook_event;
