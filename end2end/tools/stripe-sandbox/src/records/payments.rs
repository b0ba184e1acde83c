//! PaymentIntents and charges.

use serde::{Deserialize, Serialize};

use super::{Metadata, Presentment, Shipping};

/// What a payment is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Means {
    Card { brand: String, last4: String, exp_month: i64, exp_year: i64 },
    Wallet,
    BankTransfer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    RequiresPaymentMethod,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Decline {
    pub code: String,
    pub decline_code: Option<String>,
    pub message: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct PaymentIntent {
    pub id: String,
    pub client_secret: String,
    pub created: i64,
    pub session: String,
    pub amount: i64,
    pub currency: String,
    pub status: PaymentStatus,
    pub metadata: Metadata,
    pub description: Option<String>,
    pub payment_method_types: Vec<String>,
    pub payment_method: Option<String>,
    pub means: Option<Means>,
    pub receipt_email: Option<String>,
    pub latest_charge: Option<String>,
    pub last_error: Option<Decline>,
    /// Whether the shopper passed a challenge in the present attempt.
    pub authenticated: bool,
    pub canceled_at: Option<i64>,
    #[serde(default)]
    pub shipping: Option<Shipping>,
    #[serde(default)]
    pub presentment: Option<Presentment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Charge {
    pub id: String,
    pub created: i64,
    pub payment_intent: String,
    pub payment_method: String,
    pub means: Means,
    pub amount: i64,
    /// Minor units given back or on their way back; a failed refund lowers it again.
    pub refunded: i64,
    pub currency: String,
    pub status: ChargeStatus,
    /// Whether the shopper passed a challenge for it.
    pub authenticated: bool,
    pub payer_email: Option<String>,
    pub payer_name: Option<String>,
    pub metadata: Metadata,
    pub description: Option<String>,
    pub failure: Option<Decline>,
    pub dispute: Option<String>,
    #[serde(default)]
    pub shipping: Option<Shipping>,
    #[serde(default)]
    pub presentment: Option<Presentment>,
}
