//! R48: a hundred thousand random carts add up, each by its lines, its taxes and its trace.

use cartwright::shared::money::{BasisPoints, Money};
use cartwright::shared::pricing::{MAX_QUANTITY, PricingInput, Totals, price};
use pricing_parity::{carts::random_cart, random::Random};

#[test]
fn r48_a_hundred_thousand_random_carts_add_up() {
    let mut priced = 0;
    for number in 0..100_000 {
        let input = random_cart(&mut Random::for_cart(48, number));
        match price(&input) {
            Ok(totals) => {
                adds_up(number, &input, &totals);
                priced += 1;
            }
            Err(error) => {
                assert_eq!(error.code, "quantity_out_of_range", "cart {number}");
                assert!(has_too_many_of_one(&input), "cart {number}");
            }
        }
    }
    assert!(priced > 90_000, "only {priced} were priced");
}

fn adds_up(number: u32, input: &PricingInput, totals: &Totals) {
    let sum = |amounts: &mut dyn Iterator<Item = Money>| amounts.map(Money::minor).sum::<i64>();
    let expected_items: i64 =
        input.lines.iter().map(|line| i64::from(line.quantity) * line.unit_price.minor()).sum();
    let tax = totals.tax.minor();
    let on_top = if input.prices_include_tax { 0 } else { tax };

    assert_eq!(totals.items.minor(), expected_items, "cart {number}");
    assert_eq!(
        sum(&mut totals.lines.iter().map(|line| line.subtotal)),
        expected_items,
        "cart {number}"
    );
    assert_eq!(
        sum(&mut totals.lines.iter().map(|line| line.discount)),
        totals.discount.minor(),
        "cart {number}"
    );
    for line in &totals.lines {
        assert_eq!(
            line.subtotal.minor() - line.discount.minor(),
            line.total.minor(),
            "cart {number}"
        );
        assert_eq!(
            sum(&mut line.discounts.iter().map(|part| part.amount)),
            line.discount.minor(),
            "cart {number}"
        );
        assert!(
            !line.discount.is_negative() && !line.total.is_negative() && !line.tax.is_negative(),
            "cart {number}"
        );
    }
    let step = i64::from(input.currency.charge_step());
    assert_eq!(totals.total.minor() % step, 0, "cart {number} cannot be charged");
    let before_tax = expected_items + totals.shipping.minor() - totals.discount.minor();
    assert_eq!(totals.total.minor(), before_tax + on_top, "cart {number}");

    let steps = totals.trace.iter().filter(|step| !step.included).map(|step| step.amount);
    assert_eq!(sum(&mut { steps }), totals.total.minor(), "the trace of cart {number}");
    let line_taxes =
        sum(&mut totals.lines.iter().map(|line| line.tax)) + totals.shipping_tax.minor();
    assert_eq!(line_taxes, tax, "the taxes of the lines of cart {number}");
    assert_eq!(
        sum(&mut totals.tax_per_rate.iter().map(|part| part.tax)),
        tax,
        "the taxes of cart {number}"
    );

    for part in &totals.tax_per_rate {
        // Half a minor unit at most, or half a step of what is charged:
        // |tax × 100 % - net × rate| ≤ half of what it is divided by.
        let (BasisPoints(rate), BasisPoints(whole)) = (part.rate, BasisPoints::WHOLE);
        let step = u32::from(input.currency.charge_step());
        let divisor = if input.prices_include_tax { whole + rate } else { whole * step };
        let error = i128::from(part.tax.minor()) * i128::from(whole)
            - i128::from(part.net.minor()) * i128::from(rate);
        assert!(error.abs() * 2 <= i128::from(divisor), "cart {number} at {}", part.rate);
    }
    let delivery = [totals.shipping, totals.shipping_discount, totals.shipping_tax];
    let amounts =
        [totals.items, totals.discount, totals.tax, totals.total].into_iter().chain(delivery);
    assert!({ amounts }.all(|amount| !amount.is_negative()), "cart {number}");
    if let Some(missing) = totals.missing_for_free_shipping {
        assert!(missing.minor() > 0 && totals.shipping.minor() > 0, "cart {number}");
    }
}

fn has_too_many_of_one(input: &PricingInput) -> bool {
    input.lines.iter().any(|line| {
        let same = input.lines.iter().filter(|other| other.sku == line.sku);
        same.map(|other| other.quantity).sum::<u32>() > MAX_QUANTITY
    })
}
