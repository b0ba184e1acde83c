//! Creating a Checkout Session from Stripe's parameters, with the refusals Stripe would give.

use serde_json::{Map, Value, json};

use crate::Config;
use crate::account::{Account, random_text};
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::{LineItem, Session, SessionStatus, ShippingOption};

const SHORTEST_LIFE: i64 = 30 * 60;
const LONGEST_LIFE: i64 = 24 * 60 * 60;

/// Documented parameters; those the sandbox has no use for are accepted and ignored.
const KNOWN: &[&str] = &[
    "adaptive_pricing",
    "allow_promotion_codes",
    "automatic_tax",
    "billing_address_collection",
    "branding_settings",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "currency",
    "custom_fields",
    "custom_text",
    "customer_creation",
    "customer_email",
    "excluded_payment_method_types",
    "expand",
    "expires_at",
    "integration_identifier",
    "invoice_creation",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "name_collection",
    "origin_context",
    "payment_intent_data",
    "payment_method_options",
    "payment_method_types",
    "phone_number_collection",
    "saved_payment_method_options",
    "shipping_address_collection",
    "shipping_options",
    "submit_type",
    "success_url",
    "tax_id_collection",
    "ui_mode",
    "wallet_options",
];

pub fn create(account: &mut Account, config: &Config, params: &Params) -> Result<String, ApiError> {
    if let Some(unknown) = params.keys().into_iter().find(|key| !KNOWN.contains(key)) {
        let message = format!("Received unknown parameter: {unknown}");
        return Err(ApiError::invalid("parameter_unknown", message, unknown));
    }
    let mode = params.required_text("mode")?;
    if mode != "payment" {
        let message = format!("The sandbox knows sessions in payment mode only, not '{mode}'.");
        return Err(ApiError::invalid("parameter_invalid", message, "mode"));
    }
    let (line_items, currency) = line_items(params)?;
    let shipping_options = shipping_options(params, &currency)?;
    let success_url = address(params, "success_url")?
        .ok_or_else(|| ApiError::invalid("parameter_missing", "Missing required param: success_url.", "success_url"))?;
    let now = account.now();
    let expires_at = params.integer("expires_at")?.unwrap_or(now + LONGEST_LIFE);
    if expires_at < now + SHORTEST_LIFE {
        let message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.".to_owned();
        return Err(ApiError::invalid("parameter_invalid", message, "expires_at"));
    }
    if expires_at > now + LONGEST_LIFE {
        let message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.".to_owned();
        return Err(ApiError::invalid("parameter_invalid", message, "expires_at"));
    }
    let reference = params.text("client_reference_id");
    if reference.is_some_and(|reference| reference.chars().count() > 200) {
        let message = "Invalid string: must be at most 200 characters";
        return Err(ApiError::invalid("parameter_invalid_string_too_long", message, "client_reference_id"));
    }
    let payment_data = params.child("payment_intent_data");
    let merchant = params.child("branding_settings").and_then(|branding| branding.text("display_name"));
    let id = format!("cs_test_a1{}", random_text(56));
    let session = Session {
        url: format!("{}/pay/{id}", config.public_url),
        id: id.clone(),
        created: now,
        expires_at,
        status: SessionStatus::Open,
        currency,
        line_items,
        shipping_options,
        chosen_shipping: 0,
        success_url,
        cancel_url: address(params, "cancel_url")?,
        client_reference_id: reference.map(str::to_owned),
        customer_email: params.text("customer_email").map(str::to_owned),
        payer_email: None,
        payer_name: None,
        metadata: params.metadata("metadata")?,
        payment_metadata: payment_data.as_ref().map(|data| data.metadata("metadata")).transpose()?.unwrap_or_default(),
        payment_description: payment_data.as_ref().and_then(|data| data.text("description")).map(str::to_owned),
        payment_method_types: payment_method_types(params)?,
        locale: params.text("locale").map(str::to_owned),
        submit_type: params.text("submit_type").map(str::to_owned),
        merchant_name: merchant.unwrap_or(&config.merchant_name).to_owned(),
        payment_intent: None,
        paid: false,
        challenged: None,
        last_message: None,
    };
    check_total(&session)?;
    account.sessions.insert(session);
    Ok(id)
}

