//! Idempotency keys: the first executed answer is stored with its parameters and given again,
//! errors included.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api_error::ApiError;

/// Stripe may forget a key after a day, so the sandbox does.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) request_id: String,
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct IdempotencyKeys {
    uses: BTreeMap<String, KeyUse>,
    /// How often each key was sent, kept when the key itself is forgotten.
    pub(crate) calls: BTreeMap<String, KeyCalls>,
}

#[derive(Serialize, Deserialize)]
struct KeyUse {
    first_used: i64,
    /// Method, path and parameters of the first use.
    request: Value,
    /// Absent while the first use is still executing.
    answer: Option<Answer>,
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct KeyCalls {
    pub(crate) endpoint: String,
    pub(crate) calls: u64,
    pub(crate) executed: u64,
    pub(crate) replayed: u64,
    pub(crate) refused: u64,
}

pub(crate) enum Decision {
    /// Nobody has used the key: it now belongs to this request, which must call `finish`.
    Execute,
    Replay(Answer),
}

impl IdempotencyKeys {
    pub(crate) fn begin(
        &mut self,
        key: &str,
        endpoint: &str,
        request: &Value,
        now: i64,
    ) -> Result<Decision, ApiError> {
        self.uses.retain(|_, key_use| {
            key_use.answer.is_none() || now - key_use.first_used < KEPT_SECONDS
        });
        let calls = self.calls.entry(key.to_owned()).or_default();
        calls.calls += 1;
        if calls.endpoint.is_empty() {
            endpoint.clone_into(&mut calls.endpoint);
        }
        let Some(key_use) = self.uses.get(key) else {
            calls.executed += 1;
            let key_use = KeyUse { first_used: now, request: request.clone(), answer: None };
            self.uses.insert(key.to_owned(), key_use);
            return Ok(Decision::Execute);
        };
        match &key_use.answer {
            _ if key_use.request != *request => {
                calls.refused += 1;
                Err(ApiError::different_parameters(key))
            }
            None => {
                calls.refused += 1;
                Err(ApiError::key_in_use(key))
            }
            Some(answer) => {
                calls.replayed += 1;
                Ok(Decision::Replay(answer.clone()))
            }
        }
    }

    /// Stores the answer; without one the key is free again, as if the request had never reached
    /// the endpoint.
    pub(crate) fn finish(&mut self, key: &str, answer: Option<Answer>) {
        match (answer, self.uses.get_mut(key)) {
            (Some(answer), Some(key_use)) => key_use.answer = Some(answer),
            _ => {
                self.uses.remove(key);
            }
        }
    }

    /// Requests that were executing when the process ended never finish.
    pub(crate) fn reset_unfinished(&mut self) {
        self.uses.retain(|_, key_use| key_use.answer.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(status: u16) -> Answer {
        Answer { status, body: json!({ "id": "x" }), request_id: "req_1".to_owned() }
    }

    #[test]
    fn a_stored_error_is_given_again() {
        let mut keys = IdempotencyKeys::default();
        assert!(matches!(keys.begin("k", "e", &json!(1), 0), Ok(Decision::Execute)));
        keys.finish("k", Some(answer(500)));
        assert!(
            matches!(keys.begin("k", "e", &json!(1), 1), Ok(Decision::Replay(again)) if again.status == 500)
        );
    }

    #[test]
    fn a_key_in_flight_is_refused_and_other_parameters_too() {
        let mut keys = IdempotencyKeys::default();
        assert!(keys.begin("k", "e", &json!(1), 0).is_ok());
        assert_eq!(keys.begin("k", "e", &json!(1), 0).err().map(|error| error.status), Some(409));
        assert_eq!(keys.begin("k", "e", &json!(2), 0).err().map(|error| error.status), Some(400));
        assert_eq!(keys.calls["k"].refused, 2);
    }

    #[test]
    fn a_key_is_forgotten_after_a_day() {
        let mut keys = IdempotencyKeys::default();
        assert!(keys.begin("k", "e", &json!(1), 0).is_ok());
        keys.finish("k", Some(answer(200)));
        assert!(matches!(keys.begin("k", "e", &json!(2), KEPT_SECONDS), Ok(Decision::Execute)));
    }
}
