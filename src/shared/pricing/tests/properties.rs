//! Random carts with promotions, far outside the limits too: what is priced at all adds up.

use proptest::prelude::*;
use strum::VariantArray as _;

use super::*;

/// Any input at all.
fn any_input() -> impl Strategy<Value = PricingInput> {
    let currency = prop::sample::select(vec![Currency::EUR, Currency::JPY, Currency::KWD]);
    let class = || prop::sample::select(TaxClass::VARIANTS.to_vec());
    let wild_line = (any::<u16>(), any::<u32>(), any::<i64>(), class(), any::<bool>());
    let tame_line = (any::<u16>(), 1_u32..=99, 0..=MAX_PRICE_MINOR, class(), any::<bool>());
    let lines = prop_oneof![
        9 => prop::collection::vec(tame_line, 0..=100),
        1 => prop::collection::vec(wild_line, 0..=120),
    ];
    let method = prop::option::of((any::<i32>(), prop::option::of(any::<i64>()), class()));
    let taxes = (0_u32..=3000, 0_u32..=3000);
    let promotions =
        prop::collection::vec((0..4_u8, any::<u32>(), prop::option::of(any::<u8>())), 0..=5);
    (currency, any::<bool>(), lines, method, taxes, promotions).prop_map(
        |(currency, prices_include_tax, lines, method, (standard, reduced), promotions)| {
            let lines: Vec<PricingLine> = lines
                .into_iter()
                .map(|(sku, quantity, minor, class, needs_shipping)| PricingLine {
                    needs_shipping,
                    ..line(&format!("S-{sku}"), quantity, minor, class, currency)
                })
                .collect();
            let shipping = method.map(|(minor, free_from, tax_class)| ShippingPrice {
                tax_class,
                ..shipping(i64::from(minor), free_from, currency)
            });
            let promotions =
                promotions.into_iter().map(|parts| promotion(parts, &lines, currency)).collect();
            PricingInput {
                currency,
                prices_include_tax,
                taxes: rates(standard, reduced),
                lines,
                promotions,
                shipping,
            }
        },
    )
}

