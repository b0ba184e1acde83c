//! Creating a Checkout Session from Stripe's parameters, with the refusals Stripe would give.

mod amounts;
mod line_items;
mod parameters;
mod payment_data;
mod shipping_options;

use crate::Config;
use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::{Session, SessionStatus};

const SHORTEST_LIFE: i64 = 30 * 60;
const LONGEST_LIFE: i64 = 24 * 60 * 60;

pub(crate) fn create(
    account: &mut Account,
    config: &Config,
    params: &Params,
) -> Result<String, ApiError> {
    parameters::refuse_unknown(params)?;
    let mode = params.required_text("mode")?;
    if mode != "payment" {
        let message = format!("The sandbox knows sessions in payment mode only, not '{mode}'.");
        return Err(ApiError::invalid("parameter_invalid", message, "mode"));
    }
    let (line_items, currency) = line_items::read(params)?;
    let shipping_options = shipping_options::read(params, &currency)?;
    let success_url = address(params, "success_url")?.ok_or_else(|| {
        ApiError::invalid(
            "parameter_missing",
            "Missing required param: success_url.",
            "success_url",
        )
    })?;
    let now = account.now();
    let merchant =
        params.child("branding_settings").and_then(|branding| branding.text("display_name"));
    let adaptive_pricing = params
        .child("adaptive_pricing")
        .map(|adaptive| adaptive.boolean("enabled"))
        .transpose()?
        .flatten();
    let id = format!("cs_test_a1{}", random_alphanumeric(56));
    let session = Session {
        url: format!("{}/pay/{id}", config.public_url),
        id: id.clone(),
        created: now,
        expires_at: expires_at(params, now)?,
        status: SessionStatus::Open,
        currency,
        line_items,
        shipping_options,
        chosen_shipping: 0,
        success_url,
        cancel_url: address(params, "cancel_url")?,
        client_reference_id: params.short_text("client_reference_id", 200)?.map(str::to_owned),
        customer_email: email(params)?,
        payer_email: None,
        payer_name: None,
        metadata: params.metadata("metadata")?,
        payment: payment_data::read(params)?,
        // Without the parameter the dashboard's setting counts, which is on for new accounts.
        adaptive_pricing: adaptive_pricing.unwrap_or(true),
        presentment: None,
        payment_method_types: payment_method_types(params)?,
        locale: params.text("locale").map(str::to_owned),
        submit_type: params.text("submit_type").map(str::to_owned),
        merchant_name: merchant.unwrap_or(&config.merchant_name).to_owned(),
        payment_intent: None,
        paid: false,
        challenged: None,
        last_message: None,
        foreign: false,
    };
    amounts::check_total(&session)?;
    account.sessions.insert(session);
    Ok(id)
}

fn expires_at(params: &Params, now: i64) -> Result<i64, ApiError> {
    let expires_at = params.integer("expires_at")?.unwrap_or(now + LONGEST_LIFE);
    let message = match expires_at - now {
        life if life < SHORTEST_LIFE => {
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        }
        life if life > LONGEST_LIFE => {
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        }
        _ => return Ok(expires_at),
    };
    Err(ApiError::invalid("parameter_invalid", message, "expires_at"))
}

fn email(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(text) = params.short_text("customer_email", 800)? else {
        return Ok(None);
    };
    let (local, domain) = text.split_once('@').unwrap_or_default();
    if local.is_empty() || domain.is_empty() || text.chars().any(char::is_whitespace) {
        return Err(ApiError::invalid(
            "email_invalid",
            format!("Invalid email address: {text}"),
            "customer_email",
        ));
    }
    Ok(Some(text.to_owned()))
}

fn payment_method_types(params: &Params) -> Result<Vec<String>, ApiError> {
    let types = params.text_list("payment_method_types");
    if let Some(unknown) = types
        .iter()
        .find(|kind| !["card", "customer_balance", "link", "paypal", "sepa_debit"].contains(*kind))
    {
        let message =
            format!("Invalid payment_method_types: {unknown} is not known to the sandbox.");
        return Err(ApiError::invalid("parameter_invalid", message, "payment_method_types"));
    }
    match types.is_empty() {
        true => Ok(vec!["card".to_owned(), "customer_balance".to_owned()]),
        false => Ok(types.into_iter().map(str::to_owned).collect()),
    }
}

fn address(params: &Params, field: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = params.short_text(field, 5000)? else {
        return Ok(None);
    };
    let is_address = text.starts_with("http://") || text.starts_with("https://");
    if !is_address || text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(ApiError::invalid("url_invalid", "Not a valid URL", field));
    }
    Ok(Some(text.to_owned()))
}
