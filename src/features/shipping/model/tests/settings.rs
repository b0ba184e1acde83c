//! Settings that would misprice an order keep the store from starting, and say where they are wrong.

use super::super::*;
use crate::shared::money::{BasisPoints, Currency};

fn rules(json: &str) -> ShippingRules {
    serde_json::from_str(json).unwrap()
}

#[test]
fn sound_settings_have_no_problems() {
    let rules = rules(
        r#"{"zones":[{"id":"home","countries":["NL"]},{"id":"eu","countries":["DE","FR"]}],
            "methods":[{"id":"standard","name":"Standard","price":495,"free_from":5000,"min_days":1,"max_days":3,
            "zones":["home","eu"],"max_weight_grams":30000},
            {"id":"express","name":"Express","price":1295,"min_days":1,"max_days":1,"zones":["home"]}]}"#,
    );
    assert_eq!(rules.problems(Currency::EUR), Vec::<String>::new());
    let names: Vec<&str> = rules.countries().map(|country| country.name).collect();
    assert_eq!(names, ["France", "Germany", "Netherlands"]);
    assert_eq!(rules.zone_of("FR").map(|zone| zone.id.as_str()), Some("eu"));
    assert_eq!(rules.zone_of("US"), None);
}

#[test]
fn every_problem_is_named() {
    let rules = rules(
        r#"{"zones":[{"id":"eu","countries":["DE","XX","DE"]},{"id":"eu","countries":["FR"]},{"id":"A b","countries":[]}],
            "methods":[{"id":"m","name":" ","price":-1,"min_days":5,"max_days":3,"zones":[]},
            {"id":"m","name":"Same id","price":1,"free_from":1000000001,"min_days":1,"max_days":1,"zones":["moon"],
            "max_weight_grams":0}]}"#,
    );
    let problems = rules.problems(Currency::EUR).join("\n");
    for part in [
        "the id \"eu\"",
        "the id \"A b\"",
        "\"XX\"",
        "DE is named twice",
        "the id \"m\"",
        "has no name",
        "has a price or a limit",
        "takes at least 5 and at most 3 days",
        "has no zones",
        "the zone \"moon\"",
        "carries nothing",
    ] {
        assert!(problems.contains(part), "{part} is missing in:\n{problems}");
    }
    assert_eq!(ShippingRules::default().problems(Currency::EUR).len(), 1);
}

#[test]
fn r137_a_delivery_that_cannot_be_charged_is_refused() {
    let rules = rules(
        r#"{"zones":[{"id":"home","countries":["NL"]}],
            "methods":[{"id":"m","name":"M","price":1255,"min_days":1,"max_days":1,"zones":["home"]}]}"#,
    );
    assert_eq!(rules.problems(Currency::EUR), Vec::<String>::new());
    assert_eq!(rules.problems(Currency::KWD), ["shipping.methods: method \"m\" has a price that cannot be charged in KWD"]);
    let pounds = Currency::parse("SDG").unwrap();
    assert!(rules.problems(pounds).join("").contains("cannot be charged in SDG"));
}

#[test]
fn a_misspelt_setting_is_not_ignored() {
    for json in [
        r#"{"zone":[]}"#,
        r#"{"zones":[{"id":"a","country":["NL"]}]}"#,
        r#"{"methods":[{"id":"a","name":"A","price":4.95,"min_days":1,"max_days":1,"zones":[]}]}"#,
        r#"{"methods":[{"id":"a","name":"A","price":495,"freefrom":1,"min_days":1,"max_days":1,"zones":[]}]}"#,
    ] {
        assert!(serde_json::from_str::<ShippingRules>(json).is_err(), "{json}");
    }
}

#[test]
fn chk_14_tax_follows_destination_and_class() {
    let rules: TaxRules = serde_json::from_str(
        r#"{"prices_include_tax":true,"standard_rate_bp":2100,"reduced_rate_bp":900,
            "countries":[{"country":"DE","standard_rate_bp":1900,"reduced_rate_bp":700}]}"#,
    )
    .unwrap();
    assert_eq!(rules.problems(), Vec::<String>::new());
    assert_eq!(rules.rate_for(TaxClass::Standard), BasisPoints(2100));
    assert_eq!(rules.rate_in("NL", TaxClass::Reduced), BasisPoints(900));
    assert_eq!(rules.rate_in("DE", TaxClass::Standard), BasisPoints(1900));
    assert_eq!(rules.rate_in("DE", TaxClass::Reduced), BasisPoints(700));
    assert_eq!(rules.rate_in("DE", TaxClass::Zero), BasisPoints(0));
}

#[test]
fn impossible_rates_are_named() {
    let own =
        |country: &str| CountryTax { country: country.into(), standard_rate_bp: BasisPoints(2000), reduced_rate_bp: BasisPoints(500) };
    let rules = TaxRules {
        prices_include_tax: true,
        standard_rate_bp: BasisPoints(21_000),
        reduced_rate_bp: BasisPoints(900),
        countries: vec![own("XX"), own("DE"), own("DE"), CountryTax { reduced_rate_bp: BasisPoints(2500), ..own("FR") }],
    };
    let problems = rules.problems().join("\n");
    for part in ["210%", "\"XX\"", "DE is named twice", "25%"] {
        assert!(problems.contains(part), "{part} is missing in:\n{problems}");
    }
}

#[test]
fn a_tax_class_is_read_as_it_is_written() {
    for class in TaxClass::ALL {
        assert_eq!(TaxClass::parse(class.as_str()), Some(class));
        assert_eq!(serde_json::to_string(&class).unwrap(), format!("\"{}\"", class.as_str()));
    }
    assert_eq!(TaxClass::parse("Standard"), None);
}
