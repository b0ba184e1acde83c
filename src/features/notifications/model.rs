//! Which mails there are, and the message that has one sent.

use serde::{Deserialize, Serialize};

use crate::shared::message::{Lane, OutboxMessage};

/// Has a mail composed and sent. It names whom it is about; the address is read when the mail is
/// sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    pub template: Template,
    pub about: MailSubject,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSubject {
    /// Hexadecimal id.
    Order(String),
    /// Hexadecimal id.
    Account(String),
    /// The blind index of an address that may have an account.
    EmailIndex(Vec<String>),
}

impl SendMail {
    pub fn order_confirmed(order_id: &str) -> Self {
        Self { template: Template::OrderConfirmed, about: MailSubject::Order(order_id.to_owned()) }
    }

    pub fn about_account(template: Template, account_id: &str) -> Self {
        Self { template, about: MailSubject::Account(account_id.to_owned()) }
    }
}

impl OutboxMessage for SendMail {
    const KIND: &'static str = "notifications.send_mail";
    const LANE: Lane = Lane::Mail;
}

/// A kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    OrderConfirmed,
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

impl Template {
    pub const ALL: [Self; 9] = [
        Self::OrderConfirmed,
        Self::VerifyEmail,
        Self::AlreadyRegistered,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ConfirmNewEmail,
        Self::EmailChangeRequested,
        Self::SessionEnded,
        Self::StaffInvited,
    ];

    /// As stored in the outbox.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OrderConfirmed => "order_confirmed",
            Self::VerifyEmail => "verify_email",
            Self::AlreadyRegistered => "already_registered",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmNewEmail => "confirm_new_email",
            Self::EmailChangeRequested => "email_change_requested",
            Self::SessionEnded => "session_ended",
            Self::StaffInvited => "staff_invited",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.key() == key)
    }
}
