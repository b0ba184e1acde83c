//! The message that has a mail about an order composed and sent.

use serde::{Deserialize, Serialize};

use crate::shared::ids::OrderId;
use crate::shared::message::{Lane, OutboxMessage};

/// Has a mail sent to whoever placed an order. The address is read when the mail is composed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOrderMail {
    pub mail: OrderMail,
    pub order_id: OrderId,
}

/// A kind of mail about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderMail {
    Confirmed,
}

impl SendOrderMail {
    pub fn confirmed(order_id: OrderId) -> Self {
        Self { mail: OrderMail::Confirmed, order_id }
    }
}

impl OutboxMessage for SendOrderMail {
    const KIND: &'static str = "orders.send_mail";
    const LANE: Lane = Lane::Mail;
}
