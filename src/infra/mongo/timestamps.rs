//! Moments in documents: 64-bit Unix milliseconds, and a date of BSON where the database itself
//! drops a document.

use mongodb::bson::{Bson, DateTime};

use crate::shared::timestamp::Timestamp;

/// For filters and updates.
impl From<Timestamp> for Bson {
    fn from(at: Timestamp) -> Self {
        Self::Int64(at.unix_ms())
    }
}

/// For the fields of expiry indexes.
impl From<Timestamp> for DateTime {
    fn from(at: Timestamp) -> Self {
        Self::from_millis(at.unix_ms())
    }
}

/// Reads the date of an expiry index.
impl From<DateTime> for Timestamp {
    fn from(date: DateTime) -> Self {
        Self::from_unix_ms(date.timestamp_millis())
    }
}
