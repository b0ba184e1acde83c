//! Money adds up in every currency, and every split and rounding is exact to the minor unit.

use proptest::prelude::*;

use super::*;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

#[test]
fn amounts_read_as_people_write_them() {
    let cases = [
        (4210, "EUR", "€42.10"),
        (500, "JPY", "¥500"),
        (1250, "KWD", "KWD 1.250"),
        (104_210, "EUR", "€1,042.10"),
        (-500, "EUR", "−€5.00"),
        (5, "USD", "$0.05"),
        (0, "GBP", "£0.00"),
        (123_456_789_012, "EUR", "€1,234,567,890.12"),
        (1_000_005, "JPY", "¥1,000,005"),
        (-7, "KWD", "−KWD 0.007"),
        (5_000, "CHF", "CHF 50.00"),
        (i64::MIN, "EUR", "−€92,233,720,368,547,758.08"),
    ];
    for (minor, code, text) in cases {
        assert_eq!(Money::new(minor, Currency::parse(code).unwrap()).to_string(), text);
    }
}

#[test]
fn amounts_for_machines_have_a_dot_and_nothing_else() {
    for (minor, code, text) in [
        (104_210, "EUR", "1042.10"),
        (500, "JPY", "500"),
        (1250, "KWD", "1.250"),
        (-5, "EUR", "-0.05"),
    ] {
        assert_eq!(Money::new(minor, Currency::parse(code).unwrap()).decimal(), text);
    }
}

#[test]
fn a_typed_price_is_exact_or_refused() {
    let read = |text: &str, currency| Money::from_decimal(text, currency).map(Money::minor);
    assert_eq!(read("42.1", Currency::EUR), Some(4210));
    assert_eq!(read("42", Currency::EUR), Some(4200));
    assert_eq!(read("0.05", Currency::EUR), Some(5));
    assert_eq!(read("500", Currency::JPY), Some(500));
    assert_eq!(read("1.25", Currency::KWD), Some(1250));
    for text in [
        "",
        ".",
        "5.",
        ".5",
        "1.234",
        "-1",
        "+1",
        "1,50",
        "1e3",
        " 1",
        "١",
        "0x1",
        "99999999999999999999",
    ] {
        assert_eq!(read(text, Currency::EUR), None, "{text:?}");
    }
    assert_eq!(read("1.0", Currency::JPY), None);
}

#[test]
fn only_currencies_of_the_standard_are_known() {
    assert_eq!(Currency::parse("eur"), Some(Currency::EUR));
    for code in ["", "EU", "EURO", "XXX", "XAU", "EUR ", "€"] {
        assert_eq!(Currency::parse(code), None, "{code:?}");
    }
    for (code, digits) in
        [("JPY", 0), ("KRW", 0), ("ISK", 0), ("EUR", 2), ("HUF", 2), ("KWD", 3), ("BHD", 3)]
    {
        assert_eq!(Currency::parse(code).map(Currency::minor_digits), Some(digits), "{code}");
    }
}

#[test]
fn every_currency_stands_once_in_the_table_by_its_code() {
    assert!(CURRENCIES.is_sorted_by(|one, next| one.code() < next.code()));
    assert_eq!(Currency::all().count(), CURRENCIES.len());
    for currency in Currency::all() {
        let code = currency.code();
        assert!(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{code}");
        assert_eq!(Currency::parse(&code.to_lowercase()), Some(currency));
        let sent = serde_json::to_string(&currency).unwrap();
        assert_eq!(
            (sent.as_str(), serde_json::from_str(&sent).unwrap()),
            (format!("\"{code}\"").as_str(), currency)
        );
    }
    for (constant, code) in [
        (Currency::EUR, "EUR"),
        (Currency::GBP, "GBP"),
        (Currency::JPY, "JPY"),
        (Currency::KWD, "KWD"),
    ] {
        assert_eq!(constant.code(), code);
    }
    assert_eq!(Currency::USD.code(), "USD");
}

#[test]
fn the_table_is_that_of_1_january_2026() {
    for withdrawn in ["ANG", "BGN", "CUC", "HRK", "LTL", "MRO", "SLL", "STD", "VEF", "ZMK", "ZWL"] {
        assert_eq!(Currency::parse(withdrawn), None, "{withdrawn}");
    }
    for new in ["MRU", "SLE", "STN", "VED", "VES", "XCG", "ZWG"] {
        assert_eq!(Currency::parse(new).map(Currency::minor_digits), Some(2), "{new}");
    }
    let with_digits = |digits| {
        Currency::all()
            .filter(move |currency| currency.minor_digits() == digits)
            .map(Currency::code)
    };
    let none = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
        "XAF", "XOF", "XPF",
    ];
    assert_eq!(with_digits(0).collect::<Vec<_>>(), none);
    assert_eq!(
        with_digits(3).collect::<Vec<_>>(),
        ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
    );
    assert_eq!(with_digits(2).count(), 132);
}

