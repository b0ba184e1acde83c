//! How to reach a person: an e-mail address and a telephone number, as people really have them.

use super::mask_card_numbers;
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};

/// The longest address a mail server takes, in characters (RFC 5321, section 4.5.3.1.3, less its
/// angle brackets).
const MAX_EMAIL_CHARS: usize = 254;
/// RFC 5321, section 4.5.3.1.1.
const MAX_LOCAL_CHARS: usize = 64;
/// RFC 1035, section 2.3.4.
const MAX_LABEL_CHARS: usize = 63;

/// Reads an e-mail address, trimmed, its domain in small letters.
///
/// Stricter than RFC 5322 (no quoting, comments or address literals) because what it lets through
/// goes into mail headers. Errors (422): `required`, `email_invalid`, each with what to do.
pub fn email(field: &'static str, value: &str) -> AppResult<EmailAddress> {
    let value = value.trim_matches(' ');
    if value.is_empty() {
        return Err(AppError::field("required", field, "Enter your e-mail address."));
    }
    let refuse = |message: &'static str| Err(AppError::field("email_invalid", field, message));
    if value.len() > MAX_EMAIL_CHARS {
        return refuse("Enter a shorter e-mail address, of at most 254 characters.");
    }
    if value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return refuse("Remove the space or line break inside the e-mail address.");
    }
    let Some((local, domain)) = value.split_once('@') else {
        return refuse("Enter an e-mail address with an @, such as name@example.com.");
    };
    if domain.contains('@') {
        return refuse("Enter one e-mail address, with one @, such as name@example.com.");
    }
    if local.is_empty() || local.len() > MAX_LOCAL_CHARS || !dotted(local, local_byte) {
        return refuse("Check the part before the @: it should look like name@example.com.");
    }
    if !is_domain(domain) {
        return refuse("Check the part after the @: it should end like example.com.");
    }
    Ok(EmailAddress::from_parts(local, domain))
}

/// Reads an optional telephone number; `None` if nothing was typed. Single spaces between the
/// groups are kept.
///
/// Errors (422): `phone_invalid` unless it has 6 to 15 digits (E.164), perhaps with a plus in front
/// and the usual separators; also for what passes as a card number.
pub fn phone(field: &'static str, value: &str) -> AppResult<Option<String>> {
    let groups = value.split(' ').filter(|group| !group.is_empty()).collect::<Vec<_>>().join(" ");
    if groups.is_empty() {
        return Ok(None);
    }
    let body = groups.strip_prefix('+').unwrap_or(&groups);
    let usual = body.bytes().all(|byte| byte.is_ascii_digit() || b" -./()".contains(&byte));
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let card = groups == body && mask_card_numbers(body) != body;
    if !usual || !(6..=15).contains(&digits) || groups.len() > 30 || card {
        return Err(AppError::field(
            "phone_invalid",
            field,
            "Enter a phone number such as +31 20 123 4567.",
        ));
    }
    Ok(Some(groups))
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        label.len() <= MAX_LABEL_CHARS
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return false };
    let top_is_a_name = top.len() >= 2 && top.bytes().any(|byte| byte.is_ascii_alphabetic());
    top_is_a_name && domain.split('.').all(|part| !part.is_empty() && label(part))
}

/// Dot-separated runs of allowed bytes, none empty.
fn dotted(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    text.split('.').all(|run| !run.is_empty() && run.bytes().all(&allowed))
}

/// `atext` of RFC 5322, section 3.2.3.
fn local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}
