//! The signature of a webhook: HMAC over the raw bytes, any of its `v1` values, any active secret.
//!
//! Ours instead of the library's, because that one keeps only the last `v1` and refuses event types
//! it does not know.

use std::time::Duration;

use crate::infra::crypto::{constant_time_eq, hmac_sha256_hex};
use crate::shared::timestamp::Timestamp;

/// What a signature may be away from our clock, either way.
const TOLERANCE: Duration = Duration::from_mins(5);

/// Whether Stripe signed these bytes with one of our secrets, just now.
pub fn is_valid(header: &str, body: &[u8], secrets: &[String], now: Timestamp) -> bool {
    let mut timestamps = header.split(',').filter_map(|part| part.trim().strip_prefix("t="));
    let Some(timestamp) = timestamps.next() else { return false };
    // Two times in one header: which of them was signed is not ours to guess.
    if timestamps.next().is_some() {
        return false;
    }
    let Ok(seconds) = timestamp.parse::<i64>() else { return false };
    if now.unix_seconds().abs_diff(seconds) > TOLERANCE.as_secs() {
        return false;
    }
    let given = header
        .split(',')
        .filter_map(|part| part.trim().strip_prefix("v1="))
        .take(10)
        .collect::<Vec<_>>();
    secrets.iter().any(|secret| {
        let expected = hmac_sha256_hex(secret.as_bytes(), &[timestamp.as_bytes(), b".", body]);
        given.iter().any(|signature| constant_time_eq(signature.as_bytes(), expected.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    fn signed(secret: &str, seconds: i64, body: &[u8]) -> String {
        hmac_sha256_hex(secret.as_bytes(), &[seconds.to_string().as_bytes(), b".", body])
    }

    #[test]
    fn pay_3_r60_a30_only_truly_valid_signatures_are_accepted() {
        let secrets = ["whsec_old_old_old_old".to_owned(), "whsec_new_new_new_new".to_owned()];
        let (t, body) = (NOW.unix_seconds(), br#"{"id":"evt_1"}"#.as_slice());
        let good = signed(&secrets[1], t, body);
        let old = signed(&secrets[0], t, body);
        let is = |header: &str, body: &[u8]| is_valid(header, body, &secrets, NOW);
        assert!(is(&format!("t={t},v1={good}"), body));
        assert!(
            is(&format!("t={t},v1={old}"), body),
            "R22: the old secret still counts while secrets rotate"
        );
        assert!(is(&format!("t={t},v1=bad,v1={good}"), body));
        assert!(is(&format!("t={t},v1={good},v1=bad"), body));
        assert!(is(&format!("t={t},v0=x,v1={good}"), body));
        for header in [
            String::new(),
            format!("t={t}"),
            format!("v1={good}"),
            format!("t={t},v1="),
            format!("t={t},v1={}", &good[..20]),
            format!("t={t},v1={}", good.to_uppercase()),
            format!("t={t},v0={good}"),
            format!("t={t},v1={}", signed("whsec_somebody_else", t, body)),
            format!("t={t},t={t},v1={good}"),
            format!("t=x,v1={good}"),
        ] {
            assert!(!is(&header, body), "{header}");
        }
        for altered in [
            br#"{"id": "evt_1"}"#.as_slice(),
            b"\xEF\xBB\xBF{\"id\":\"evt_1\"}",
            b"{\"id\":\"evt_1\"}\n",
        ] {
            assert!(!is(&format!("t={t},v1={good}"), altered));
        }
    }

    #[test]
    fn pay_3_r60_old_and_future_signatures_are_refused() {
        let secrets = ["whsec_new_new_new_new".to_owned()];
        let at = |offset: i64| {
            let t = NOW.unix_seconds() + offset;
            is_valid(&format!("t={t},v1={}", signed(&secrets[0], t, b"x")), b"x", &secrets, NOW)
        };
        assert!(at(300) && at(-300));
        assert!(!at(301) && !at(-301));
    }
}
