//! What tests share: a store on real servers, a browser without scripts, the sandbox's switches,
//! the invariants; and the rules of the source tree itself.

pub mod app;
pub mod browser;
pub mod catalog;
pub mod invariants;
mod page_budgets;
pub mod process;
pub mod sandbox;
pub mod security_events;
pub mod shopper;
mod tidy;
