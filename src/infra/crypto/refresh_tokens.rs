//! Refresh tokens: 16 bytes that name a family and 32 random ones that open it, replaced at every
//! use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use super::keys::derive;
use super::tokens::TokenHash;
use crate::shared::ids::SessionId;

const FAMILY_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// One token of a token family. The store keeps its hash only.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    token_family: [u8; FAMILY_BYTES],
    secret: [u8; SECRET_BYTES],
}

impl RefreshToken {
    /// The first token of a new token family.
    pub fn of_new_session() -> Self {
        let mut token_family = [0; FAMILY_BYTES];
        rand::fill(&mut token_family);
        Self { token_family, secret: random_secret() }
    }

    /// Another token of the same token family.
    pub fn successor(&self) -> Self {
        Self { token_family: self.token_family, secret: random_secret() }
    }

    /// 64 characters of base64url, for the client to keep.
    pub fn text(&self) -> String {
        super::tokens::base64url(&[&self.token_family[..], &self.secret].concat())
    }

    /// Reads what a client kept; `None` for anything that was not made here.
    pub fn parse(text: &str) -> Option<Self> {
        // The length comes first, so that a huge text is never decoded.
        if text.len() != (FAMILY_BYTES + SECRET_BYTES) / 3 * 4 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (token_family, secret) = bytes.split_first_chunk::<FAMILY_BYTES>()?;
        Some(Self { token_family: *token_family, secret: secret.try_into().ok()? })
    }

    /// The family's id as stored, 32 hexadecimal digits. It opens nothing.
    pub fn session_id(&self) -> SessionId {
        SessionId::new(hex::encode(self.token_family))
    }

    /// SHA-256 over the whole token, 64 hexadecimal digits: what is stored.
    pub fn hash(&self) -> TokenHash {
        let digest = Sha256::new().chain_update(self.token_family).chain_update(self.secret);
        TokenHash::of(&digest.finalize())
    }

    /// Seals the successor for whoever still holds this token: a dump, which has hashes only,
    /// cannot open it.
    pub fn seal_successor(&self, successor: &Self) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        rand::fill(&mut nonce);
        // The cipher's only refusal is a text beyond 256 GiB.
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), &successor.secret[..])
            .expect("32 bytes can be sealed");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`Self::seal_successor`] sealed for this very token.
    pub fn open_successor(&self, sealed: &[u8]) -> Option<Self> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let secret = self.cipher().decrypt(XNonce::from_slice(nonce), sealed).ok()?;
        Some(Self { token_family: self.token_family, secret: secret.try_into().ok()? })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&derive(&self.secret, "cartwright/refresh-successor/v1").into())
    }
}

/// A token in a log would be as good as the token.
impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

fn random_secret() -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    rand::fill(&mut secret);
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r20_a_token_comes_back_from_its_text_and_nothing_else_does() {
        let token = RefreshToken::of_new_session();
        let text = token.text();
        assert_eq!(text.len(), 64);
        assert_eq!(RefreshToken::parse(&text), Some(token.clone()));
        for other in [
            "",
            "abc",
            &text[1..],
            &format!("{text}A"),
            &text.replace(&text[..1], "+"),
            &"é".repeat(32),
        ] {
            assert_eq!(RefreshToken::parse(other), None, "{other}");
        }
        assert!(!token.hash().as_str().contains(&text) && token.hash() != token.successor().hash());
        assert_eq!(token.session_id(), token.successor().session_id());
        assert_eq!(format!("{token:?}"), "RefreshToken(…)");
    }

    #[test]
    fn r19_only_the_predecessor_opens_its_successor() {
        let first = RefreshToken::of_new_session();
        let second = first.successor();
        let sealed = first.seal_successor(&second);
        assert_eq!(first.open_successor(&sealed), Some(second.clone()));
        assert_eq!(second.open_successor(&sealed), None);
        assert_eq!(first.successor().open_successor(&sealed), None);
        assert_eq!(first.open_successor(&sealed[1..]), None);
        assert_eq!(first.open_successor(&[]), None);
        let mut changed = sealed;
        changed[30] ^= 1;
        assert_eq!(first.open_successor(&changed), None);
    }
}
