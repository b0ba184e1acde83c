//! What a shopper chooses and presses: options as links, so that every variant has its own address.

use leptos::prelude::*;

use crate::features::cart::pages::add_form::{AddForm, BuyBar};
use crate::features::catalog::model::Product;
use crate::features::catalog::service::ProductDetail;
use crate::features::inventory::model::Availability;
use crate::ui::button::{Button, ButtonKind, WIDE};
use crate::ui::chip::{self, Chip, ChipState};
use crate::ui::field::INPUT;
use crate::ui::form::FieldState;
use crate::ui::icon::{Drawn, Icon};
use crate::ui::price::{Price, PriceSize};
use crate::ui::swatch::{Dot, DotSize, swatch_class};

const PROMISE_ICON: &str = "mt-0.5 size-5 text-accent";
/// More values than this become a list to choose from.
const MOST_CHIPS: usize = 10;

/// One value of an option, as it stands beside the other values chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    value: String,
    /// The variant this choice leads to.
    sku: String,
    state: ChoiceState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChoiceState {
    Chosen,
    ChosenSoldOut,
    Offered,
    SoldOut,
    /// Not made with the other values chosen; leads to the nearest that is.
    OtherCombination,
}

impl ChoiceState {
    const fn hidden_text(self) -> Option<&'static str> {
        match self {
            Self::Chosen | Self::Offered => None,
            Self::SoldOut | Self::ChosenSoldOut => Some(", sold out"),
            Self::OtherCombination => Some(", not in this combination"),
        }
    }

    const fn chip(self) -> ChipState {
        match self {
            Self::Offered => ChipState::Offered,
            Self::Chosen => ChipState::Chosen,
            Self::SoldOut | Self::OtherCombination => ChipState::Gone,
            Self::ChosenSoldOut => ChipState::ChosenGone,
        }
    }

    const fn is_chosen(self) -> bool {
        matches!(self, Self::Chosen | Self::ChosenSoldOut)
    }
}

/// The quiet lines below the button.
pub struct Promises {
    pub delivery: Option<String>,
    pub tax: &'static str,
}

#[component]
pub fn BuyBox(
    detail: ProductDetail,
    /// Which variant is shown.
    shown: usize,
    quantity: FieldState,
    promises: Promises,
    from: String,
) -> impl IntoView {
    let Some(variant) = detail.product.variants.get(shown).cloned() else { return ().into_any() };
    let availability = detail.availability.get(shown).copied().unwrap_or(Availability::SoldOut);
    let brand = detail.product.info.brand.clone();
    let name = detail.product.info.name.clone();
    view! {
        <div class="grid gap-3 lg:sticky lg:top-24" data-buy-box>
            <p class="text-soft">{brand}</p>
            <h1 class="text-product">{name}</h1>
            <Price price=variant.price compare_at=variant.compare_at lowest_30_days=variant.lowest_30_days size=PriceSize::Large/>
            <p class="text-small text-soft">{promises.tax}</p>
            <Options product=detail.product availability=detail.availability shown=shown/>
            <StockWords availability=availability/>
            {if availability == Availability::SoldOut {
                view! { <p><button type="button" class=WIDE disabled=true>"Sold out"</button></p> }.into_any()
            } else {
                view! { <AddForm sku=variant.sku quantity=quantity from=from/> <BuyBar price=variant.price/> }.into_any()
            }}
            <ul class="mt-2 grid gap-2.5 border-t border-line pt-4 text-fine">
                {promises.delivery.map(|text| view! { <li class="flex gap-3"><Drawn icon=Icon::Truck class=PROMISE_ICON/><span>{text}" "<a href="/pages/shipping">"About delivery"</a></span></li> })}
                <li class="flex gap-3"><Drawn icon=Icon::Return class=PROMISE_ICON/><span>"Changed your mind? Send it back within 14 days. "<a href="/pages/returns">"How returns work"</a></span></li>
            </ul>
        </div>
    }
    .into_any()
}

/// In words, with a dot in their colour.
#[component]
pub fn StockWords(availability: Availability) -> impl IntoView {
    let (colour, text) = match availability {
        Availability::InStock => ("text-accent", "In stock".to_owned()),
        Availability::Low(left) => ("text-low", format!("Only {left} left")),
        Availability::SoldOut => ("text-soft", "Sold out at the moment".to_owned()),
    };
    view! {
        <p class=colour>
            <span class="mr-2 inline-block size-2 rounded-full bg-current align-[0.0625rem]"></span>
            {text}
        </p>
    }
}

