//! Access tokens: short-lived JWTs that name the session a request belongs to.
//!
//! One algorithm (HS256), a known key, and every claim required. What fails in any way counts as
//! absent: nobody is told why, nothing is fetched, and whatever key, address or certificate a
//! token's header names is not looked at.

use std::sync::Once;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use signature::{Error as SignatureError, Signer, Verifier};

use super::keys::Keyring;
use crate::shared::ids::{AccountId, SessionId};
use crate::shared::timestamp::Timestamp;

/// The header's `typ` (RFC 9068, section 2.1); no other kind of our tokens is a JWT.
const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "cartwright";
/// What the clocks of two instances may differ by.
const LEEWAY: Duration = Duration::from_secs(30);
/// A token that claims to live longer was not made here.
const LONGEST_LIFE: Duration = Duration::from_mins(10);
/// A browser keeps no longer cookie.
const LONGEST_TOKEN: usize = 4_096;

/// What a valid access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub account_id: AccountId,
    pub session_id: SessionId,
}

/// Every claim is required and has exactly this type: a list of audiences or a date in words is
/// refused.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    /// Seconds since 1970, like the two below.
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Keyring {
    /// Signs a token for one session. `issuer` is the store's address; `life` is at most ten
    /// minutes, in whole seconds.
    pub fn issue_access_token(
        &self,
        issuer: &str,
        token: &AccessToken,
        now: Timestamp,
        life: Duration,
    ) -> String {
        install_provider();
        let (id, key) = self.signing_key();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.into());
        header.kid = Some(id.to_string());
        let claims = Claims {
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: token.account_id.to_string(),
            sid: token.session_id.to_string(),
            iat: now.unix_seconds(),
            nbf: now.unix_seconds(),
            exp: (now + life.min(LONGEST_LIFE)).unix_seconds(),
        };
        // Text and numbers always serialise, and HMAC takes every key.
        encode(&header, &claims, &EncodingKey::from_secret(key))
            .expect("a token of ours can be written")
    }

    /// What a token says, if it was issued here, for this use, and is valid at `now`.
    pub fn verify_access_token(
        &self,
        issuer: &str,
        token: &str,
        now: Timestamp,
    ) -> Option<AccessToken> {
        install_provider();
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE)
            || header.alg != Algorithm::HS256
            || header.crit.is_some()
        {
            return None;
        }
        let key = self.access_key(canonical_id(header.kid.as_deref()?)?)?;
        let mut wanted = Validation::new(Algorithm::HS256);
        wanted.set_issuer(&[issuer]);
        wanted.set_audience(&[AUDIENCE]);
        wanted.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The library would ask the system's clock; time is compared below, with the store's own.
        wanted.validate_exp = false;
        wanted.validate_nbf = false;
        let claims = decode::<Claims>(token, &DecodingKey::from_secret(key), &wanted).ok()?.claims;
        if !is_in_time(&claims, now) {
            return None;
        }
        Some(AccessToken {
            account_id: AccountId::parse(&claims.sub)?,
            session_id: SessionId::new(claims.sid),
        })
    }
}

fn is_in_time(claims: &Claims, now: Timestamp) -> bool {
    let [issued_at, begins, ends] =
        [claims.iat, claims.nbf, claims.exp].map(Timestamp::from_unix_seconds);
    issued_at <= ends
        && ends.saturating_since(issued_at) <= LONGEST_LIFE
        && issued_at <= now + LEEWAY
        && begins <= now + LEEWAY
        && now < ends + LEEWAY
}

/// A key id as we write it: no sign, no leading zero, nothing around it.
fn canonical_id(text: &str) -> Option<u32> {
    text.parse::<u32>().ok().filter(|id| id.to_string() == text)
}

