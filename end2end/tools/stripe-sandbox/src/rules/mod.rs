//! What happens to an account's objects: pure changes of its state, each with the events Stripe
//! sends for it.

pub mod disputes;
pub mod new_session;
pub mod payment;
pub mod presentment;
pub mod refunds;
pub mod session_life;
