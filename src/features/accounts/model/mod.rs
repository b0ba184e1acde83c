//! What an account shows of itself, and the rules for passwords and devices.

pub mod mails;

use std::time::Duration;

use crate::features::cart::model::CartMerge;
use crate::features::shipping::model::Address;
use crate::shared::access::Role;
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{AccountId, AddressId, SessionId};
use crate::shared::timestamp::Timestamp;

/// How long an account is kept whose address nobody confirms.
pub const UNCONFIRMED_LIFE: Duration = Duration::from_hours(30 * 24);

/// Characters of a password (R4); nothing is said about which ones.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=128;
/// Addresses one account keeps.
pub const MOST_ADDRESSES: usize = 20;

/// The account of the visitor, opened for them.
#[derive(Clone, Debug)]
pub struct AccountView {
    pub email: EmailAddress,
    pub name: String,
    pub is_verified: bool,
    /// An address that waits for its confirmation.
    pub pending_email: Option<EmailAddress>,
    pub addresses: Vec<SavedAddress>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAddress {
    pub id: AddressId,
    pub address: Address,
    pub is_default: bool,
}

/// One browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub session_id: SessionId,
    /// "Firefox on Windows": coarse on purpose, enough to recognise one's own.
    pub name: String,
    pub signed_in_at: Timestamp,
    pub used_at: Timestamp,
    pub is_this_one: bool,
}

/// Somebody who works in the shop, as owners see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    pub id: AccountId,
    pub email: String,
    pub role: Role,
    /// Whether their authenticator app is set up.
    pub has_second_factor: bool,
    pub is_disabled: bool,
    pub is_me: bool,
}

/// What stands between the password of a member of staff and their session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondStep {
    Code,
    /// No app is known yet: it is set up here, and the first code confirms it.
    SetUp {
        /// For an `<img>`.
        picture: String,
        secret: String,
        recovery_codes: Vec<String>,
    },
}

/// What a mailed link is good for; a token of one kind never passes as another (R17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum LinkPurpose {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
    /// A member of staff sets their first password.
    AcceptInvitation,
}

impl LinkPurpose {
    /// What a new password makes pointless.
    pub const PASSWORD_VOIDS: [Self; 3] =
        [Self::ResetPassword, Self::ChangeEmail, Self::AcceptInvitation];

    /// As stored.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    /// How long a link works.
    pub const fn life(self) -> Duration {
        match self {
            Self::VerifyEmail => Duration::from_hours(24),
            Self::ResetPassword => Duration::from_mins(30),
            Self::ChangeEmail => Duration::from_hours(1),
            Self::AcceptInvitation => Duration::from_hours(72),
        }
    }

    pub fn path(self, token: &str) -> String {
        match self {
            Self::VerifyEmail | Self::ChangeEmail => format!("/verify?token={token}"),
            Self::ResetPassword | Self::AcceptInvitation => format!("/reset?token={token}"),
        }
    }
}

/// How long sessions live, by role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRules {
    /// Of an access token.
    pub access: Duration,
    pub idle: Duration,
    pub absolute: Duration,
    pub at_once: usize,
}

impl SessionRules {
    pub const fn of(role: Role) -> Self {
        if role.is_staff() {
            Self {
                access: Duration::from_mins(5),
                idle: Duration::from_mins(30),
                absolute: Duration::from_hours(12),
                at_once: 2,
            }
        } else {
            Self {
                access: Duration::from_mins(10),
                idle: Duration::from_hours(14 * 24),
                absolute: Duration::from_hours(60 * 24),
                at_once: 10,
            }
        }
    }
}

/// How an import went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Import {
    pub imported: u32,
    /// Addresses that had an account; it stays as it is.
    pub known: u32,
}

/// Reads a new password as typed: nothing is trimmed, folded or cut.
///
/// # Errors
/// `Invalid` when it is too short or too long; whether it is easily guessed is judged elsewhere.
pub fn new_password(field: &'static str, typed: &str) -> AppResult<()> {
    // Bytes first, so that a megabyte is not counted.
    let chars =
        if typed.len() > 4 * PASSWORD_CHARS.end() { usize::MAX } else { typed.chars().count() };
    if chars < *PASSWORD_CHARS.start() {
        return Err(AppError::field(
            "password_too_short",
            field,
            "Choose a password of at least 8 characters; 15 or more are better.",
        ));
    }
    if chars > *PASSWORD_CHARS.end() {
        return Err(AppError::field(
            "password_too_long",
            field,
            "Choose a password of at most 128 characters.",
        ));
    }
    Ok(())
}

pub fn guessable_password(field: &'static str) -> AppError {
    AppError::field(
        "password_guessable",
        field,
        "This password is among the first that are tried. Choose a longer one, such as three or four words.",
    )
}

/// A browser in a few words, from what it calls itself.
pub fn device_name(user_agent: &str) -> String {
    let named = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order matters: most browsers also name the ones they descend from.
    let browser = named(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = named(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

/// What a right password leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Staff type the code of their app next.
    SecondFactorRequired,
    SessionOpened(OpenedSession),
}

/// A session that was opened in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSession {
    /// A path of the shop: where the visitor wanted to go.
    pub next: String,
    /// What became of the cart of the visitor's guest time.
    pub cart: CartMerge,
}

/// What the link of a confirmation mail leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailConfirmation {
    /// Confirmed; staff type the code of their app next.
    SecondFactorRequired,
    Complete,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_acc_4_length_alone_is_asked_of_a_password() {
        assert!(new_password("password", "ß7 ☂ é!x").is_ok());
        assert!(new_password("password", &"☂".repeat(128)).is_ok());
        assert!(new_password("password", " leading and trailing ").is_ok());
        assert_eq!(new_password("password", "seven77").unwrap_err().code, "password_too_short");
        assert_eq!(
            new_password("password", &"a".repeat(129)).unwrap_err().code,
            "password_too_long"
        );
        assert_eq!(
            new_password("password", &"a".repeat(1_000_000)).unwrap_err().code,
            "password_too_long"
        );
    }

    #[test]
    fn acc_8_devices_are_recognised_coarsely() {
        let firefox =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        assert_eq!(device_name(firefox), "Firefox on Windows");
        assert_eq!(device_name(chrome), "Chrome on Android");
        assert_eq!(device_name(safari), "Safari on iPhone");
        assert_eq!(device_name("<script>"), "Unknown browser");
    }

    #[test]
    fn acc_7_lifetimes_follow_the_role() {
        let customer = SessionRules::of(Role::Customer);
        assert_eq!(
            (
                customer.access.as_secs(),
                customer.idle.as_secs() / 86_400,
                customer.absolute.as_secs() / 86_400,
                customer.at_once
            ),
            (600, 14, 60, 10)
        );
        for role in Role::STAFF {
            let staff = SessionRules::of(role);
            assert_eq!(
                (
                    staff.access.as_secs(),
                    staff.idle.as_secs() / 60,
                    staff.absolute.as_secs() / 3_600,
                    staff.at_once
                ),
                (300, 30, 12, 2)
            );
        }
    }
}
