//! Deliveries that the shopper chooses from on the page, with inline rates.

use serde_json::{Map, Value, json};

use super::{amounts, line_items};
use crate::account::random_alphanumeric;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::ShippingOption;

const MOST_OPTIONS: usize = 5;

pub(super) fn read(params: &Params, currency: &str) -> Result<Vec<ShippingOption>, ApiError> {
    let given = params.list("shipping_options");
    if given.len() > MOST_OPTIONS {
        let message =
            format!("Array shipping_options exceeded maximum {MOST_OPTIONS} allowed elements.");
        return Err(ApiError::invalid("parameter_invalid", message, "shipping_options"));
    }
    let mut options = Vec::new();
    for option in given {
        if let Some(rate) = option.text("shipping_rate") {
            return Err(ApiError::no_such(
                "shipping rate",
                rate,
                &option.full_name("shipping_rate"),
            ));
        }
        let rate = option.required_child("shipping_rate_data")?;
        let fixed = rate.required_child("fixed_amount")?;
        line_items::same_currency(Some(currency), &fixed)?;
        rate.short_text("display_name", 100)?;
        options.push(ShippingOption {
            rate_id: format!("shr_1{}", random_alphanumeric(23)),
            display_name: rate.required_text("display_name")?.to_owned(),
            amount: amounts::read_amount(&fixed, "amount", currency)?,
            delivery_estimate: delivery_estimate(&rate)?,
            metadata: rate.metadata("metadata")?,
            tax_behavior: rate.text("tax_behavior").map(str::to_owned),
        });
    }
    Ok(options)
}

fn delivery_estimate(rate: &Params) -> Result<Value, ApiError> {
    let Some(estimate) = rate.child("delivery_estimate") else {
        return Ok(Value::Null);
    };
    let mut bounds = Map::new();
    for side in ["minimum", "maximum"] {
        let bound = match estimate.child(side) {
            Some(bound) => {
                json!({ "unit": bound.required_text("unit")?, "value": bound.required_integer("value")? })
            }
            None => Value::Null,
        };
        bounds.insert(side.to_owned(), bound);
    }
    Ok(Value::Object(bounds))
}
