//! What a search found; and where to go on when it found nothing.

use leptos::prelude::*;

use crate::features::catalog;
use crate::features::catalog::model::{Category, ProductCard};
use crate::features::catalog::pages::tile::{GridPlace, ProductGrid};
use crate::features::search::service::find::Matched;
use crate::features::search::service::{self, Results};
use crate::shared::pagination::PageNumber;
use crate::ui::chip::{self, Chip};
use crate::ui::empty_state::EmptyDrawing;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::heading::{Band, LEDE, PageHead};
use crate::ui::pagination::Pagination;
use crate::web::page::{PageRequest, PageResponse, PageResult};

/// `/search?q=&page=`: never blank (SRCH-9), never indexed.
pub async fn results(request: PageRequest) -> PageResult {
    let page = PageNumber::parse(request.query("page"))?;
    let results =
        service::search(&request.ctx, request.query("q").unwrap_or_default(), page).await?;
    let elsewhere = if results.matched == Matched::Nothing {
        Some(find_other_matches(&request).await?)
    } else {
        None
    };
    let refused = request.form.as_ref().map(|form| form.error.clone());
    let from = request.location;
    let (title, query) = (title(&results), results.query.clone());
    PageResponse::new(title, move || {
        view! {
            {refused.map(|error| view! { <ErrorSummary error=error/> })}
            {match elsewhere {
                None => view! { <Found results=results from=from/> }.into_any(),
                Some(elsewhere) => view! { <NothingFound results=results elsewhere=elsewhere from=from/> }.into_any(),
            }}
        }
        .into_any()
    })
    .description("Search the whole shop by name, brand, item number or what a thing is for.")
    .searching(query)
    .answer()
}

/// What is shown in place of results.
struct Elsewhere {
    departments: Vec<Category>,
    best_selling: Vec<ProductCard>,
}

async fn find_other_matches(
    request: &PageRequest,
) -> Result<Elsewhere, crate::shared::error::AppError> {
    let tree = catalog::service::category_tree(&request.ctx).await?;
    let best_selling = catalog::service::best_selling(&request.ctx).await?;
    Ok(Elsewhere { departments: tree.top().cloned().collect(), best_selling })
}

fn title(results: &Results) -> String {
    match (results.query.as_str(), results.paging.page) {
        ("", _) => "Search".to_owned(),
        (query, 1) => format!("Results for “{query}”"),
        (query, page) => format!("Results for “{query}”, page {page}"),
    }
}

#[component]
fn Found(results: Results, from: String) -> impl IntoView {
    let heading = format!("Results for “{}”", results.query);
    let count = if results.total == 1 {
        "1 product".to_owned()
    } else {
        format!("{} products", results.total)
    };
    let remark = match results.matched {
        Matched::Nearly => Some("No product has exactly these words; these come close."),
        Matched::MostWords => Some("No product has all of these words; these have most of them."),
        Matched::AsTyped | Matched::Nothing => None,
    };
    let base = address(&results.query);
    view! {
        <PageHead>
            <h1>{heading}</h1>
            {remark.map(|text| view! { <p class=LEDE>{text}</p> })}
            <DidYouMean corrected=results.corrected/>
        </PageHead>
        <p class="my-6 text-soft" role="status">{count}</p>
        <h2 class="sr-only">"Products"</h2>
        <ProductGrid cards=results.cards place=GridPlace::Top from=from/>
        <Pagination paging=results.paging base=base/>
    }
    .into_any()
}

#[component]
fn NothingFound(results: Results, elsewhere: Elsewhere, from: String) -> impl IntoView {
    let (heading, advice) = if results.query.is_empty() {
        (
            "What are you looking for?".to_owned(),
            "Type a product, a brand or a department into the field above.",
        )
    } else {
        (
            format!("Nothing found for “{}”", results.query),
            "Check the spelling, try fewer or other words, or look around.",
        )
    };
    view! {
        <div class="grid justify-items-start gap-3 first:mt-head md:grid-cols-[1fr_auto] md:items-center">
            <div class="grid gap-3">
                <h1>{heading}</h1>
                <p class=LEDE role="status">{advice}</p>
                <DidYouMean corrected=results.corrected/>
            </div>
            <EmptyDrawing class="h-auto w-35 lit-for-day max-[30rem]:-order-1"/>
        </div>
        <Band id="search-departments" heading="Departments" class="mt-8">
            <ul class=chip::LIST>
                {elsewhere
                    .departments
                    .into_iter()
                    .map(|department| view! { <li><Chip href=format!("/c/{}", department.path)>{department.name}</Chip></li> })
                    .collect_view()}
            </ul>
        </Band>
        {(!elsewhere.best_selling.is_empty())
            .then(|| {
                view! {
                    <Band id="search-best-selling" heading="Best selling">
                        <ProductGrid cards=elsewhere.best_selling place=GridPlace::FurtherDown from=from/>
                    </Band>
                }
            })}
    }
    .into_any()
}

#[component]
fn DidYouMean(corrected: Option<String>) -> impl IntoView {
    corrected.map(|query| {
        let href = address(&query);
        view! { <p>"Did you mean " <a href=href>{query}</a> "?"</p> }
    })
}

fn address(query: &str) -> String {
    format!("/search?q={}", form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>())
}
