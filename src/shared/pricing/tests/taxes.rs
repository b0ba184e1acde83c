//! The same cart at different rates: each line knows its class, its rate and its category.

use super::*;

#[test]
fn chk_14_prices_with_tax_stay_and_their_tax_follows_the_destination() {
    let eur = Currency::EUR;
    let lines = vec![
        line("TEAPOT", 1, 1_210, Standard, eur),
        line("BOOK", 1, 1_090, Reduced, eur),
        line("SEED", 1, 500, Zero, eur),
    ];
    let at = |taxes| price(&cart(eur, true, taxes, lines.clone())).unwrap();
    let taxes =
        |totals: &Totals| totals.lines.iter().map(|line| line.tax.minor()).collect::<Vec<_>>();
    let categories = |totals: &Totals| {
        totals.lines.iter().map(|line| line.tax_category.code()).collect::<String>()
    };

    let home = at(rates(2100, 900));
    let abroad = at(rates(1900, 700));
    let export = at(TaxTable { basis: TaxBasis::Export, ..TaxTable::default() });
    assert_eq!(
        (home.total, abroad.total, export.total),
        (Money::new(2_800, eur), Money::new(2_800, eur), Money::new(2_800, eur))
    );
    assert_eq!(
        (taxes(&home), taxes(&abroad), taxes(&export)),
        (vec![210, 90, 0], vec![193, 71, 0], vec![0, 0, 0])
    );
    assert_eq!(
        (categories(&home), categories(&abroad), categories(&export)),
        ("SSZ".into(), "SSZ".into(), "GGG".into())
    );
    assert_eq!(
        home.tax_per_rate.iter().map(|part| part.category.code()).collect::<String>(),
        "SSZ"
    );
    // One rate for everything that leaves: one figure.
    assert_eq!(export.tax_per_rate.len(), 1);
    assert!(export.trace.iter().all(|step| step.kind == TraceKind::Line));
}

#[test]
fn chk_14_tax_on_top_makes_the_total_follow_the_destination() {
    let eur = Currency::EUR;
    let mut input = cart(eur, false, rates(2100, 900), vec![line("BOOK", 2, 1_000, Reduced, eur)]);
    input.shipping = Some(shipping(500, None, eur));
    let totals = price(&input).unwrap();
    assert_eq!((totals.total.minor(), totals.shipping_tax.minor()), (2_000 + 180 + 500 + 105, 105));
    assert_eq!(
        (totals.shipping_tax_rate, totals.shipping_tax_category),
        (BasisPoints(2100), TaxCategory::Rated)
    );

    input.taxes = rates(1900, 700);
    assert_eq!(price(&input).unwrap().total.minor(), 2_000 + 140 + 500 + 95);
    input.taxes = TaxTable { basis: TaxBasis::Export, ..TaxTable::default() };
    let totals = price(&input).unwrap();
    assert_eq!((totals.total.minor(), totals.shipping_tax_category), (2_500, TaxCategory::Export));
    if let Some(method) = &mut input.shipping {
        method.tax_class = Reduced;
    }
    input.taxes = rates(1900, 700);
    assert_eq!(price(&input).unwrap().shipping_tax.minor(), 35);
}

#[test]
fn two_classes_at_one_rate_are_one_figure() {
    let eur = Currency::EUR;
    let lines = vec![line("A", 1, 5, Standard, eur), line("B", 1, 5, Reduced, eur)];
    let totals = price(&cart(eur, false, rates(1000, 1000), lines)).unwrap();
    // Each alone would be half a cent, rounded up.
    assert_eq!((totals.tax.minor(), totals.tax_per_rate.len()), (1, 1));
}
