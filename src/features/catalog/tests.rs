//! Tests of this feature on real servers.
