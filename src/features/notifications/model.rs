//! Which mails there are.

/// A kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    OrderConfirmed,
}

impl Template {
    /// As stored in the outbox.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OrderConfirmed => "order_confirmed",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        (key == Self::OrderConfirmed.key()).then_some(Self::OrderConfirmed)
    }
}
