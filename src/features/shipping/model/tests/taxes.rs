//! Rates follow destination, class and day; settings that contradict themselves are named.

use super::super::*;
use crate::shared::date::Date;
use crate::shared::money::BasisPoints;
use crate::shared::pricing::{TaxBasis, TaxCategory, TaxTable};
use strum::VariantArray as _;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn rules(json: &str) -> TaxRules {
    let rules: TaxRules = serde_json::from_str(json).unwrap();
    assert_eq!(rules.problems(), Vec::<String>::new());
    rules
}

#[test]
fn chk_14_tax_follows_destination_and_class() {
    let rules = rules(
        r#"{"prices_include_tax":true,"standard_rate_bp":2100,"reduced_rate_bp":900,
            "countries":[{"country":"DE","standard_rate_bp":1900,"reduced_rate_bp":700}]}"#,
    );
    let today = day("2026-11-22");
    for (destination, class, rate) in [
        ("NL", TaxClass::Standard, 2100),
        ("NL", TaxClass::Reduced, 900),
        ("DE", TaxClass::Standard, 1900),
        ("DE", TaxClass::Reduced, 700),
        ("DE", TaxClass::Zero, 0),
        // Not known yet, and without an area nothing is outside of it.
        ("", TaxClass::Standard, 2100),
        ("US", TaxClass::Standard, 2100),
    ] {
        assert_eq!(
            rules.rate_for(class, destination, today),
            BasisPoints(rate),
            "{destination} {class:?}"
        );
    }
    assert_eq!(rules.delivery_class, TaxClass::Standard);
    assert_eq!(rules.table_for("DE", today).basis, TaxBasis::Destination);
    assert_eq!(rules.table_for("FR", today).basis, TaxBasis::Shop);
}

#[test]
fn tax_1_a_rate_begins_on_its_day() {
    let rules = rules(
        r#"{"prices_include_tax":true,"standard_rate_bp":2100,"reduced_rate_bp":900,"country":"NL","countries":[
            {"country":"DE","valid_from":"2021-01-01","standard_rate_bp":1900,"reduced_rate_bp":700},
            {"country":"DE","valid_from":"2020-07-01","standard_rate_bp":1600,"reduced_rate_bp":500},
            {"country":"DE","standard_rate_bp":1900,"reduced_rate_bp":700},
            {"country":"EE","valid_from":"2025-07-01","standard_rate_bp":2400,"reduced_rate_bp":1300},
            {"country":"NL","valid_from":"2027-01-01","standard_rate_bp":2200,"reduced_rate_bp":1000}]}"#,
    );
    let standard = |destination: &str, date: &str| {
        rules.rate_for(TaxClass::Standard, destination, day(date)).0
    };
    for (date, rate) in [
        ("1999-12-31", 1900),
        ("2020-06-30", 1900),
        ("2020-07-01", 1600),
        ("2020-12-31", 1600),
        ("2021-01-01", 1900),
    ] {
        assert_eq!(standard("DE", date), rate, "{date}");
    }
    // Before its first rate a country is taxed as the shop's own is.
    assert_eq!((standard("EE", "2025-06-30"), standard("EE", "2025-07-01")), (2100, 2400));
    // The shop's own country and everywhere without rates of its own change together.
    for destination in ["NL", "", "FR"] {
        assert_eq!(
            (standard(destination, "2026-12-31"), standard(destination, "2027-01-01")),
            (2100, 2200),
            "{destination:?}"
        );
        assert_eq!(rules.table_for(destination, day("2027-01-01")).basis, TaxBasis::Shop);
    }
}

#[test]
fn tax_1_beyond_the_tax_area_there_is_no_tax() {
    let rules = rules(
        r#"{"prices_include_tax":true,"standard_rate_bp":2100,"reduced_rate_bp":900,"delivery_class":"reduced",
            "country":"NL","area":["NL","DE","FR"],"countries":[
            {"country":"DE","standard_rate_bp":1900,"reduced_rate_bp":700},
            {"country":"NO","standard_rate_bp":2500,"reduced_rate_bp":1500}]}"#,
    );
    let at = |destination: &str| rules.table_for(destination, day("2026-11-22"));
    assert_eq!(
        at("US"),
        TaxTable { basis: TaxBasis::Export, standard: BasisPoints(0), reduced: BasisPoints(0) }
    );
    assert_eq!(at("US").category(TaxClass::Standard), TaxCategory::Export);
    assert_eq!((at("FR").basis, at("DE").basis), (TaxBasis::Shop, TaxBasis::Destination));
    // Where the shop is registered abroad it takes that country's tax.
    assert_eq!((at("NO").basis, at("NO").standard), (TaxBasis::Destination, BasisPoints(2500)));
    assert_eq!(rules.delivery_class, TaxClass::Reduced);
}

#[test]
fn impossible_rates_are_named() {
    let own = |country: &str| CountryTax {
        country: country.into(),
        valid_from: None,
        standard_rate_bp: BasisPoints(2000),
        reduced_rate_bp: BasisPoints(500),
    };
    let dated = |country: &str| CountryTax { valid_from: Some(day("2026-01-01")), ..own(country) };
    let rules = TaxRules {
        prices_include_tax: true,
        standard_rate_bp: BasisPoints(21_000),
        reduced_rate_bp: BasisPoints(900),
        delivery_class: TaxClass::Standard,
        country: Some("US".into()),
        area: vec!["NL".into(), "YY".into(), "NL".into()],
        countries: vec![
            own("XX"),
            own("DE"),
            dated("DE"),
            own("DE"),
            dated("DE"),
            CountryTax { reduced_rate_bp: BasisPoints(2500), ..own("FR") },
        ],
    };
    let problems = rules.problems().join("\n");
    for part in [
        "210%",
        "\"XX\"",
        "DE is named twice\n",
        "DE is named twice from 2026-01-01 on",
        "25%",
        "\"YY\"",
        "\"NL\"",
        "\"US\"",
    ] {
        assert!(problems.contains(part), "{part} is missing in:\n{problems}");
    }
}

#[test]
fn a_misspelt_rule_is_not_ignored() {
    let own = r#""prices_include_tax":true,"standard_rate_bp":2100,"reduced_rate_bp":900"#;
    for more in [
        r#""delivery_clas":"standard""#,
        r#""delivery_class":"Standard""#,
        r#""countries":[{"country":"DE","valid_from":"2026-02-30","standard_rate_bp":1,"reduced_rate_bp":1}]"#,
        r#""countries":[{"country":"DE","from":"2026-02-01","standard_rate_bp":1,"reduced_rate_bp":1}]"#,
    ] {
        assert!(serde_json::from_str::<TaxRules>(&format!("{{{own},{more}}}")).is_err(), "{more}");
    }
}

#[test]
fn a_tax_class_is_read_as_it_is_written() {
    for class in TaxClass::VARIANTS.iter().copied() {
        assert_eq!(TaxClass::parse(class.as_str()), Some(class));
        assert_eq!(serde_json::to_string(&class).unwrap(), format!("\"{}\"", class.as_str()));
    }
    assert_eq!(TaxClass::parse("Standard"), None);
}
