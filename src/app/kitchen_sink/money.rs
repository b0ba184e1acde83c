//! What things cost, alone and together.

use leptos::prelude::*;

use super::Group;
use crate::shared::ids::Sku;
use crate::shared::money::{BasisPoints, Currency, Money};
use crate::shared::pricing::{
    PricingInput, PricingLine, Promotion, PromotionEffect, PromotionScope, TaxBasis, TaxClass,
    TaxTable, Totals, price,
};
use crate::ui::price::{FIGURE, Price, PriceRange, PriceSize, percent_off};
use crate::ui::summary::SUMMARY;
use crate::ui::totals::{ShippingLine, TotalsBlock};

const fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

#[component]
pub fn Prices() -> impl IntoView {
    let saved =
        percent_off(eur(3_900), eur(4_900)).map(|percent| format!("{percent}% less than before"));
    view! {
        <Group id="prices" heading="Prices">
            {sample!("One price", <Price price=eur(4_900) compare_at=None/>)}
            {sample!("From", <Price price=eur(4_900) compare_at=None range=PriceRange::From/>)}
            {sample!("Reduced", <Price price=eur(3_900) compare_at=Some(eur(4_900)) lowest_30_days=Some(eur(4_100))/>)}
            {sample!("Reduced, from", <Price price=eur(3_900) compare_at=Some(eur(4_900)) range=PriceRange::From/>)}
            {sample!("Large", <Price price=eur(3_900) compare_at=Some(eur(4_900)) size=PriceSize::Large/>)}
            {sample!("Many digits", <Price price=eur(104_210_000) compare_at=Some(eur(204_210_000))/>)}
            {sample!("Three decimals", <Price price=Money::new(1_250, Currency::KWD) compare_at=None/>)}
            {sample!("An amount in a text", <p>"Total "<strong class=FIGURE>"€39.00"</strong></p>)}
            <p>{saved}</p>
        </Group>
    }
    .into_any()
}

#[component]
pub fn Sums() -> impl IntoView {
    view! {
        <Group id="sums" heading="Sums">
            {sample!("With a discount, in its box", <section class=SUMMARY aria-label="Summary"><TotalsBlock totals=totals(PricesHold::Tax, vec![spring_sale()]) shipping=ShippingLine::Priced/></section>)}
            {sample!("Delivery estimated", <TotalsBlock totals=totals(PricesHold::Tax, Vec::new()) shipping=ShippingLine::Estimated/>)}
            {sample!("Delivery unknown", <TotalsBlock totals=totals(PricesHold::Tax, Vec::new()) shipping=ShippingLine::Later/>)}
            {sample!("Nothing to send, tax on top", <TotalsBlock totals=totals(PricesHold::NoTax, Vec::new()) shipping=ShippingLine::None/>)}
        </Group>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PricesHold {
    Tax,
    NoTax,
}

fn totals(hold: PricesHold, promotions: Vec<Promotion>) -> Totals {
    let line = |name: &str, quantity, minor, tax_class| PricingLine {
        sku: Sku::new("SINK"),
        name: name.to_owned(),
        quantity,
        unit_price: eur(minor),
        tax_class,
        needs_shipping: true,
    };
    let lines = vec![
        line("Teapot", 2, 4_900, TaxClass::Standard),
        line("The Long Way Round", 1, 1_850, TaxClass::Reduced),
    ];
    let input = PricingInput {
        currency: Currency::EUR,
        prices_include_tax: hold == PricesHold::Tax,
        taxes: TaxTable {
            basis: TaxBasis::Shop,
            standard: BasisPoints(2_100),
            reduced: BasisPoints(900),
        },
        lines,
        promotions,
        shipping: None,
    };
    price(&input).expect("amounts as small as these have a sum")
}

fn spring_sale() -> Promotion {
    Promotion {
        id: "spring".to_owned(),
        label: "Spring sale, 10% off".to_owned(),
        effect: PromotionEffect::PercentOff(BasisPoints(1_000)),
        scope: PromotionScope::AllLines,
    }
}
