//! Every currency is charged in the provider's own units, steps and limits, and nothing else is.

use proptest::prelude::*;

use super::*;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).unwrap())
}

/// From docs.stripe.com/currencies, written down once more, so that a slip in the table shows.
const ZERO_DECIMAL: [&str; 15] = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
];
const THREE_DECIMAL: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];
const NOT_CHARGED: [&str; 18] = [
    "BTN", "CUP", "ERN", "GHS", "IQD", "IRR", "KPW", "LYD", "MRU", "SDG", "SSP", "STN", "SVC",
    "SYP", "TMT", "VED", "VES", "ZWG",
];

#[test]
fn r137_the_provider_s_units_follow_its_lists() {
    for currency in Currency::all() {
        let code = currency.code();
        let Some(rule) = currency.charge_rule() else {
            assert!(NOT_CHARGED.contains(&code), "{code}");
            continue;
        };
        assert!(!NOT_CHARGED.contains(&code), "{code}");
        let digits = if ZERO_DECIMAL.contains(&code) {
            0
        } else if THREE_DECIMAL.contains(&code) {
            3
        } else {
            2
        };
        assert_eq!(rule.digits, digits, "{code}");
        let step = match code {
            "MGA" => 100,
            _ if THREE_DECIMAL.contains(&code) => 10,
            _ => 1,
        };
        assert_eq!(rule.step.get(), step, "{code}");
        assert_eq!(i64::from(rule.minimum) % i64::from(rule.step.get()), 0, "{code}");
    }
}

#[test]
fn pay_12_amounts_reach_the_provider_in_the_units_it_counts_in() {
    let cases = [
        (1_999, "EUR", 1_999),
        (500, "JPY", 500),
        (500, "ISK", 50_000),
        (7, "UGX", 700),
        (1_250, "KWD", 1_250),
        (-1_250, "KWD", -1_250),
        (15_000, "MGA", 150),
        (1_045, "HUF", 1_045),
        (80_045, "TWD", 80_045),
        (0, "EUR", 0),
    ];
    for (minor, code, at_provider) in cases {
        assert_eq!(to_provider_amount(money(minor, code)), Ok(at_provider), "{code}");
        assert_eq!(
            from_provider_amount(at_provider, Currency::parse(code).unwrap()),
            Some(money(minor, code)),
            "{code}"
        );
    }
    let code_of = |amount| to_provider_amount(amount).unwrap_err().code();
    assert_eq!(code_of(money(1_255, "KWD")), "total_not_in_steps");
    assert_eq!(code_of(money(15_050, "MGA")), "total_not_in_steps");
    assert_eq!(code_of(money(i64::MAX, "ISK")), "total_above_maximum");
    assert_eq!(code_of(money(100, "SDG")), "currency_not_charged");
    // Half a króna was never asked for.
    assert_eq!(from_provider_amount(50_050, Currency::parse("ISK").unwrap()), None);
    assert_eq!(from_provider_amount(100, Currency::parse("SDG").unwrap()), None);
    assert_eq!(from_provider_amount(i64::MAX, Currency::parse("MGA").unwrap()), None);
}

#[test]
fn pay_15_a_total_that_cannot_be_charged_says_why_and_what_to_do() {
    let message = |minor, code| charge_problem(money(minor, code)).map(|problem| problem.message());
    assert_eq!(
        message(30, "EUR").as_deref(),
        Some("The smallest amount that can be paid here is €0.50. Add €0.20 more.")
    );
    assert_eq!(
        message(100_000_000, "EUR").as_deref(),
        Some(
            "The largest amount that can be paid at once is €999,999.99. Split it into two orders or more."
        )
    );
    assert_eq!(
        message(1_255, "KWD").as_deref(),
        Some(
            "KWD 1.255 cannot be paid: payments here are multiples of KWD 0.010. Write to us, and we put the price right."
        )
    );
    assert_eq!(
        message(100, "SDG").as_deref(),
        Some("Payments in SDG cannot be taken here. Write to us, and we find another way.")
    );
    let error = AppError::from(charge_problem(money(30, "EUR")).unwrap());
    assert_eq!((error.status(), &*error.code), (409, "total_below_minimum"));
    assert_eq!(
        charge_problem(money(-1, "EUR")).map(|problem| problem.code()),
        Some("total_below_minimum")
    );
    assert_eq!(
        charge_problem(money(i64::MIN, "EUR")).map(|problem| problem.code()),
        Some("total_below_minimum")
    );
}

#[test]
fn pay_15_the_limits_are_those_of_the_currency() {
    for (code, minimum, maximum) in [
        ("EUR", 50, 99_999_999),
        ("GBP", 30, 99_999_999),
        ("HUF", 17_500, 99_999_999),
        ("JPY", 50, 99_999_999),
        ("THB", 1_000, 99_999_999),
        // Hundredths at the provider, whole units here.
        ("ISK", 1, 999_999),
        ("UGX", 1, 999_999),
        // Whole units at the provider, hundredths here.
        ("MGA", 100, 9_999_999_900),
        ("KWD", 10, 99_999_990),
        ("IDR", 50, 999_999_999_999),
        ("COP", 50, 9_999_999_999),
        ("INR", 50, 999_999_999),
    ] {
        let problem = |minor| charge_problem(money(minor, code)).map(|problem| problem.code());
        let step = i64::from(Currency::parse(code).unwrap().charge_rule().unwrap().step.get());
        assert_eq!(problem(0), None, "{code}");
        assert_eq!(problem(minimum), None, "{code}");
        assert!(problem(minimum - 1).is_some() || minimum == 1, "{code}");
        assert_eq!(problem(maximum), None, "{code}");
        assert_eq!(problem(maximum + step), Some("total_above_maximum"), "{code}");
    }
    assert_eq!(charge_problem(money(0, "SDG")), None, "nothing to pay, nothing to charge");
}

#[test]
fn prices_are_checked_where_they_are_set() {
    assert!(is_chargeable_step(money(1_999, "EUR")) && is_chargeable_step(money(0, "KWD")));
    assert!(is_chargeable_step(money(1_250, "KWD")) && is_chargeable_step(money(5_000, "MGA")));
    assert!(!is_chargeable_step(money(1_255, "KWD")) && !is_chargeable_step(money(5_050, "MGA")));
    assert!(!is_chargeable_step(money(100, "SDG")));
}

proptest! {
    #[test]
    fn r137_every_amount_that_may_be_charged_comes_back_the_same(minor in any::<i64>()) {
        for currency in Currency::all() {
            let amount = Money::new(minor, currency);
            match to_provider_amount(amount) {
                Ok(at_provider) => prop_assert_eq!(from_provider_amount(at_provider, currency), Some(amount)),
                Err(problem) => prop_assert!(charge_problem(amount).is_some() || minor == 0, "{problem:?}"),
            }
            if let (None, Some(rule)) = (charge_problem(amount), currency.charge_rule()) {
                let at_provider = to_provider_amount(amount).unwrap();
                prop_assert!(minor >= i64::from(rule.minimum) || minor == 0);
                prop_assert!(at_provider < 10_i64.pow(u32::from(rule.max_digits)));
            }
        }
    }

    #[test]
    fn r137_what_the_provider_names_is_read_exactly_or_not_at_all(at_provider in any::<i64>()) {
        for currency in Currency::all() {
            if let Some(amount) = from_provider_amount(at_provider, currency) {
                // Thousandths of the provider's own are read too: what it took is what it took.
                if is_chargeable_step(amount) {
                    prop_assert_eq!(to_provider_amount(amount), Ok(at_provider));
                }
            }
        }
    }
}