fn line_items(params: &Params) -> Result<(Vec<LineItem>, String), ApiError> {
    let mut currency: Option<String> = None;
    let mut items = Vec::new();
    for item in params.list("line_items") {
        if let Some(price) = item.text("price") {
            return Err(ApiError::no_such("price", price, &item.name_of("price")));
        }
        let price = item.required_child("price_data")?;
        same_currency(&mut currency, &price, params)?;
        let product = price.required_child("product_data")?;
        items.push(LineItem {
            id: format!("li_1{}", random_text(23)),
            price_id: format!("price_1{}", random_text(23)),
            product_id: format!("prod_{}", random_text(14)),
            name: product.required_text("name")?.to_owned(),
            description: product.text("description").map(str::to_owned),
            images: product.texts("images").into_iter().map(str::to_owned).collect(),
            unit_amount: amount(&price, "unit_amount")?,
            quantity: quantity(&item)?,
            metadata: item.metadata("metadata")?,
            product_metadata: product.metadata("metadata")?,
        });
    }
    match currency {
        Some(currency) => Ok((items, currency)),
        None => Err(ApiError::invalid("parameter_missing", "Missing required param: line_items.", "line_items")),
    }
}

fn same_currency(currency: &mut Option<String>, price: &Params, session: &Params) -> Result<(), ApiError> {
    let given = price.required_text("currency")?.to_lowercase();
    if given.len() != 3 || !given.bytes().all(|letter| letter.is_ascii_lowercase()) {
        let message = format!("Invalid currency: {given}.");
        return Err(ApiError::invalid("parameter_invalid", message, &price.name_of("currency")));
    }
    let wanted = currency.clone().or_else(|| session.text("currency").map(str::to_lowercase));
    if wanted.as_ref().is_some_and(|wanted| *wanted != given) {
        let message = "All line items and shipping options must have the same currency.";
        return Err(ApiError::invalid("parameter_invalid", message, &price.name_of("currency")));
    }
    *currency = Some(given);
    Ok(())
}

fn amount(params: &Params, field: &str) -> Result<i64, ApiError> {
    let amount = params.required_integer(field)?;
    if amount < 0 {
        let message = "Invalid non-negative integer";
        return Err(ApiError::invalid("parameter_invalid_integer", message, &params.name_of(field)));
    }
    if amount > 99_999_999 {
        let message = "Amount must be no more than 99999999.";
        return Err(ApiError::invalid("amount_too_large", message, &params.name_of(field)));
    }
    Ok(amount)
}

fn quantity(item: &Params) -> Result<i64, ApiError> {
    let quantity = item.required_integer("quantity")?;
    if !(1..=999_999).contains(&quantity) {
        let message = "This value must be greater than or equal to 1.";
        return Err(ApiError::invalid("parameter_invalid_integer", message, &item.name_of("quantity")));
    }
    Ok(quantity)
}

fn shipping_options(params: &Params, currency: &str) -> Result<Vec<ShippingOption>, ApiError> {
    let mut options = Vec::new();
    for option in params.list("shipping_options") {
        if let Some(rate) = option.text("shipping_rate") {
            return Err(ApiError::no_such("shipping rate", rate, &option.name_of("shipping_rate")));
        }
        let rate = option.required_child("shipping_rate_data")?;
        let fixed = rate.required_child("fixed_amount")?;
        same_currency(&mut Some(currency.to_owned()), &fixed, params)?;
        options.push(ShippingOption {
            rate_id: format!("shr_1{}", random_text(23)),
            display_name: rate.required_text("display_name")?.to_owned(),
            amount: amount(&fixed, "amount")?,
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

fn payment_method_types(params: &Params) -> Result<Vec<String>, ApiError> {
    let types = params.texts("payment_method_types");
    if let Some(unknown) = types.iter().find(|kind| !["card", "customer_balance", "link", "paypal", "sepa_debit"].contains(*kind)) {
        let message = format!("Invalid payment_method_types: {unknown} is not known to the sandbox.");
        return Err(ApiError::invalid("parameter_invalid", message, "payment_method_types"));
    }
    match types.is_empty() {
        true => Ok(vec!["card".to_owned(), "customer_balance".to_owned()]),
        false => Ok(types.into_iter().map(str::to_owned).collect()),
    }
}

fn address(params: &Params, field: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = params.text(field) else {
        return Ok(None);
    };
    let is_address = text.starts_with("http://") || text.starts_with("https://");
    if !is_address || text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(ApiError::invalid("url_invalid", "Not a valid URL", field));
    }
    Ok(Some(text.to_owned()))
}

fn check_total(session: &Session) -> Result<(), ApiError> {
    let smallest = match session.currency.as_str() {
        "eur" | "usd" => 50,
        "gbp" => 30,
        _ => 1,
    };
    if session.total() < smallest {
        let message = "The Checkout Session's total amount must convert to at least 50 cents.";
        return Err(ApiError::refused(Some("amount_too_small"), message));
    }
    if session.total() > 99_999_999 {
        let message = "The Checkout Session's total amount due must be no more than 99999999.";
        return Err(ApiError::refused(Some("amount_too_large"), message));
    }
    Ok(())
}
