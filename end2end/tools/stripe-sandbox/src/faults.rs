//! Faults of the API, switched on per endpoint for a number of calls or until they are cleared.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::api_error::ApiError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// Waits, then does the work.
    Delay,
    /// Does the work and stores the answer, then waits before it sends it.
    DelayAfterWork,
    /// Does the work and stores the answer, then closes the connection without it.
    DropAfterWork,
    #[serde(rename = "error_500_after_work")]
    Error500AfterWork,
    #[serde(rename = "error_500_before_work")]
    Error500BeforeWork,
    /// Sends an error instead of doing the work, for example for a refund that exceeds the
    /// account's balance.
    #[serde(rename = "bad_request_400")]
    BadRequest400,
    /// The key is unknown, as after a rotation.
    #[serde(rename = "unauthorized_401")]
    Unauthorized401,
    /// The key is restricted and lacks the permission.
    #[serde(rename = "forbidden_403")]
    Forbidden403,
    #[serde(rename = "rate_limit_429")]
    RateLimit429,
    #[serde(rename = "conflict_409")]
    Conflict409,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Method and path, such as `POST /v1/checkout/sessions/*/expire`; `*` stands for one segment
    /// or for any method, a last `**` for everything that follows.
    pub(crate) endpoint: String,
    pub(crate) kind: FaultKind,
    /// Calls left; until cleared when absent.
    #[serde(default)]
    pub(crate) count: Option<u64>,
    /// Length of a delay.
    #[serde(default)]
    pub(crate) milliseconds: u64,
    /// Whether a 500 or 400 is stored under the call's idempotency key, and so given again.
    #[serde(default = "store_by_default")]
    pub(crate) store_answer: bool,
    /// Stripe's code in a 400, 401 or 403.
    #[serde(default)]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) message: Option<String>,
}

impl Fault {
    /// The error with this fault's code and message, where the fault has them.
    fn override_error(&self, error: ApiError) -> ApiError {
        ApiError {
            code: self.code.clone().map(Cow::from).or(error.code),
            message: self.message.clone().unwrap_or(error.message),
            ..error
        }
    }
}

fn store_by_default() -> bool {
    true
}

/// The faults that are switched on for one account.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The first fault of this kind whose pattern matches the call. Its count goes down by one.
    pub(crate) fn take(&mut self, method: &str, path: &str, kind: FaultKind) -> Option<Fault> {
        let applies = |fault: &Fault| {
            fault.kind == kind && fault.count != Some(0) && is_match(&fault.endpoint, method, path)
        };
        let fault = self.0.iter_mut().find(|fault| applies(fault))?;
        fault.count = fault.count.map(|count| count - 1);
        let taken = fault.clone();
        self.0.retain(|fault| fault.count != Some(0));
        Some(taken)
    }

    /// How many milliseconds this call has to wait before or after its work.
    pub(crate) fn take_delay(&mut self, method: &str, path: &str, kind: FaultKind) -> u64 {
        self.take(method, path, kind).map_or(0, |fault| fault.milliseconds)
    }

    /// An error that comes before the endpoint: nothing is executed, and nothing is stored under
    /// the call's idempotency key.
    pub(crate) fn take_refusal(
        &mut self,
        secret_key: &str,
        method: &str,
        path: &str,
        idempotency_key: Option<&str>,
    ) -> Option<ApiError> {
        if let Some(fault) = self.take(method, path, FaultKind::Unauthorized401) {
            return Some(fault.override_error(ApiError::invalid_key(secret_key)));
        }
        if let Some(fault) = self.take(method, path, FaultKind::Forbidden403) {
            let error = ApiError::forbidden(secret_key, &permission_name(method, path));
            return Some(fault.override_error(error));
        }
        if self.take(method, path, FaultKind::RateLimit429).is_some() {
            return Some(ApiError::rate_limited());
        }
        self.take(method, path, FaultKind::Conflict409)
            .map(|_| idempotency_key.map_or_else(ApiError::lock_timeout, ApiError::key_in_use))
    }

    /// A 400 instead of the work, and whether the answer is stored.
    pub(crate) fn take_bad_request(
        &mut self,
        method: &str,
        path: &str,
    ) -> Option<(ApiError, bool)> {
        let fault = self.take(method, path, FaultKind::BadRequest400)?;
        let error = ApiError::refused(None, "The request was refused.");
        Some((fault.override_error(error), fault.store_answer))
    }
}

/// The permission of a restricted key: `rak_checkout_session_write` for `POST
/// /v1/checkout/sessions`.
fn permission_name(method: &str, path: &str) -> String {
    let resource = match path.split('/').collect::<Vec<_>>().as_slice() {
        ["checkout", ..] => "checkout_session",
        ["payment_intents", ..] => "payment_intent",
        ["charges" | "refunds", ..] => "charge",
        ["disputes", ..] => "dispute",
        ["events", ..] => "event",
        ["webhook_endpoints", ..] => "webhook",
        _ => "accounts",
    };
    let kind = if method == "GET" { "read" } else { "write" };
    format!("rak_{resource}_{kind}")
}

fn is_match(pattern: &str, method: &str, path: &str) -> bool {
    let Some((wanted_method, wanted_path)) = pattern.split_once(' ') else {
        return false;
    };
    let wanted: Vec<&str> = wanted_path.trim_start_matches("/v1/").split('/').collect();
    let actual: Vec<&str> = path.split('/').collect();
    let is_wild =
        |segment: &str| segment == "*" || (segment.starts_with('{') && segment.ends_with('}'));
    let (wanted, has_right_length) = match wanted.split_last() {
        Some((&"**", start)) => (start.to_vec(), actual.len() >= start.len()),
        _ => (wanted.clone(), wanted.len() == actual.len()),
    };
    (wanted_method == "*" || wanted_method.eq_ignore_ascii_case(method))
        && has_right_length
        && wanted.iter().zip(&actual).all(|(wanted, actual)| is_wild(wanted) || wanted == actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_method_and_segments() {
        assert!(is_match("POST /v1/checkout/sessions", "POST", "checkout/sessions"));
        assert!(is_match(
            "* /v1/checkout/sessions/{id}/expire",
            "POST",
            "checkout/sessions/cs_1/expire"
        ));
        assert!(!is_match("POST /v1/checkout/sessions", "GET", "checkout/sessions"));
        assert!(!is_match("GET /v1/checkout/sessions", "GET", "checkout/sessions/cs_1"));
        assert!(is_match("* /v1/**", "GET", "checkout/sessions/cs_1"));
        assert!(is_match("POST /v1/checkout/**", "POST", "checkout/sessions"));
        assert!(!is_match("POST /v1/checkout/**", "POST", "refunds"));
    }
}
