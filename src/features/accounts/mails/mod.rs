//! What the mails about an account say: what happened, what to do, and what to do if it was not
//! you.

use askama::Template;

use crate::features::accounts::model::mails::AccountMail;
use crate::features::notifications::model::{MailContent, MailSender};
use crate::shared::error::{AppError, AppResult};

/// Renders one mail. Its button leads to `path`, which holds a token where the mail brings one.
///
/// # Errors
/// `Internal` when a template cannot be rendered.
pub fn render_account_mail(
    sender: &MailSender,
    mail: AccountMail,
    path: &str,
) -> AppResult<MailContent> {
    let Content { heading, explanation, button, otherwise } = content(mail);
    let address = sender.address(path);
    let mail = AccountMessage { sender, heading, explanation, button, address, otherwise };
    Ok(MailContent {
        subject: format!("{heading} at {}", sender.name),
        text: AccountText { mail: &mail }.render().map_err(AppError::internal)?,
        html: AccountHtml { mail: &mail }.render().map_err(AppError::internal)?,
    })
}

#[derive(Template)]
#[template(
    path = "accounts/mails/account.txt",
    config = "src/features/notifications/mails/askama.toml"
)]
struct AccountText<'a> {
    mail: &'a AccountMessage<'a>,
}

#[derive(Template)]
#[template(
    path = "accounts/mails/account.html",
    config = "src/features/notifications/mails/askama.toml"
)]
struct AccountHtml<'a> {
    mail: &'a AccountMessage<'a>,
}

/// What both templates are filled with.
struct AccountMessage<'a> {
    sender: &'a MailSender,
    heading: &'static str,
    explanation: &'static str,
    button: &'static str,
    address: String,
    otherwise: &'static str,
}

/// The text of one mail. The button is the one thing to do.
struct Content {
    heading: &'static str,
    explanation: &'static str,
    button: &'static str,
    otherwise: &'static str,
}

const fn content(mail: AccountMail) -> Content {
    match mail {
        AccountMail::VerifyEmail => Content {
            heading: "Confirm your e-mail address",
            explanation: "You made an account with this address. Confirm it, and orders you placed with it join your account. The link works for 24 hours.",
            button: "Confirm the address",
            otherwise: "If this was not you, do nothing: without the confirmation the account gets no further.",
        },
        AccountMail::AlreadyRegistered => Content {
            heading: "You have an account already",
            explanation: "Somebody signed up with this address, which has an account. If it was you, sign in as usual; a forgotten password can be set anew.",
            button: "Set a new password",
            otherwise: "If this was not you, do nothing. Nothing was changed, and nobody was told that you have an account.",
        },
        AccountMail::ResetPassword => Content {
            heading: "Set a new password",
            explanation: "Somebody asked for a new password for this account. The link works once, for 30 minutes.",
            button: "Set a new password",
            otherwise: "If this was not you, do nothing: your password stays as it is.",
        },
        AccountMail::PasswordChanged => Content {
            heading: "Your password was changed",
            explanation: "The password of your account was changed just now, and every browser that was signed in is signed out.",
            button: "Set a new password",
            otherwise: "If this was not you, set a new password at once, then write to us.",
        },
        AccountMail::ConfirmNewEmail => Content {
            heading: "Confirm your new e-mail address",
            explanation: "This address was given as the new one of an account. Open the link in the browser where you are signed in. It works for one hour.",
            button: "Confirm the new address",
            otherwise: "If this was not you, do nothing: the account keeps its old address.",
        },
        AccountMail::EmailChangeRequested => Content {
            heading: "Your e-mail address is about to change",
            explanation: "Somebody who knows your password asked to change the e-mail address of your account. It changes once the new address is confirmed.",
            button: "Look at your account",
            otherwise: "If this was not you, change your password at once: that also stops the change.",
        },
        AccountMail::StaffInvited => Content {
            heading: "You are invited to the staff",
            explanation: "An owner of the shop made an account for you. Set your password, then set up an authenticator app: you need it at every sign-in. The link works for three days.",
            button: "Set your password",
            otherwise: "If you do not know this shop, do nothing.",
        },
        AccountMail::SessionEnded => Content {
            heading: "A browser was signed out for safety",
            explanation: "Something used a key of your session that had been replaced already, as a copy of it would. We ended that session; the others go on.",
            button: "Look at your browsers",
            otherwise: "Sign in again. If you do not recognise a browser in the list, sign it out and change your password.",
        },
    }
}

#[cfg(test)]
mod tests;
