//! Refunds and disputes.

use serde::{Deserialize, Serialize};

use super::{Metadata, Presentment};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    Pending,
    RequiresAction,
    Succeeded,
    Failed,
    Canceled,
}

impl RefundStatus {
    /// Whether the money is given back or on its way.
    pub(crate) fn has_moved_money(self) -> bool {
        !matches!(self, RefundStatus::Failed | RefundStatus::Canceled)
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) charge: String,
    pub(crate) payment_intent: String,
    pub(crate) reason: Option<String>,
    pub(crate) status: RefundStatus,
    pub(crate) failure_reason: Option<String>,
    pub(crate) metadata: Metadata,
    #[serde(default)]
    pub(crate) presentment: Option<Presentment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisputeStatus {
    /// The bank asks first: an inquiry, which moves no money.
    WarningNeedsResponse,
    WarningUnderReview,
    WarningClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
    Prevented,
}

impl DisputeStatus {
    pub(crate) fn is_inquiry(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningNeedsResponse
                | DisputeStatus::WarningUnderReview
                | DisputeStatus::WarningClosed
        )
    }

    pub(crate) fn is_closed(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningClosed
                | DisputeStatus::Won
                | DisputeStatus::Lost
                | DisputeStatus::Prevented
        )
    }

    /// Where the bank has not taken the money, the merchant may still give it back.
    pub(crate) fn is_charge_refundable(self) -> bool {
        self.is_inquiry() || self == DisputeStatus::Won
    }

    /// Whether the merchant has answered.
    pub(crate) fn is_answered(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningUnderReview | DisputeStatus::UnderReview | DisputeStatus::Won
        )
    }
}

/// One movement of the account's balance.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct BalanceTransaction {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// Negative for what is taken from the account.
    pub(crate) amount: i64,
    pub(crate) fee: i64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) charge: String,
    pub(crate) payment_intent: String,
    pub(crate) reason: String,
    pub(crate) status: DisputeStatus,
    /// Until when the merchant may answer.
    #[serde(default)]
    pub(crate) due_by: i64,
    /// Charged when the money is taken.
    #[serde(default)]
    pub(crate) fee: i64,
    /// The withdrawal and, if the dispute was won, the reinstatement.
    #[serde(default)]
    pub(crate) balance_transactions: Vec<BalanceTransaction>,
}
