//! Checkout Sessions, their lines and what they hand to their payment.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Means, Metadata};

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
