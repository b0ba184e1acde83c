//! Personal fields at rest: XChaCha20-Poly1305, bound to the place they belong to.
//!
//! A sealed field is `1 ‖ key id (4, big endian) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::keys::{DataKey, Keyring, Purpose};
use crate::shared::error::{AppError, AppResult};

/// The first byte of every sealed field: the layout and cipher above.
const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

/// Where a sealed field lives: moved to another document or field, it no longer opens.
#[derive(Clone, Copy, Debug)]
pub struct SealContext<'a> {
    pub collection: &'a str,
    /// The document's id, known before the field is sealed.
    pub id: &'a str,
    pub field: &'a str,
}

impl Keyring {
    /// Seals a text for one place with the primary data key. Equal texts look different each time.
    pub fn seal(&self, purpose: Purpose, place: SealContext<'_>, plain: &str) -> Vec<u8> {
        let key = self.primary_data_key();
        let mut nonce = [0u8; NONCE_BYTES];
        rand::fill(&mut nonce);
        let aad = associated_data(place, key.id);
        let payload = Payload { msg: plain.as_bytes(), aad: &aad };
        // The cipher's only refusal is a text beyond 256 GiB.
        let sealed = cipher(key, purpose)
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("a text in memory is short enough");

        let mut bytes = Vec::with_capacity(HEADER_BYTES + sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&key.id.to_be_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// Opens what [`Self::seal`] made for this purpose and place, with whichever active key sealed
    /// it.
    ///
    /// # Errors
    /// `internal_error`, with the place as its cause, for a changed byte, another place or purpose,
    /// or an unknown key.
    pub fn open(
        &self,
        purpose: Purpose,
        place: SealContext<'_>,
        sealed: &[u8],
    ) -> AppResult<String> {
        let refused = |why: &str| {
            AppError::internal(format!(
                "sealed field {}.{} of document {}: {why}",
                place.collection, place.field, place.id
            ))
        };

        let id = key_id(sealed).ok_or_else(|| refused("unknown layout"))?;
        let key = self.data_key(id).ok_or_else(|| refused(&format!("no data key with id {id}")))?;
        let (nonce, ciphertext) = sealed[1 + KEY_ID_BYTES..].split_at(NONCE_BYTES);
        let aad = associated_data(place, id);
        let payload = Payload { msg: ciphertext, aad: &aad };
        let plain = cipher(key, purpose)
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| refused("does not open here"))?;
        String::from_utf8(plain).map_err(|_| refused("not a text"))
    }

    /// Whether a field was sealed with the present primary key; the others wait to be encrypted
    /// again after a rotation.
    pub fn is_sealed_with_primary(&self, sealed: &[u8]) -> bool {
        key_id(sealed) == Some(self.primary_data_key().id)
    }

    /// Encrypts a field again with the primary key; `None` for one that it sealed already.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn reencrypt_if_outdated(
        &self,
        purpose: Purpose,
        place: SealContext<'_>,
        sealed: &[u8],
    ) -> AppResult<Option<Vec<u8>>> {
        if self.is_sealed_with_primary(sealed) {
            return Ok(None);
        }
        let plain = self.open(purpose, place, sealed)?;
        Ok(Some(self.seal(purpose, place, &plain)))
    }
}

fn cipher(key: &DataKey, purpose: Purpose) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.for_purpose(purpose).into())
}

/// The key id of a field long enough to be one; it counts only once the field has opened with that
/// key.
fn key_id(sealed: &[u8]) -> Option<u32> {
    let (version, rest) = sealed.split_first()?;
    if *version != VERSION || sealed.len() < HEADER_BYTES {
        return None;
    }
    rest.first_chunk::<KEY_ID_BYTES>().map(|id| u32::from_be_bytes(*id))
}

