//! Random carts: mostly everyday ones, some at every limit, a few that must be refused.

use cartwright::shared::ids::Sku;
use cartwright::shared::money::{BasisPoints, Currency, Money};
use cartwright::shared::pricing::{
    MAX_LINES, MAX_PRICE_MINOR, MAX_QUANTITY, PricingInput, PricingLine, Promotion,
    PromotionEffect, PromotionScope, ShippingPrice, TaxBasis, TaxClass, TaxTable,
};

use crate::random::Random;

/// Half of the carts; the others take any currency there is.
const USUAL_CURRENCIES: [Currency; 3] = [Currency::EUR, Currency::JPY, Currency::KWD];
/// None, the usual ones, a rate with two decimals, and the highest allowed.
const RATES: [u32; 8] = [0, 500, 700, 900, 1900, 2100, 887, 10_000];

pub fn random_cart(random: &mut Random) -> PricingInput {
    let currency = random_currency(random);
    let count = match random.below(20) {
        0 => MAX_LINES,
        1 => 1 + random.below(MAX_LINES),
        2 | 3 => 1,
        _ => 1 + random.below(8),
    };
    let lines: Vec<PricingLine> =
        (0..count).map(|number| random_line(random, number, currency)).collect();
    PricingInput {
        currency,
        prices_include_tax: random.one_in(2),
        taxes: random_taxes(random),
        promotions: random_promotions(random, &lines, currency),
        lines,
        shipping: (!random.one_in(4)).then(|| random_shipping(random, currency)),
    }
}

fn random_currency(random: &mut Random) -> Currency {
    if random.one_in(2) {
        return random.choose(&USUAL_CURRENCIES);
    }
    random.choose(&Currency::all().collect::<Vec<_>>())
}

fn random_taxes(random: &mut Random) -> TaxTable {
    if random.one_in(10) {
        return TaxTable { basis: TaxBasis::Export, ..TaxTable::default() };
    }
    let basis = random.choose(&[TaxBasis::Shop, TaxBasis::Destination]);
    TaxTable {
        basis,
        standard: BasisPoints(random.choose(&RATES)),
        reduced: BasisPoints(random.choose(&RATES)),
    }
}

/// None in half of the carts, else up to five.
fn random_promotions(
    random: &mut Random,
    lines: &[PricingLine],
    currency: Currency,
) -> Vec<Promotion> {
    let count = if random.one_in(2) { 0 } else { 1 + random.below(5) };
    (0..count).map(|number| random_promotion(random, number, lines, currency)).collect()
}

fn random_promotion(
    random: &mut Random,
    number: u32,
    lines: &[PricingLine],
    currency: Currency,
) -> Promotion {
    let scope = match random.below(3) {
        0 => PromotionScope::AllLines,
        _ => PromotionScope::Skus(
            lines.iter().filter(|_| random.one_in(3)).map(|line| line.sku.clone()).collect(),
        ),
    };
    let effect = match random.below(10) {
        0 => PromotionEffect::PercentOff(BasisPoints::WHOLE),
        1..=4 => PromotionEffect::PercentOff(BasisPoints(random.below(10_000))),
        5..=7 => PromotionEffect::AmountOff(Money::new(i64::from(random.below(20_000)), currency)),
        _ => PromotionEffect::FreeDelivery,
    };
    Promotion {
        id: format!("promotion-{number}"),
        label: format!("Promotion {number}"),
        effect,
        scope,
    }
}

fn random_line(random: &mut Random, number: u32, currency: Currency) -> PricingLine {
    // Now and then the same SKU again: its pieces count together, and too many are refused.
    let number = if random.one_in(50) { 0 } else { number };
    PricingLine {
        sku: Sku::new(format!("P-{number}")),
        name: format!("Thing {number}"),
        quantity: if random.one_in(3) {
            1 + random.below(MAX_QUANTITY)
        } else {
            1 + random.below(5)
        },
        unit_price: in_steps(random_price(random), currency),
        tax_class: random.choose(&[TaxClass::Standard, TaxClass::Reduced, TaxClass::Zero]),
        needs_shipping: !random.one_in(5),
    }
}

fn random_shipping(random: &mut Random, currency: Currency) -> ShippingPrice {
    let minor = |minor: u32| in_steps(i64::from(minor), currency);
    ShippingPrice {
        method: "standard".to_owned(),
        name: "Standard".to_owned(),
        price: minor(if random.one_in(6) { 0 } else { random.below(5000) }),
        free_from: random.one_in(2).then(|| minor(random.below(500_000))),
        tax_class: random.choose(&[TaxClass::Standard, TaxClass::Reduced, TaxClass::Zero]),
    }
}

/// Prices are multiples of the currency's step where they are set.
fn in_steps(minor: i64, currency: Currency) -> Money {
    let step = i64::from(currency.charge_step());
    Money::new(minor / step * step, currency)
}

fn random_price(random: &mut Random) -> i64 {
    match random.below(40) {
        0 => 0,
        1 => MAX_PRICE_MINOR,
        2 => i64::from(random.below(1_000_000_000)),
        3..=12 => i64::from(random.below(50)),
        _ => i64::from(random.below(50_000)),
    }
}
