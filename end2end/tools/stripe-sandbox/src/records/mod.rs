//! The objects of one account: sessions, payments, refunds, disputes, events and webhook endpoints.

mod events;
mod payments;
mod refunds_and_disputes;
mod sessions;

use std::collections::BTreeMap;

pub(crate) use events::{Delivery, DeliveryState, Endpoint, Event};
pub(crate) use payments::{
    Charge, ChargeStatus, Decline, PaymentIntent, PaymentMethod, PaymentStatus,
};
pub(crate) use refunds_and_disputes::{
    BalanceTransaction, Dispute, DisputeStatus, Refund, RefundStatus,
};
pub(crate) use sessions::{
    LineItem, PaymentData, PostalAddress, Presentment, Session, SessionStatus, Shipping,
    ShippingOption,
};

use crate::table::Row;

pub(crate) type Metadata = BTreeMap<String, String>;

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
