//! Objects as Stripe's API shows them: every documented field is there, absent values are null.

pub mod dispute;
pub mod event;
pub mod payment;
pub mod refund;
pub mod session;
