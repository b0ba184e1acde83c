//! What one account remembers: sessions, payments, refunds, disputes, events and webhook endpoints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::table::Row;

pub type Metadata = BTreeMap<String, String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    Open,
    Complete,
    Expired,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct LineItem {
    pub id: String,
    pub price_id: String,
    pub product_id: String,
    pub name: String,
    pub description: Option<String>,
    pub images: Vec<String>,
    /// Minor units.
    pub unit_amount: i64,
    pub quantity: i64,
    pub metadata: Metadata,
    pub product_metadata: Metadata,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct ShippingOption {
    pub rate_id: String,
    pub display_name: String,
    /// Minor units.
    pub amount: i64,
    pub delivery_estimate: Value,
    pub metadata: Metadata,
    pub tax_behavior: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub created: i64,
    pub expires_at: i64,
    pub status: SessionStatus,
    pub currency: String,
    pub line_items: Vec<LineItem>,
    pub shipping_options: Vec<ShippingOption>,
    /// Position in `shipping_options`; the first is chosen until the shopper takes another.
    pub chosen_shipping: usize,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub client_reference_id: Option<String>,
    pub customer_email: Option<String>,
    /// What the shopper typed on the page, else `customer_email`.
    pub payer_email: Option<String>,
    pub payer_name: Option<String>,
    pub metadata: Metadata,
    #[serde(default)]
    pub payment: PaymentData,
    /// Whether the shopper may be shown another currency.
    #[serde(default = "enabled")]
    pub adaptive_pricing: bool,
    /// The currency and amount the shopper was shown and paid, if not the session's own.
    #[serde(default)]
    pub presentment: Option<Presentment>,
    pub payment_method_types: Vec<String>,
    pub locale: Option<String>,
    pub submit_type: Option<String>,
    pub merchant_name: String,
    pub url: String,
    pub payment_intent: Option<String>,
    pub paid: bool,
    /// The card whose challenge the shopper has been sent to.
    pub challenged: Option<Means>,
    /// What the page says about the last attempt.
    pub last_message: Option<String>,
    /// Made by another product on the same account.
    #[serde(default)]
    pub foreign: bool,
}

fn enabled() -> bool {
    true
}

/// What a session hands to its PaymentIntent.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct PaymentData {
    pub metadata: Metadata,
    pub description: Option<String>,
    pub receipt_email: Option<String>,
    pub shipping: Option<Shipping>,
}

/// Serialised as Stripe shows it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Shipping {
    pub address: PostalAddress,
    pub carrier: Option<String>,
    pub name: String,
    pub phone: Option<String>,
    pub tracking_number: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct PostalAddress {
    pub city: Option<String>,
    pub country: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

/// What a shopper saw and paid where Adaptive Pricing applied; serialised as Stripe shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presentment {
    pub presentment_amount: i64,
    pub presentment_currency: String,
}

impl Session {
    pub fn subtotal(&self) -> i64 {
        self.line_items.iter().map(|item| item.unit_amount * item.quantity).sum()
    }

    pub fn shipping(&self) -> Option<&ShippingOption> {
        self.shipping_options.get(self.chosen_shipping)
    }

    pub fn total(&self) -> i64 {
        self.subtotal() + self.shipping().map_or(0, |option| option.amount)
    }
}

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
        matches!(self, DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningUnderReview | DisputeStatus::WarningClosed)
    }

    pub fn is_closed(self) -> bool {
        matches!(self, DisputeStatus::WarningClosed | DisputeStatus::Won | DisputeStatus::Lost | DisputeStatus::Prevented)
    }

    /// Where the bank has not taken the money, the merchant may still give it back.
    pub fn leaves_charge_refundable(self) -> bool {
        self.is_inquiry() || self == DisputeStatus::Won
    }

    /// Whether the merchant has answered.
    pub fn is_answered(self) -> bool {
        matches!(self, DisputeStatus::WarningUnderReview | DisputeStatus::UnderReview | DisputeStatus::Won)
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

#[derive(Clone, Serialize, Deserialize)]
pub struct Endpoint {
    pub id: String,
    pub created: i64,
    pub url: String,
    pub secret: String,
    pub enabled_events: Vec<String>,
    pub description: Option<String>,
    pub api_version: Option<String>,
    pub metadata: Metadata,
}

impl Endpoint {
    pub fn wants(&self, kind: &str) -> bool {
        self.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Waiting,
    InFlight,
    Delivered,
    GivenUp,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub endpoint: String,
    pub state: DeliveryState,
    /// Held back until a flush names it.
    pub withheld: bool,
    /// How often one attempt posts the same event.
    pub copies: u32,
    pub attempts: u32,
    /// Unix time in milliseconds by the account's clock.
    pub due: i64,
    pub last_status: Option<u16>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub created: i64,
    pub kind: String,
    pub api_version: String,
    /// The object as it was when the event happened.
    pub object: Value,
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
    pub deliveries: Vec<Delivery>,
}

impl Event {
    pub fn undelivered(&self) -> usize {
        self.deliveries.iter().filter(|delivery| delivery.state != DeliveryState::Delivered).count()
    }
}

macro_rules! rows {
    ($($record:ty),*) => {
        $(impl Row for $record {
            fn id(&self) -> &str {
                &self.id
            }
            fn created(&self) -> i64 {
                self.created
            }
        })*
    };
}
rows!(Session, PaymentIntent, Charge, Refund, Dispute, Endpoint, Event);
