//! Orders and the one table of their states.

pub mod mails;
pub mod payment;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

pub use self::payment::PaymentState;
use crate::features::catalog::model::Image;
use crate::features::shipping::model::Address;
use crate::shared::date::Date;
use crate::shared::ids::{AccountId, Sku};
use crate::shared::money::{BasisPoints, Money};
use crate::shared::pagination::Position;
use crate::shared::pricing::{LineDiscount, TaxBasis, TaxCategory, TaxClass, TaxTable, Totals};
use crate::shared::timestamp::Timestamp;

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
pub enum OrderState {
    PendingPayment,
    Paid,
    Packing,
    PartlyShipped,
    Shipped,
    Delivered,
    Expired,
    Cancelled,
}

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum OrderEvent {
    Pay,
    Expire,
    Cancel,
    StartPacking,
    ShipPart,
    ShipAll,
    Deliver,
}

impl OrderState {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::PendingPayment => "Waiting for payment",
            Self::Paid => "Paid",
            Self::Packing => "Being packed",
            Self::PartlyShipped => "Partly shipped",
            Self::Shipped => "Shipped",
            Self::Delivered => "Delivered",
            Self::Expired => "Expired",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The one table: where an event leads from here, or nothing if it cannot happen here (ORD-3).
    pub const fn after(self, event: OrderEvent) -> Option<Self> {
        use OrderEvent as E;
        match (self, event) {
            (Self::PendingPayment, E::Pay) => Some(Self::Paid),
            (Self::PendingPayment, E::Expire) => Some(Self::Expired),
            (Self::PendingPayment | Self::Paid | Self::Packing, E::Cancel) => Some(Self::Cancelled),
            (Self::Paid, E::StartPacking) => Some(Self::Packing),
            (Self::Paid | Self::Packing | Self::PartlyShipped, E::ShipPart) => {
                Some(Self::PartlyShipped)
            }
            (Self::Paid | Self::Packing | Self::PartlyShipped, E::ShipAll) => Some(Self::Shipped),
            (Self::Shipped, E::Deliver) => Some(Self::Delivered),
            _ => None,
        }
    }

    /// The states from which an event may happen: the condition of the write that makes it happen.
    pub fn before(event: OrderEvent) -> Vec<&'static str> {
        Self::VARIANTS
            .iter()
            .copied()
            .filter(|state| state.after(event).is_some())
            .map(Self::key)
            .collect()
    }

    /// Whether something is still to happen before customer and shop are done with each other.
    pub const fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::PendingPayment | Self::Paid | Self::Packing | Self::PartlyShipped | Self::Shipped
        )
    }

    pub const fn is_paid_for(self) -> bool {
        matches!(
            self,
            Self::Paid | Self::Packing | Self::PartlyShipped | Self::Shipped | Self::Delivered
        )
    }
}

/// One bought line, frozen (ORD-5).
///
/// `subtotal`, `discount` and `total` contain the tax if the order's prices do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    pub slug: String,
    pub sku: Sku,
    pub name: String,
    pub variant: String,
    pub image: Option<Image>,
    pub quantity: u32,
    pub unit_price: Money,
    #[serde(default)]
    pub tax_class: TaxClass,
    /// That of the destination on the day of the order.
    pub tax_rate: BasisPoints,
    pub tax_category: TaxCategory,
    /// Quantity times unit price.
    pub subtotal: Money,
    /// What promotions took off, as a positive amount: the sum of `discounts`.
    pub discount: Money,
    #[serde(default)]
    pub discounts: Vec<LineDiscount>,
    /// `subtotal` less `discount`.
    pub total: Money,
    /// The line's part of the order's tax, reckoned on `total`.
    pub tax: Money,
    /// What one piece cost the shop, if it was known. For reports alone: no page, mail or export
    /// that a customer gets may hold it (R42).
    #[serde(default)]
    pub unit_cost: Option<Money>,
    pub needs_shipping: bool,
}

/// Who sold it, frozen: what an invoice says of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The shop's name.
    pub name: String,
    /// The company behind it, if it has another name.
    pub company: Option<String>,
    /// Its number for value-added tax, with the country's letters: "NL123456789B01".
    pub vat_id: Option<String>,
    /// As on an envelope, without the name.
    pub address: Vec<String>,
}

/// By which rules an order was taxed, frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxSnapshot {
    /// ISO 3166-1 alpha-2; where it goes.
    pub destination: String,
    pub prices_include_tax: bool,
    /// The day whose rates apply, in the shop's time zone.
    pub date: Date,
    /// Where the rates come from.
    pub basis: TaxBasis,
    pub rules: Vec<AppliedTaxRule>,
}

/// What one tax class meant for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedTaxRule {
    pub class: TaxClass,
    pub rate: BasisPoints,
    pub category: TaxCategory,
}

impl TaxSnapshot {
    pub fn new(destination: String, date: Date, taxes: TaxTable, totals: &Totals) -> Self {
        let applied = |class| AppliedTaxRule {
            class,
            rate: taxes.rate(class),
            category: taxes.category(class),
        };
        Self {
            destination,
            prices_include_tax: totals.prices_include_tax,
            date,
            basis: taxes.basis,
            rules: TaxClass::VARIANTS.iter().copied().map(applied).collect(),
        }
    }

