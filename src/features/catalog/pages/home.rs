//! The shop's front: what it is, its departments, and a first look at the goods.

use leptos::prelude::*;

use crate::features::catalog::model::{Category, ProductCard};
use crate::features::catalog::service;
use crate::ui::feedback::ErrorSummary;
use crate::ui::page::{PageRequest, PageResult, View};
use crate::ui::tint::tint_class;

use super::structured_data::{self, largest};
use super::tile::{GridPlace, ProductGrid, ProductPicture};

/// How wide the pictures beside the lead are shown.
const LEAD_SIZES: &str = "(min-width: 60rem) 15rem, 30vw";
const DEPARTMENT_SIZES: &str = "(min-width: 48rem) 6.5rem, 4.5rem";

pub async fn home(request: PageRequest) -> PageResult {
    let tree = service::category_tree(&request.ctx).await?;
    let rows = service::home(&request.ctx).await?;
    let departments: Vec<Category> = tree.top().cloned().collect();
    let tagline = request.ctx.settings.store.tagline.clone();
    let description = format!("{}: {}.", request.ctx.settings.store.name, tagline.to_lowercase());
    let refused = request.form.as_ref().map(|form| form.error.clone());
    let picture = rows.best_selling.iter().find_map(|card| card.image.as_ref()).map(largest);
    let data = structured_data::shop(&request.ctx.settings.base_url, &request.ctx.settings.store.name);
    let from = request.location;
    View::new("", move || {
        view! {
            {refused.map(|error| view! { <ErrorSummary error=error/> })}
            <Lead tagline=tagline cards=lead_cards(&rows.best_selling)/>
            <Departments tiles=department_tiles(departments, &[&rows.best_selling, &rows.new, &rows.reduced])/>
            <Row id="best-selling" heading="Best selling" cards=rows.best_selling from=from.clone()/>
            <Row id="new" heading="Just in" cards=rows.new from=from.clone()/>
            <Row id="reduced" heading="Reduced" cards=rows.reduced from=from/>
        }
        .into_any()
    })
    .described(description)
    .canonical("/")
    .pictured(picture)
    .with_data(data)
    .answer()
}

/// Three goods from three departments.
fn lead_cards(cards: &[ProductCard]) -> Vec<ProductCard> {
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
                <h1>{tagline}"."</h1>
                <p>"Things for the house, the garden and the road, chosen because they do their work and keep doing it."</p>
                <p><a class="button" href="#best-selling">"See what others buy"</a></p>
            </div>
            <ul class="lead-goods">
                {cards
                    .into_iter()
                    .map(|card| {
                        view! {
                            <li class=format!("lead-good {}", tint_class(&card.tint))>
                                <a href=format!("/p/{}", card.slug)>
                                    <ProductPicture image=card.image alt=card.name sizes=LEAD_SIZES loading=crate::ui::picture::Loading::Eager/>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

struct DepartmentTile {
    department: Category,
    picture: Option<ProductCard>,
}

/// Each department with a picture of one of its goods, where a row holds one.
fn department_tiles(departments: Vec<Category>, rows: &[&Vec<ProductCard>]) -> Vec<DepartmentTile> {
    let all: Vec<&ProductCard> = rows.iter().flat_map(|row| row.iter()).collect();
    let of = |tint: &str| all.iter().find(|card| card.tint == tint && card.image.is_some()).map(|card| (*card).clone());
    departments.into_iter().map(|department| DepartmentTile { picture: of(&department.tint), department }).collect()
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
                        let picture = tile.picture.and_then(|card| card.image);
                        view! {
                            <li class=format!("department-tile {}", tint_class(&tile.department.tint))>
                                <a href=format!("/c/{}", tile.department.path)>{tile.department.name}</a>
                                {picture.map(|image| view! { <ProductPicture image=Some(image) alt="" sizes=DEPARTMENT_SIZES/> })}
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
fn Row(id: &'static str, heading: &'static str, cards: Vec<ProductCard>, from: String) -> impl IntoView {
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
