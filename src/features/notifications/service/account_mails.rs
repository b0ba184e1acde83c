//! Mails about an account: each says what happened, what to do, and what to do if it was not you.

use super::markup::Markup;
use super::paper::{Sender, button, letter, paragraph};
use crate::features::notifications::model::Template;

/// The words of one mail. The button is the one thing to do.
struct Words {
    subject: &'static str,
    heading: &'static str,
    what: &'static str,
    button: &'static str,
    otherwise: &'static str,
}

const fn words(template: Template) -> Option<Words> {
    Some(match template {
        Template::OrderConfirmed => return None,
        Template::VerifyEmail => Words {
            subject: "Confirm your e-mail address",
            heading: "Confirm your e-mail address",
            what: "You made an account with this address. Confirm it, and orders you placed with it join your account. The link works for 24 hours.",
            button: "Confirm the address",
            otherwise: "If this was not you, do nothing: without the confirmation the account gets no further.",
        },
        Template::AlreadyRegistered => Words {
            subject: "You have an account already",
            heading: "You have an account already",
            what: "Somebody signed up with this address, which has an account. If it was you, sign in as usual; a forgotten password can be set anew.",
            button: "Set a new password",
            otherwise: "If this was not you, do nothing. Nothing was changed, and nobody was told that you have an account.",
        },
        Template::ResetPassword => Words {
            subject: "Set a new password",
            heading: "Set a new password",
            what: "Somebody asked for a new password for this account. The link works once, for 30 minutes.",
            button: "Set a new password",
            otherwise: "If this was not you, do nothing: your password stays as it is.",
        },
        Template::PasswordChanged => Words {
            subject: "Your password was changed",
            heading: "Your password was changed",
            what: "The password of your account was changed just now, and every browser that was signed in is signed out.",
            button: "Set a new password",
            otherwise: "If this was not you, set a new password at once, then write to us.",
        },
        Template::ConfirmNewEmail => Words {
            subject: "Confirm your new e-mail address",
            heading: "Confirm your new e-mail address",
            what: "This address was given as the new one of an account. Open the link in the browser where you are signed in. It works for one hour.",
            button: "Confirm the new address",
            otherwise: "If this was not you, do nothing: the account keeps its old address.",
        },
        Template::EmailChangeRequested => Words {
            subject: "Your e-mail address is about to change",
            heading: "Your e-mail address is about to change",
            what: "Somebody who knows your password asked to change the e-mail address of your account. It changes once the new address is confirmed.",
            button: "Look at your account",
            otherwise: "If this was not you, change your password at once: that also stops the change.",
        },
        Template::StaffInvited => Words {
            subject: "You are invited to the staff",
            heading: "You are invited to the staff",
            what: "An owner of the shop made an account for you. Set your password, then set up an authenticator app: you need it at every sign-in. The link works for three days.",
            button: "Set your password",
            otherwise: "If you do not know this shop, do nothing.",
        },
        Template::SessionEnded => Words {
            subject: "A browser was signed out for safety",
            heading: "A browser was signed out for safety",
            what: "Something used a key of your session that had been replaced already, as a copy of it would. We ended that session; the others go on.",
            button: "Look at your browsers",
            otherwise: "Sign in again. If you do not recognise a browser in the list, sign it out and change your password.",
        },
    })
}

pub fn subject(template: Template, sender: &Sender) -> Option<String> {
    words(template).map(|words| format!("{} at {}", words.subject, sender.name))
}

pub fn text(template: Template, sender: &Sender, path: &str) -> Option<String> {
    words(template).map(|words| {
        format!(
            "{}\n\n{}\n\n{}: {}\n\n{}\n\nQuestions? Write to {}.\n",
            words.heading,
            words.what,
            words.button,
            sender.address(path),
            words.otherwise,
            sender.support_email,
        )
    })
}

pub fn html(template: Template, sender: &Sender, path: &str) -> Option<String> {
    words(template).map(|words| {
        let body = paragraph(Markup::new().tags(words.what))
            .append(button(words.button, &sender.address(path)))
            .append(paragraph(Markup::new().tags(words.otherwise)));
        letter(sender, words.heading, words.what, body)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_every_mail_links_to_the_configured_address_and_says_what_to_do_otherwise() {
        let sender = Sender {
            name: "Juniper Row".into(),
            support_email: "hello@shop.example".into(),
            base_url: "https://shop.example".into(),
        };
        for template in
            Template::ALL.into_iter().filter(|template| *template != Template::OrderConfirmed)
        {
            let text = text(template, &sender, "/verify?token=abc").unwrap();
            let html = html(template, &sender, "/verify?token=abc").unwrap();
            assert!(text.contains("https://shop.example/verify?token=abc"), "{text}");
            assert!(html.contains("href=\"https://shop.example/verify?token=abc\""), "{html}");
            assert!(subject(template, &sender).unwrap().ends_with(" at Juniper Row"));
            for part in [words(template).unwrap().what, words(template).unwrap().otherwise] {
                assert!(text.contains(part) && html.contains(part), "{part}");
                assert!(!part.contains(['<', '&', '!']), "{part}");
            }
        }
    }
}
