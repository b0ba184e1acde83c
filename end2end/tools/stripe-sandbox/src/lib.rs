//! A stateful replacement of Stripe: the API, the hosted payment page and webhooks, with faults on
//! request.

// Stripe's largest objects are written as one JSON literal each.
#![recursion_limit = "256"]
mod account;
mod account_settings;
mod api;
mod api_error;
mod calendar;
pub mod clock;
mod control;
mod currencies;
mod faults;
mod form;
mod gateway;
mod idempotency;
mod page;
pub mod persistence;
mod records;
mod render;
mod rules;
mod sandbox;
pub mod server;
mod table;
mod webhooks;

pub use sandbox::{Config, Sandbox};
pub use server::router;
