//! Secrets at work: sealed personal fields, blind indexes, random tokens, signed cookies.

mod access_tokens;
mod email;
mod fields;
mod keys;
mod refresh_tokens;
mod signatures;
mod tokens;
mod totp;

pub use access_tokens::AccessToken;
pub use email::canonical_email;
pub use fields::{Purpose, SealContext};
pub use keys::Keyring;
pub use refresh_tokens::RefreshToken;
pub use signatures::{constant_time_eq, hmac_sha256_hex};
pub use tokens::{Token, hash_token, random_token};
pub use totp::{new_totp_secret, totp_code, totp_picture, totp_step};

/// Lowercase hexadecimal, two digits a byte.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}
