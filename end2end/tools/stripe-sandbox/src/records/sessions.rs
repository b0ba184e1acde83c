//! Checkout Sessions, their lines and what they hand to their payment.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Metadata, PaymentMethod};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionStatus {
    Open,
    Complete,
    Expired,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LineItem {
    pub(crate) id: String,
    pub(crate) price_id: String,
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) images: Vec<String>,
    /// Minor units.
    pub(crate) unit_amount: i64,
    pub(crate) quantity: i64,
    pub(crate) metadata: Metadata,
    pub(crate) product_metadata: Metadata,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ShippingOption {
    pub(crate) rate_id: String,
    pub(crate) display_name: String,
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) delivery_estimate: Value,
    pub(crate) metadata: Metadata,
    pub(crate) tax_behavior: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) expires_at: i64,
    pub(crate) status: SessionStatus,
    pub(crate) currency: String,
    pub(crate) line_items: Vec<LineItem>,
    pub(crate) shipping_options: Vec<ShippingOption>,
    /// Position in `shipping_options`; the first is chosen until the shopper takes another.
    pub(crate) chosen_shipping: usize,
    pub(crate) success_url: String,
    pub(crate) cancel_url: Option<String>,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) customer_email: Option<String>,
    /// What the shopper typed on the page, else `customer_email`.
    pub(crate) payer_email: Option<String>,
    pub(crate) payer_name: Option<String>,
    pub(crate) metadata: Metadata,
    #[serde(default)]
    pub(crate) payment: PaymentData,
    /// Whether the shopper may be shown another currency.
    #[serde(default = "enabled")]
    pub(crate) adaptive_pricing: bool,
    /// The currency and amount the shopper was shown and paid, if not the session's own.
    #[serde(default)]
    pub(crate) presentment: Option<Presentment>,
    pub(crate) payment_method_types: Vec<String>,
    pub(crate) locale: Option<String>,
    pub(crate) submit_type: Option<String>,
    pub(crate) merchant_name: String,
    pub(crate) url: String,
    pub(crate) payment_intent: Option<String>,
    pub(crate) paid: bool,
    /// The card whose challenge the shopper has been sent to.
    pub(crate) challenged: Option<PaymentMethod>,
    /// What the page says about the last attempt.
    pub(crate) last_message: Option<String>,
    /// Made by another product on the same account.
    #[serde(default)]
    pub(crate) foreign: bool,
}

fn enabled() -> bool {
    true
}

/// What a session hands to its PaymentIntent.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct PaymentData {
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) shipping: Option<Shipping>,
}

/// Serialised as Stripe shows it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Shipping {
    pub(crate) address: PostalAddress,
    pub(crate) carrier: Option<String>,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) tracking_number: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PostalAddress {
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) state: Option<String>,
}

/// What a shopper saw and paid where Adaptive Pricing applied; serialised as Stripe shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presentment {
    pub(crate) presentment_amount: i64,
    pub(crate) presentment_currency: String,
}

impl Session {
    pub(crate) fn subtotal(&self) -> i64 {
        self.line_items.iter().map(|item| item.unit_amount * item.quantity).sum()
    }

    pub(crate) fn shipping(&self) -> Option<&ShippingOption> {
        self.shipping_options.get(self.chosen_shipping)
    }

    pub(crate) fn total(&self) -> i64 {
        self.subtotal() + self.shipping().map_or(0, |option| option.amount)
    }
}
