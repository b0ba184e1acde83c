//! Promotions apply in their order, share themselves out fairly and say what they took.

use super::*;

fn promotion(effect: PromotionEffect, skus: &[&str]) -> Promotion {
    let scope = match skus {
        [] => PromotionScope::AllLines,
        skus => PromotionScope::Skus(skus.iter().map(|&sku| Sku::new(sku)).collect()),
    };
    Promotion { id: "p".to_owned(), label: "Spring sale".to_owned(), effect, scope }
}

fn percent(points: u32) -> PromotionEffect {
    PromotionEffect::PercentOff(BasisPoints(points))
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn basket(promotions: Vec<Promotion>) -> PricingInput {
    let lines = vec![
        line("C", 1, 333, Standard, Currency::EUR),
        line("A", 1, 333, Standard, Currency::EUR),
        line("B", 1, 334, Reduced, Currency::EUR),
    ];
    PricingInput { promotions, ..cart(Currency::EUR, true, rates(2100, 900), lines) }
}

fn discounts(totals: &Totals) -> Vec<i64> {
    totals.lines.iter().map(|line| line.discount.minor()).collect()
}

#[test]
fn golden_promotions_take_off_one_after_another() {
    let mut input = basket(vec![
        promotion(percent(1_000), &[]),
        Promotion {
            id: "q".to_owned(),
            label: "€2 off C".to_owned(),
            ..promotion(PromotionEffect::AmountOff(eur(200)), &["C"])
        },
        Promotion {
            id: "r".to_owned(),
            label: "Free delivery".to_owned(),
            ..promotion(PromotionEffect::FreeDelivery, &[])
        },
    ]);
    input.shipping = Some(shipping(495, Some(2_000), Currency::EUR));
    let totals = price(&input).unwrap();
    assert_eq!(
        steps(&totals),
        [
            (TraceKind::Line, "c × 1", "€3.33".to_owned(), false),
            (TraceKind::Line, "a × 1", "€3.33".to_owned(), false),
            (TraceKind::Line, "b × 1", "€3.34".to_owned(), false),
            (TraceKind::Discount, "Spring sale", "−€1.00".to_owned(), false),
            (TraceKind::Discount, "€2 off C", "−€2.00".to_owned(), false),
            (TraceKind::Shipping, "Shipping: Standard", "€4.95".to_owned(), false),
            (TraceKind::Discount, "Free delivery", "−€4.95".to_owned(), false),
            (TraceKind::Tax, "Includes 21% tax", "€0.69".to_owned(), true),
            (TraceKind::Tax, "Includes 9% tax", "€0.25".to_owned(), true),
        ]
    );
    assert_eq!((totals.items, totals.discount, totals.total), (eur(1_000), eur(300), eur(700)));
    assert_eq!((totals.shipping, totals.shipping_discount), (eur(0), eur(495)));
    assert_eq!(totals.missing_for_free_shipping, None);
    let of_c: Vec<_> = totals.lines[0]
        .discounts
        .iter()
        .map(|part| (part.promotion.as_str(), part.amount.minor()))
        .collect();
    assert_eq!(of_c, [("p", 33), ("q", 200)]);
}

#[test]
fn a_percentage_is_rounded_once_and_its_last_cents_follow_the_skus() {
    // 10 % of €10.00 is €1.00: each line's own tenth would make €0.99.
    assert_eq!(
        discounts(&price(&basket(vec![promotion(percent(1_000), &[])])).unwrap()),
        [33, 33, 34]
    );
    // One cent for two equal lines goes to the first SKU, not to the first line.
    let totals =
        price(&basket(vec![promotion(PromotionEffect::AmountOff(eur(1)), &["A", "C"])])).unwrap();
    assert_eq!(discounts(&totals), [0, 1, 0]);
}

#[test]
fn r70_everything_off_and_more_leaves_nothing_to_pay() {
    let totals = price(&basket(vec![
        promotion(percent(10_000), &[]),
        promotion(PromotionEffect::AmountOff(eur(500)), &[]),
    ]))
    .unwrap();
    assert!(totals.total.is_zero() && totals.tax.is_zero());
    assert_eq!(discounts(&totals), [333, 333, 334]);
    assert_eq!(totals.trace.iter().filter(|step| step.kind == TraceKind::Discount).count(), 1);
    assert_eq!(totals.charge_problem(), None);
}

#[test]
fn a_promotion_for_nothing_in_the_cart_changes_nothing() {
    let plain = price(&basket(Vec::new())).unwrap();
    for effect in
        [percent(5_000), PromotionEffect::AmountOff(eur(100)), PromotionEffect::FreeDelivery]
    {
        assert_eq!(price(&basket(vec![promotion(effect, &["Z"])])).unwrap(), plain);
    }
}

#[test]
fn free_delivery_needs_something_in_scope_that_is_sent() {
    let delivered = |skus: &[&str]| {
        let mut input = basket(vec![promotion(PromotionEffect::FreeDelivery, skus)]);
        input.lines[0].needs_shipping = false;
        input.shipping = Some(shipping(495, None, Currency::EUR));
        price(&input).unwrap().shipping.minor()
    };
    assert_eq!((delivered(&["C"]), delivered(&["A"]), delivered(&[])), (495, 0, 0));
}

#[test]
fn the_limit_for_free_delivery_is_met_by_what_is_left_after_discounts() {
    let mut input = basket(vec![promotion(percent(1_000), &[])]);
    input.shipping = Some(shipping(495, Some(1_000), Currency::EUR));
    let totals = price(&input).unwrap();
    assert_eq!((totals.shipping, totals.missing_for_free_shipping), (eur(495), Some(eur(100))));
}

#[test]
fn golden_kwd_discounts_stay_in_steps() {
    let kwd = Currency::KWD;
    let lines = vec![line("LAMP", 1, 12_340, Standard, kwd), line("BULB", 3, 1_110, Standard, kwd)];
    let input = PricingInput {
        promotions: vec![promotion(percent(1_500), &[])],
        ..cart(kwd, false, rates(500, 0), lines)
    };
    let totals = price(&input).unwrap();
    // 15 % of KWD 15.670 is 2.3505: 2.350. What is left is 13.320, 5 % of it 0.666: 0.670.
    assert_eq!(
        (totals.discount.minor(), totals.tax.minor(), totals.total.minor()),
        (2_350, 670, 13_990)
    );
    assert_eq!(discounts(&totals), [1_850, 500]);
    assert_eq!(totals.charge_problem(), None);
}

#[test]
fn an_impossible_promotion_is_a_defect_of_ours() {
    let code = |effect| price(&basket(vec![promotion(effect, &[])])).unwrap_err().code.into_owned();
    assert_eq!(code(percent(10_001)), "internal_error");
    assert_eq!(code(PromotionEffect::AmountOff(eur(-1))), "internal_error");
    assert_eq!(code(PromotionEffect::AmountOff(Money::new(1, Currency::JPY))), "internal_error");
}
