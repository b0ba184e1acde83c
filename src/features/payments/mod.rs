//! Payments: attempts at Stripe, the one way an order becomes paid, refunds, and the loops that
//! heal what was missed.
//!
//! Invariants: an order and its attempt are stored before Stripe is asked for anything; an order
//! becomes paid only when Stripe itself says paid, with our amount and our currency; money that
//! pays for no order is given back; nothing is released before Stripe was told to expire the
//! session. Collections: `refunds`, `disputes`, `stripe_events`; the attempts to pay are part of
//! `orders`.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod stripe;

#[cfg(all(test, feature = "ssr"))]
mod tests;
