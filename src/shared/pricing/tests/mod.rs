//! Every cart adds up: golden totals in three currencies, and random carts against the invariants.

use super::TaxClass::{Reduced, Standard, Zero};
use super::*;

mod promotions;
mod properties;
mod taxes;

/// The class stands for its rate in the table of `cart`.
fn line(
    sku: &str,
    quantity: u32,
    minor: i64,
    tax_class: TaxClass,
    currency: Currency,
) -> PricingLine {
    PricingLine {
        sku: Sku::new(sku),
        name: sku.to_lowercase(),
        quantity,
        unit_price: Money::new(minor, currency),
        tax_class,
        needs_shipping: true,
    }
}

fn shipping(minor: i64, free_from: Option<i64>, currency: Currency) -> ShippingPrice {
    ShippingPrice {
        method: "standard".to_owned(),
        name: "Standard".to_owned(),
        price: Money::new(minor, currency),
        free_from: free_from.map(|limit| Money::new(limit, currency)),
        tax_class: Standard,
    }
}

fn rates(standard: u32, reduced: u32) -> TaxTable {
    TaxTable {
        basis: TaxBasis::Shop,
        standard: BasisPoints(standard),
        reduced: BasisPoints(reduced),
    }
}

fn cart(
    currency: Currency,
    prices_include_tax: bool,
    taxes: TaxTable,
    lines: Vec<PricingLine>,
) -> PricingInput {
    PricingInput {
        currency,
        prices_include_tax,
        taxes,
        lines,
        promotions: Vec::new(),
        shipping: None,
    }
}

fn steps(totals: &Totals) -> Vec<(TraceKind, &str, String, bool)> {
    let steps = totals.trace.iter();
    steps
        .map(|step| (step.kind, step.label.as_str(), step.amount.to_string(), step.included))
        .collect()
}

#[test]
fn golden_eur_prices_contain_their_tax() {
    let eur = Currency::EUR;
    let mut input = cart(
        eur,
        true,
        rates(2100, 900),
        vec![line("TEAPOT", 2, 1999, Standard, eur), line("BOOK", 1, 1250, Reduced, eur)],
    );
    input.shipping = Some(shipping(495, Some(6000), eur));
    let totals = price(&input).unwrap();

    assert_eq!(totals.total.to_string(), "€57.43");
    assert_eq!(
        steps(&totals),
        [
            (TraceKind::Line, "teapot × 2", "€39.98".to_owned(), false),
            (TraceKind::Line, "book × 1", "€12.50".to_owned(), false),
            (TraceKind::Shipping, "Shipping: Standard", "€4.95".to_owned(), false),
            (TraceKind::Tax, "Includes 21% tax", "€7.80".to_owned(), true),
            (TraceKind::Tax, "Includes 9% tax", "€1.03".to_owned(), true),
        ]
    );
    assert_eq!(totals.lines.iter().map(|line| line.tax.minor()).collect::<Vec<_>>(), [694, 103]);
    assert_eq!(totals.shipping_tax.minor(), 86);
    assert_eq!(
        totals.tax_per_rate.iter().map(|part| part.net.minor()).collect::<Vec<_>>(),
        [3713, 1147]
    );
    assert_eq!(totals.missing_for_free_shipping, Some(Money::new(752, eur)));
}

#[test]
fn golden_jpy_tax_comes_on_top() {
    let jpy = Currency::JPY;
    let mut input = cart(
        jpy,
        false,
        rates(1000, 800),
        vec![line("CUP", 3, 333, Standard, jpy), line("RICE", 1, 505, Reduced, jpy)],
    );
    input.shipping = Some(shipping(600, None, jpy));
    let totals = price(&input).unwrap();

    // 10 % of ¥1,599 is 159.9, 8 % of ¥505 is 40.4.
    assert_eq!(totals.total.to_string(), "¥2,304");
    assert_eq!(
        totals.tax_per_rate.iter().map(|part| part.tax.minor()).collect::<Vec<_>>(),
        [160, 40]
    );
    assert_eq!(totals.lines.iter().map(|line| line.tax.minor()).collect::<Vec<_>>(), [100, 40]);
    assert_eq!(totals.shipping_tax.minor(), 60);
    assert!(totals.trace.iter().all(|step| !step.included));
    assert_eq!(totals.missing_for_free_shipping, None);
}

