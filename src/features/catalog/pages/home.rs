//! The shop's front: what it is, its departments, and a first look at the goods.

use leptos::prelude::*;

use crate::features::catalog::model::{Category, Image, ProductCard};
use crate::features::catalog::service;
use crate::ui::feedback::ErrorSummary;
use crate::ui::picture::Loading;
use crate::ui::tint::tint_class;
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::structured_data::{self, largest};
use super::tile::{GridPlace, ProductGrid, ProductPicture};

/// How wide the pictures beside the lead are shown: one large, two small.
const LEAD_SIZES: &str = "(min-width: 60rem) 27rem, 62vw";
const LEAD_SIDE_SIZES: &str = "(min-width: 60rem) 13rem, 30vw";
const DEPARTMENT_SIZES: &str = "(min-width: 48rem) 6.5rem, 4.5rem";

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
        <section class="lead">
            <div class="lead-words">
                // One text: of two the second would move when the font comes.
                <h1>{format!("{tagline}.")}</h1>
                <p>"Things for the house, the garden and the road, chosen because they do their work and keep doing it."</p>
                <p><a class="button" href="#best-selling">"See what others buy"</a></p>
            </div>
            <ul class="lead-goods">
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
    view! {
        <li class=format!("lead-good {}", tint_class(&card.tint))>
            <ProductPicture image=card.image alt="" sizes=sizes loading=loading/>
            <a href=format!("/p/{}", card.slug)>{card.name}" "<span>{from}{card.price.to_string()}</span></a>
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
        <section class="band" aria-labelledby="departments-heading">
            <h2 id="departments-heading">"Departments"</h2>
            <ul class="department-tiles">
                {tiles
                    .into_iter()
                    .map(|tile| {
                        view! {
                            <li class=format!("department-tile {}", tint_class(&tile.department.tint))>
                                <a href=format!("/c/{}", tile.department.path)>{tile.department.name}</a>
                                {tile.picture.map(|image| view! { <ProductPicture image=Some(image) alt="" sizes=DEPARTMENT_SIZES/> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
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
        <section class="band" aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            <ProductGrid cards=cards place=GridPlace::FurtherDown from=from/>
        </section>
    }
    .into_any()
}
