//! One product: its pictures, what to choose, what it is made of, and what stands beside it on the
//! shelf.

use leptos::prelude::*;

use crate::features::catalog::model::{Attribute, Category, Product, ProductCard};
use crate::features::catalog::service::origin::origin_of;
use crate::features::catalog::service::{self, ProductDetail, ProductLookup};
use crate::features::shipping;
use crate::features::shipping::model::methods_for;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;
use crate::ui::breadcrumb::Breadcrumb;
use crate::ui::button::ButtonLink;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::form::FieldState;
use crate::ui::heading::{Band, LEDE};
use crate::ui::structured_data::breadcrumb;
use crate::ui::tint::tint_class;
use crate::web::page::{PageAnswer, PageRequest, PageResponse, PageResult, Subject};

use super::buy_box::{BuyBox, Promises, shown_variant};
use super::gallery::{Gallery, images_of};
use super::structured_data::{self, largest};
use super::tile::{GridPlace, ProductGrid};

macro_rules! two_columns {
    () => {
        "grid gap-x-[clamp(1.5rem,5vw,4.5rem)] gap-y-8 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)] lg:items-start"
    };
}

/// The pictures and what is chosen; below them the words and the facts.
const TWO_COLUMNS: &str = two_columns!();
/// Cards below a product.
const SIMILAR: usize = 4;
/// Characters of a description that search engines and social cards show.
const SUMMARY_CHARS: usize = 160;

pub async fn product(request: PageRequest) -> PageResult {
    match service::product(&request.ctx, request.param("slug")).await? {
        ProductLookup::Moved(slug) => PageAnswer::moved(moved_address(&slug, &request.location)),
        ProductLookup::Archived(detail) => archived(request, *detail).await,
        ProductLookup::Found(detail) => on_sale(request, *detail).await,
    }
}

/// The new slug with the query of the old address.
fn moved_address(slug: &str, location: &str) -> String {
    match location.split_once('?') {
        Some((_, query)) => format!("/p/{slug}?{query}"),
        None => format!("/p/{slug}"),
    }
}

async fn on_sale(request: PageRequest, detail: ProductDetail) -> PageResult {
    let shown = shown_variant(&detail, request.query("sku"));
    let similar = similar_products(&request.ctx, &detail).await?;
    let promises = promises(&request.ctx, &detail, shown)?;
    let quantity = FieldState::of(request.refused("/api/cart/add"), "quantity", "1");
    let error = request.form.as_ref().map(|form| form.error.clone());
    let from = request.location.clone();
    let (name, description, slug) = (
        detail.product.info.name.clone(),
        summary(&detail.product.info.description),
        detail.product.slug.clone(),
    );
    let images = detail
        .product
        .variants
        .get(shown)
        .map(|variant| images_of(&detail.product, variant))
        .unwrap_or_default();
    let picture = images.first().map(largest);
    let path = format!("/p/{slug}");
    let base_url = &request.ctx.settings.base_url;
    let data = vec![
        structured_data::product(base_url, &detail, shown, &images),
        breadcrumb(base_url, &steps(&detail.categories), &name, &path),
    ];
    let view = PageResponse::new(name, move || {
        let about = detail.product.clone();
        let category = detail.categories.last().cloned();
        let tint = detail.categories.first().map_or("tint-plain", |top| tint_class(&top.tint));
        let sku = about.variants.get(shown).map(|v| v.sku.to_string()).unwrap_or_default();
        view! {
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            <Trail categories=detail.categories.clone() name=about.info.name.clone()/>
            <div class=TWO_COLUMNS>
                <Gallery images=images tint=tint/>
                <BuyBox detail=detail shown=shown quantity=quantity promises=promises from=from.clone()/>
            </div>
            <About product=about sku=sku/>
            <Similar cards=similar category=category from=from/>
        }
        .into_any()
    });
    view.description(description)
        .canonical(path)
        .about(Subject::Product)
        .pictured(picture)
        .with_data(data)
        .answer()
}

/// Says that it is gone, for good, and shows what is like it.
async fn archived(request: PageRequest, detail: ProductDetail) -> PageResult {
    let similar = similar_products(&request.ctx, &detail).await?;
    let from = request.location;
    PageResponse::new(detail.product.info.name.clone(), move || {
        let category = detail.categories.last().cloned();
        let shelf = category
            .as_ref()
            .map_or_else(|| "/".to_owned(), |category| format!("/c/{}", category.path));
        view! {
            <Trail categories=detail.categories name=detail.product.info.name.clone()/>
            <section class="grid gap-4">
                <h1 class="text-product">{detail.product.info.name}</h1>
                <p class=LEDE>"This is no longer available."</p>
                <p><ButtonLink href=shelf>"See what takes its place"</ButtonLink></p>
            </section>
            <Similar cards=similar category=category from=from/>
        }
        .into_any()
    })
    .with_status(410)
    .answer()
}

