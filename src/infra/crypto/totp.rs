//! One-time codes of an authenticator app (RFC 6238): six digits, thirty seconds, SHA-1, as every
//! app expects.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use totp_rs::{Builder, Secret, Totp};

use crate::shared::timestamp::Timestamp;

/// Bytes; RFC 4226, section 4, asks for at least 16 and recommends 20.
const SECRET_BYTES: usize = 20;
const STEP: Duration = Duration::from_secs(30);
/// Steps a phone's clock may be off, each way.
const SKEW: u16 = 1;

/// A new secret in base32, as people type it where they cannot scan it.
pub fn new_totp_secret() -> String {
    let mut bytes = [0; SECRET_BYTES];
    rand::fill(&mut bytes);
    Secret::from(bytes.to_vec()).to_base32().trim_end_matches('=').to_owned()
}

/// The step a code belongs to, if it is right at this moment. Whoever asks must see to it that no
/// step is used twice.
pub fn totp_step(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.unix_seconds()).ok()?;
    totp(secret)?.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The code of this moment: for the demo's logins and for tests.
pub fn totp_code(secret: &str, now: Timestamp) -> Option<String> {
    let seconds = u64::try_from(now.unix_seconds()).ok()?;
    Some(totp(secret)?.generate(seconds).to_string())
}

/// The address that an authenticator app reads from a square code, drawn as a picture for an
/// `<img>`.
///
/// The format is that of Google's "Key Uri Format".
pub fn totp_picture(issuer: &str, account: &str, secret: &str) -> Option<String> {
    let escaped = |text: &str| {
        form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let (issuer, account) = (escaped(issuer), escaped(account));
    let uri = format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    );
    let code = QrCode::with_error_correction_level(uri, EcLevel::M).ok()?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Some(format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture)))
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new()
        .with_secret(secret)
        .with_skew(SKEW)
        .with_step_duration(STEP.as_secs())
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn r15_codes_are_the_standard_ones() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_unix_seconds(seconds);
            assert_eq!(totp_code(secret, at).as_deref(), Some(code));
            assert_eq!(totp_step(secret, code, at), Some(seconds / 30));
        }
    }

    #[test]
    fn r15_a_code_is_good_for_its_step_and_the_ones_beside_it() {
        let secret = new_totp_secret();
        let now = Timestamp::from_unix_seconds(1_800_000_000);
        let code = totp_code(&secret, now).unwrap();
        let step = totp_step(&secret, &code, now).unwrap();
        assert_eq!(totp_step(&secret, &code, now + STEP), Some(step));
        assert_eq!(totp_step(&secret, &code, now - STEP), Some(step));
        assert_eq!(totp_step(&secret, &code, now + STEP * 3), None);
        assert_eq!(
            totp_step(&secret, &format!("{} {}", &code[..3], &code[3..]), now),
            Some(step),
            "as apps show it"
        );
        for wrong in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            assert_eq!(totp_step(&secret, wrong, now), None);
        }
        assert_eq!(secret.len(), 32);
        assert_ne!(secret, new_totp_secret());
    }

    #[test]
    fn r15_the_square_code_holds_nothing_that_leaves_its_picture() {
        let picture =
            totp_picture("Juniper & <Row>", "ada@example.org", &new_totp_secret()).unwrap();
        assert!(picture.starts_with("data:image/svg+xml;base64,"));
    }
}
