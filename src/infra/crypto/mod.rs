//! Secrets at work: sealed personal fields, blind indexes, random tokens, signed cookies.

mod access_tokens;
mod email;
mod fields;
mod keys;
mod mac;
mod refresh_tokens;
mod signatures;
mod tokens;
mod totp;

pub use access_tokens::AccessToken;
pub use email::canonical_email;
pub use fields::SealContext;
pub use keys::{Keyring, Purpose};
pub use mac::{constant_time_eq, hmac_sha256_hex};
pub use refresh_tokens::RefreshToken;
pub use tokens::{Token, TokenHash, hash_token, random_token};
pub use totp::{new_totp_secret, totp_code, totp_picture, totp_step};
