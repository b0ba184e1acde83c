//! A product in a grid: its picture on its department's ground, its name, its price.

use leptos::prelude::*;

use crate::features::cart::pages::add_form::QuickAdd;
use crate::features::catalog::model::{Image, ProductCard};
use crate::ui::feedback::{Badge, Tone};
use crate::ui::picture::{Loading, Picture, file};
use crate::ui::price::{Price, PriceRange, percent_off};
use crate::ui::swatch::swatch_class;
use crate::ui::tint::tint_class;

/// How wide a tile's picture is shown; must match the grid in `style/main.css`.
const TILE_SIZES: &str = "(min-width: 80rem) 18rem, (min-width: 48rem) 30vw, 46vw";
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
    view! { <ul class="tiles">{tiles}</ul> }
}

#[component]
pub fn ProductTile(card: ProductCard, loading: Loading, from: String) -> impl IntoView {
    let range = if card.price_varies { PriceRange::From } else { PriceRange::Exact };
    let options =
        (card.first_option_count > 1).then(|| format!("{} options", card.first_option_count));
    let quick_sku = card.only_sku.clone().filter(|_| card.in_stock);
    let class = format!("tile {}", tint_class(&card.tint));
    view! {
        <li class=class>
            <div class="tile-picture">
                <ProductPicture image=card.image.clone() alt="" sizes=TILE_SIZES loading=loading/>
                <SecondView image=card.second_image.clone()/>
                <TileBadge card=card.clone()/>
            </div>
            <h3 class="tile-name"><a href=format!("/p/{}", card.slug)>{card.name.clone()}</a></h3>
            <Price price=card.price compare_at=card.compare_at range=range/>
            <Colours names=card.colours/>
            <p class="tile-note">{card.brand}{options.map(|text| view! { " · "{text} })}</p>
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
        view! { <img class="tile-second" src=file(&image.stem, width, "webp") width=image.width height=image.height alt="" loading="lazy" decoding="async"/> }
    })
}

/// A dot for each colour the theme knows; the number of options beside the brand says the same in
/// words.
#[component]
fn Colours(names: Vec<String>) -> impl IntoView {
    let dots: Vec<_> = names.iter().filter_map(|name| swatch_class(name)).take(MOST_DOTS).collect();
    (dots.len() > 1).then(|| {
        view! { <p class="swatches" aria-hidden="true">{dots.into_iter().map(|class| view! { <span class=class></span> }).collect_view()}</p> }
    })
}

/// One word at most: being sold out matters more than being reduced.
#[component]
fn TileBadge(card: ProductCard) -> impl IntoView {
    if !card.in_stock {
        return view! { <Badge text="Sold out" tone=Tone::Plain/> }.into_any();
    }
    match card.compare_at.and_then(|before| percent_off(card.price, before)) {
        Some(percent) => view! { <Badge text=format!("−{percent}%") tone=Tone::Sale/> }.into_any(),
        None => ().into_any(),
    }
}

/// A product's picture, or its empty ground.
#[component]
pub fn ProductPicture(
    image: Option<Image>,
    #[prop(into)] alt: String,
    sizes: &'static str,
    #[prop(default = Loading::Lazy)] loading: Loading,
) -> impl IntoView {
    match image {
        Some(image) => {
            view! { <Picture stem=image.stem alt=alt width=image.width height=image.height widths=image.widths sizes=sizes loading=loading/> }.into_any()
        }
        None => view! { <span class="picture-missing">"No picture yet"</span> }.into_any(),
    }
}