/// A kind, a size, and of which lines: all, or about a third of them.
fn promotion(
    (kind, size, scope): (u8, u32, Option<u8>),
    lines: &[PricingLine],
    currency: Currency,
) -> Promotion {
    let chosen = |first: u8| {
        lines.iter().skip(usize::from(first % 3)).step_by(3).map(|line| line.sku.clone()).collect()
    };
    Promotion {
        id: format!("{kind}-{size}"),
        label: format!("Promotion {kind}"),
        effect: match kind {
            0 => PromotionEffect::PercentOff(BasisPoints(size % 10_000)),
            1 => PromotionEffect::PercentOff(BasisPoints::WHOLE),
            2 => PromotionEffect::AmountOff(Money::new(i64::from(size), currency)),
            _ => PromotionEffect::FreeDelivery,
        },
        scope: scope.map_or(PromotionScope::AllLines, |first| PromotionScope::Skus(chosen(first))),
    }
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(Currency::all().collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn cart_9_the_trace_adds_up_to_the_total_and_nothing_panics(input in any_input()) {
        let Ok(totals) = price(&input) else { return Ok(()) };
        let sum = |amounts: Vec<Money>| Money::sum(input.currency, amounts).unwrap();
        let added: Vec<_> = totals.trace.iter().filter(|step| !step.included).map(|step| step.amount).collect();
        prop_assert_eq!(sum(added), totals.total);
        let taxes = totals.trace.iter().filter(|step| step.kind == TraceKind::Tax).map(|step| step.amount);
        prop_assert_eq!(sum(taxes.collect()), totals.tax);
        let line_taxes = totals.lines.iter().map(|line| line.tax).chain([totals.shipping_tax]);
        prop_assert_eq!(sum(line_taxes.collect()), totals.tax);
        prop_assert!(totals.trace.iter().all(|step| step.amount.is_negative() == (step.kind == TraceKind::Discount)));
        prop_assert!(!totals.total.is_negative());
    }

    #[test]
    fn r70_no_discount_exceeds_its_line_and_all_add_up(input in any_input()) {
        let Ok(totals) = price(&input) else { return Ok(()) };
        let sum = |amounts: Vec<Money>| Money::sum(input.currency, amounts).unwrap();
        for line in &totals.lines {
            prop_assert!(!line.discount.is_negative() && !line.total.is_negative());
            prop_assert_eq!(line.total.checked_add(line.discount).unwrap(), line.subtotal);
            prop_assert_eq!(sum(line.discounts.iter().map(|part| part.amount).collect()), line.discount);
            prop_assert!(line.discounts.iter().all(|part| part.amount.minor() > 0));
        }
        prop_assert_eq!(sum(totals.lines.iter().map(|line| line.discount).collect()), totals.discount);
        prop_assert_eq!(sum(totals.lines.iter().map(|line| line.subtotal).collect()), totals.items);
        let taken = totals.trace.iter().filter(|step| step.kind == TraceKind::Discount).map(|step| step.amount.minor());
        prop_assert_eq!(-taken.sum::<i64>(), totals.discount.minor() + totals.shipping_discount.minor());
        prop_assert!(!totals.shipping.is_negative() && !totals.shipping_discount.is_negative());
    }

    #[test]
    fn a_promotion_never_makes_a_cart_dearer(input in any_input()) {
        let without = PricingInput { promotions: Vec::new(), ..input.clone() };
        if let (Ok(with), Ok(without)) = (price(&input), price(&without)) {
            prop_assert!(with.items == without.items && with.discount.minor() <= with.items.minor());
            // Delivery may cost something again where the goods fall below its limit.
            let goods = |totals: &Totals| totals.total.minor() - totals.shipping.minor();
            if input.prices_include_tax {
                prop_assert!(goods(&with) <= goods(&without));
            }
        }
    }

    #[test]
    fn r137_of_prices_in_steps_the_total_is_in_steps(input in any_input(), currency in any_currency()) {
        let step = i64::from(currency.charge_step());
        let in_steps = |price: Money| Money::new(price.minor() / step * step, currency);
        let mut input = PricingInput { currency, ..input };
        for line in &mut input.lines {
            line.unit_price = in_steps(line.unit_price);
        }
        for promotion in &mut input.promotions {
            if let PromotionEffect::AmountOff(amount) = promotion.effect {
                promotion.effect = PromotionEffect::AmountOff(in_steps(amount));
            }
        }
        input.shipping = input.shipping.map(|shipping| {
            ShippingPrice { price: in_steps(shipping.price), free_from: shipping.free_from.map(in_steps), ..shipping }
        });
        let Ok(totals) = price(&input) else { return Ok(()) };
        prop_assert_eq!(totals.total.minor() % step, 0);
        for line in &totals.lines {
            prop_assert_eq!(line.total.minor() % step, 0);
            prop_assert!(input.prices_include_tax || line.tax.minor() % step == 0);
        }
        let problem = totals.charge_problem();
        prop_assert!(!matches!(problem, Some(ChargeProblem::NotInSteps { .. })), "{problem:?}");
    }

    #[test]
    fn the_order_of_lines_moves_neither_the_total_nor_any_line(input in any_input(), by in any::<prop::sample::Index>()) {
        let mut turned = input.clone();
        turned.lines.reverse();
        if !turned.lines.is_empty() {
            let by = by.index(turned.lines.len());
            turned.lines.rotate_left(by);
        }
        if let (Ok(one), Ok(other)) = (price(&input), price(&turned)) {
            prop_assert_eq!(one.total, other.total);
            prop_assert_eq!(&one.tax_per_rate, &other.tax_per_rate);
            let sorted = |totals: &Totals| {
                let mut lines: Vec<_> = totals.lines.iter().map(|line| format!("{line:?}")).collect();
                lines.sort();
                lines
            };
            let mut skus: Vec<_> = input.lines.iter().map(|line| &line.sku).collect();
            skus.sort();
            // Lines that are alike but for their tax class cannot be told apart by what orders
            // them.
            if skus.is_sorted_by(|one, next| one < next) {
                prop_assert_eq!(sorted(&one), sorted(&other));
            }
        }
    }
}
