//! What is known about the money of an order: facts that are stored apart, and the label that
//! follows from them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::OrderState;
use crate::shared::ids::AttemptId;
use crate::shared::money::{Currency, Money};
use crate::shared::timestamp::Timestamp;

/// What Stripe's clock and ours may differ by; nothing depends on less.
pub const CLOCK_MARGIN: Duration = Duration::from_mins(5);
/// All attempts of one order together may hold its goods so long (R121).
pub const LONGEST_HOLD: Duration = Duration::from_hours(1);

/// How one attempt to pay stands.
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
pub enum AttemptState {
    /// Stored; whether Stripe made a session of it is not known.
    Created,
    /// The session waits for the shopper.
    Open,
    /// The shopper is done, the money is on its way.
    Processing,
    Paid,
    /// Another attempt took its place. A session that turns up for it is expired and never shown.
    Superseded,
    /// Stripe said that it cannot be paid any more, or too much time has passed for it to be paid.
    Expired,
}

impl AttemptState {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    /// Whether money may still arrive through it.
    pub const fn is_unsettled(self) -> bool {
        matches!(self, Self::Created | Self::Open | Self::Processing | Self::Superseded)
    }

    /// Whether the shopper can go on with it: no other attempt begins beside it.
    pub const fn is_current(self) -> bool {
        matches!(self, Self::Created | Self::Open | Self::Processing | Self::Paid)
    }
}

/// What became of money that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureUse {
    /// It pays the order.
    Order,
    /// The order could not take it: it goes back in full.
    Unclaimed,
}

/// Money that Stripe captured. The currency is the one Stripe reports, which is not the order's if
/// something is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    pub amount: Money,
    #[serde(rename = "use")]
    pub used_for: CaptureUse,
    /// Minor units that no refund has taken yet. Below zero only while a refund made at Stripe and
    /// one of our own attempts compete for the same money.
    pub refundable_minor: i64,
    pub payment_intent: Option<String>,
    /// The event that told of it, unless we asked.
    pub event_id: Option<String>,
    pub at: Timestamp,
}

/// One try to pay an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAttempt {
    pub id: AttemptId,
    /// 1 for the first try.
    pub number: i64,
    /// Stored before it is first sent; sent again only with the same content.
    pub idempotency_key: String,
    /// The shop's own address when the attempt was made: part of the request's content.
    pub shop_address: String,
    pub state: AttemptState,
    /// By Stripe's clock, in whole seconds; part of the request's content.
    pub expires_at: Timestamp,
    pub session_id: Option<String>,
    pub session_url: Option<String>,
    /// Known as soon as the shopper has begun to pay.
    pub payment_intent: Option<String>,
    pub capture: Option<Capture>,
    pub created_at: Timestamp,
    /// Since when the money is on its way.
    #[serde(default)]
    pub processing_since: Option<Timestamp>,
}

impl PaymentAttempt {
    /// Whether no session of it can be payable any more, by Stripe's clock.
    pub fn is_past_its_end(&self, stripe_now: Timestamp) -> bool {
        stripe_now >= self.expires_at + CLOCK_MARGIN
    }
}

/// The bank's side of an argument about a payment.
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
pub enum DisputeState {
    /// The bank asks; no money has moved yet.
    InquiryNeedsResponse,
    InquiryUnderReview,
    InquiryClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
    /// Settled by a refund before it became a dispute.
    Prevented,
}

impl DisputeState {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    /// Whether it blocks shipping and refunds (R77).
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::InquiryNeedsResponse
                | Self::InquiryUnderReview
                | Self::NeedsResponse
                | Self::UnderReview
        )
    }

    /// How far a dispute has come: what was read late never takes it back.
    pub const fn rank(self) -> i64 {
        match self {
            Self::InquiryNeedsResponse => 0,
            Self::InquiryUnderReview => 1,
            Self::InquiryClosed => 2,
            Self::NeedsResponse => 3,
            Self::UnderReview => 4,
            Self::Won | Self::Lost | Self::Prevented => 5,
        }
    }
}

/// What an order knows of the latest dispute about its payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeFact {
    /// Stripe's id.
    pub id: String,
    pub state: DisputeState,
    /// See [`DisputeState::rank`]; stored for the condition of the write.
    pub rank: i64,
}

/// What has happened to the money that pays an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFacts {
    /// Minor units.
    pub captured_minor: i64,
    /// Minor units of refunds that succeeded.
    pub refunded_minor: i64,
    /// Minor units of refunds that are under way.
    #[serde(default)]
    pub refunding_minor: i64,
    #[serde(default)]
    pub dispute: Option<DisputeFact>,
    /// The last time Stripe was asked for a session it gave no answer.
    #[serde(default)]
    pub unanswered: bool,
}

/// The label of an order's money. Derived, never stored (R141).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum PaymentState {
    Awaiting,
    /// The shopper paid by a method whose money arrives later.
    Processing,
    /// Stripe did not answer; nobody knows yet.
    Unknown,
    Paid,
    Failed,
    PartlyRefunded,
    Refunded,
    Disputed,
}

impl PaymentState {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Awaiting => "Not paid yet",
            Self::Processing => "Payment on its way",
            Self::Unknown => "Checking your payment",
            Self::Paid => "Paid",
            Self::Failed => "Payment failed",
            Self::PartlyRefunded => "Partly refunded",
            Self::Refunded => "Refunded",
            Self::Disputed => "Disputed",
        }
    }
}

