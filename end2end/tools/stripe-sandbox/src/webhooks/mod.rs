//! Sends events to endpoints: plans, signs, posts and retries.

pub(crate) mod delivery;
pub(crate) mod mode;
pub(crate) mod schedule;
pub(crate) mod signature;
