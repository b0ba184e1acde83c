//! What happens to an account's objects: pure changes of its state, each with the events Stripe
//! sends for it.

pub(crate) mod disputes;
pub(crate) mod new_session;
pub(crate) mod payment;
pub(crate) mod presentment;
pub(crate) mod refunds;
pub(crate) mod session_expiry;
