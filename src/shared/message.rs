//! Messages: work that one feature leaves behind in a transaction and a job does afterwards.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Work that must follow a commit. The publisher owns the type; the job that consumes it imports
/// it.
///
/// Invariant: a message holds ids and fixed words, never personal data.
pub trait OutboxMessage: Serialize + DeserializeOwned {
    /// As stored, such as `payments.issue_refund`.
    const KIND: &'static str;
    const LANE: Lane;
    const RETRIES: Retries = Retries::ForADay;

    /// Messages that name the same subject twice share one row; without a key each message is a row
    /// of its own.
    fn key(&self) -> Option<String> {
        None
    }
}

/// Each lane has workers of its own, so that a slow kind of work delays no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Lane {
    /// Payments, refunds, unpaid orders.
    Money,
    Mail,
    /// What follows in our own database.
    Internal,
}

impl Lane {
    /// As stored.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn index(self) -> usize {
        match self {
            Self::Money => 0,
            Self::Mail => 1,
            Self::Internal => 2,
        }
    }

    /// Rows of this lane that one instance works on at the same time.
    pub const fn workers(self) -> usize {
        match self {
            Self::Money | Self::Mail => 4,
            Self::Internal => 1,
        }
    }
}

/// How long a failing message is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// After a day it is parked for a person to look at.
    ForADay,
    /// Money that is owed is never given up (R133).
    Forever,
}
