//! How one try to pay stands, and what a shopper is told about it.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Stored; whether Stripe knows of it is not certain.
    Created,
    /// The session waits for the shopper.
    Open,
    /// The shopper is done, the money is on its way.
    Processing,
    Paid,
    /// Expired or refused: it can never be paid any more.
    Dead,
}

impl AttemptState {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Paid => "paid",
            Self::Dead => "dead",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Taken off what can be refunded, not yet confirmed by Stripe.
    Pending,
    Succeeded,
    Failed,
}

/// What asking Stripe about a session showed, after everything that followed from it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fulfilment {
    /// The order is paid, now or before.
    Paid,
    /// Money arrived that no order can take; it goes back.
    GivenBack,
    /// The shopper is done, the bank is not.
    Processing,
    /// The shopper may still pay.
    Open,
    /// The session ended unpaid.
    Dead,
}

/// Where a shopper goes to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Stripe's page.
    PayAt(String),
    /// Nothing is left to pay.
    AlreadyPaid,
    /// Stripe does not answer; the order waits.
    TryLater,
}

/// What the page after Stripe says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnState {
    /// Paid, and this browser may see the order.
    Paid {
        number: String,
    },
    /// Not certain yet.
    Confirming,
    NotCharged {
        number: String,
    },
    /// A session that is not this browser's: nothing is said about it.
    Unknown,
}
