//! `cargo xtask bench`: measurements for `docs/performance.md`. The numbers depend on the machine,
//! so they are reported and no test depends on them.

mod connection;
mod lighthouse;
pub(crate) mod orders;
pub(crate) mod pages;
mod report;
mod response_times;
mod samples;
mod sign_ins;
