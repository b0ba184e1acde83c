//! Faults of the API, switched on per endpoint for a number of calls or until they are cleared.

use serde::{Deserialize, Serialize};

use crate::account::Account;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    Delay,
    /// Does the work and stores the answer, then closes the connection without it.
    DropAfterWork,
    #[serde(rename = "error_500_after_work")]
    Error500AfterWork,
    #[serde(rename = "error_500_before_work")]
    Error500BeforeWork,
    #[serde(rename = "rate_limit_429")]
    RateLimit429,
    #[serde(rename = "conflict_409")]
    Conflict409,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Method and path, such as `POST /v1/checkout/sessions/*/expire`; `*` stands for one segment or for any method.
    pub endpoint: String,
    pub kind: FaultKind,
    /// Calls left; until cleared when absent.
    #[serde(default)]
    pub count: Option<u64>,
    /// Length of a delay.
    #[serde(default)]
    pub milliseconds: u64,
    /// Whether a 500 is stored under the call's idempotency key, and so given again.
    #[serde(default = "stored")]
    pub store_answer: bool,
}

fn stored() -> bool {
    true
}

/// The first fault of a kind that meets a call, used up by one.
pub fn take(account: &mut Account, method: &str, path: &str, kind: FaultKind) -> Option<Fault> {
    let meets = |fault: &Fault| fault.kind == kind && fault.count != Some(0) && is_met(&fault.endpoint, method, path);
    let fault = account.faults.iter_mut().find(|fault| meets(fault))?;
    fault.count = fault.count.map(|count| count - 1);
    let taken = fault.clone();
    account.faults.retain(|fault| fault.count != Some(0));
    Some(taken)
}

/// Milliseconds this call has to wait.
pub fn take_delay(account: &mut Account, method: &str, path: &str) -> u64 {
    take(account, method, path, FaultKind::Delay).map_or(0, |fault| fault.milliseconds)
}

fn is_met(pattern: &str, method: &str, path: &str) -> bool {
    let Some((wanted_method, wanted_path)) = pattern.split_once(' ') else {
        return false;
    };
    let wanted: Vec<&str> = wanted_path.trim_start_matches("/v1/").split('/').collect();
    let actual: Vec<&str> = path.split('/').collect();
    let is_wild = |segment: &str| segment == "*" || (segment.starts_with('{') && segment.ends_with('}'));
    (wanted_method == "*" || wanted_method.eq_ignore_ascii_case(method))
        && wanted.len() == actual.len()
        && wanted.iter().zip(&actual).all(|(wanted, actual)| is_wild(wanted) || wanted == actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_method_and_segments() {
        assert!(is_met("POST /v1/checkout/sessions", "POST", "checkout/sessions"));
        assert!(is_met("* /v1/checkout/sessions/{id}/expire", "POST", "checkout/sessions/cs_1/expire"));
        assert!(!is_met("POST /v1/checkout/sessions", "GET", "checkout/sessions"));
        assert!(!is_met("GET /v1/checkout/sessions", "GET", "checkout/sessions/cs_1"));
    }
}
