//! What staff do that is written down.

use crate::shared::pagination::Position;
use crate::shared::timestamp::Timestamp;

/// One kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Action {
    StaffAdded,
    RoleChanged,
    StaffDisabled,
    SessionsEnded,
}

impl Action {
    /// As stored.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::StaffAdded => "Added to the staff",
            Self::RoleChanged => "Role changed",
            Self::StaffDisabled => "Access taken away",
            Self::SessionsEnded => "Signed out everywhere",
        }
    }
}

/// A page of the log, the newest row first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    pub rows: Vec<AuditRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
}

/// A row as the admin shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub at: Timestamp,
    /// The id of an account, or "system".
    pub actor: String,
    pub action: String,
    /// The id of what was changed.
    pub object: String,
    /// The changed fields, as "role: orders".
    pub before: String,
    pub after: String,
}
