//! What something costs, what it cost before, and the lowest price of the month before a reduction.

use leptos::prelude::*;

use crate::shared::money::Money;

/// Whether every choice costs the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PriceRange {
    #[default]
    Exact,
    /// The cheapest choice costs this.
    From,
}

/// How loud a price is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PriceSize {
    /// As the text around it.
    #[default]
    Text,
    /// On the page about the one thing.
    Large,
}

impl PriceSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Text => FIGURE,
            Self::Large => "text-heading font-semibold tabular-nums",
        }
    }
}

/// An amount that stands out and lines up with those above and below.
pub const FIGURE: &str = "font-semibold tabular-nums";

#[component]
pub fn Price(
    price: Money,
    compare_at: Option<Money>,
    /// Directive 98/6/EC, article 6a: announced with every reduction.
    #[prop(optional_no_strip)]
    lowest_30_days: Option<Money>,
    #[prop(default = PriceRange::Exact)] range: PriceRange,
    #[prop(default = PriceSize::Text)] size: PriceSize,
) -> impl IntoView {
    let from =
        || (range == PriceRange::From).then(|| view! { <span class="font-normal">"from "</span> });
    let before = compare_at.filter(|before| before.minor() > price.minor());
    let lowest = lowest_30_days.filter(|_| before.is_some());
    match before {
        None => view! { <p class=size.class()>{from()}<span>{price.to_string()}</span></p> }.into_any(),
        Some(before) => view! {
            <p class=size.class()>
                <span class="sr-only">"Now "</span>
                {from()}
                <span class="text-sale">{price.to_string()}</span>
                " "
                <s class="ml-1 font-normal text-soft"><span class="sr-only">"Before "</span>{before.to_string()}</s>
            </p>
            {lowest.map(|lowest| view! { <p class="text-small text-soft">"Lowest price of the last 30 days: "{lowest.to_string()}</p> })}
        }
        .into_any(),
    }
}

/// "20" for a price a fifth below the one before, rounded down so that no more is promised than
/// given.
pub fn percent_off(price: Money, before: Money) -> Option<i64> {
    let saved = before.checked_sub(price).ok()?.minor();
    let percent = saved.checked_mul(100)?.checked_div(before.minor())?;
    (1..100).contains(&percent).then_some(percent)
}

#[cfg(test)]
mod tests {
    use super::percent_off;
    use crate::shared::money::{Currency, Money};

    #[test]
    fn a_reduction_is_never_overstated() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        assert_eq!(percent_off(eur(8000), eur(10_000)), Some(20));
        assert_eq!(percent_off(eur(2001), eur(3000)), Some(33));
        assert_eq!(percent_off(eur(3000), eur(3000)), None);
        assert_eq!(percent_off(eur(4000), eur(3000)), None);
        assert_eq!(percent_off(eur(0), eur(0)), None);
    }
}
