//! The variants of a product: every combination of its options, priced, stocked and numbered.

use catalog_file::FileVariant;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use crate::goods::Sizes;
use crate::palette::Colourway;
use crate::plan::Plan;

const LOW_STOCK: u32 = 3;

/// One combination of option values, without its colour.
struct Choice {
    values: Vec<&'static str>,
    /// Per cent on the base price.
    extra: u32,
}

/// `front_of_colour` holds, for each colour of the plan, the index of its picture.
pub(crate) fn build_variants(
    rng: &mut ChaCha8Rng,
    plan: &Plan,
    front_of_colour: &[u32],
) -> Vec<FileVariant> {
    let kind = plan.kind;
    let base = random_base_price(rng, kind.euros);
    let reduced = rng.random_bool(0.10);
    let reduction = *[10, 15, 20, 25, 30].choose(rng).unwrap_or(&20);
    let sold_out = rng.random_bool(0.02);
    let choices = list_choices(&plan.sizes);
    // Large families of variants are stocked more thinly.
    let most = (400 / (choices.len() * plan.colours.len()).max(1)).clamp(12, 90) as u32;
    let lowest_is_regular = rng.random_bool(0.6);
    let department = plan.department[..3].to_uppercase();
    let mut variants = Vec::new();
    for (colour, image) in plan.colours.iter().zip(front_of_colour) {
        for choice in &choices {
            let regular = round_price(base * i64::from(100 + choice.extra) / 100);
            let price =
                if reduced { round_price(regular * (100 - reduction) / 100) } else { regular };
            let is_reduced = price < regular;
            let between = round_price((price + regular) / 2).clamp(price, regular);
            variants.push(FileVariant {
                sku: build_sku(&department, plan, colour, choice),
                options: option_values(colour, choice),
                price_minor: price,
                compare_at_minor: is_reduced.then_some(regular),
                lowest_30_days_minor: is_reduced.then_some(if lowest_is_regular {
                    regular
                } else {
                    between
                }),
                stock: random_stock(rng, sold_out, most),
                low_stock_threshold: LOW_STOCK,
                weight_grams: kind.grams * (100 + choice.extra) / 100,
                needs_shipping: true,
                image: *image,
            });
        }
    }
    variants
}

fn random_stock(rng: &mut ChaCha8Rng, sold_out: bool, most: u32) -> u32 {
    match rng.random_range(0..100) {
        _ if sold_out => 0,
        0..5 => rng.random_range(1..=LOW_STOCK),
        _ => rng.random_range(LOW_STOCK + 2..=most),
    }
}

fn list_choices(sizes: &[Sizes]) -> Vec<Choice> {
    let mut choices = vec![Choice { values: Vec::new(), extra: 0 }];
    for option in sizes {
        choices = choices
            .iter()
            .flat_map(|choice| {
                option.values.iter().zip(0..).map(|(value, step)| Choice {
                    values: choice.values.iter().copied().chain([*value]).collect(),
                    extra: choice.extra + option.step * step,
                })
            })
            .collect();
    }
    choices
}

fn option_values(colour: &Colourway, choice: &Choice) -> Vec<String> {
    colour
        .tone
        .map(|_| colour.name)
        .into_iter()
        .chain(choice.values.iter().copied())
        .map(String::from)
        .collect()
}

/// Such as `KIT-TEAPOT-012-MOS-06L`.
fn build_sku(department: &str, plan: &Plan, colour: &Colourway, choice: &Choice) -> String {
    let mut sku = format!("{department}-{}-{:03}-{}", plan.kind.code, plan.nth + 1, colour.code);
    for value in &choice.values {
        let short: String = value.chars().filter(char::is_ascii_alphanumeric).take(5).collect();
        sku.push('-');
        sku.push_str(&short.to_uppercase());
    }
    sku
}

/// A price within the range, in minor units.
fn random_base_price(rng: &mut ChaCha8Rng, (low, high): (u32, u32)) -> i64 {
    // Nearer the low end: most of a shop is not its dearest shelf.
    let share = rng.random::<f64>().powf(1.4);
    let cents = f64::from(low * 100) + share * f64::from((high - low) * 100);
    round_price(cents as i64)
}

/// Rounds to usual prices: whole euros, 50 or 90 cents; larger prices in larger steps.
fn round_price(minor: i64) -> i64 {
    let euros = minor / 100;
    match minor {
        ..2_000 => {
            let cents = match minor % 100 {
                ..35 => 0,
                35..70 => 50,
                _ => 90,
            };
            (euros * 100 + cents).max(150)
        }
        2_000..10_000 => euros * 100 + if minor % 100 >= 60 { 90 } else { 0 },
        10_000..50_000 => (euros + 2) / 5 * 500 - if euros % 3 == 0 { 100 } else { 0 },
        _ => (euros + 5) / 10 * 1_000,
    }
}