/// The label for an order in this state, with these facts and this latest attempt (none for an
/// order that costs nothing).
pub fn payment_state(
    order: OrderState,
    facts: &PaymentFacts,
    latest: Option<AttemptState>,
) -> PaymentState {
    let disputed =
        facts.dispute.as_ref().is_some_and(|d| d.state.is_open() || d.state == DisputeState::Lost);
    if facts.captured_minor > 0 {
        return match facts.refunded_minor {
            _ if disputed => PaymentState::Disputed,
            ..=0 => PaymentState::Paid,
            all if all >= facts.captured_minor => PaymentState::Refunded,
            _ => PaymentState::PartlyRefunded,
        };
    }
    match (order, latest) {
        (OrderState::Expired | OrderState::Cancelled, _) => PaymentState::Failed,
        (OrderState::PendingPayment, Some(AttemptState::Processing)) => PaymentState::Processing,
        (OrderState::PendingPayment, Some(AttemptState::Expired)) => PaymentState::Failed,
        (OrderState::PendingPayment, Some(AttemptState::Superseded)) => PaymentState::Unknown,
        (OrderState::PendingPayment, _) if facts.unanswered => PaymentState::Unknown,
        (OrderState::PendingPayment, _) => PaymentState::Awaiting,
        // Paid without any money: it cost nothing.
        _ => PaymentState::Paid,
    }
}

/// Whether a payment is what was agreed: that sum, in that currency.
pub fn is_as_agreed(captured: Money, total_minor: i64, currency: Currency) -> bool {
    captured.minor() == total_minor && captured.currency() == currency
}

/// Until when a new attempt may hold the goods; none when too little of the
/// hour is left to pay in.
pub fn next_hold_end(placed_at: Timestamp, now: Timestamp, hold: Duration) -> Option<Timestamp> {
    const SHORTEST_USEFUL: Duration = Duration::from_mins(5);
    let end = (now + hold).min(placed_at + LONGEST_HOLD);
    (end.saturating_since(now) >= SHORTEST_USEFUL).then_some(end)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    fn facts(captured: i64, refunded: i64, dispute: Option<DisputeState>) -> PaymentFacts {
        let dispute =
            dispute.map(|state| DisputeFact { id: "dp_1".into(), state, rank: state.rank() });
        PaymentFacts {
            captured_minor: captured,
            refunded_minor: refunded,
            dispute,
            ..PaymentFacts::default()
        }
    }

    #[test]
    fn r141_the_label_is_total_and_follows_from_the_facts_alone() {
        for order in OrderState::VARIANTS.iter().copied() {
            for latest in AttemptState::VARIANTS.iter().copied().map(Some).chain([None]) {
                for dispute in DisputeState::VARIANTS.iter().copied().map(Some).chain([None]) {
                    for (captured, refunded) in
                        [(0, 0), (100, 0), (100, 40), (100, 100), (100, 101), (100, -1)]
                    {
                        let label =
                            payment_state(order, &facts(captured, refunded, dispute), latest);
                        let blocked =
                            dispute.is_some_and(|d| d.is_open() || d == DisputeState::Lost);
                        let expected = match (captured, refunded) {
                            (100, _) if blocked => PaymentState::Disputed,
                            (100, 100 | 101) => PaymentState::Refunded,
                            (100, 40) => PaymentState::PartlyRefunded,
                            (100, _) => PaymentState::Paid,
                            _ => label,
                        };
                        assert_eq!(
                            label, expected,
                            "{order:?} {latest:?} {dispute:?} {captured} {refunded}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn r141_an_unpaid_order_is_labelled_by_its_latest_attempt() {
        let label = |order, latest| payment_state(order, &facts(0, 0, None), latest);
        assert_eq!(
            label(OrderState::PendingPayment, Some(AttemptState::Open)),
            PaymentState::Awaiting
        );
        assert_eq!(
            label(OrderState::PendingPayment, Some(AttemptState::Processing)),
            PaymentState::Processing
        );
        assert_eq!(
            label(OrderState::PendingPayment, Some(AttemptState::Expired)),
            PaymentState::Failed
        );
        assert_eq!(label(OrderState::Expired, Some(AttemptState::Open)), PaymentState::Failed);
        assert_eq!(label(OrderState::Paid, None), PaymentState::Paid);
    }

    #[test]
    fn r77_a_dispute_never_goes_back() {
        for state in DisputeState::VARIANTS.iter().copied() {
            assert!(!(state.is_open() && state.rank() == 5), "{state:?}");
        }
        assert!(
            DisputeState::InquiryClosed.rank() < DisputeState::NeedsResponse.rank(),
            "an inquiry may become a dispute"
        );
    }

    #[test]
    fn r121_all_attempts_together_hold_for_an_hour() {
        let placed = Timestamp::UNIX_EPOCH;
        let after = |minutes| placed + Duration::from_mins(minutes);
        let hold = Duration::from_mins(41);
        assert_eq!(next_hold_end(placed, placed, hold), Some(after(41)));
        assert_eq!(next_hold_end(placed, after(36), hold), Some(after(60)));
        assert_eq!(next_hold_end(placed, after(56), hold), None);
    }
}