#[test]
fn money_travels_as_minor_units_and_a_code() {
    let json = serde_json::to_string(&eur(4210)).unwrap();
    assert_eq!(json, r#"{"minor":4210,"currency":"EUR"}"#);
    assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), eur(4210));
    for json in [
        r#"{"minor":42.1,"currency":"EUR"}"#,
        r#"{"minor":"1","currency":"EUR"}"#,
        r#"{"minor":1,"currency":"EURO"}"#,
        r#"{"minor":9223372036854775808,"currency":"EUR"}"#,
        r#"{"minor":1}"#,
    ] {
        assert!(serde_json::from_str::<Money>(json).is_err(), "{json}");
    }
}

#[test]
fn currencies_never_mix_and_nothing_overflows_silently() {
    let (most, yen) = (eur(i64::MAX), Money::new(1, Currency::JPY));
    assert_eq!(eur(1).checked_add(yen).unwrap_err().code, "internal_error");
    assert_eq!(eur(1).compare(yen).unwrap_err().code, "internal_error");
    assert_eq!(most.checked_add(eur(1)).unwrap_err().code, "internal_error");
    assert_eq!(eur(i64::MIN).checked_sub(eur(1)).unwrap_err().code, "internal_error");
    assert_eq!(most.checked_times(2).unwrap_err().code, "internal_error");
    assert_eq!(most.share(BasisPoints(10_001)).unwrap_err().code, "internal_error");
    assert_eq!(most.contained_share(BasisPoints(u32::MAX)).unwrap_err().code, "internal_error");
    assert_eq!(most.share(BasisPoints::WHOLE).unwrap(), most);
}

#[test]
fn half_a_cent_goes_away_from_zero() {
    for (minor, rate, share) in [
        (1000, 2100, 210),
        (250, 1000, 25),
        (5, 1000, 1),
        (4, 1000, 0),
        (-5, 1000, -1),
        (-4, 1000, 0),
        (15, 1000, 2),
        (-15, 1000, -2),
        (0, 2100, 0),
        (i64::MIN, 5000, i64::MIN / 2),
    ] {
        assert_eq!(eur(minor).share(BasisPoints(rate)).unwrap(), eur(share), "{minor} at {rate}");
    }
    assert_eq!(eur(1210).contained_share(BasisPoints(2100)).unwrap(), eur(210));
    assert_eq!(eur(-1210).contained_share(BasisPoints(2100)).unwrap(), eur(-210));
    // ¥108 at 8 % holds exactly ¥8; ¥100 holds 7.407…
    assert_eq!(
        Money::new(100, Currency::JPY).contained_share(BasisPoints(800)).unwrap().minor(),
        7
    );
}

#[test]
fn a_share_in_steps_is_rounded_once() {
    let kwd = |minor| Money::new(minor, Currency::KWD);
    for (minor, rate, share) in
        [(12_345, 500, 620), (100, 500, 10), (90, 500, 0), (-100, 500, -10), (0, 500, 0)]
    {
        assert_eq!(
            kwd(minor).share_in_steps(BasisPoints(rate), 10).unwrap(),
            kwd(share),
            "{minor} at {rate}"
        );
    }
    // Rounded to 5 first, this would become 10.
    assert_eq!(kwd(90).share_in_steps(BasisPoints(500), 10).unwrap(), kwd(0));
    assert_eq!(kwd(90).share_in_steps(BasisPoints(500), 1).unwrap(), kwd(5));
}