/// Goods of the same category that can be had.
async fn similar_products(ctx: &Ctx, detail: &ProductDetail) -> AppResult<Vec<ProductCard>> {
    let Some(category) = detail.categories.last() else { return Ok(Vec::new()) };
    let popular = service::popular_in(ctx, category).await?;
    Ok(popular
        .iter()
        .filter(|card| card.in_stock && card.id != detail.product.id)
        .take(SIMILAR)
        .cloned()
        .collect())
}

/// What the shopper can count on: the cheapest delivery in the shop's own country, and what the
/// price holds.
fn promises(ctx: &Ctx, detail: &ProductDetail, shown: usize) -> AppResult<Promises> {
    let tax = if shipping::service::taxes(ctx).prices_include_tax {
        "Tax included."
    } else {
        "Tax is added at checkout."
    };
    let rules = shipping::service::rules(ctx);
    let home = rules.zones.first().and_then(|zone| zone.countries.first());
    let (Some(variant), Some(home)) =
        (detail.product.variants.get(shown).filter(|v| v.needs_shipping), home)
    else {
        return Ok(Promises { delivery: None, tax });
    };
    let offers = methods_for(&rules, home, variant.price, u64::from(variant.weight_grams))
        .unwrap_or_default();
    let delivery = offers.first().map(|offer| {
        let price = if offer.price.is_zero() { "free".to_owned() } else { offer.price.to_string() };
        let free_from = offer
            .free_from
            .filter(|_| !offer.price.is_zero())
            .map(|limit| format!(", free from {limit}"))
            .unwrap_or_default();
        format!("{} in {}, {price}{free_from}.", offer.name, offer.days())
    });
    Ok(Promises { delivery, tax })
}

/// The first paragraph, cut at a word.
fn summary(description: &str) -> String {
    let first = description.split("\n\n").next().unwrap_or_default();
    if first.chars().count() <= SUMMARY_CHARS {
        return first.to_owned();
    }
    let cut: String = first.chars().take(SUMMARY_CHARS).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole_words}…")
}

#[component]
fn Trail(categories: Vec<Category>, name: String) -> impl IntoView {
    view! { <Breadcrumb steps=steps(&categories) current=name/> }
}

/// Name and address of what the product is in, from the home page down.
fn steps(categories: &[Category]) -> Vec<(String, String)> {
    let line =
        categories.iter().map(|category| (category.name.clone(), format!("/c/{}", category.path)));
    std::iter::once(("Home".to_owned(), "/".to_owned())).chain(line).collect()
}

#[component]
fn About(product: Product, sku: String) -> impl IntoView {
    let origin = origin_of(&product);
    let info = product.info;
    let paragraphs = info
        .description
        .split("\n\n")
        .map(|text| view! { <p>{text.to_owned()}</p> })
        .collect_view();
    let attribute = |name: &str, value: String| Attribute { name: name.to_owned(), value };
    let brand =
        Some(info.brand).filter(|brand| !brand.is_empty()).map(|brand| attribute("Brand", brand));
    let origin = origin.map(|country| attribute("Country of origin", country.to_owned()));
    let rows: Vec<Attribute> = info
        .attributes
        .into_iter()
        .chain(brand)
        .chain(origin)
        .chain([attribute("Item number", sku)])
        .collect();
    view! {
        <div class=concat!(two_columns!(), " mt-band")>
            <section aria-labelledby="about-heading">
                <h2 class="mb-4" id="about-heading">"About it"</h2>
                <div class="prose">{paragraphs}</div>
            </section>
            <section aria-labelledby="details-heading">
                <h2 class="mb-4" id="details-heading">"Details"</h2>
                <table class="w-full">
                    <tbody>
                        {rows.into_iter().map(|row| view! { <tr class="border-b border-line text-left align-top"><th class="w-2/5 py-2.5 pr-4 font-normal text-soft" scope="row">{row.name}</th><td class="py-2.5 pr-4">{row.value}</td></tr> }).collect_view()}
                    </tbody>
                </table>
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Similar(cards: Vec<ProductCard>, category: Option<Category>, from: String) -> impl IntoView {
    if cards.is_empty() {
        return ().into_any();
    }
    let heading = category.map_or_else(
        || "You may also like".to_owned(),
        |category| format!("More in {}", category.name),
    );
    view! {
        <Band id="similar-heading" heading=heading>
            <ProductGrid cards=cards place=GridPlace::FurtherDown from=from/>
        </Band>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{moved_address, summary};

    #[test]
    fn seo_5_a_moved_product_keeps_its_variant() {
        assert_eq!(moved_address("new", "/p/old?sku=A-1"), "/p/new?sku=A-1");
        assert_eq!(moved_address("new", "/p/old"), "/p/new");
    }

    #[test]
    fn a_summary_ends_at_a_word() {
        let long = "word ".repeat(60);
        let short = summary(&long);
        assert!(short.chars().count() <= 161 && short.ends_with("word…"), "{short}");
        assert_eq!(summary("One.\n\nTwo."), "One.");
    }
}
