//! The currency a session is paid in when that is not its own.

use crate::account_settings::CurrencySettings;
use crate::currencies;
use crate::records::{Presentment, Session};

/// Prepares a session for being paid. With Adaptive Pricing its currency and amounts stay and
/// `presentment_details` say what the shopper paid; a forced currency replaces its own.
pub(crate) fn apply_presentment(session: &mut Session, settings: &CurrencySettings) {
    let rate = settings.rate_basis_points;
    if let Some(currency) =
        settings.forced_currency.as_ref().filter(|currency| **currency != session.currency)
    {
        for item in &mut session.line_items {
            item.unit_amount = convert(item.unit_amount, rate, currency);
        }
        for option in &mut session.shipping_options {
            option.amount = convert(option.amount, rate, currency);
        }
        currency.clone_into(&mut session.currency);
    }
    let shown = settings
        .presentment_currency
        .as_ref()
        .filter(|currency| session.adaptive_pricing && **currency != session.currency);
    session.presentment = shown.map(|currency| Presentment {
        presentment_amount: convert(session.total(), rate, currency),
        presentment_currency: currency.clone(),
    });
}

/// The shopper's part of an amount that was given back.
pub(crate) fn part_of(whole: Option<&Presentment>, amount: i64, of: i64) -> Option<Presentment> {
    let whole = whole?;
    let part = i128::from(whole.presentment_amount) * i128::from(amount) / i128::from(of.max(1));
    Some(Presentment {
        presentment_amount: i64::try_from(part).unwrap_or(i64::MAX),
        ..whole.clone()
    })
}

fn convert(amount: i64, rate_basis_points: i64, currency: &str) -> i64 {
    let converted = i128::from(amount) * i128::from(rate_basis_points) / 10_000;
    let converted = i64::try_from(converted).unwrap_or(i64::MAX);
    converted - converted % currencies::find_rule(currency).map_or(1, |rule| rule.step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_follow_the_rate_and_the_step() {
        assert_eq!(convert(5000, 11_000, "usd"), 5500);
        assert_eq!(convert(5003, 10_000, "kwd"), 5000);
        assert_eq!(convert(i64::MAX, 20_000, "usd"), i64::MAX);
        let whole =
            Presentment { presentment_amount: 5500, presentment_currency: "usd".to_owned() };
        assert_eq!(
            part_of(Some(&whole), 1000, 5000).map(|part| part.presentment_amount),
            Some(1100)
        );
        assert_eq!(part_of(None, 1000, 5000), None);
    }
}
