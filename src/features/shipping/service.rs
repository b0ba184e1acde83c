//! The shop's shipping and tax tables, read from the options file.

use std::sync::Arc;

use crate::features::shipping::model::{ShippingRules, TaxRules};
use crate::infra::ctx::Ctx;
use crate::infra::settings::Settings;
use crate::shared::error::{AppError, AppResult};

pub fn rules(ctx: &Ctx) -> AppResult<Arc<ShippingRules>> {
    ctx.settings.section("shipping").map_err(AppError::internal)
}

pub fn taxes(ctx: &Ctx) -> AppResult<Arc<TaxRules>> {
    ctx.settings.section("tax").map_err(AppError::internal)
}

/// Refuses to start with tables that contradict themselves.
///
/// # Errors
/// One sentence that names every problem.
pub fn check_settings(settings: &Settings) -> Result<(), String> {
    let mut problems = settings.section::<ShippingRules>("shipping")?.problems(settings.store.currency);
    problems.extend(settings.section::<TaxRules>("tax")?.problems());
    if problems.is_empty() { Ok(()) } else { Err(format!("Leptos.toml: {}", problems.join("; "))) }
}