#[test]
fn rates_read_as_percentages() {
    for (rate, text) in
        [(2100, "21%"), (950, "9.5%"), (887, "8.87%"), (805, "8.05%"), (0, "0%"), (10_000, "100%")]
    {
        assert_eq!(BasisPoints(rate).to_string(), text);
    }
}

#[test]
fn a_split_gives_the_last_cents_to_the_largest_remainders() {
    let split = |minor, weights: &[i64]| -> Vec<i64> {
        eur(minor).split_by_weights(weights).into_iter().map(Money::minor).collect()
    };
    assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(split(-100, &[1, 1, 1]), [-34, -33, -33]);
    assert_eq!(split(10, &[1, 2, 4]), [1, 3, 6]);
    assert_eq!(split(5, &[0, 3, 0]), [0, 5, 0]);
    assert_eq!(split(5, &[0, 0]), [3, 2]);
    assert_eq!(split(5, &[-7, 1]), [0, 5]);
    assert_eq!(split(0, &[1, 2]), [0, 0]);
    assert_eq!(split(7, &[]), Vec::<i64>::new());
    assert_eq!(split(i64::MIN, &[i64::MAX, i64::MAX]), [i64::MIN / 2, i64::MIN / 2]);
}

proptest! {
    #[test]
    fn every_split_adds_up_and_is_fair(minor in any::<i64>(), weights in prop::collection::vec(any::<i64>(), 1..40)) {
        let parts = eur(minor).split_by_weights(&weights);
        let sum: i128 = parts.iter().map(|part| i128::from(part.minor())).sum();
        prop_assert_eq!(sum, i128::from(minor));
        prop_assert_eq!(parts.len(), weights.len());
        let whole: i128 = weights.iter().map(|&weight| i128::from(weight.max(0))).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            prop_assert!(part.minor().signum() * minor.signum() >= 0);
            // Each part lies less than one minor unit from its exact share.
            if let Some(exact) = (i128::from(minor) * i128::from((*weight).max(0))).checked_div(whole) {
                prop_assert!((i128::from(part.minor()) - exact).abs() <= 1);
            }
        }
    }

    #[test]
    fn a_share_is_within_half_a_minor_unit(minor in any::<i64>(), rate in 0_u32..=10_000) {
        let share = i128::from(eur(minor).share(BasisPoints(rate)).unwrap().minor());
        prop_assert!((share * 10_000 - i128::from(minor) * i128::from(rate)).abs() <= 5_000);
    }

    #[test]
    fn what_goes_back_mirrors_what_came(minor in 0..=i64::MAX, rate in 0_u32..=10_000) {
        for part in [Money::share, Money::contained_share] {
            let paid = part(eur(minor), BasisPoints(rate)).unwrap();
            let refunded = part(eur(-minor), BasisPoints(rate)).unwrap();
            prop_assert_eq!(paid.minor(), -refunded.minor());
        }
    }

    #[test]
    fn net_and_contained_tax_make_the_gross(gross in 0..=i64::MAX, rate in 0_u32..=10_000) {
        let tax = eur(gross).contained_share(BasisPoints(rate)).unwrap();
        let net = eur(gross).checked_sub(tax).unwrap();
        prop_assert!(!tax.is_negative() && !net.is_negative());
        prop_assert_eq!(net.checked_add(tax).unwrap(), eur(gross));
    }

    #[test]
    fn adding_and_taking_away_agree(a in any::<i64>(), b in any::<i64>()) {
        match eur(a).checked_add(eur(b)) {
            Ok(sum) => prop_assert_eq!(sum.checked_sub(eur(b)).unwrap(), eur(a)),
            Err(_) => prop_assert!(a.checked_add(b).is_none()),
        }
    }

    #[test]
    fn decimals_are_read_back(minor in 0..=i64::MAX / 10_000) {
        for currency in [Currency::EUR, Currency::JPY, Currency::KWD] {
            let money = Money::new(minor, currency);
            prop_assert_eq!(Money::from_decimal(&money.decimal(), currency), Some(money));
        }
    }
}
