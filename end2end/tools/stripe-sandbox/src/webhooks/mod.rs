//! Telling endpoints what happened: signing, planning with faults and retries, and posting.

pub mod delivery;
pub mod mode;
pub mod schedule;
pub mod signature;
