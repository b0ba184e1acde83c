//! What a price, a line and a whole session may amount to in a currency.

use crate::api_error::ApiError;
use crate::currencies::{self, CurrencyRule};
use crate::form::Params;
use crate::records::Session;

/// A currency in lower case that Stripe charges in; upper case is taken too, as Stripe does.
pub(super) fn read_currency(params: &Params, field: &str) -> Result<String, ApiError> {
    let given = params.required_text(field)?.to_lowercase();
    match currencies::find_rule(&given) {
        Some(_) => Ok(given),
        None => {
            let supported: Vec<&str> = currencies::list_supported().collect();
            let message = format!(
                "Invalid currency: {given}. Stripe currently supports these currencies: {}",
                supported.join(", ")
            );
            Err(ApiError::invalid("parameter_invalid", message, &params.full_name(field)))
        }
    }
}

/// An amount of a currency that was read before.
pub(super) fn read_amount(params: &Params, field: &str, currency: &str) -> Result<i64, ApiError> {
    let amount = params.required_integer(field)?;
    let name = params.full_name(field);
    if amount < 0 {
        return Err(ApiError::invalid(
            "parameter_invalid_integer",
            "Invalid non-negative integer",
            &name,
        ));
    }
    let rule = require_rule(currency)?;
    if amount > rule.largest {
        return Err(too_large(&name, rule));
    }
    check_step(amount, currency, rule.step, &name)?;
    Ok(amount)
}

/// The amount of a line, so that no sum of lines can leave the range of integers later.
pub(super) fn check_line(
    unit_amount: i64,
    quantity: i64,
    currency: &str,
    name: &str,
) -> Result<(), ApiError> {
    let rule = require_rule(currency)?;
    match unit_amount.checked_mul(quantity) {
        Some(total) if total <= rule.largest => Ok(()),
        _ => Err(too_large(name, rule)),
    }
}

pub(super) fn check_total(session: &Session) -> Result<(), ApiError> {
    let rule = require_rule(&session.currency)?;
    let currency = session.currency.to_uppercase();
    if session.total() < rule.smallest {
        let message = format!(
            "The Checkout Session's total amount due must add up to at least {} in the smallest unit of {currency}.",
            rule.smallest
        );
        return Err(ApiError::refused(Some("amount_too_small"), message));
    }
    // Every delivery the shopper may choose has to be payable.
    let dearest = session.shipping_options.iter().map(|option| option.amount).max().unwrap_or(0);
    if session.subtotal() + dearest > rule.largest {
        let message = format!(
            "The Checkout Session's total amount due must be no more than {}.",
            rule.largest
        );
        return Err(ApiError::refused(Some("amount_too_large"), message));
    }
    Ok(())
}

fn check_step(amount: i64, currency: &str, step: i64, name: &str) -> Result<(), ApiError> {
    if amount % step == 0 {
        return Ok(());
    }
    let message =
        format!("Invalid amount: amounts in {currency} must be evenly divisible by {step}.");
    Err(ApiError::invalid("invalid_charge_amount", message, name))
}

fn too_large(name: &str, rule: CurrencyRule) -> ApiError {
    ApiError::invalid(
        "amount_too_large",
        format!("Amount must be no more than {}.", rule.largest),
        name,
    )
}

fn require_rule(currency: &str) -> Result<CurrencyRule, ApiError> {
    currencies::find_rule(currency).ok_or_else(|| {
        ApiError::invalid("parameter_invalid", format!("Invalid currency: {currency}"), "currency")
    })
}
