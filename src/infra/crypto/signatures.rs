//! Signed values that a client keeps: readable by it, made by this store alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;

use super::keys::Keyring;
use super::mac::{Mac, with_parts};
use crate::shared::timestamp::Timestamp;

/// A browser keeps no longer cookie, so a longer one was not made here.
const COOKIE_BYTES: usize = 4096;

impl Keyring {
    /// A cookie's value that only this store can make: `base64url(value).expiry.signature`, safe in
    /// a `Set-Cookie`.
    ///
    /// The signature covers the cookie's name, so that one cookie's value does not pass as
    /// another's. The value is readable by whoever holds the cookie: nothing personal goes in.
    pub fn sign_item_until(&self, name: &str, value: &str, expires_at: Timestamp) -> String {
        let signature =
            cookie_parts(self.cookie_mac(), name, value, expires_at).finalize().into_bytes();
        format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(value),
            expires_at.unix_ms(),
            URL_SAFE_NO_PAD.encode(signature)
        )
    }

    /// The value of a cookie made by [`Self::sign_item_until`] for this name and not expired at
    /// `now`.
    ///
    /// Anything else is `None`, without saying why: a cookie that fails is a cookie that is absent.
    pub fn verify_item(&self, name: &str, signed: &str, now: Timestamp) -> Option<String> {
        if signed.len() > COOKIE_BYTES {
            return None;
        }
        let mut parts = signed.split('.');
        let (value, expires, signature, None) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next())
        else {
            return None;
        };
        let value = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
        let expires_at = Timestamp::from_unix_ms(expires.parse().ok()?);
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        cookie_parts(self.cookie_mac(), name, &value, expires_at).verify_slice(&signature).ok()?;
        (now < expires_at).then_some(value)
    }
}

fn cookie_parts(mac: Mac, name: &str, value: &str, expires_at: Timestamp) -> Mac {
    with_parts(mac, &[name.as_bytes(), value.as_bytes(), &expires_at.unix_ms().to_be_bytes()])
}

#[cfg(test)]
mod tests {
    use super::super::keys::tests::{key_text, keyring};
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;
    const END: Timestamp = Timestamp::from_unix_seconds(60);

    #[test]
    fn r24_a_signed_cookie_comes_back_until_it_expires() {
        let keyring = keyring();
        let signed = keyring.sign_item_until(
            "__Host-notice",
            "Added to your cart – 2 × teapot; \"now\"",
            END,
        );
        assert!(
            signed.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
            "{signed}"
        );
        assert_eq!(
            keyring
                .verify_item("__Host-notice", &signed, Timestamp::from_unix_ms(59_999))
                .as_deref(),
            Some("Added to your cart – 2 × teapot; \"now\"")
        );
        assert_eq!(keyring.verify_item("__Host-notice", &signed, END), None);
        assert_eq!(keyring.verify_item("__Host-other", &signed, START), None);
        let empty = keyring.sign_item_until("n", "", END);
        assert_eq!(keyring.verify_item("n", &empty, START).as_deref(), Some(""));
    }

    #[test]
    fn r24_no_change_to_a_signed_cookie_goes_unnoticed() {
        let keyring = keyring();
        let signed = keyring.sign_item_until("n", "value", END);
        for place in 0..signed.len() {
            for replacement in ["A", "B", "0", "9", "-", ".", ""] {
                let mut changed = signed.clone();
                changed.replace_range(place..=place, replacement);
                if changed != signed {
                    assert_eq!(keyring.verify_item("n", &changed, START), None, "{changed}");
                }
            }
        }
        for foreign in
            ["", ".", "..", "...", "a.b.c", "\u{0}", &signed.repeat(100), &format!("{signed}.")]
        {
            assert_eq!(keyring.verify_item("n", foreign, START), None, "{foreign}");
        }
        let other = Keyring::from_settings(
            &format!("1:{}", key_text(1)),
            &format!("1:{}", key_text(2)),
            &key_text(4),
            &format!("1:{}", key_text(90)),
        )
        .unwrap();
        assert_eq!(other.verify_item("n", &signed, START), None);
    }
}
