//! Refunds and their states, the messages of payments, and what a shopper is told about paying.

use std::collections::HashMap;
use strum::VariantArray as _;

use serde::{Deserialize, Serialize};

use crate::shared::ids::{OrderId, RefundId, Sku};
use crate::shared::message::{Lane, OutboxMessage, Retries};
use crate::shared::money::Money;
use crate::shared::timestamp::Timestamp;

/// How a refund stands: ours before Stripe confirmed it, then Stripe's own five states.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum RefundState {
    /// Taken off what can be refunded; whether Stripe knows of it is not certain.
    Requested,
    /// Stripe has it, the bank does not yet.
    Pending,
    /// The customer has to do something before the money moves.
    RequiresAction,
    Succeeded,
    Failed,
    Canceled,
}

impl RefundState {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    /// Whether this state may follow that one. A refund that succeeded can still fail; nothing else
    /// goes back.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Requested => !matches!(next, Self::Requested),
            Self::Pending => matches!(
                next,
                Self::RequiresAction | Self::Succeeded | Self::Failed | Self::Canceled
            ),
            Self::RequiresAction => {
                matches!(next, Self::Pending | Self::Succeeded | Self::Failed | Self::Canceled)
            }
            Self::Succeeded => matches!(next, Self::Failed | Self::Canceled),
            Self::Failed | Self::Canceled => false,
        }
    }

    /// The states from which this one may be reached.
    pub fn before(self) -> Vec<&'static str> {
        Self::VARIANTS
            .iter()
            .copied()
            .filter(|state| state.may_become(self))
            .map(Self::key)
            .collect()
    }

    /// Whether its money counts as given back.
    pub const fn has_succeeded(self) -> bool {
        matches!(self, Self::Succeeded)
    }

    /// Whether its money is on its way back.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Requested | Self::Pending | Self::RequiresAction)
    }
}

/// Which money a refund gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundPurpose {
    /// Money that pays the order.
    Order,
    /// Money that no order could take (R134).
    Unclaimed,
}

/// What the refunded amount is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RefundAllocation {
    /// Made at Stripe; staff say later what for.
    #[default]
    Unassigned,
    /// Nothing in particular: goodwill, or a payment that paid for nothing.
    Amount,
    Lines {
        lines: Vec<RefundedLine>,
        shipping: Money,
        /// The part of the shares that is tax.
        tax: Money,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedLine {
    pub sku: Sku,
    pub quantity: u32,
    pub amount: Money,
    pub tax: Money,
}

/// What asking Stripe about a session showed, after everything that followed from it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// The order is paid, now or before.
    Paid,
    /// Money arrived that the order cannot take; it goes back.
    Refunded,
    /// The shopper is done, the bank is not.
    Processing,
    /// The shopper may still pay.
    Open,
    /// The session ended unpaid.
    Expired,
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

impl NextStep {
    /// Stripe's page, or the page of the order.
    pub fn address(&self, order_number: &str) -> String {
        match self {
            Self::PayAt(url) => url.clone(),
            Self::AlreadyPaid | Self::TryLater => format!("/order/{order_number}"),
        }
    }

    /// What the page of the order says about it.
    pub const fn notice(&self) -> Option<&'static str> {
        match self {
            Self::TryLater => Some(
                "The payment page is not answering. Your order is kept; try again in a moment.",
            ),
            Self::PayAt(_) | Self::AlreadyPaid => None,
        }
    }
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
    /// The money came when the order could not take it any more, and goes back.
    Refunded,
    /// A session that is not this browser's: nothing is said about it.
    Unknown,
}

/// Looks after an order until its payment is settled: asks Stripe now and then, and ends the order
/// with its hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchOrder {
    pub order_id: OrderId,
}

impl OutboxMessage for WatchOrder {
    const KIND: &'static str = "payments.watch_order";
    const LANE: Lane = Lane::Money;
    const RETRIES: Retries = Retries::Forever;

    fn key(&self) -> Option<String> {
        Some(self.order_id.to_string())
    }
}

/// Asks Stripe for a refund that our books hold already, until its end is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueRefund {
    pub refund_id: RefundId,
}

impl OutboxMessage for IssueRefund {
    const KIND: &'static str = "payments.issue_refund";
    const LANE: Lane = Lane::Money;
    const RETRIES: Retries = Retries::Forever;

    fn key(&self) -> Option<String> {
        Some(self.refund_id.to_string())
    }
}

/// Reads the events that Stripe has recorded since the last time, for those whose delivery was
/// lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullEvents {
    /// By Stripe's clock; `None` before the first time.
    pub since: Option<Timestamp>,
}

impl OutboxMessage for PullEvents {
    const KIND: &'static str = "payments.pull_events";
    const LANE: Lane = Lane::Money;
    const RETRIES: Retries = Retries::Forever;

    fn key(&self) -> Option<String> {
        Some("one".into())
    }
}

/// An event that was read from Stripe's list and could not be handled yet. It holds ids alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandleEvent {
    pub event_id: String,
    pub kind: String,
    pub object_id: String,
    pub payment_intent: Option<String>,
    /// What ties the object to one of our attempts.
    pub metadata: HashMap<String, String>,
}

impl OutboxMessage for HandleEvent {
    const KIND: &'static str = "payments.handle_event";
    const LANE: Lane = Lane::Money;

    fn key(&self) -> Option<String> {
        Some(self.event_id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r139_the_table_of_refund_states_is_exactly_this() {
        use RefundState as S;
        let allowed = [
            (S::Requested, S::Pending),
            (S::Requested, S::RequiresAction),
            (S::Requested, S::Succeeded),
            (S::Requested, S::Failed),
            (S::Requested, S::Canceled),
            (S::Pending, S::RequiresAction),
            (S::Pending, S::Succeeded),
            (S::Pending, S::Failed),
            (S::Pending, S::Canceled),
            (S::RequiresAction, S::Pending),
            (S::RequiresAction, S::Succeeded),
            (S::RequiresAction, S::Failed),
            (S::RequiresAction, S::Canceled),
            (S::Succeeded, S::Failed),
            (S::Succeeded, S::Canceled),
        ];
        for from in S::VARIANTS.iter().copied() {
            for to in S::VARIANTS.iter().copied() {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn r139_only_money_that_arrived_counts_as_given_back() {
        for state in RefundState::VARIANTS.iter().copied() {
            assert_eq!(state.has_succeeded(), state == RefundState::Succeeded);
            assert!(!(state.has_succeeded() && state.is_under_way()));
        }
    }
}
