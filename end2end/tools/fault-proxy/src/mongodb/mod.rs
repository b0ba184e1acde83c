//! MongoDB's wire protocol, as far as faults need it.

pub(crate) mod errors;
pub(crate) mod message;
pub(crate) mod rule_engine;
pub(crate) mod rules;
pub(crate) mod topology;
