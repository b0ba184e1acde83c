//! The one error of the whole store: a stable code and a sentence a person can act on.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub type AppResult<T> = Result<T, AppError>;

/// What went wrong, coarse enough to choose an HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request cannot be understood at all.
    Malformed,
    Unauthorized,
    Forbidden,
    NotFound,
    /// It was here once and will not come back.
    Gone,
    /// The request was understood and contradicts the present state.
    Conflict,
    TooLarge,
    /// One or more fields need another value.
    Invalid,
    TooManyRequests,
    /// Something outside does not answer; trying again is safe.
    Unavailable,
    Internal,
}

impl ErrorKind {
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::TooLarge => 413,
            Self::Invalid => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The `name` of the form's field.
    pub field: Cow<'static, str>,
    pub message: Cow<'static, str>,
}

/// An expected or unexpected failure, as the browser may see it.
///
/// Invariant: `cause` never leaves the server; it is logged once, at the edge.
#[derive(Clone, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AppError {
    pub kind: ErrorKind,
    /// Stable, in snake case: what tests and scripts compare.
    pub code: Cow<'static, str>,
    /// What happened, then what to do.
    pub message: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Seconds after which trying again makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    #[serde(skip)]
    cause: Option<String>,
}

impl AppError {
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            code: Cow::Borrowed(code),
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    pub fn invalid(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Invalid, code, message)
    }

    /// One field's refusal.
    pub fn field(
        code: &'static str,
        field: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let message = message.into();
        Self::invalid(code, message.clone()).with_field(field, message)
    }

    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Conflict, code, message)
    }

    pub fn not_found() -> Self {
        Self::new(ErrorKind::NotFound, "not_found", "We could not find that.")
    }

    pub fn malformed() -> Self {
        Self::new(
            ErrorKind::Malformed,
            "malformed_request",
            "We could not read that request. Go back and try again.",
        )
    }

    pub fn too_many_requests(retry_after_seconds: u32) -> Self {
        let mut error = Self::new(
            ErrorKind::TooManyRequests,
            "too_many_requests",
            "That was a lot of requests. Wait a moment, then try again.",
        );
        error.retry_after = Some(retry_after_seconds);
        error
    }

    /// A dependency did not answer in time.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let mut error = Self::new(
            ErrorKind::Unavailable,
            "unavailable",
            "Something we depend on is not answering. Nothing was lost; try again in a moment.",
        );
        error.retry_after = Some(5);
        error.because(cause)
    }

    /// A defect of the store.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorKind::Internal,
            "internal_error",
            "Something went wrong on our side. Try again, or write to us with the reference below.",
        )
        .because(cause)
    }

    pub fn with_field(
        mut self,
        field: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fields.push(FieldError { field: Cow::Borrowed(field), message: message.into() });
        self
    }

    /// Remembers what really happened, for the log alone.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    pub const fn status(&self) -> u16 {
        self.kind.status()
    }

    /// The message for one field, if that field is refused.
    pub fn message_for(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.field == field).map(|f| f.message.as_ref())
    }
}

/// Collects the refusals of a whole form, so that a person sees all of them at once.
#[derive(Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Keeps the value, or remembers the refusal and goes on.
    pub fn take<T>(&mut self, result: AppResult<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.extend(error.fields);
                None
            }
        }
    }

    pub fn add(&mut self, field: &'static str, message: impl Into<Cow<'static, str>>) {
        self.0.push(FieldError { field: Cow::Borrowed(field), message: message.into() });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_error(self) -> AppError {
        let mut error = AppError::invalid("invalid_fields", "Some fields need another look.");
        error.fields = self.0;
        error
    }
}

#[cfg(any(feature = "ssr", feature = "hydrate"))]
impl leptos::server_fn::error::FromServerFnError for AppError {
    type Encoder = leptos::server_fn::codec::JsonEncoding;

    fn from_server_fn_error(error: leptos::server_fn::error::ServerFnErrorErr) -> Self {
        use leptos::server_fn::error::ServerFnErrorErr as E;
        match error {
            E::Args(_)
            | E::MissingArg(_)
            | E::Deserialization(_)
            | E::UnsupportedRequestMethod(_) => Self::malformed(),
            E::Request(_) | E::Response(_) => {
                Self::unavailable("the connection to the server failed")
            }
            other => Self::internal(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_never_serialised() {
        let error = AppError::internal("mongodb at 10.0.0.1 refused");
        let json = serde_json::to_string(&error).unwrap();
        assert!(!json.contains("mongodb"), "{json}");
        assert_eq!(error.cause(), Some("mongodb at 10.0.0.1 refused"));
    }

    #[test]
    fn a_form_collects_every_refusal() {
        let mut errors = FieldErrors::default();
        assert_eq!(
            errors.take::<u8>(Err(AppError::field("x", "email", "Enter an e-mail address."))),
            None
        );
        assert_eq!(errors.take(Ok(3)), Some(3));
        errors.add("city", "Enter a city.");
        let error = errors.into_error();
        assert_eq!(error.status(), 422);
        assert_eq!(error.message_for("city"), Some("Enter a city."));
        assert_eq!(error.message_for("email"), Some("Enter an e-mail address."));
    }
}
