//! A product in a grid: its picture on its department's ground, its name, its price.

use leptos::prelude::*;

use crate::features::cart::pages::add_form::QuickAdd;
use crate::features::catalog::model::{Image, ProductCard};
use crate::ui::badge::{Badge, Tone};
use crate::ui::picture::{FILLING, Loading, Picture, file};
use crate::ui::price::{Price, PriceRange, percent_off};
use crate::ui::swatch::{Dot, swatch_class};
use crate::ui::tint::tint_class;

/// How wide a tile's picture is shown; must match `GRID`.
const TILE_SIZES: &str = "(min-width: 80rem) 18rem, (min-width: 48rem) 30vw, 46vw";
const GRID: &str = "grid grid-cols-[repeat(auto-fill,minmax(min(100%,9.5rem),1fr))] gap-x-[clamp(0.75rem,2vw,1.75rem)] gap-y-8 md:grid-cols-[repeat(auto-fill,minmax(14.5rem,1fr))]";
/// A tile's pictures come a little nearer while it is pointed at.
const PICTURE: &str =
    "size-full object-cover transition-[scale] duration-220 group-hover/tile:scale-[1.03]";
const SECOND_PICTURE: &str = "absolute inset-0 hidden size-full bg-inherit object-cover transition-[scale] duration-220 group-hover/tile:block group-hover/tile:scale-[1.03]";
/// The first row is on the screen before anything is scrolled.
const FIRST_ROW: usize = 4;
const MOST_DOTS: usize = 6;

/// Whether the first tiles are what a visitor sees first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridPlace {
    Top,
    FurtherDown,
}

#[component]
pub fn ProductGrid(
    cards: Vec<ProductCard>,
    place: GridPlace,
    /// Path and query of the page, for the forms in it.
    from: String,
) -> impl IntoView {
    let tiles = cards
        .into_iter()
        .enumerate()
        .map(|(index, card)| {
            let loading = match place {
                GridPlace::Top if index == 0 => Loading::First,
                GridPlace::Top if index < FIRST_ROW => Loading::Eager,
                _ => Loading::Lazy,
            };
            view! { <ProductTile card=card loading=loading from=from.clone()/> }
        })
        .collect_view();
    view! { <ul class=GRID>{tiles}</ul> }
}

#[component]
pub fn ProductTile(card: ProductCard, loading: Loading, from: String) -> impl IntoView {
    let range = if card.price_varies { PriceRange::From } else { PriceRange::Exact };
    let options =
        (card.first_option_count > 1).then(|| format!("{} options", card.first_option_count));
    let quick_sku = card.only_sku.clone().filter(|_| card.in_stock);
    let class = format!("group/tile relative {}", tint_class(&card.tint));
    view! {
        <li class=class data-good>
            <div class="relative mb-3 aspect-square overflow-hidden rounded-tile tint-ground" data-picture>
                <ProductPicture image=card.image.clone() alt="" sizes=TILE_SIZES loading=loading class=PICTURE/>
                <SecondView image=card.second_image.clone()/>
                <TileBadge card=card.clone()/>
            </div>
            <h3 class="text-base font-medium"><a class="line-clamp-2 text-inherit no-underline stretched-link" href=format!("/p/{}", card.slug)>{card.name.clone()}</a></h3>
            <Price price=card.price compare_at=card.compare_at range=range/>
            <Colours names=card.colours/>
            <p class="text-small text-soft">{card.brand}{options.map(|text| view! { " · "{text} })}</p>
            {quick_sku.map(|sku| view! { <QuickAdd sku=sku name=card.name from=from/> })}
        </li>
    }
    .into_any()
}

/// Not fetched before the tile is pointed at: what is not laid out is not loaded.
#[component]
fn SecondView(image: Option<Image>) -> impl IntoView {
    image.map(|image| {
        let width = image.widths.iter().copied().find(|width| *width >= 480).unwrap_or(image.width);
        view! { <img class=SECOND_PICTURE src=file(&image.stem, width, "webp") width=image.width height=image.height alt="" loading="lazy" decoding="async"/> }
    })
}

/// A dot for each colour the theme knows; the number of options beside the brand says the same in
/// words.
#[component]
fn Colours(names: Vec<String>) -> impl IntoView {
    let dots: Vec<_> = names.iter().filter_map(|name| swatch_class(name)).take(MOST_DOTS).collect();
    (dots.len() > 1).then(|| {
        view! { <p class="mt-1.5 mb-0.5 flex gap-1.25" aria-hidden="true">{dots.into_iter().map(|ground| view! { <Dot ground=ground/> }).collect_view()}</p> }
    })
}

/// One word at most: being sold out matters more than being reduced.
#[component]
fn TileBadge(card: ProductCard) -> impl IntoView {
    let reduced = || card.compare_at.and_then(|before| percent_off(card.price, before));
    let badge = if card.in_stock {
        reduced().map(|percent| (format!("−{percent}%"), Tone::Sale))
    } else {
        Some(("Sold out".to_owned(), Tone::Plain))
    };
    badge.map(|(text, tone)| {
        view! { <p class="absolute top-3 left-3 flex"><Badge text=text tone=tone/></p> }
    })
}

/// A product's picture, or its empty ground.
#[component]
pub fn ProductPicture(
    image: Option<Image>,
    #[prop(into)] alt: String,
    sizes: &'static str,
    #[prop(default = Loading::Lazy)] loading: Loading,
    /// As `Picture` has them.
    #[prop(default = FILLING)]
    class: &'static str,
    #[prop(default = "")] frame_class: &'static str,
) -> impl IntoView {
    match image {
        Some(image) => {
            view! { <Picture stem=image.stem alt=alt width=image.width height=image.height widths=image.widths sizes=sizes loading=loading class=class frame_class=frame_class/> }.into_any()
        }
        None => view! { <MissingPicture/> }.into_any(),
    }
}

#[component]
pub fn MissingPicture() -> impl IntoView {
    view! { <span class="grid h-full place-items-center text-small text-tint-soft">"No picture yet"</span> }
}
