//! Settings that would misprice an order keep the store from starting, and say where they are
//! wrong.

use super::super::*;
use crate::shared::money::Currency;

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
    assert_eq!(
        rules.problems(Currency::KWD),
        ["shipping.methods: method \"m\" has a price that cannot be charged in KWD"]
    );
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
