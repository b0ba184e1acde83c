//! What promotions take off: applied in their order, each on what those before it left.
//!
//! Invariant: a discount never exceeds its line, a delivery costs nothing at the least, and every
//! discount is a multiple of the currency's step, so that a total that could be charged still can.

use serde::{Deserialize, Serialize};

use super::{LineTotal, PricingInput, sum};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::Sku;
use crate::shared::money::{BasisPoints, Money};

/// A promotion that applies to this cart: whether it may is decided before pricing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    pub id: String,
    /// What shoppers read: "Spring sale, 10% off".
    pub label: String,
    pub effect: PromotionEffect,
    pub scope: PromotionScope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionEffect {
    /// At most 100 %, of everything in scope together: rounded once, not line by line.
    PercentOff(BasisPoints),
    /// Of everything in scope together; not negative, and at most what is left of it.
    AmountOff(Money),
    /// Delivery costs nothing once something in scope is sent.
    FreeDelivery,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionScope {
    AllLines,
    Skus(Vec<Sku>),
}

/// What one promotion took off one line, as a positive amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDiscount {
    /// The promotion's id.
    pub promotion: String,
    pub amount: Money,
}

impl Promotion {
    pub(super) fn covers(&self, sku: &Sku) -> bool {
        match &self.scope {
            PromotionScope::AllLines => true,
            PromotionScope::Skus(skus) => skus.contains(sku),
        }
    }

    /// Our own records make promotions, so a wrong one is a defect of the store.
    pub(super) fn check(&self, input: &PricingInput) -> AppResult<()> {
        let is_sound = match self.effect {
            PromotionEffect::PercentOff(rate) => rate <= BasisPoints::WHOLE,
            PromotionEffect::AmountOff(amount) => {
                amount.currency() == input.currency && !amount.is_negative()
            }
            PromotionEffect::FreeDelivery => true,
        };
        if is_sound {
            Ok(())
        } else {
            Err(AppError::internal(format_args!("promotion {} cannot be", self.id)))
        }
    }
}

/// Takes every promotion's discount off the lines; answers what each took off, zero for a delivery.
/// `order` names the lines in the order in which they get the last units of a split.
pub(super) fn discount_lines(
    input: &PricingInput,
    order: &[usize],
    lines: &mut [LineTotal],
) -> Option<Vec<Money>> {
    let mut taken = Vec::with_capacity(input.promotions.len());
    for promotion in &input.promotions {
        taken.push(take_off(promotion, input, order, lines)?);
    }
    Some(taken)
}

fn take_off(
    promotion: &Promotion,
    input: &PricingInput,
    order: &[usize],
    lines: &mut [LineTotal],
) -> Option<Money> {
    let in_steps = |steps: i64| Money::new(steps, input.currency);
    let step = input.currency.charge_step();
    // All of this is counted in steps, not in minor units.
    let left_of = |line: &LineTotal| {
        if promotion.covers(&line.sku) { line.total.minor() / i64::from(step) } else { 0 }
    };
    let left: Vec<i64> = order.iter().map(|&at| left_of(&lines[at])).collect();
    let all = in_steps(sum(&left)?);
    let wanted = match promotion.effect {
        PromotionEffect::PercentOff(rate) => all.try_share_in_steps(rate, 1)?,
        PromotionEffect::AmountOff(amount) => in_steps(amount.minor() / i64::from(step)),
        PromotionEffect::FreeDelivery => in_steps(0),
    };
    let taken = in_steps(wanted.minor().min(all.minor()));
    if taken.is_zero() {
        return Some(taken);
    }
    for (&at, part) in order.iter().zip(taken.split_by_weights(&left)) {
        if !part.is_zero() {
            let amount = part.try_times(u32::from(step))?;
            let line = &mut lines[at];
            line.discount = line.discount.try_add(amount)?;
            line.total = line.total.try_sub(amount)?;
            line.discounts.push(LineDiscount { promotion: promotion.id.clone(), amount });
        }
    }
    taken.try_times(u32::from(step))
}