/// Gives the library the one algorithm it may use; every other name in a token finds nothing behind
/// it.
fn install_provider() {
    static ONCE: Once = Once::new();
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| match algorithm {
            Algorithm::HS256 => Ok(Box::new(HmacSha256::new(key.as_bytes())?)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        verifier_factory: |algorithm, key| match algorithm {
            Algorithm::HS256 => Ok(Box::new(HmacSha256::new(key.try_get_as_bytes()?)?)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    // A second installation is refused and changes nothing.
    ONCE.call_once(|| {
        let _ = PROVIDER.install_default();
    });
}

struct HmacSha256(Hmac<Sha256>);

impl HmacSha256 {
    fn new(key: &[u8]) -> JwtResult<Self> {
        Hmac::new_from_slice(key).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for HmacSha256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for HmacSha256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        self.0
            .clone()
            .chain_update(message)
            .verify_slice(signature)
            .map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::super::keys::tests::{key_text, keyring};
    use super::*;

    const SHOP: &str = "https://shop.example";
    const SUBJECT: &str = "65a000000000000000000001";
    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
    const LIFE: Duration = Duration::from_mins(10);
    const SECOND: Duration = Duration::from_secs(1);

    fn token() -> AccessToken {
        AccessToken {
            account_id: AccountId::parse(SUBJECT).unwrap(),
            session_id: SessionId::new("ab".repeat(16)),
        }
    }

    /// A token with any header and claims, signed with the right key.
    fn forge_token(keyring: &Keyring, header: &str, claims: &str) -> String {
        let (_, key) = keyring.signing_key();
        let message =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mac = Hmac::<Sha256>::new_from_slice(key)
            .unwrap()
            .chain_update(&message)
            .finalize()
            .into_bytes();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    fn header(alg: &str, rest: &str) -> String {
        format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"1"{rest}}}"#)
    }

    fn claims(iat: &str, nbf: &str, exp: &str) -> String {
        format!(
            r#"{{"iss":"{SHOP}","aud":"cartwright","sub":"{SUBJECT}","sid":"s","iat":{iat},"nbf":{nbf},"exp":{exp}}}"#
        )
    }

    #[test]
    fn r16_a_token_is_valid_for_its_time_and_for_this_store() {
        let keyring = keyring();
        let jwt = keyring.issue_access_token(SHOP, &token(), NOW, LIFE);
        assert_eq!(keyring.verify_access_token(SHOP, &jwt, NOW), Some(token()));
        assert_eq!(
            keyring.verify_access_token(SHOP, &jwt, NOW + LIFE + LEEWAY - SECOND),
            Some(token()),
            "the clocks may differ"
        );
        assert_eq!(keyring.verify_access_token(SHOP, &jwt, NOW + LIFE + LEEWAY), None);
        assert_eq!(keyring.verify_access_token(SHOP, &jwt, NOW - LEEWAY), Some(token()));
        assert_eq!(keyring.verify_access_token(SHOP, &jwt, NOW - LEEWAY - SECOND), None);
        assert_eq!(keyring.verify_access_token("https://other.example", &jwt, NOW), None);
        assert!(jwt.len() < 600, "{} bytes with every request", jwt.len());
    }

    #[test]
    fn r16_a9_every_forgery_counts_as_no_token() {
        let keyring = keyring();
        let (iat, exp) = ("1800000000", "1800000600");
        let good = claims(iat, iat, exp);
        assert!(
            keyring
                .verify_access_token(SHOP, &forge_token(&keyring, &header("HS256", ""), &good), NOW)
                .is_some(),
            "the rig itself"
        );
        let long = "x".repeat(100_000);
        let headers = [
            header("none", ""),
            header("None", ""),
            header("nOnE", ""),
            header("HS384", ""),
            header("RS256", ""),
            header("ES256", ""),
            header("EdDSA", ""),
            header("HS256", r#","crit":["exp"]"#),
            r#"{"typ":"JWT","alg":"HS256","kid":"1"}"#.to_owned(),
            r#"{"alg":"HS256","kid":"1"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","kid":"2"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","kid":"01"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","kid":"+1"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","kid":"../../etc/passwd"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","kid":"1' or '1'='1"}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","kid":1}"#.to_owned(),
            r#"{"typ":"at+jwt","alg":"HS256","alg":"none","kid":"1"}"#.to_owned(),
            format!(r#"{{"typ":"at+jwt","alg":"HS256","kid":"{long}"}}"#),
            "[]".to_owned(),
            String::new(),
        ];
        for header in headers {
            let jwt = forge_token(&keyring, &header, &good);
            assert_eq!(
                keyring.verify_access_token(SHOP, &jwt, NOW),
                None,
                "{}",
                &header[..header.len().min(80)]
            );
        }
        let without = |name: &str| {
            let mut map: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&good).unwrap();
            map.remove(name);
            serde_json::to_string(&map).unwrap()
        };
        let mut bodies: Vec<String> =
            ["iss", "aud", "sub", "sid", "iat", "nbf", "exp"].map(without).to_vec();
        bodies.extend([
            claims(iat, iat, "\"1800000600\""),
            claims(iat, iat, "-1"),
            claims(iat, iat, "253402300799"),
            claims(iat, iat, "9223372036854775807"),
            claims(iat, iat, "1800000600.5"),
            claims(iat, iat, "null"),
            claims(iat, "\"1800000000\"", exp),
            claims(iat, "1800000600", exp),
            claims("1800000590", iat, "1800000600"),
            claims("-9223372036854775808", iat, exp),
            claims("1700000000", "1700000000", "1700000600"),
            good.replace("\"cartwright\"", "[\"cartwright\"]"),
            good.replace("\"cartwright\"", "\"refresh\""),
            good.replace(SHOP, "https://evil.example"),
            good.replace("\"sid\"", "\"sub\":\"b\",\"sid\""),
            good.replace(SUBJECT, &long),
            good.replace(SUBJECT, "a"),
            "null".into(),
            String::new(),
        ]);
        for body in bodies {
            let jwt = forge_token(&keyring, &header("HS256", ""), &body);
            assert_eq!(
                keyring.verify_access_token(SHOP, &jwt, NOW),
                None,
                "{}",
                &body[..body.len().min(160)]
            );
        }
    }

    #[test]
    fn r16_a9_a_key_an_address_or_a_certificate_in_the_header_means_nothing() {
        let keyring = keyring();
        let jwk = r#","jwk":{"kty":"oct","k":"AAAA"},"jku":"https://evil.example/k","x5u":"https://evil.example/c""#;
        let iat = "1800000000";
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header("HS256", jwk)),
            URL_SAFE_NO_PAD.encode(claims(iat, iat, "1800000600"))
        );
        let mac = Hmac::<Sha256>::new_from_slice(&[0, 0, 0])
            .unwrap()
            .chain_update(&message)
            .finalize()
            .into_bytes();
        let jwt = format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac));
        assert_eq!(keyring.verify_access_token(SHOP, &jwt, NOW), None);
    }

    #[test]
    fn r16_no_changed_byte_goes_unnoticed() {
        let keyring = keyring();
        let jwt = keyring.issue_access_token(SHOP, &token(), NOW, LIFE / 2);
        for place in 0..jwt.len() {
            for replacement in ["A", "9", "-", ".", ""] {
                let mut changed = jwt.clone();
                changed.replace_range(place..=place, replacement);
                if changed != jwt {
                    assert_eq!(keyring.verify_access_token(SHOP, &changed, NOW), None, "{changed}");
                }
            }
        }
        let unsigned = jwt.rsplit_once('.').unwrap().0;
        for text in [
            unsigned.to_owned(),
            format!("{unsigned}."),
            "..".into(),
            String::new(),
            "é".repeat(50),
        ] {
            assert_eq!(keyring.verify_access_token(SHOP, &text, NOW), None, "{text}");
        }
    }

    #[test]
    fn r28_keys_overlap_while_they_rotate_and_can_be_withdrawn() {
        let with = |keys: &str| {
            let data = format!("1:{}", key_text(1));
            Keyring::from_settings(&data, &format!("1:{}", key_text(2)), &key_text(3), keys)
                .unwrap()
        };
        let (one, two) = (format!("1:{}", key_text(90)), format!("2:{}", key_text(130)));
        let before = with(&one);
        let during = with(&format!("{two},{one}"));
        let after = with(&two);
        let old = before.issue_access_token(SHOP, &token(), NOW, LIFE);
        assert!(during.verify_access_token(SHOP, &old, NOW).is_some());
        assert!(after.verify_access_token(SHOP, &old, NOW).is_none());
        let new = during.issue_access_token(SHOP, &token(), NOW, LIFE);
        assert!(after.verify_access_token(SHOP, &new, NOW).is_some());
        assert!(before.verify_access_token(SHOP, &new, NOW).is_none());
    }
}
