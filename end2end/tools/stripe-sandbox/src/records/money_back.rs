//! Refunds and disputes.

use serde::{Deserialize, Serialize};

use super::{Metadata, Presentment};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Pending,
    RequiresAction,
    Succeeded,
    Failed,
    Canceled,
}

impl RefundStatus {
    /// Whether the money is given back or on its way.
    pub fn moves_money(self) -> bool {
        !matches!(self, RefundStatus::Failed | RefundStatus::Canceled)
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub charge: String,
    pub payment_intent: String,
    pub reason: Option<String>,
    pub status: RefundStatus,
    pub failure_reason: Option<String>,
    pub metadata: Metadata,
    #[serde(default)]
    pub presentment: Option<Presentment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
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
    pub fn is_inquiry(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningNeedsResponse
                | DisputeStatus::WarningUnderReview
                | DisputeStatus::WarningClosed
        )
    }

    pub fn is_closed(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningClosed
                | DisputeStatus::Won
                | DisputeStatus::Lost
                | DisputeStatus::Prevented
        )
    }

    /// Where the bank has not taken the money, the merchant may still give it back.
    pub fn leaves_charge_refundable(self) -> bool {
        self.is_inquiry() || self == DisputeStatus::Won
    }

    /// Whether the merchant has answered.
    pub fn is_answered(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningUnderReview | DisputeStatus::UnderReview | DisputeStatus::Won
        )
    }
}

/// One movement of the account's balance.
#[derive(Clone, Serialize, Deserialize)]
pub struct BalanceTransaction {
    pub id: String,
    pub created: i64,
    /// Negative for what is taken from the account.
    pub amount: i64,
    pub fee: i64,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub charge: String,
    pub payment_intent: String,
    pub reason: String,
    pub status: DisputeStatus,
    /// Until when the merchant may answer.
    #[serde(default)]
    pub due_by: i64,
    /// Charged when the money is taken.
    #[serde(default)]
    pub fee: i64,
    /// The withdrawal and, if the dispute was won, the reinstatement.
    #[serde(default)]
    pub balance_transactions: Vec<BalanceTransaction>,
}
