//! What the delivery costs, and what is missing until it costs nothing.

use super::{PricingInput, PricingLine, Promotion, PromotionEffect, ShippingPrice};
use crate::shared::money::Money;

/// The delivery of a cart.
pub(super) struct Delivery<'a> {
    /// The chosen method, while something is sent.
    pub method: Option<&'a ShippingPrice>,
    /// Before promotions, after `free_from`.
    pub price: Money,
    /// What `free_by` takes off: all of it or nothing.
    pub discount: Money,
    pub free_by: Option<&'a Promotion>,
    pub missing_for_free: Option<Money>,
}

/// `goods` is what the items cost after their discounts.
pub(super) fn delivery(input: &PricingInput, goods: Money) -> Option<Delivery<'_>> {
    let zero = Money::zero(input.currency);
    let method =
        input.shipping.as_ref().filter(|_| input.lines.iter().any(|line| line.needs_shipping));
    let free =
        Delivery { method, price: zero, discount: zero, free_by: None, missing_for_free: None };
    let Some(chosen) = method.filter(|method| !method.price.is_zero()) else { return Some(free) };
    let missing = match chosen.free_from {
        Some(limit) => Some(limit.try_sub(goods)?),
        None => None,
    };
    if missing.is_some_and(|missing| missing.minor() <= 0) {
        return Some(free);
    }
    let free_by = input.promotions.iter().find(|promotion| {
        let sends = |line: &PricingLine| line.needs_shipping && promotion.covers(&line.sku);
        promotion.effect == PromotionEffect::FreeDelivery && input.lines.iter().any(sends)
    });
    Some(match free_by {
        Some(_) => Delivery { price: chosen.price, discount: chosen.price, free_by, ..free },
        None => Delivery { price: chosen.price, missing_for_free: missing, ..free },
    })
}
