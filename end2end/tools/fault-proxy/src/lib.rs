//! A TCP proxy in front of one service that makes the network, or MongoDB itself, fail as a test
//! asks for.
//!
//! [`FaultProxy`] stands between a program and its upstream (MongoDB, Redis, Stripe, SMTP). A
//! [`Fault`] disturbs every byte; a [`Rule`] disturbs single commands of MongoDB, by name and by
//! count; a [`Topology`] changes what MongoDB says of itself. [`Schedule`] makes a random but
//! repeatable series of them.
//!
//! Not understood: TLS and compressed messages. They pass as bytes of a network, and no rule sees
//! into them.

mod address;
mod connection;
pub mod control;
mod counters;
mod fault;
mod mongodb;
mod proxy;
mod schedule;
mod state;
mod transfer;

pub use address::Protocol;
pub use counters::Stats;
pub use fault::Fault;
pub use mongodb::errors::CommandError;
pub use mongodb::rules::{Action, Commands, Hits, Rule};
pub use mongodb::topology::Topology;
pub use proxy::FaultProxy;
pub use schedule::{Disturbance, Schedule, ScheduledFault};
