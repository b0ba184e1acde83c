//! The shop's front: what it is, its departments, and a first look at the goods.

use leptos::prelude::*;

use crate::features::catalog::model::{Category, Image, ProductCard};
use crate::features::catalog::service;
use crate::ui::button::ButtonLink;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::heading::Band;
use crate::ui::picture::Loading;
use crate::ui::tint::tint_class;
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::structured_data::{self, largest};
use super::tile::{GridPlace, ProductGrid, ProductPicture};

/// How wide the pictures beside the lead are shown: one large, two small.
const LEAD_SIZES: &str = "(min-width: 60rem) 27rem, 62vw";
const LEAD_SIDE_SIZES: &str = "(min-width: 60rem) 13rem, 30vw";
const DEPARTMENT_SIZES: &str = "(min-width: 48rem) 6.5rem, 4.5rem";

/// One large picture, two small ones beside it.
pub const LEAD_GOODS: &str = "grid grid-cols-[2fr_1fr] gap-[clamp(0.5rem,1.25vw,1rem)]";
pub const LEAD_GOOD: &str =
    "relative flex flex-col overflow-hidden rounded-tile text-on-tint tint-ground first:row-span-2";
const LEAD_LINK: &str = "flex flex-wrap justify-between gap-x-3 px-[clamp(0.625rem,1.5vw,1.25rem)] pb-3 text-fine leading-snug font-medium text-inherit no-underline hover:underline stretched-link";
/// The picture fades into the ground that its words stand on.
const FADING_DOWN: &str = "size-full object-cover mask-[linear-gradient(#000_86%,transparent)]";
const DEPARTMENT_LINK: &str = "px-4 py-3 leading-tight font-semibold text-on-tint no-underline hover:underline stretched-link";
/// The picture's ground runs into the tile's.
const FADING_LEFT: &str =
    "size-18 md:size-26 mask-[linear-gradient(to_right,transparent,#000_35%)]";

pub async fn home(request: PageRequest) -> PageResult {
    let tree = service::category_tree(&request.ctx).await?;
    let rows = service::home(&request.ctx).await?;
    let departments: Vec<DepartmentTile> = tree
        .top()
        .map(|department| DepartmentTile {
            picture: rows.covers.get(&department.id).cloned(),
            department: department.clone(),
        })
        .collect();
    let tagline = request.ctx.settings.store.tagline.clone();
    let description = format!("{}: {}.", request.ctx.settings.store.name, tagline.to_lowercase());
    let refused = request.form.as_ref().map(|form| form.error.clone());
    let picture = rows.best_selling.iter().find_map(|card| card.image.as_ref()).map(largest);
    let data =
        structured_data::shop(&request.ctx.settings.base_url, &request.ctx.settings.store.name);
    let from = request.location;
    PageResponse::new("", move || {
        view! {
            {refused.map(|error| view! { <ErrorSummary error=error/> })}
            <Lead tagline=tagline cards=choose_lead_cards(&rows.best_selling)/>
            <Departments tiles=departments/>
            <Row id="best-selling" heading="Best selling" cards=rows.best_selling from=from.clone()/>
            <Row id="new" heading="Just in" cards=rows.new from=from.clone()/>
            <Row id="reduced" heading="Reduced" cards=rows.reduced from=from/>
        }
        .into_any()
    })
    .description(description)
    .canonical("/")
    .pictured(picture)
    .with_data(data)
    .answer()
}

/// Three goods from three departments.
fn choose_lead_cards(cards: &[ProductCard]) -> Vec<ProductCard> {
    let mut chosen: Vec<ProductCard> = Vec::with_capacity(3);
    for card in cards.iter().filter(|card| card.image.is_some()) {
        if chosen.len() < 3 && chosen.iter().all(|other| other.tint != card.tint) {
            chosen.push(card.clone());
        }
    }
    chosen
}

#[component]
fn Lead(tagline: String, cards: Vec<ProductCard>) -> impl IntoView {
    view! {
        <section class="grid items-center gap-x-[clamp(1.5rem,5vw,5rem)] gap-y-8 py-[clamp(0.5rem,2vw,2rem)] lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
            <div>
                // One text: of two the second would move when the font comes.
                <h1 class="text-hero leading-[1.04] tracking-tight">{format!("{tagline}.")}</h1>
                <p class="mt-5 max-w-120 text-large text-soft">"Things for the house, the garden and the road, chosen because they do their work and keep doing it."</p>
                <p class="mt-5"><ButtonLink href="#best-selling">"See what others buy"</ButtonLink></p>
            </div>
            <ul class=LEAD_GOODS>
                {cards.into_iter().enumerate().map(|(index, card)| view! { <LeadGood card=card is_large=index == 0/> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

/// A picture with its name and price; the large one is what the page is about.
#[component]
fn LeadGood(card: ProductCard, is_large: bool) -> impl IntoView {
    let (sizes, loading) =
        if is_large { (LEAD_SIZES, Loading::First) } else { (LEAD_SIDE_SIZES, Loading::Eager) };
    let from = if card.price_varies { "from " } else { "" };
    let (link, price) = if is_large {
        (LEAD_LINK.to_owned(), "tabular-nums")
    } else {
        (format!("{LEAD_LINK} max-md:text-small"), "tabular-nums max-md:hidden")
    };
    view! {
        <li class=format!("{LEAD_GOOD} {}", tint_class(&card.tint)) data-good>
            <ProductPicture image=card.image alt="" sizes=sizes loading=loading class=FADING_DOWN frame_class="aspect-square min-h-0 flex-1"/>
            <a class=link href=format!("/p/{}", card.slug)>{card.name}" "<span class=price>{from}{card.price.to_string()}</span></a>
        </li>
    }
    .into_any()
}

struct DepartmentTile {
    department: Category,
    picture: Option<Image>,
}

#[component]
fn Departments(tiles: Vec<DepartmentTile>) -> impl IntoView {
    if tiles.is_empty() {
        return ().into_any();
    }
    view! {
        <Band id="departments-heading" heading="Departments">
            <ul class="grid grid-cols-[repeat(auto-fill,minmax(min(100%,9.5rem),1fr))] gap-[clamp(0.5rem,1.5vw,1rem)] md:grid-cols-[repeat(auto-fill,minmax(14rem,1fr))]">
                {tiles
                    .into_iter()
                    .map(|tile| {
                        view! {
                            <li class=format!("relative flex min-h-18 items-center justify-between overflow-hidden rounded-tile tint-ground {}", tint_class(&tile.department.tint))>
                                <a class=DEPARTMENT_LINK href=format!("/c/{}", tile.department.path)>{tile.department.name}</a>
                                {tile.picture.map(|image| view! { <ProductPicture image=Some(image) alt="" sizes=DEPARTMENT_SIZES class=FADING_LEFT frame_class="flex-none"/> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Band>
    }
    .into_any()
}

#[component]
fn Row(
    id: &'static str,
    heading: &'static str,
    cards: Vec<ProductCard>,
    from: String,
) -> impl IntoView {
    if cards.is_empty() {
        return ().into_any();
    }
    view! {
        <Band id=id heading=heading>
            <ProductGrid cards=cards place=GridPlace::FurtherDown from=from/>
        </Band>
    }
    .into_any()
}