    /// "Rates of DE on 2026-11-22", for staff.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the order page of the admin"))]
    pub fn text(&self) -> String {
        match self.basis {
            TaxBasis::Shop => format!("The shop's own rates on {}", self.date),
            TaxBasis::Destination => format!("Rates of {} on {}", self.destination, self.date),
            TaxBasis::Export => format!("Export to {}, no tax", self.destination),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenShipping {
    pub method: String,
    pub name: String,
    /// "2 to 4 working days".
    pub days: String,
}

/// One entry of an order's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub at: Timestamp,
    pub text: String,
    /// Whether the customer sees it.
    pub visible: bool,
}

/// An order as staff see it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderForStaff {
    /// With the lines of its history that customers do not see.
    pub order: OrderView,
    /// The account it belongs to.
    pub account_id: Option<AccountId>,
}

/// An order as its page shows it. Personal fields have been opened for the one who may see them.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderView {
    pub number: String,
    pub state: OrderState,
    pub payment_state: PaymentState,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    pub email: String,
    /// Missing when nothing is shipped.
    pub address: Option<Address>,
    pub billing: Option<Address>,
    pub shipping: Option<ChosenShipping>,
    pub note: Option<String>,
    pub terms_version: String,
    pub created_at: Timestamp,
    /// Until when the goods are held for an unpaid order.
    pub hold_expires_at: Timestamp,
    pub paid_at: Option<Timestamp>,
    pub refunded: Money,
    pub timeline: Vec<TimelineEntry>,
}

/// One page of somebody's orders.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderList {
    pub orders: Vec<OrderSummary>,
    /// Where the next page begins; none after the last.
    pub next: Option<Position>,
}

/// An order as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderSummary {
    pub number: String,
    pub state: OrderState,
    pub payment_state: PaymentState,
    pub created_at: Timestamp,
    pub total: Money,
    pub units: u32,
    /// At most three, for their pictures.
    pub first_lines: Vec<OrderLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::money::Currency;
    use crate::shared::pricing::{PricingInput, price};

    #[test]
    fn ord_3_r73_the_table_is_exactly_this() {
        use OrderEvent as E;
        use OrderState as S;
        let allowed = [
            (S::PendingPayment, E::Pay, S::Paid),
            (S::PendingPayment, E::Expire, S::Expired),
            (S::PendingPayment, E::Cancel, S::Cancelled),
            (S::Paid, E::Cancel, S::Cancelled),
            (S::Packing, E::Cancel, S::Cancelled),
            (S::Paid, E::StartPacking, S::Packing),
            (S::Paid, E::ShipPart, S::PartlyShipped),
            (S::Packing, E::ShipPart, S::PartlyShipped),
            (S::PartlyShipped, E::ShipPart, S::PartlyShipped),
            (S::Paid, E::ShipAll, S::Shipped),
            (S::Packing, E::ShipAll, S::Shipped),
            (S::PartlyShipped, E::ShipAll, S::Shipped),
            (S::Shipped, E::Deliver, S::Delivered),
        ];
        for state in S::VARIANTS.iter().copied() {
            for event in E::VARIANTS.iter().copied() {
                let expected = allowed
                    .iter()
                    .find(|(s, e, _)| *s == state && *e == event)
                    .map(|(_, _, to)| *to);
                assert_eq!(state.after(event), expected, "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn the_snapshot_of_taxes_says_which_rates_and_why() {
        let taxes = TaxTable {
            basis: TaxBasis::Destination,
            standard: BasisPoints(1_900),
            reduced: BasisPoints(700),
        };
        let totals = price(&PricingInput {
            currency: Currency::EUR,
            prices_include_tax: true,
            taxes,
            lines: Vec::new(),
            promotions: Vec::new(),
            shipping: None,
        })
        .unwrap();
        let snapshot =
            TaxSnapshot::new("DE".into(), Date::parse("2026-11-22").unwrap(), taxes, &totals);
        assert_eq!(snapshot.text(), "Rates of DE on 2026-11-22");
        let rates: Vec<_> = snapshot
            .rules
            .iter()
            .map(|rule| (rule.class, rule.rate.0, rule.category.code()))
            .collect();
        assert_eq!(
            rates,
            [
                (TaxClass::Standard, 1_900, "S"),
                (TaxClass::Reduced, 700, "S"),
                (TaxClass::Zero, 0, "Z")
            ]
        );
        let stored = serde_json::to_string(&snapshot).unwrap();
        assert!(
            stored.contains(r#""category":"Z""#) && stored.contains(r#""date":"2026-11-22""#),
            "{stored}"
        );
        assert_eq!(serde_json::from_str::<TaxSnapshot>(&stored).unwrap(), snapshot);
    }

    #[test]
    fn r63_nothing_leads_back_to_unpaid_and_ended_orders_stay_ended() {
        for state in OrderState::VARIANTS.iter().copied() {
            for event in OrderEvent::VARIANTS.iter().copied() {
                assert_ne!(state.after(event), Some(OrderState::PendingPayment));
            }
        }
        for ended in [OrderState::Expired, OrderState::Cancelled, OrderState::Delivered] {
            assert!(OrderEvent::VARIANTS.iter().all(|event| ended.after(*event).is_none()));
        }
    }
}
