//! Random carts: mostly everyday ones, some at every limit, a few that must be refused.

use cartwright::shared::ids::Sku;
use cartwright::shared::money::{BasisPoints, Currency, Money};
use cartwright::shared::pricing::{MAX_LINES, MAX_PRICE_MINOR, MAX_QUANTITY, PricingInput, PricingLine, ShippingPrice};

use crate::random::Random;

const CURRENCIES: [Currency; 3] = [Currency::EUR, Currency::JPY, Currency::KWD];
/// None, the usual ones, a rate with two decimals, and the highest allowed.
const RATES: [u32; 8] = [0, 500, 700, 900, 1900, 2100, 887, 10_000];

pub fn random_cart(random: &mut Random) -> PricingInput {
    let currency = random.choose(&CURRENCIES);
    let count = match random.below(20) {
        0 => MAX_LINES,
        1 => 1 + random.below(MAX_LINES),
        _ => 1 + random.below(8),
    };
    PricingInput {
        currency,
        prices_include_tax: random.one_in(2),
        lines: (0..count).map(|number| random_line(random, number, currency)).collect(),
        shipping: (!random.one_in(4)).then(|| random_shipping(random, currency)),
    }
}

fn random_line(random: &mut Random, number: u32, currency: Currency) -> PricingLine {
    // Now and then the same SKU again: its pieces count together, and too many are refused.
    let number = if random.one_in(50) { 0 } else { number };
    PricingLine {
        sku: Sku::new(format!("P-{number}")),
        name: format!("Thing {number}"),
        quantity: if random.one_in(3) { 1 + random.below(MAX_QUANTITY) } else { 1 + random.below(5) },
        unit_price: Money::new(random_price(random), currency),
        tax_rate: BasisPoints(random.choose(&RATES)),
        needs_shipping: !random.one_in(5),
    }
}

fn random_shipping(random: &mut Random, currency: Currency) -> ShippingPrice {
    let minor = |minor: u32| Money::new(i64::from(minor), currency);
    ShippingPrice {
        method: "standard".to_owned(),
        name: "Standard".to_owned(),
        price: minor(if random.one_in(6) { 0 } else { random.below(5000) }),
        free_from: random.one_in(2).then(|| minor(random.below(500_000))),
        tax_rate: BasisPoints(random.choose(&RATES)),
    }
}

fn random_price(random: &mut Random) -> i64 {
    match random.below(40) {
        0 => 0,
        1 => MAX_PRICE_MINOR,
        2 => i64::from(random.below(1_000_000_000)),
        _ => i64::from(random.below(50_000)),
    }
}
