//! Which mails there are about an account, and the message that has one composed and sent.

use serde::{Deserialize, Serialize};

use crate::shared::ids::AccountId;
use crate::shared::message::{Lane, OutboxMessage};

/// Has a mail about an account sent. It names whose; the address is read when the mail is composed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAccountMail {
    pub mail: AccountMail,
    pub recipient: MailRecipient,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailRecipient {
    Account(AccountId),
    /// The blind index of an address that may have an account.
    EmailIndex(Vec<String>),
}

impl SendAccountMail {
    pub fn to_account(mail: AccountMail, account_id: AccountId) -> Self {
        Self { mail, recipient: MailRecipient::Account(account_id) }
    }
}

impl OutboxMessage for SendAccountMail {
    const KIND: &'static str = "accounts.send_mail";
    const LANE: Lane = Lane::Mail;
}

/// A kind of mail about an account.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccountMail {
    /// Confirm the address an account was made with.
    VerifyEmail,
    /// Somebody signed up with an address that has an account.
    AlreadyRegistered,
    ResetPassword,
    PasswordChanged,
    /// To the new address: confirm it.
    ConfirmNewEmail,
    /// To the old address: somebody wants another one.
    EmailChangeRequested,
    /// A session was ended because a copy of its token was used.
    SessionEnded,
    /// The way in for a new member of staff.
    StaffInvited,
}
