//! Objects as Stripe's API shows them: every documented field is there, absent values are null.

pub(crate) mod dispute;
pub(crate) mod event;
pub(crate) mod payment;
pub(crate) mod refund;
pub(crate) mod session;
