//! The steps of the checkout and what each shows.

use serde::{Deserialize, Serialize};

use crate::features::accounts::model::SavedAddress;
use crate::features::cart::model::CartView;
use crate::features::shipping::model::{Address, AddressInput, Offer};
use crate::shared::money::Money;
use crate::shared::pricing::Totals;

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Step {
    Contact,
    Shipping,
    Review,
}

impl Step {
    /// The value in the URL.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Contact => "Contact",
            Self::Shipping => "Shipping",
            Self::Review => "Review and pay",
        }
    }

    pub fn path(self) -> String {
        format!("/checkout?step={}", self.key())
    }
}

/// How far a checkout has come: the first step that still lacks something.
pub const fn first_open_step(has_email: bool, has_address: bool, has_method: bool) -> Step {
    match (has_email, has_address && has_method) {
        (false, _) => Step::Contact,
        (true, false) => Step::Shipping,
        (true, true) => Step::Review,
    }
}

serde_with::with_prefix!(billing "billing_");

/// The fields of the shipping step, as typed; those of the second address are named `billing_name`
/// and so on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShippingForm {
    #[serde(flatten)]
    pub delivery: AddressInput,
    #[serde(flatten, with = "billing")]
    pub billing: AddressInput,
    pub billing_same: String,
    pub method: String,
}

impl ShippingForm {
    /// A ticked box is sent, an empty one is not.
    pub fn bills_to_the_same_address(&self) -> bool {
        matches!(self.billing_same.as_str(), "on" | "true" | "1")
    }
}

/// Everything the checkout page shows.
pub struct CheckoutView {
    pub step: Step,
    pub cart: CartView,
    pub email: Option<String>,
    /// What was typed last, valid or not.
    pub draft: AddressInput,
    pub billing_draft: AddressInput,
    pub billing_same: bool,
    pub address: Option<Address>,
    pub billing: Option<Address>,
    /// Addresses that the visitor's account keeps; only while the form for one is open.
    pub saved: Vec<SavedAddress>,
    pub offers: Vec<Offer>,
    /// Why nothing can be sent there, in words.
    pub no_offer: Option<String>,
    /// What was chosen; before that the cheapest, which the form offers first.
    pub method: Option<String>,
    pub note: String,
    /// With the shipping of `method`.
    pub totals: Totals,
    /// With the shipping of each of `offers`.
    pub totals_of_offers: Vec<Totals>,
    /// Identifies this page: one key, one order.
    pub key: String,
    /// An unpaid order from this cart that is still open.
    pub open_order: Option<OpenOrder>,
    pub countries: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    pub number: String,
    pub total: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chk_1_steps_open_in_order() {
        assert_eq!(first_open_step(false, true, true), Step::Contact);
        assert_eq!(first_open_step(true, false, true), Step::Shipping);
        assert_eq!(first_open_step(true, true, false), Step::Shipping);
        assert_eq!(first_open_step(true, true, true), Step::Review);
        assert_eq!("pay".parse::<Step>().ok(), None);
    }
}
