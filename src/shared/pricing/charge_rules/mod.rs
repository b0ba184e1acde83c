//! What an order may cost: the payment provider takes no amount but those its currency allows.
//!
//! Every currency has a step, a minimum and a maximum; they stand in the table of currencies. The
//! cart asks `charge_problem` before anything is stored, and the provider's own border converts
//! with `to_provider_amount` and `from_provider_amount`.

use serde::{Deserialize, Serialize};

use crate::shared::error::AppError;
use crate::shared::money::{ChargeRule, Currency, Money};

/// Why an amount cannot be charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeProblem {
    BelowMinimum { minimum: Money, missing: Money },
    AboveMaximum { maximum: Money },
    NotInSteps { amount: Money, step: Money },
    CurrencyNotCharged(Currency),
}

impl ChargeProblem {
    /// Stable, in snake case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BelowMinimum { .. } => "total_below_minimum",
            Self::AboveMaximum { .. } => "total_above_maximum",
            Self::NotInSteps { .. } => "total_not_in_steps",
            Self::CurrencyNotCharged(_) => "currency_not_charged",
        }
    }

    /// What is wrong, then what a shopper can do.
    pub fn message(&self) -> String {
        match self {
            Self::BelowMinimum { minimum, missing } => {
                format!(
                    "The smallest amount that can be paid here is {minimum}. Add {missing} more."
                )
            }
            Self::AboveMaximum { maximum } => {
                format!(
                    "The largest amount that can be paid at once is {maximum}. Split it into two orders or more."
                )
            }
            Self::NotInSteps { amount, step } => {
                format!(
                    "{amount} cannot be paid: payments here are multiples of {step}. Write to us, and we put the price right."
                )
            }
            Self::CurrencyNotCharged(currency) => {
                format!(
                    "Payments in {currency} cannot be taken here. Write to us, and we find another way."
                )
            }
        }
    }
}

/// Status 409: the cart as it stands cannot be ordered.
impl From<ChargeProblem> for AppError {
    fn from(problem: ChargeProblem) -> Self {
        Self::conflict(problem.code(), problem.message())
    }
}

/// What keeps a total from being paid. A total of zero needs no payment, so nothing does.
pub fn charge_problem(total: Money) -> Option<ChargeProblem> {
    if total.is_zero() {
        return None;
    }
    let currency = total.currency();
    let Some(rule) = currency.charge_rule() else {
        return Some(ChargeProblem::CurrencyNotCharged(currency));
    };
    let (minimum, maximum) = (i64::from(rule.minimum.max(1)), rule.maximum(currency));
    let money = |minor| Money::new(minor, currency);
    if total.minor() < minimum {
        let missing = money(minimum.saturating_sub(total.minor()));
        return Some(ChargeProblem::BelowMinimum { minimum: money(minimum), missing });
    }
    if total.minor() > maximum {
        return Some(ChargeProblem::AboveMaximum { maximum: money(maximum) });
    }
    not_in_steps(total, rule)
}

/// Whether a price can be part of an amount that is charged. Prices that cannot are refused where
/// they are set, since no shopper could do anything about them.
pub fn is_chargeable_step(price: Money) -> bool {
    price.currency().charge_rule().is_some_and(|rule| not_in_steps(price, rule).is_none())
}

/// The amount as the provider counts it: cents for EUR, whole yen, hundredths for ISK, ariary for
/// MGA. Minimum and maximum are not looked at: parts of an order and refunds may be smaller.
///
/// # Errors
/// `CurrencyNotCharged`; `NotInSteps`; `AboveMaximum` for what leaves `i64`.
pub fn to_provider_amount(amount: Money) -> Result<i64, ChargeProblem> {
    let currency = amount.currency();
    let rule = currency.charge_rule().ok_or(ChargeProblem::CurrencyNotCharged(currency))?;
    if let Some(problem) = not_in_steps(amount, rule) {
        return Err(problem);
    }
    let (up, down) = rule.factors(currency);
    let too_much =
        || ChargeProblem::AboveMaximum { maximum: Money::new(rule.maximum(currency), currency) };
    amount.minor().checked_mul(up).map(|amount| amount / down).ok_or_else(too_much)
}

/// The amount the provider names; `None` if it is no whole number of our minor units, or the
/// currency cannot be charged, so that no such amount was asked for.
pub fn from_provider_amount(amount: i64, currency: Currency) -> Option<Money> {
    let (up, down) = currency.charge_rule()?.factors(currency);
    let ours = amount.checked_mul(down)?;
    (ours % up == 0).then(|| Money::new(ours / up, currency))
}

impl ChargeRule {
    /// The largest amount, in our minor units.
    pub fn maximum(self, currency: Currency) -> i64 {
        let (up, down) = self.factors(currency);
        let largest = 10_i64.pow(u32::from(self.max_digits)) - 1;
        let ours = largest.saturating_mul(down) / up;
        ours - ours % i64::from(self.step.get())
    }

    /// What our minor units are multiplied with and divided by to become the provider's.
    fn factors(self, currency: Currency) -> (i64, i64) {
        let (ours, theirs) = (currency.minor_digits(), u32::from(self.digits));
        (10_i64.pow(theirs.saturating_sub(ours)), 10_i64.pow(ours.saturating_sub(theirs)))
    }
}

fn not_in_steps(amount: Money, rule: ChargeRule) -> Option<ChargeProblem> {
    let step = i64::from(rule.step.get());
    let step_of = || Money::new(step, amount.currency());
    (amount.minor() % step != 0).then(|| ChargeProblem::NotInSteps { amount, step: step_of() })
}

#[cfg(test)]
mod tests;
