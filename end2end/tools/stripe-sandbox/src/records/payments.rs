//! PaymentIntents and charges.

use serde::{Deserialize, Serialize};

use super::{Metadata, Presentment, Shipping};

/// The payment method of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum PaymentMethod {
    Card { brand: String, last4: String, exp_month: i64, exp_year: i64 },
    Wallet,
    BankTransfer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatus {
    RequiresPaymentMethod,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Decline {
    pub(crate) code: String,
    pub(crate) decline_code: Option<String>,
    pub(crate) message: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) client_secret: String,
    pub(crate) created: i64,
    pub(crate) session: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) status: PaymentStatus,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) means: Option<PaymentMethod>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) last_error: Option<Decline>,
    /// Whether the shopper passed a challenge in the present attempt.
    pub(crate) authenticated: bool,
    pub(crate) canceled_at: Option<i64>,
    #[serde(default)]
    pub(crate) shipping: Option<Shipping>,
    #[serde(default)]
    pub(crate) presentment: Option<Presentment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChargeStatus {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) payment_intent: String,
    pub(crate) payment_method: String,
    pub(crate) means: PaymentMethod,
    pub(crate) amount: i64,
    /// Minor units given back or on their way back; a failed refund lowers it again.
    pub(crate) refunded: i64,
    pub(crate) currency: String,
    pub(crate) status: ChargeStatus,
    /// Whether the shopper passed a challenge for it.
    pub(crate) authenticated: bool,
    pub(crate) payer_email: Option<String>,
    pub(crate) payer_name: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) failure: Option<Decline>,
    pub(crate) dispute: Option<String>,
    #[serde(default)]
    pub(crate) shipping: Option<Shipping>,
    #[serde(default)]
    pub(crate) presentment: Option<Presentment>,
}
