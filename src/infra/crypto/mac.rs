//! HMAC-SHA-256, and the comparison of signatures that came from outside.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq;

pub(super) type Mac = Hmac<Sha256>;

/// HMAC-SHA-256 over the parts one after the other, 64 lowercase hexadecimal digits.
///
/// The parts are joined without separators, as webhook signatures want it: the caller puts its own
/// between them.
pub fn hmac_sha256_hex(key: &[u8], parts: &[&[u8]]) -> String {
    let mut mac = mac(key);
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

/// Compares without telling by its duration how many bytes agree. The lengths are not secret.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

pub(super) fn mac(key: &[u8]) -> Mac {
    // HMAC takes a key of any length.
    Mac::new_from_slice(key).expect("HMAC accepts every key")
}

pub(super) fn finish(mut mac: Mac, text: &[u8]) -> [u8; 32] {
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// HMAC over length-prefixed parts: no two lists of parts have the same encoding.
pub(super) fn mac_of_parts(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    with_parts(mac(key), parts).finalize().into_bytes().into()
}

pub(super) fn with_parts(mut mac: Mac, parts: &[&[u8]]) -> Mac {
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_hmac_is_the_standard_one() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hmac_sha256_hex(b"Jefe", &[b"what do ya want ", b"for nothing?"]), expected);
    }

    #[test]
    fn r60_signatures_are_compared_as_a_whole() {
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(constant_time_eq(b"", b""));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
    }
}
