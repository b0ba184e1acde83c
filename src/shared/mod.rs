//! What every part may use: no I/O, no clock, no framework beyond what an error needs.

pub mod access;
pub mod date;
pub mod email;
pub mod error;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod form_post;
pub mod ids;
pub mod message;
pub mod money;
pub mod pagination;
pub mod pricing;
pub mod timestamp;
pub mod validate;
