//! Whether Stripe and the mail server are the configured ones or local replacements.

/// Which Stripe and which mail server the store uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExternalServices {
    /// The ones that the variables name; the local ones where a variable is not set.
    AsConfigured,
    /// Always the local ones: a test must never reach the real Stripe or send a real mail.
    AlwaysLocal,
}

impl ExternalServices {
    pub(crate) fn read_variable(self, name: &str) -> Option<String> {
        if self == Self::AsConfigured { read_variable(name) } else { None }
    }
}

/// The value of an environment variable; `None` when it is empty.
pub(crate) fn read_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
