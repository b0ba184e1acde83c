//! Random tokens that open something once they come back, and the hashes that are stored instead of
//! them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mongodb::bson::Bson;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const TOKEN_BYTES: usize = 32;

/// 256 random bits for a cookie or a mailed link; the store keeps its [`Token::hash`] only.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// 43 characters of base64url, safe in a cookie and in a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored: the same text that [`hash_token`] gives for this token.
    pub fn hash(&self) -> TokenHash {
        // A token is made of 32 bytes and nothing else.
        hash_token(&self.0).expect("a token made here is well formed")
    }
}

/// The hash of a token, 64 lowercase hexadecimal digits: what is stored and looked up. It opens
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

impl TokenHash {
    pub(super) fn of(digest: &[u8]) -> Self {
        Self(hex::encode(digest))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// For filters and updates.
impl From<TokenHash> for Bson {
    fn from(hash: TokenHash) -> Self {
        Self::String(hash.0)
    }
}

/// A token in a log would be as good as the token.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

pub fn random_token() -> Token {
    let mut bytes = [0u8; TOKEN_BYTES];
    rand::fill(&mut bytes);
    Token(base64url(&bytes))
}

/// SHA-256 of a token that came from outside, 64 lowercase hexadecimal digits; `None` if it is no
/// token.
///
/// A plain hash is enough here, unlike for passwords: nobody searches through 256 random bits.
pub fn hash_token(token: &str) -> Option<TokenHash> {
    // The length comes first, so that a huge text is never decoded.
    if token.len() != TOKEN_BYTES.div_ceil(3) * 4 - 1 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    Some(TokenHash::of(&Sha256::digest(bytes)))
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r20_tokens_hold_256_random_bits_and_are_stored_as_hashes() {
        let (one, two) = (random_token(), random_token());
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(URL_SAFE_NO_PAD.decode(one.as_str()).unwrap().len(), 32);
        assert_eq!(one.as_str().len(), 43);
        assert_eq!(hash_token(one.as_str()), Some(one.hash()));
        assert_ne!(one.hash(), two.hash());
        assert_eq!(one.hash().as_str().len(), 64);
        assert!(!one.hash().as_str().contains(one.as_str()));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }

    #[test]
    fn malformed_tokens_are_no_tokens() {
        let good = random_token().as_str().to_owned();
        let last_bits = format!("{}B", "A".repeat(42));
        let cases = [
            "",
            "abc",
            &good[1..],
            &format!("{good}A"),
            &format!("{}=", &good[1..]),
            &"+".repeat(43),
            &"é".repeat(21),
            &last_bits,
        ];
        for text in cases {
            assert_eq!(hash_token(text), None, "{text}");
        }
        assert!(hash_token(&"A".repeat(43)).is_some());
    }
}
