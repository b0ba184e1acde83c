//! A quantity is a plain whole number in ASCII digits; every other spelling of one is refused.

use crate::shared::error::{AppError, AppResult};
use crate::shared::pricing::MAX_QUANTITY;

/// Reads 1 to `MAX_QUANTITY`. Errors: `quantity_out_of_range` (422), naming the maximum.
pub fn quantity(text: &str, field: &'static str) -> AppResult<u32> {
    quantity_up_to(text, field, MAX_QUANTITY)
}

/// Reads 1 to `max`, a shop's own limit; never more than `MAX_QUANTITY`. Errors: as `quantity`.
pub fn quantity_up_to(text: &str, field: &'static str, max: u32) -> AppResult<u32> {
    let max = max.clamp(1, MAX_QUANTITY);
    read(text).filter(|number| (1..=max).contains(number)).ok_or_else(|| {
        AppError::field(
            "quantity_out_of_range",
            field,
            format!("Enter a whole number from 1 to {max}."),
        )
    })
}

/// Reads 0 to `MAX_QUANTITY`; 0 removes a line. Errors: as `quantity`.
pub fn quantity_or_zero(text: &str, field: &'static str) -> AppResult<u32> {
    read(text).filter(|&number| number <= MAX_QUANTITY).ok_or_else(|| {
        let message =
            format!("Enter a whole number up to {MAX_QUANTITY}, or 0 to remove the item.");
        AppError::field("quantity_out_of_range", field, message)
    })
}

/// `str::parse` alone would take "+1".
fn read(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // One spelling per number, so that two readers can never disagree: "007" is refused.
    let canonical = text == "0" || !text.starts_with('0');
    if plain && canonical { text.parse().ok() } else { None }
}
