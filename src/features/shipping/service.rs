//! The shop's shipping and tax tables, read from the options file.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::features::shipping::model::{ShippingRules, TaxRules};
use crate::infra::ctx::Ctx;
use crate::infra::settings::{SettingsTable, StoreSettings};
use crate::shared::date::Date;
use crate::shared::error::{AppError, AppResult};
use crate::shared::pricing::TaxTable;
use crate::shared::timestamp::Timestamp;

impl SettingsTable for ShippingRules {
    const NAME: &'static str = "shipping";

    fn problems(&self, store: &StoreSettings) -> Vec<String> {
        self.problems(store.currency)
    }
}

impl SettingsTable for TaxRules {
    const NAME: &'static str = "tax";

    fn problems(&self, _: &StoreSettings) -> Vec<String> {
        self.problems()
    }
}

pub fn rules(ctx: &Ctx) -> Arc<ShippingRules> {
    ctx.settings.table()
}

pub fn taxes(ctx: &Ctx) -> Arc<TaxRules> {
    ctx.settings.table()
}

/// The rates at a destination today; an empty country is one that is not known yet.
pub fn tax_table(ctx: &Ctx, destination: &str) -> AppResult<TaxTable> {
    Ok(taxes(ctx).table_for(destination, today(ctx)?))
}

/// The country that prices are shown for until another is typed: the first of the first zone.
pub fn home_country(ctx: &Ctx) -> String {
    let rules = rules(ctx);
    rules.zones.first().and_then(|zone| zone.countries.first().cloned()).unwrap_or_default()
}

/// The day it is in the shop's time zone.
pub fn today(ctx: &Ctx) -> AppResult<Date> {
    day_of(ctx.now(), &ctx.settings.store.time_zone)
}

fn day_of(at: Timestamp, time_zone: &str) -> AppResult<Date> {
    let zone = TimeZone::get(time_zone).map_err(AppError::internal)?;
    let at = jiff::Timestamp::from_millisecond(at.unix_ms()).map_err(AppError::internal)?;
    let day = at.to_zoned(zone).date();
    let parts = (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day()));
    let (Ok(year), Ok(month), Ok(number)) = parts else { return Err(AppError::internal(day)) };
    Date::new(year, month, number).ok_or_else(|| AppError::internal(day))
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, day_of};

    #[test]
    fn the_day_is_that_of_the_shop() {
        // 22 November 2026, 23:30 UTC is the next day in Amsterdam.
        for (zone, day) in [
            ("Europe/Amsterdam", "2026-11-23"),
            ("UTC", "2026-11-22"),
            ("Pacific/Honolulu", "2026-11-22"),
        ] {
            let at = Timestamp::from_unix_seconds(1_795_390_200);
            assert_eq!(day_of(at, zone).unwrap().to_string(), day, "{zone}");
        }
        assert!(day_of(Timestamp::MAX, "UTC").is_err());
    }
}
