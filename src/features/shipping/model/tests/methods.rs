//! Methods by zone, value and weight; the reason when none fits; one comparison behind price and
//! hint.

use super::super::*;
use crate::shared::error::AppError;
use crate::shared::ids::Sku;
use crate::shared::money::{BasisPoints, Currency, Money};
use crate::shared::pricing::{PricingInput, PricingLine, TaxTable, price};

fn rules() -> ShippingRules {
    let zone = |id: &str, codes: &[&str]| Zone {
        id: id.to_owned(),
        countries: codes.iter().map(|&code| code.to_owned()).collect(),
    };
    let method =
        |id: &str, price: i64, free_from, days: (u32, u32), zones: &[&str], max_weight_grams| {
            ShippingMethod {
                id: id.to_owned(),
                name: id.to_uppercase(),
                price,
                free_from,
                min_days: days.0,
                max_days: days.1,
                zones: zones.iter().map(|&zone| zone.to_owned()).collect(),
                max_weight_grams,
            }
        };
    ShippingRules {
        zones: vec![zone("home", &["NL"]), zone("eu", &["DE", "FR"]), zone("far", &["US"])],
        methods: vec![
            method("express", 1295, None, (1, 1), &["home", "eu"], Some(20_000)),
            method("standard", 495, Some(5000), (2, 4), &["home", "eu"], Some(30_000)),
            method("letter", 250, None, (2, 3), &["home"], Some(500)),
        ],
    }
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn ids(offers: &[Offer]) -> Vec<&str> {
    offers.iter().map(|offer| offer.id.as_str()).collect()
}

#[test]
fn chk_4_methods_follow_zone_and_weight_cheapest_first() {
    let rules = rules();
    assert_eq!(rules.problems(Currency::EUR), Vec::<String>::new());
    assert_eq!(
        ids(&methods_for(&rules, "NL", eur(1000), 500).unwrap()),
        ["letter", "standard", "express"]
    );
    assert_eq!(ids(&methods_for(&rules, "NL", eur(1000), 501).unwrap()), ["standard", "express"]);
    assert_eq!(ids(&methods_for(&rules, "DE", eur(1000), 20_001).unwrap()), ["standard"]);
}

#[test]
fn chk_4_value_makes_a_method_free() {
    let rules = rules();
    let offers = methods_for(&rules, "NL", eur(5000), 100).unwrap();
    assert_eq!(ids(&offers), ["standard", "letter", "express"]);
    let first = offers.first().unwrap();
    assert_eq!(
        (first.price, first.full_price, first.free_from),
        (eur(0), eur(495), Some(eur(5000)))
    );
    assert_eq!(first.days(), "2 to 4 working days");
    let below = methods_for(&rules, "NL", eur(4999), 100).unwrap();
    assert!(below.iter().all(|offer| offer.price == offer.full_price));
    assert_eq!(below.last().map(Offer::days).as_deref(), Some("1 working day"));
}

#[test]
fn chk_4_the_page_says_why_none_fits() {
    let rules = rules();
    let why = |country: &str, weight| methods_for(&rules, country, eur(1000), weight).unwrap_err();
    assert_eq!(why("XX", 1).to_string(), "Choose a country from the list.");
    assert_eq!(
        why("GB", 1).to_string(),
        "United Kingdom is not among the countries we ship to. Choose another one."
    );
    // A zone without any method reads the same to a shopper.
    assert_eq!(why("US", 1).code(), "no_shipping_there");
    let heavy = why("DE", 30_001);
    let text =
        "This order weighs 30.1 kg; the limit for Germany is 30 kg. Order it in smaller parts.";
    assert_eq!(heavy.to_string(), text);
    let error = AppError::from(heavy.clone());
    assert_eq!((error.status(), &*error.code), (422, "too_heavy_to_ship"));
    assert_eq!(error.message_for("country"), Some(heavy.to_string().as_str()));
}

#[test]
fn cart_10_hint_and_price_come_from_one_comparison() {
    let rules = rules();
    for goods in [0, 1, 4260, 4999, 5000, 5001, 100_000] {
        let offers = methods_for(&rules, "NL", eur(goods), 100).unwrap();
        let standard = offers.iter().find(|offer| offer.id == "standard").unwrap();
        let totals = price(&PricingInput {
            currency: Currency::EUR,
            prices_include_tax: true,
            taxes: TaxTable { standard: BasisPoints(2100), ..TaxTable::default() },
            promotions: Vec::new(),
            lines: vec![PricingLine {
                sku: Sku::new("A"),
                name: "A".to_owned(),
                quantity: 1,
                unit_price: eur(goods),
                tax_class: TaxClass::Standard,
                needs_shipping: true,
            }],
            shipping: Some(standard.shipping_price(TaxClass::Standard)),
        })
        .unwrap();
        assert_eq!(totals.shipping, standard.price, "{goods}");
        let missing = free_shipping_from(&rules, "NL", 100).map(|limit| eur(limit - goods));
        let missing = missing.filter(|missing| missing.minor() > 0);
        assert_eq!(totals.missing_for_free_shipping, missing, "{goods}");
        assert_eq!(totals.missing_for_free_shipping.is_some(), goods < 5000);
    }
    assert_eq!(free_shipping_hint(eur(5000 - 4260)), "Add €7.40 for free shipping");
}

#[test]
fn there_is_no_hint_where_nothing_is_ever_free() {
    let mut rules = rules();
    assert_eq!(free_shipping_from(&rules, "US", 100), None);
    assert_eq!(free_shipping_from(&rules, "XX", 100), None);
    // The only method with a limit does not take so much.
    assert_eq!(free_shipping_from(&rules, "NL", 30_001), None);
    for method in &mut rules.methods {
        method.free_from = None;
    }
    assert_eq!(free_shipping_from(&rules, "NL", 100), None);
    rules.methods[2].price = 0;
    assert_eq!(free_shipping_from(&rules, "NL", 100), None);
}
