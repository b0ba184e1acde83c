//! What one account remembers: sessions, payments, refunds, disputes, events and webhook endpoints.

mod events;
mod money_back;
mod payments;
mod sessions;

use std::collections::BTreeMap;

pub use events::{Delivery, DeliveryState, Endpoint, Event};
pub use money_back::{BalanceTransaction, Dispute, DisputeStatus, Refund, RefundStatus};
pub use payments::{Charge, ChargeStatus, Decline, Means, PaymentIntent, PaymentStatus};
pub use sessions::{
    LineItem, PaymentData, PostalAddress, Presentment, Session, SessionStatus, Shipping,
    ShippingOption,
};

use crate::table::Row;

pub type Metadata = BTreeMap<String, String>;

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
