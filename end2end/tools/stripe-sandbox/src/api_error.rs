//! Errors in the format of Stripe's API.

use std::borrow::Cow;

use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) code: Option<Cow<'static, str>>,
    pub(crate) message: String,
    pub(crate) param: Option<String>,
}

impl ApiError {
    pub(crate) fn invalid(code: &'static str, message: impl Into<String>, param: &str) -> ApiError {
        ApiError {
            status: 400,
            kind: "invalid_request_error",
            code: Some(code.into()),
            message: message.into(),
            param: Some(param.to_owned()),
        }
    }

    /// A request that is well formed but not possible in the object's present state.
    pub(crate) fn refused(code: Option<&'static str>, message: impl Into<String>) -> ApiError {
        ApiError {
            status: 400,
            kind: "invalid_request_error",
            code: code.map(Cow::from),
            message: message.into(),
            param: None,
        }
    }

    pub(crate) fn unknown_parameter(name: &str) -> ApiError {
        ApiError::invalid("parameter_unknown", format!("Received unknown parameter: {name}"), name)
    }

    pub(crate) fn too_long(name: &str, most: usize) -> ApiError {
        ApiError::invalid(
            "parameter_invalid_string",
            format!("Invalid string: must be at most {most} characters"),
            name,
        )
    }

    pub(crate) fn no_such(object: &str, id: &str, param: &str) -> ApiError {
        ApiError {
            status: 404,
            ..ApiError::invalid("resource_missing", format!("No such {object}: '{id}'"), param)
        }
    }

    pub(crate) fn unauthorized(message: &str) -> ApiError {
        ApiError {
            status: 401,
            kind: "invalid_request_error",
            code: None,
            message: message.to_owned(),
            param: None,
        }
    }

    /// The error for a revoked key.
    pub(crate) fn invalid_key(secret_key: &str) -> ApiError {
        ApiError::unauthorized(&format!("Invalid API Key provided: {}", mask_key(secret_key)))
    }

    /// The error for a restricted key without the permission for an endpoint.
    pub(crate) fn forbidden(secret_key: &str, permission: &str) -> ApiError {
        let key = mask_key(secret_key);
        let message = format!(
            "The provided key '{key}' does not have the required permissions for this endpoint on account 'acct_1Sandbox'. Having the '{permission}' permission would allow this request to continue."
        );
        ApiError { status: 403, ..ApiError::refused(None, message) }
    }

    pub(crate) fn unknown_url(method: &str, path: &str) -> ApiError {
        ApiError {
            status: 404,
            ..ApiError::refused(
                None,
                format!(
                    "Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code."
                ),
            )
        }
    }

    pub(crate) fn internal() -> ApiError {
        ApiError {
            status: 500,
            kind: "api_error",
            code: None,
            message: "An unknown error occurred".to_owned(),
            param: None,
        }
    }

    pub(crate) fn rate_limited() -> ApiError {
        ApiError {
            status: 429,
            code: Some("rate_limit".into()),
            ..ApiError::refused(
                None,
                "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
            )
        }
    }

    pub(crate) fn key_in_use(key: &str) -> ApiError {
        ApiError {
            status: 409,
            kind: "idempotency_error",
            code: Some("idempotency_key_in_use".into()),
            message: format!(
                "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}. Please try again later."
            ),
            param: None,
        }
    }

    pub(crate) fn lock_timeout() -> ApiError {
        ApiError {
            status: 409,
            code: Some("lock_timeout".into()),
            ..ApiError::refused(
                None,
                "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
            )
        }
    }

    pub(crate) fn different_parameters(key: &str) -> ApiError {
        ApiError {
            status: 400,
            kind: "idempotency_error",
            code: None,
            message: format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."
            ),
            param: None,
        }
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "message": self.message, "type": self.kind });
        if let Some(code) = &self.code {
            error["code"] = json!(code);
            error["doc_url"] =
                json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }
}

/// A key as Stripe shows it: its kind and its last four characters.
fn mask_key(secret_key: &str) -> String {
    let letters: Vec<char> = secret_key.chars().collect();
    let kind: String = letters.iter().take("sk_test_".len()).collect();
    let end: String = letters.iter().skip(letters.len().saturating_sub(4).max(12)).collect();
    format!("{kind}********{end}")
}