/// Each part behind its length: ("ab", "c") and ("a", "bc") must not be one place.
fn associated_data(place: SealContext<'_>, key_id: u32) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    for part in [place.collection, place.id, place.field] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes.extend_from_slice(&key_id.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::keys::tests::{key_text, keyring, keyring_with};
    use super::*;

    const HERE: SealContext<'static> =
        SealContext { collection: "accounts", id: "a1", field: "name" };

    #[test]
    fn r83_a_field_opens_where_it_was_sealed() {
        let keyring = keyring();
        for plain in ["Ada Lovelace", "", "日本 \u{202e}x", &"n".repeat(100_000)] {
            let sealed = keyring.seal(Purpose::Pii, HERE, plain);
            assert_eq!(sealed.len(), 1 + 4 + 24 + plain.len() + 16);
            assert_eq!(sealed[..5], [1, 0, 0, 0, 1]);
            assert_eq!(keyring.open(Purpose::Pii, HERE, &sealed).unwrap(), plain);
        }
        let sealed = keyring.seal(Purpose::Pii, HERE, "canary");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"canary"));
        assert_ne!(
            sealed,
            keyring.seal(Purpose::Pii, HERE, "canary"),
            "a nonce is never used twice"
        );
    }

    #[test]
    fn r83_a_swapped_field_does_not_open() {
        let keyring = keyring();
        let sealed = keyring.seal(Purpose::Pii, HERE, "Ada");
        let elsewhere = [
            SealContext { collection: "orders", ..HERE },
            SealContext { id: "a2", ..HERE },
            SealContext { field: "phone", ..HERE },
            SealContext { collection: "account", id: "sa1", field: "name" },
            SealContext { collection: "accounts", id: "a1name", field: "" },
        ];
        for place in elsewhere {
            let error = keyring.open(Purpose::Pii, place, &sealed).expect_err("another place");
            assert_eq!(error.code, "internal_error");
            assert!(
                error.cause().is_some_and(|cause| cause.contains("does not open here")),
                "{error:?}"
            );
        }
        for purpose in [Purpose::Notes, Purpose::Tokens] {
            assert!(keyring.open(purpose, HERE, &sealed).is_err());
        }
    }

    #[test]
    fn r83_a_flipped_bit_or_a_missing_byte_is_an_error() {
        let keyring = keyring();
        let sealed = keyring.seal(Purpose::Pii, HERE, "Ada");
        for place in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[place] ^= 1 << bit;
                assert!(
                    keyring.open(Purpose::Pii, HERE, &changed).is_err(),
                    "byte {place}, bit {bit}"
                );
            }
            assert!(
                keyring.open(Purpose::Pii, HERE, &sealed[..place]).is_err(),
                "the first {place} bytes"
            );
        }
    }

    #[test]
    fn r83_an_unknown_key_is_named_in_the_cause_alone() {
        let other = keyring_with(&format!("7:{}", key_text(20)), &format!("1:{}", key_text(2)));
        let error = keyring()
            .open(Purpose::Pii, HERE, &other.seal(Purpose::Pii, HERE, "Ada"))
            .expect_err("unknown key");
        assert!(
            error.cause().is_some_and(|cause| cause.contains("no data key with id 7")),
            "{error:?}"
        );
        assert!(!error.message.contains("key"));
    }

    #[test]
    fn r83_two_keys_under_one_id_do_not_open_each_others_fields() {
        let other = keyring_with(&format!("1:{}", key_text(20)), &format!("1:{}", key_text(2)));
        assert!(
            keyring().open(Purpose::Pii, HERE, &other.seal(Purpose::Pii, HERE, "Ada")).is_err()
        );
    }

    #[test]
    fn r85_the_old_key_still_opens_and_the_new_one_seals() {
        let index = format!("1:{}", key_text(2));
        let old = keyring_with(&format!("1:{}", key_text(1)), &index);
        let both = keyring_with(&format!("2:{},1:{}", key_text(9), key_text(1)), &index);
        let new = keyring_with(&format!("2:{}", key_text(9)), &index);

        let before = old.seal(Purpose::Notes, HERE, "Leave it at the door");
        assert_eq!(both.open(Purpose::Notes, HERE, &before).unwrap(), "Leave it at the door");
        assert!(old.is_sealed_with_primary(&before) && !both.is_sealed_with_primary(&before));

        let after = both
            .reencrypt_if_outdated(Purpose::Notes, HERE, &before)
            .unwrap()
            .expect("the old key sealed it");
        assert!(both.is_sealed_with_primary(&after) && !both.is_sealed_with_primary(&[]));
        assert_eq!(both.reencrypt_if_outdated(Purpose::Notes, HERE, &after).unwrap(), None);
        assert!(
            both.reencrypt_if_outdated(Purpose::Pii, HERE, &before).is_err()
                && new.reencrypt_if_outdated(Purpose::Notes, HERE, &before).is_err()
        );
        assert_eq!(new.open(Purpose::Notes, HERE, &after).unwrap(), "Leave it at the door");
        assert!(new.open(Purpose::Notes, HERE, &before).is_err());
    }
}
