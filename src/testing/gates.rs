//! How much a page may cost.
