//! Signed values that a client keeps: readable by it, made by this store alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;

use super::keys::Keyring;
use super::mac::{Mac, with_parts};

/// A browser keeps no longer cookie, so a longer one was not made here.
const COOKIE_BYTES: usize = 4096;

impl Keyring {
    /// A cookie's value that only this store can make: `base64url(value).expiry.signature`, safe in
    /// a `Set-Cookie`.
    ///
    /// The signature covers the cookie's name, so that one cookie's value does not pass as
    /// another's. The value is readable by whoever holds the cookie: nothing personal goes in.
    /// `expires_ms` is Unix time in milliseconds.
    pub fn sign_item_until(&self, name: &str, value: &str, expires_ms: i64) -> String {
        let signature =
            cookie_parts(self.cookie_mac(), name, value, expires_ms).finalize().into_bytes();
        format!(
            "{}.{expires_ms}.{}",
            URL_SAFE_NO_PAD.encode(value),
            URL_SAFE_NO_PAD.encode(signature)
        )
    }

    /// The value of a cookie made by [`Self::sign_item_until`] for this name and not expired at
    /// `now_ms`.
    ///
    /// Anything else is `None`, without saying why: a cookie that fails is a cookie that is absent.
    pub fn verify_item(&self, name: &str, signed: &str, now_ms: i64) -> Option<String> {
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
        let expires_ms = expires.parse::<i64>().ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        cookie_parts(self.cookie_mac(), name, &value, expires_ms).verify_slice(&signature).ok()?;
        (now_ms < expires_ms).then_some(value)
    }
}

fn cookie_parts(mac: Mac, name: &str, value: &str, expires_ms: i64) -> Mac {
    with_parts(mac, &[name.as_bytes(), value.as_bytes(), &expires_ms.to_be_bytes()])
}

#[cfg(test)]
mod tests {
    use super::super::keys::tests::{key_text, keyring};
    use super::*;

    #[test]
    fn r24_a_signed_cookie_comes_back_until_it_expires() {
        let keyring = keyring();
        let signed = keyring.sign_item_until(
            "__Host-notice",
            "Added to your cart – 2 × teapot; \"now\"",
            60_000,
        );
        assert!(
            signed.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
            "{signed}"
        );
        assert_eq!(
            keyring.verify_item("__Host-notice", &signed, 59_999).as_deref(),
            Some("Added to your cart – 2 × teapot; \"now\"")
        );
        assert_eq!(keyring.verify_item("__Host-notice", &signed, 60_000), None);
        assert_eq!(keyring.verify_item("__Host-other", &signed, 0), None);
        let empty = keyring.sign_item_until("n", "", 1);
        assert_eq!(keyring.verify_item("n", &empty, 0).as_deref(), Some(""));
    }

    #[test]
    fn r24_no_change_to_a_signed_cookie_goes_unnoticed() {
        let keyring = keyring();
        let signed = keyring.sign_item_until("n", "value", 60_000);
        for place in 0..signed.len() {
            for replacement in ["A", "B", "0", "9", "-", ".", ""] {
                let mut changed = signed.clone();
                changed.replace_range(place..=place, replacement);
                if changed != signed {
                    assert_eq!(keyring.verify_item("n", &changed, 0), None, "{changed}");
                }
            }
        }
        for foreign in
            ["", ".", "..", "...", "a.b.c", "\u{0}", &signed.repeat(100), &format!("{signed}.")]
        {
            assert_eq!(keyring.verify_item("n", foreign, 0), None, "{foreign}");
        }
        let other = Keyring::from_settings(
            &format!("1:{}", key_text(1)),
            &format!("1:{}", key_text(2)),
            &key_text(4),
            &format!("1:{}", key_text(90)),
        )
        .unwrap();
        assert_eq!(other.verify_item("n", &signed, 0), None);
    }
}
