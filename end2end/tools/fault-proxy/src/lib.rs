//! A TCP proxy in front of one service. It injects faults of the network or of MongoDB for tests.
//!
//! [`FaultProxy`] stands between a program and its upstream (MongoDB, Redis, Stripe, SMTP). A
//! [`Fault`] affects every byte; a [`Rule`] makes single commands of MongoDB fail, by name and by
//! count; a [`Topology`] changes the topology that MongoDB reports. [`Schedule`] makes a random but
//! repeatable series of them.
//!
//! The proxy does not understand TLS and compressed messages. It forwards them as bytes, and no
//! rule applies to them.

mod address;
mod connection;
pub mod control;
mod counters;
mod fault;
mod fault_writer;
mod mongodb;
mod proxy;
mod schedule;
mod state;

pub use address::Protocol;
pub use counters::Stats;
pub use fault::Fault;
pub use mongodb::errors::CommandError;
pub use mongodb::rules::{Action, CommandFilter, Hits, Rule};
pub use mongodb::topology::Topology;
pub use proxy::FaultProxy;
pub use schedule::{Injection, Schedule, ScheduledFault};