#[component]
fn Options(product: Product, availability: Vec<Availability>, shown: usize) -> impl IntoView {
    (0..product.info.options.len())
        .map(|index| {
            let choices = choices(&product, &availability, shown, index);
            let name = product.info.options.get(index).map(|option| option.name.clone()).unwrap_or_default();
            if choices.len() > MOST_CHIPS {
                view! { <OptionList name=name choices=choices index=index slug=product.slug.clone()/> }.into_any()
            } else {
                view! { <OptionChips name=name choices=choices index=index slug=product.slug.clone()/> }.into_any()
            }
        })
        .collect_view()
}

#[component]
fn OptionChips(name: String, choices: Vec<Choice>, index: usize, slug: String) -> impl IntoView {
    let chosen = choices
        .iter()
        .find(|choice| choice.state.is_chosen())
        .map(|choice| choice.value.clone())
        .unwrap_or_default();
    let id = format!("option-{index}");
    view! {
        <div class="mt-2" role="group" aria-labelledby=id.clone()>
            <p class="mb-2" id=id.clone()>{name}": "<strong>{chosen}</strong></p>
            <ul class=chip::LIST>
                {choices
                    .into_iter()
                    .map(|choice| {
                        view! {
                            <li>
                                <Chip href=variant_address(&slug, &choice.sku) state=choice.state.chip()>
                                    {swatch_class(&choice.value).map(|ground| view! { <Dot ground=ground size=DotSize::Large/> })}
                                    {choice.value}
                                    {choice.state.hidden_text().map(|text| view! { <span class="sr-only">{text}</span> })}
                                </Chip>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

/// Long lists: a select whose button shows the variant.
#[component]
fn OptionList(name: String, choices: Vec<Choice>, index: usize, slug: String) -> impl IntoView {
    let id = format!("option-{index}");
    view! {
        <form class="mt-2 grid grid-cols-[1fr_auto] gap-x-2 gap-y-1" method="get" action=format!("/p/{slug}")>
            <label class="col-span-full" for=id.clone()>{name}</label>
            <select class=INPUT id=id name="sku">
                {choices
                    .into_iter()
                    .map(|choice| {
                        let text = format!("{}{}", choice.value, choice.state.hidden_text().unwrap_or_default());
                        view! { <option value=choice.sku selected=choice.state.is_chosen()>{text}</option> }
                    })
                    .collect_view()}
            </select>
            <Button kind=ButtonKind::Quiet>"Choose"</Button>
        </form>
    }
    .into_any()
}

fn variant_address(slug: &str, sku: &str) -> String {
    format!("/p/{slug}?sku={sku}")
}

/// The values of one option, each with the variant it leads to while the other options stay as they
/// are.
fn choices(
    product: &Product,
    availability: &[Availability],
    shown: usize,
    option: usize,
) -> Vec<Choice> {
    let (Some(current), Some(values)) =
        (product.variants.get(shown), product.info.options.get(option).map(|o| &o.values))
    else {
        return Vec::new();
    };
    let sold_out =
        |index: usize| availability.get(index).is_none_or(|a| *a == Availability::SoldOut);
    let has = |variant: &[String], value: &String| variant.get(option) == Some(value);
    values
        .iter()
        .filter_map(|value| {
            let wanted: Vec<&String> = current
                .options
                .iter()
                .enumerate()
                .map(|(i, kept)| if i == option { value } else { kept })
                .collect();
            let exact =
                product.variants.iter().position(|v| v.options.iter().eq(wanted.iter().copied()));
            let nearest = || product.variants.iter().position(|v| has(&v.options, value));
            let index = exact.or_else(nearest)?;
            let state = match (exact, index == shown, sold_out(index)) {
                (None, _, _) => ChoiceState::OtherCombination,
                (_, true, false) => ChoiceState::Chosen,
                (_, true, true) => ChoiceState::ChosenSoldOut,
                (_, false, true) => ChoiceState::SoldOut,
                (_, false, false) => ChoiceState::Offered,
            };
            let sku = product.variants.get(index)?.sku.to_string();
            Some(Choice { value: value.clone(), sku, state })
        })
        .collect()
}

/// The variant an address names; else the first that can be had; else the first.
pub fn shown_variant(detail: &ProductDetail, sku: Option<&str>) -> usize {
    let named =
        sku.and_then(|sku| detail.product.variants.iter().position(|v| v.sku.as_str() == sku));
    let to_be_had = || detail.availability.iter().position(|a| *a != Availability::SoldOut);
    named.or_else(to_be_had).unwrap_or(0)
}

#[cfg(test)]
mod tests;
