//! Line items with inline prices, all in one currency.

use super::amounts;
use crate::account::random_alphanumeric;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::LineItem;

const MOST_LINES: usize = 100;
const MOST_IMAGES: usize = 8;
const LONGEST_NAME: usize = 250;

/// The lines and their currency.
pub(super) fn read(params: &Params) -> Result<(Vec<LineItem>, String), ApiError> {
    let given = params.list("line_items");
    if given.len() > MOST_LINES {
        let message = format!("Array line_items exceeded maximum {MOST_LINES} allowed elements.");
        return Err(ApiError::invalid("parameter_invalid", message, "line_items"));
    }
    let mut currency: Option<String> = params.text("currency").map(str::to_lowercase);
    let mut items = Vec::new();
    for item in &given {
        let price = price_data(item)?;
        currency = Some(same_currency(currency.as_deref(), &price)?);
        items.push(line_item(item, &price, currency.as_deref().unwrap_or_default())?);
    }
    match currency {
        Some(currency) if !items.is_empty() => Ok((items, currency)),
        _ => Err(ApiError::invalid(
            "parameter_missing",
            "Missing required param: line_items.",
            "line_items",
        )),
    }
}

/// The currency of a price, which must be the one of the session where that is known already.
pub(super) fn same_currency(session: Option<&str>, price: &Params) -> Result<String, ApiError> {
    let given = amounts::read_currency(price, "currency")?;
    if session.is_some_and(|session| session != given) {
        let message = "All line items and shipping options must have the same currency.";
        return Err(ApiError::invalid("parameter_invalid", message, &price.full_name("currency")));
    }
    Ok(given)
}

fn price_data<'a>(item: &Params<'a>) -> Result<Params<'a>, ApiError> {
    match item.text("price") {
        Some(price) => Err(ApiError::no_such("price", price, &item.full_name("price"))),
        None => item.required_child("price_data"),
    }
}

fn line_item(item: &Params, price: &Params, currency: &str) -> Result<LineItem, ApiError> {
    let product = price.required_child("product_data")?;
    let name = product.required_text("name")?;
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(ApiError::too_long(&product.full_name("name"), LONGEST_NAME));
    }
    let images = product.text_list("images");
    if images.len() > MOST_IMAGES {
        let message = format!("Array images exceeded maximum {MOST_IMAGES} allowed elements.");
        return Err(ApiError::invalid("parameter_invalid", message, &product.full_name("images")));
    }
    let unit_amount = amounts::read_amount(price, "unit_amount", currency)?;
    let quantity = quantity(item)?;
    amounts::check_line(unit_amount, quantity, currency, &price.full_name("unit_amount"))?;
    Ok(LineItem {
        id: format!("li_1{}", random_alphanumeric(23)),
        price_id: format!("price_1{}", random_alphanumeric(23)),
        product_id: format!("prod_{}", random_alphanumeric(14)),
        name: name.to_owned(),
        description: product.text("description").map(str::to_owned),
        images: images.into_iter().map(str::to_owned).collect(),
        unit_amount,
        quantity,
        metadata: item.metadata("metadata")?,
        product_metadata: product.metadata("metadata")?,
    })
}

fn quantity(item: &Params) -> Result<i64, ApiError> {
    let quantity = item.required_integer("quantity")?;
    let message = match quantity {
        1..=999_999 => return Ok(quantity),
        ..=0 => "This value must be greater than or equal to 1.",
        _ => "This value must be less than or equal to 999999.",
    };
    Err(ApiError::invalid("parameter_invalid_integer", message, &item.full_name("quantity")))
}
