//! One page of a category: where it stands, what is in it, in which order.

use leptos::prelude::*;
use strum::VariantArray as _;

use crate::features::catalog::model::{Category, Sort};
use crate::features::catalog::service::{self, Listing};
use crate::shared::pagination::PageNumber;
use crate::ui::breadcrumb::Breadcrumb;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{self, Chip};
use crate::ui::empty_state::{EmptyState, HeadingLevel};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::FITTED;
use crate::ui::heading::{LEDE, PageHead};
use crate::ui::pagination::{Pagination, page_address};
use crate::ui::structured_data::breadcrumb;
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::structured_data::largest;
use super::tile::{GridPlace, ProductGrid};

pub async fn category(request: PageRequest) -> PageResult {
    let sort = request.query("sort").unwrap_or_default().parse::<Sort>().unwrap_or_default();
    let page = PageNumber::parse(request.query("page"))?;
    let listing = service::listing(&request.ctx, request.param("path"), sort, page).await?;
    let refused = request.form.as_ref().map(|form| form.error.clone());
    let from = request.location.clone();
    let title = title(&listing);
    let description = description(&listing, &request.ctx.settings.store.name);
    let canonical = canonical(&listing);
    let trail = breadcrumb(
        &request.ctx.settings.base_url,
        &steps(&listing),
        &listing.category.name,
        &category_path(&listing.category),
    );
    let picture = listing.cards.iter().find_map(|card| card.image.as_ref()).map(largest);
    let sorted = listing.sort != Sort::default();
    let view = PageResponse::new(title, move || {
        view! {
            {refused.map(|error| view! { <ErrorSummary error=error/> })}
            <ListingPage listing=listing from=from/>
        }
        .into_any()
    })
    .description(description)
    .canonical(canonical)
    .pictured(picture)
    .with_data(vec![trail]);
    if sorted { view.variation().answer() } else { view.answer() }
}

fn title(listing: &Listing) -> String {
    match listing.paging.page {
        1 => listing.category.name.clone(),
        page => format!("{}, page {page}", listing.category.name),
    }
}

/// Another order shows the same goods: search engines keep the usual one.
fn canonical(listing: &Listing) -> String {
    let path = category_path(&listing.category);
    if listing.sort == Sort::default() { page_address(&path, listing.paging.page) } else { path }
}

fn description(listing: &Listing, store_name: &str) -> String {
    match listing.category.description.as_str() {
        "" => format!("{} at {store_name}.", listing.category.name),
        written => written.to_owned(),
    }
}

/// Name and address of what the category is in, from the home page down.
fn steps(listing: &Listing) -> Vec<(String, String)> {
    let ancestors =
        listing.ancestors.iter().map(|category| (category.name.clone(), category_path(category)));
    std::iter::once(("Home".to_owned(), "/".to_owned())).chain(ancestors).collect()
}

fn category_path(category: &Category) -> String {
    format!("/c/{}", category.path)
}

#[component]
fn ListingPage(listing: Listing, from: String) -> impl IntoView {
    let path = category_path(&listing.category);
    let base = if listing.sort == Sort::default() {
        path.clone()
    } else {
        format!("{path}?sort={}", listing.sort.key())
    };
    let steps = steps(&listing);
    let parent = listing.ancestors.last().map_or_else(|| "/".to_owned(), category_path);
    let Listing { category, children, cards, sort, paging, .. } = listing;
    let is_empty = cards.is_empty();
    view! {
        <Breadcrumb steps=steps current=category.name.clone()/>
        <PageHead>
            <h1>{category.name}</h1>
            {(!category.description.is_empty()).then(|| view! { <p class=LEDE>{category.description}</p> })}
            <Subcategories children=children/>
        </PageHead>
        <div class="my-6 flex flex-wrap items-center justify-between gap-3">
            <p class="text-soft">{count(paging.total)}</p>
            {(paging.total > 1).then(|| view! { <SortForm action=path sort=sort/> })}
        </div>
        <h2 class="sr-only">"Products"</h2>
        {if is_empty {
            view! {
                <EmptyState
                    heading="Nothing here yet"
                    text="This part of the shop is being stocked."
                    action="Look one level up"
                    href=parent
                    level=HeadingLevel::Two
                />
            }
            .into_any()
        } else {
            view! { <ProductGrid cards=cards place=GridPlace::Top from=from/> }.into_any()
        }}
        <Pagination paging=paging base=base/>
    }
    .into_any()
}

fn count(total: u64) -> String {
    if total == 1 { "1 product".to_owned() } else { format!("{total} products") }
}

#[component]
fn Subcategories(children: Vec<Category>) -> impl IntoView {
    (!children.is_empty()).then(|| {
        view! {
            <nav class="mt-2" aria-label="Subcategories">
                <ul class=chip::LIST>
                    {children
                        .into_iter()
                        .map(|child| {
                            let href = category_path(&child);
                            view! { <li><Chip href=href>{child.name}</Chip></li> }
                        })
                        .collect_view()}
                </ul>
            </nav>
        }
    })
}

#[component]
fn SortForm(action: String, sort: Sort) -> impl IntoView {
    view! {
        <form method="get" action=action class="flex flex-wrap items-center gap-2">
            <label for="sort">"Sort by"</label>
            <select class=FITTED id="sort" name="sort">
                {Sort::VARIANTS
                    .iter().copied()
                    .map(|each| view! { <option value=each.key() selected=each == sort>{each.label()}</option> })
                    .collect_view()}
            </select>
            <Button kind=ButtonKind::Quiet>"Apply"</Button>
        </form>
    }
}
