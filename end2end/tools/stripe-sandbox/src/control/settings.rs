//! Changes the settings of an account: currencies, the lag of lists and the pauses between
//! deliveries of a webhook.

use serde_json::{Value, json};

use super::{parse_body, read_integer};
use crate::account::Account;
use crate::account_settings::CurrencySettings;
use crate::api_error::ApiError;
use crate::currencies;

/// `{"presentment_currency": "usd", "forced_currency": null, "rate_basis_points": 11000}`; a
/// missing setting is off.
pub(crate) fn set_currency(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let wanted = parse_body::<CurrencySettings>(body)?;
    for currency in [&wanted.presentment_currency, &wanted.forced_currency].into_iter().flatten() {
        if currencies::find_rule(currency).is_none() {
            return Err(ApiError::invalid(
                "parameter_invalid",
                format!("Invalid currency: {currency}"),
                "presentment_currency",
            ));
        }
    }
    if wanted.rate_basis_points < 1 {
        return Err(ApiError::invalid(
            "parameter_invalid",
            "rate_basis_points must be 1 or more",
            "rate_basis_points",
        ));
    }
    account.settings.currency = wanted;
    Ok(json!(account.settings.currency))
}

/// `{"list_lag_seconds": 60}`; 0 switches it off.
pub(crate) fn set_list_lag(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let seconds = read_integer(body, "list_lag_seconds")?.filter(|seconds| *seconds >= 0);
    account.settings.list_lag_seconds = seconds.ok_or_else(|| {
        ApiError::invalid(
            "parameter_invalid",
            "list_lag_seconds must be 0 or more",
            "list_lag_seconds",
        )
    })?;
    Ok(json!({ "list_lag_seconds": account.settings.list_lag_seconds }))
}

/// `{"seconds": [0.1, 1, 5]}`: one retry after each pause; null restores the default.
pub(crate) fn set_retries(account: &mut Account, body: &Value) -> Result<Value, ApiError> {
    let pauses = parse_body::<Option<Vec<f64>>>(&body["seconds"])?;
    if pauses.iter().flatten().any(|seconds| !(0.0..=1e9).contains(seconds)) {
        return Err(ApiError::invalid(
            "parameter_invalid",
            "Pauses are seconds, 0 or more.",
            "seconds",
        ));
    }
    let milliseconds = |seconds: f64| (seconds * 1000.0).round() as i64;
    account.settings.retry_milliseconds =
        pauses.clone().map(|pauses| pauses.into_iter().map(milliseconds).collect());
    Ok(json!({ "seconds": pauses }))
}