#[test]
fn golden_kwd_keeps_three_decimals() {
    let kwd = Currency::KWD;
    let mut input = cart(kwd, true, rates(500, 0), vec![line("LAMP", 1, 12_345, Standard, kwd)]);
    input.shipping = Some(shipping(1_500, Some(12_345), kwd));
    let totals = price(&input).unwrap();

    assert_eq!(totals.total.to_string(), "KWD 12.345");
    assert_eq!(totals.tax.to_string(), "KWD 0.588");
    assert_eq!(totals.shipping, Money::zero(kwd));
    let labels: Vec<&str> = totals.trace.iter().map(|step| step.label.as_str()).collect();
    assert_eq!(labels, ["lamp × 1", "Shipping: Standard, free from KWD 12.345", "Includes 5% tax"]);
    assert_eq!(totals.missing_for_free_shipping, None);
}

#[test]
fn golden_kwd_with_tax_on_top_can_be_charged() {
    let kwd = Currency::KWD;
    let lines = vec![
        line("LAMP", 1, 12_340, Standard, kwd),
        line("BULB", 3, 1_110, Standard, kwd),
        line("BOOK", 1, 2_050, Zero, kwd),
    ];
    let totals = price(&cart(kwd, false, rates(500, 0), lines)).unwrap();

    // 5 % of KWD 15.670 is 0.7835: to the step of ten fils, 0.780.
    assert_eq!(totals.tax.to_string(), "KWD 0.780");
    assert_eq!(totals.total.to_string(), "KWD 18.500");
    assert_eq!(totals.charge_problem(), None);
    // Each line can be given back alone.
    assert_eq!(totals.lines.iter().map(|line| line.tax.minor()).collect::<Vec<_>>(), [610, 170, 0]);
}

#[test]
fn tax_is_rounded_once_per_rate_not_once_per_line() {
    // Each line alone would round half a cent up: half a euro too much in all.
    let eur = Currency::EUR;
    let lines = (0..100).map(|number| line(&format!("L-{number}"), 1, 5, Standard, eur)).collect();
    let totals = price(&cart(eur, false, rates(1000, 0), lines)).unwrap();
    assert_eq!(totals.tax.minor(), 50);
    assert_eq!(totals.lines.iter().map(|line| line.tax.minor()).sum::<i64>(), 50);
}

#[test]
fn an_empty_cart_and_a_free_one_cost_nothing() {
    let eur = Currency::EUR;
    let mut empty = cart(eur, true, rates(2100, 900), Vec::new());
    empty.shipping = Some(shipping(495, Some(5000), eur));
    let totals = price(&empty).unwrap();
    assert!(totals.total.is_zero() && totals.trace.is_empty() && totals.tax_per_rate.is_empty());
    assert_eq!(totals.missing_for_free_shipping, None);

    let totals =
        price(&cart(eur, false, rates(2100, 900), vec![line("GIFT", 99, 0, Standard, eur)]))
            .unwrap();
    assert!(totals.total.is_zero());
    assert_eq!(totals.trace.len(), 1);
}

#[test]
fn shipping_costs_nothing_while_nothing_is_shipped() {
    let eur = Currency::EUR;
    let mut input = cart(
        eur,
        true,
        rates(2100, 900),
        vec![PricingLine { needs_shipping: false, ..line("PDF", 1, 1000, Standard, eur) }],
    );
    input.shipping = Some(shipping(495, Some(5000), eur));
    let totals = price(&input).unwrap();
    assert_eq!((totals.total.minor(), totals.missing_for_free_shipping), (1000, None));
    assert!(totals.trace.iter().all(|step| step.kind != TraceKind::Shipping));
}

