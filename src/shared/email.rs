//! An e-mail address that mail can be sent to.

use serde::{Deserialize, Serialize};

/// An address as its owner wrote it, checked where it was typed ([`validate::email`]), its domain
/// in small letters.
///
/// `Debug` shows none of it: an address in a log would be personal data there.
///
/// [`validate::email`]: crate::shared::validate::email
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// For `validate::email`, which has checked the parts.
    pub(in crate::shared) fn from_parts(local: &str, domain: &str) -> Self {
        Self(format!("{local}@{}", domain.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the @.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl AsRef<str> for EmailAddress {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}
