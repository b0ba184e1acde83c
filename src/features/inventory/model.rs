//! How stock may move.

use serde::{Deserialize, Serialize};

use crate::shared::ids::{OrderId, ProductId, Sku};
use crate::shared::message::{Lane, OutboxMessage};

/// One sku's units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevel {
    /// In the building.
    pub on_hand: i64,
    /// Free to be sold.
    pub available: i64,
    /// Held for unpaid orders.
    pub reserved: i64,
    /// Paid, waiting to be shipped.
    pub sold: i64,
}

impl StockLevel {
    pub const fn plus(self, other: Self) -> Self {
        Self {
            on_hand: self.on_hand + other.on_hand,
            available: self.available + other.available,
            reserved: self.reserved + other.reserved,
            sold: self.sold + other.sold,
        }
    }

    pub const fn is_consistent(self) -> bool {
        self.available >= 0
            && self.reserved >= 0
            && self.sold >= 0
            && self.on_hand == self.available + self.reserved + self.sold
    }
}

/// Why stock moved.
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
pub enum Movement {
    Receive,
    Correct,
    Reserve,
    Release,
    Sell,
    Ship,
    /// Paid goods that are not sent after all are free again.
    Cancel,
    /// Sent goods that came back and can be sold again.
    Return,
    WriteOff,
}

/// What caused a movement. One cause moves one sku once per kind of movement, so that a part
/// shipment, a second one and a part return of the same sku are causes of their own (R142).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub kind: CauseKind,
    /// The id of the order, shipment, return and so on.
    pub id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CauseKind {
    Order,
    Shipment,
    Return,
    Correction,
    Import,
}

impl CauseKind {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }
}

impl Cause {
    pub fn new(kind: CauseKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    pub fn order(id: OrderId) -> Self {
        Self::new(CauseKind::Order, id.as_str())
    }
}

/// A sku has run out or come back: the catalogue and its listings follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevelCrossed {
    pub product_id: ProductId,
}

impl OutboxMessage for StockLevelCrossed {
    const KIND: &'static str = "inventory.stock_level_crossed";
    const LANE: Lane = Lane::Internal;
}

impl Movement {
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    /// What moving `units` changes.
    pub const fn change(self, units: i64) -> StockLevel {
        let (on_hand, available, reserved, sold) = match self {
            Self::Receive | Self::Correct | Self::Return => (units, units, 0, 0),
            Self::Reserve => (0, -units, units, 0),
            Self::Release => (0, units, -units, 0),
            Self::Sell => (0, 0, -units, units),
            Self::Ship => (-units, 0, 0, -units),
            Self::Cancel => (0, units, 0, -units),
            Self::WriteOff => (-units, -units, 0, 0),
        };
        StockLevel { on_hand, available, reserved, sold }
    }

    /// What must be there for moving `units`: free, held or sold units, whichever it takes from.
    pub const fn needs(self, units: i64) -> StockLevel {
        let (available, reserved, sold) = match self {
            Self::Receive | Self::Correct | Self::Return => (0, 0, 0),
            Self::Reserve | Self::WriteOff => (units, 0, 0),
            Self::Release | Self::Sell => (0, units, 0),
            Self::Ship | Self::Cancel => (0, 0, units),
        };
        StockLevel { on_hand: 0, available, reserved, sold }
    }
}

/// What shoppers are told about a sku.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    InStock,
    /// So few that the number is shown.
    Low(u32),
    SoldOut,
}

impl Availability {
    pub fn of(available: i64, low_stock_threshold: u32) -> Self {
        match u32::try_from(available) {
            Ok(0) | Err(_) => Self::SoldOut,
            Ok(left) if left <= low_stock_threshold => Self::Low(left),
            Ok(_) => Self::InStock,
        }
    }
}

/// Units of one sku, as an order wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRequest {
    pub sku: Sku,
    pub units: u32,
}

/// A sku that cannot be had in the wanted number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub sku: Sku,
    pub available: u32,
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn i3_every_movement_keeps_the_balance() {
        for movement in Movement::VARIANTS.iter().copied() {
            let change = movement.change(3);
            assert_eq!(
                change.on_hand,
                change.available + change.reserved + change.sold,
                "{movement:?}"
            );
        }
    }

    #[test]
    fn availability_speaks_of_few_units_only() {
        assert_eq!(Availability::of(0, 3), Availability::SoldOut);
        assert_eq!(Availability::of(-1, 3), Availability::SoldOut);
        assert_eq!(Availability::of(3, 3), Availability::Low(3));
        assert_eq!(Availability::of(4, 3), Availability::InStock);
    }
}