#[test]
fn r47_quantities_count_per_sku_over_all_lines() {
    let eur = Currency::EUR;
    let refused = |lines| price(&cart(eur, true, rates(2100, 900), lines)).unwrap_err();
    for quantities in
        [vec![0], vec![100], vec![u32::MAX], vec![99, 1], vec![50, 50], vec![u32::MAX, u32::MAX]]
    {
        let lines =
            quantities.iter().map(|&quantity| line("A", quantity, 1, Standard, eur)).collect();
        let error = refused(lines);
        assert_eq!(
            (&*error.code, error.status()),
            ("quantity_out_of_range", 422),
            "{quantities:?}"
        );
        assert!(error.message.contains("99"), "{}", error.message);
    }
    assert!(
        price(&cart(
            eur,
            true,
            rates(0, 0),
            vec![line("A", 99, 1, Standard, eur), line("B", 99, 1, Standard, eur)]
        ))
        .is_ok()
    );
}

#[test]
fn everything_out_of_range_is_refused() {
    let (eur, jpy) = (Currency::EUR, Currency::JPY);
    let code = |input: PricingInput| price(&input).unwrap_err().code.into_owned();
    let with = |changed: PricingLine| cart(eur, true, rates(0, 0), vec![changed]);
    for minor in [-1, MAX_PRICE_MINOR + 1, i64::MIN, i64::MAX] {
        assert_eq!(code(with(line("A", 1, minor, Standard, eur))), "price_out_of_range", "{minor}");
        let mut input = cart(eur, true, rates(2100, 900), Vec::new());
        input.shipping = Some(shipping(minor, None, eur));
        assert_eq!(code(input), "price_out_of_range", "{minor}");
    }
    let mut input = with(line("A", 1, 1, Standard, eur));
    input.taxes = rates(10_001, 0);
    assert_eq!(code(input), "internal_error");
    assert_eq!(code(with(line("A", 1, 1, Standard, jpy))), "internal_error");
    let mut input = with(line("A", 1, 1, Standard, eur));
    input.shipping = Some(shipping(1, None, jpy));
    assert_eq!(code(input.clone()), "internal_error");
    input.shipping =
        Some(ShippingPrice { free_from: Some(Money::new(1, jpy)), ..shipping(1, None, eur) });
    assert_eq!(code(input), "internal_error");

    let lines = (0..101).map(|number| line(&format!("L-{number}"), 1, 1, Standard, eur)).collect();
    assert_eq!(code(cart(eur, true, rates(0, 0), lines)), "too_many_lines");
}

#[test]
fn the_largest_cart_is_still_priced() {
    let eur = Currency::EUR;
    let lines = (0..100)
        .map(|number| line(&format!("L-{number}"), 99, MAX_PRICE_MINOR, Standard, eur))
        .collect();
    let mut input = cart(eur, false, rates(10_000, 0), lines);
    input.shipping = Some(shipping(MAX_PRICE_MINOR, None, eur));
    assert_eq!(
        price(&input).unwrap().total.minor(),
        2 * (100 * 99 * MAX_PRICE_MINOR + MAX_PRICE_MINOR)
    );
}

#[test]
fn totals_survive_the_way_to_the_browser() {
    let eur = Currency::EUR;
    let mut input = cart(eur, true, rates(2100, 900), vec![line("A", 2, 1999, Standard, eur)]);
    input.shipping = Some(shipping(495, Some(5000), eur));
    let totals = price(&input).unwrap();
    let sent = serde_json::to_string(&(&input, &totals)).unwrap();
    assert_eq!(serde_json::from_str::<(PricingInput, Totals)>(&sent).unwrap(), (input, totals));
}
