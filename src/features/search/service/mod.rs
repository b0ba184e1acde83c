//! Use-cases of the search: following the catalogue, finding products, suggesting while someone
//! types.

pub mod catalog_sync;
mod dictionary;
pub mod find;
pub mod index;
mod query;
mod spelling;
mod text;

use std::sync::Arc;
use std::time::Duration;

use tantivy::IndexWriter;

use crate::features::catalog;
use crate::features::catalog::model::{CategoryTree, ProductCard};
use crate::features::search::model::{Suggestion, SuggestionKind};
use crate::features::search::service::catalog_sync::{CatalogSync, Change, Unpublished};
use crate::features::search::service::find::{Found, Matched};
use crate::features::search::service::index::{ProductIndex, SearchIndex};
use crate::features::search::service::text::words;
use crate::infra::ctx::Ctx;
use crate::infra::rate_limit::Rule;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::ProductId;
use crate::shared::pagination::{PageNumber, PageSize, Paging};
use crate::shared::validate;

const SUGGESTIONS: Rule =
    Rule { name: "search_suggestions", limit: 60, window: Duration::from_mins(1) };
const PAGE: PageSize = PageSize::TwentyFour;
/// Products that can be paged to; nobody reads on, and the work of a page grows with its number.
const DEEPEST: u64 = 2_400;
const MOST_PRODUCTS: usize = 6;
const MOST_CATEGORIES: usize = 3;
const MOST_SUGGESTIONS: usize = 8;

/// One page of what was found.
#[derive(Clone, Debug)]
pub struct Results {
    /// As searched for: cut to length and without control characters.
    pub query: String,
    pub cards: Vec<ProductCard>,
    pub paging: Paging,
    /// Products found; more than can be paged to, if there are very many.
    pub total: u64,
    pub matched: Matched,
    /// What was probably meant, if the query has words that the catalogue has not.
    pub corrected: Option<String>,
}

/// Brings the index up to the catalogue; called at start and then every second.
///
/// One commit makes a whole round visible; until then searches see the index as it was.
///
/// # Errors
/// When the catalogue or the index cannot be read or written; the next call goes on from there.
pub async fn refresh(ctx: &Ctx) -> AppResult<()> {
    let search = SearchIndex::of(ctx);
    let mut sync = search.sync.lock().await;
    let tree = catalog::service::category_tree(ctx).await?;
    if sync.categories_changed(&tree) || sync.unpublished == Unpublished::Lost {
        start_rebuild(&search.index, &mut sync)?;
    }
    let mut next = Some(sync.begin(ctx.now()));
    if next.as_ref().is_some_and(|round| round.long_look)
        && catalog::service::count(ctx).await? < sync.known()
    {
        // Something was deleted, which no time of change tells of.
        start_rebuild(&search.index, &mut sync)?;
        next = Some(sync.begin(ctx.now()));
    }
    let due = sync.due(ctx.now());
    write(&search.index, &mut sync, due, &tree).await?;
    while let Some(round) = next.take() {
        let (since, limit) = round.request();
        let batch = match catalog::service::changed_since(ctx, since, limit).await {
            Ok(batch) => batch,
            Err(error) => {
                if sync.unpublished == Unpublished::Changes {
                    publish(&search.index, &mut sync).await?;
                }
                return Err(error);
            }
        };
        let (changes, rest) = sync.take(round, batch);
        write(&search.index, &mut sync, changes, &tree).await?;
        next = rest;
    }
    if sync.unpublished != Unpublished::Nothing {
        publish(&search.index, &mut sync).await?;
    }
    Ok(())
}

/// One page of the products that a query finds, 24 a page.
///
/// # Errors
/// `NotFound` for a page behind the last one; `Unavailable` when the index or the database does not
/// answer in time.
pub async fn search(ctx: &Ctx, query: &str, page: PageNumber) -> AppResult<Results> {
    let query = validate::search_query(query);
    let size = usize::try_from(PAGE.get()).unwrap_or(usize::MAX);
    // A page behind the deepest one is refused below; it must not cost the work of finding it.
    let asked = page.get().min(Paging::last_page(PAGE, DEEPEST));
    let offset =
        size.saturating_mul(usize::try_from(asked.saturating_sub(1)).unwrap_or(usize::MAX));
    let found = find_products(ctx, query.clone(), offset, size).await?;
    let paging = Paging::new(page, PAGE, found.total.min(DEEPEST))?;
    let ids: Vec<ProductId> = found.hits.into_iter().map(|hit| hit.id).collect();
    let cards = catalog::service::cards(ctx, &ids).await?;
    Ok(Results {
        query,
        cards,
        paging,
        total: found.total,
        matched: found.matched,
        corrected: found.corrected,
    })
}

/// A few products and categories for what has been typed so far. Reads no database.
///
/// # Errors
/// `TooManyRequests`; `Unavailable` when the index does not answer in time.
pub async fn suggest(ctx: &Ctx, typed: &str) -> AppResult<Vec<Suggestion>> {
    ctx.limiter.check(SUGGESTIONS, &ctx.request.limit_key()).await?;
    let typed = validate::search_query(typed);
    let tree = catalog::service::category_tree(ctx).await?;
    let mut suggestions = categories_beginning_with(&tree, &typed);
    let search = SearchIndex::of(ctx);
    suggestions
        .extend(search.search(move |index| find::suggest(index, &typed, MOST_PRODUCTS)).await?);
    suggestions.truncate(MOST_SUGGESTIONS);
    Ok(suggestions)
}

async fn find_products(ctx: &Ctx, query: String, offset: usize, limit: usize) -> AppResult<Found> {
    if query.is_empty() {
        return Ok(Found::default());
    }
    SearchIndex::of(ctx).search(move |index| find::find(index, &query, offset, limit)).await
}

/// Categories in whose name every typed word begins one, the higher ones first.
fn categories_beginning_with(tree: &CategoryTree, typed: &str) -> Vec<Suggestion> {
    let typed = words(typed);
    if typed.is_empty() {
        return Vec::new();
    }
    let fits = |name: &str| {
        let name = words(name);
        typed.iter().all(|beginning| name.iter().any(|word| word.starts_with(beginning.as_str())))
    };
    let mut fitting: Vec<_> = tree.all().filter(|category| fits(&category.name)).collect();
    fitting.sort_by_key(|category| category.path.matches('/').count());
    let suggestion = |category: &&catalog::model::Category| Suggestion {
        kind: SuggestionKind::Category,
        label: category.name.clone(),
        href: format!("/c/{}", category.path),
        image: None,
        price: None,
    };
    fitting.iter().take(MOST_CATEGORIES).map(suggestion).collect()
}

/// Empties the index with the next commit, and has everything read again before it.
fn start_rebuild(index: &ProductIndex, sync: &mut CatalogSync) -> AppResult<()> {
    sync.forget();
    index.empty_out(writer(index, sync)?).map_err(AppError::internal)?;
    sync.unpublished = Unpublished::Rebuilding;
    Ok(())
}

/// Indexing is work of the processor: it is done away from the threads that serve requests.
async fn write(
    index: &Arc<ProductIndex>,
    sync: &mut CatalogSync,
    changes: Vec<Change>,
    tree: &Arc<CategoryTree>,
) -> AppResult<()> {
    if changes.is_empty() {
        return Ok(());
    }
    if sync.unpublished == Unpublished::Nothing {
        sync.unpublished = Unpublished::Changes;
    }
    let (shared, tree) = (index.clone(), tree.clone());
    with_writer(index, sync, move |writer| shared.write(writer, &changes, &tree)).await
}

async fn publish(index: &Arc<ProductIndex>, sync: &mut CatalogSync) -> AppResult<()> {
    let shared = index.clone();
    with_writer(index, sync, move |writer| shared.publish(writer)).await?;
    sync.unpublished = Unpublished::Nothing;
    Ok(())
}

async fn with_writer(
    index: &ProductIndex,
    sync: &mut CatalogSync,
    work: impl FnOnce(&mut IndexWriter) -> tantivy::Result<()> + Send + 'static,
) -> AppResult<()> {
    writer(index, sync)?;
    let Some(mut writer) = sync.writer.take() else {
        return Err(AppError::internal("the search index has no writer"));
    };
    // Until the writer is back nothing is known of what the index holds; should it never come back,
    // all is read again.
    let before = std::mem::replace(&mut sync.unpublished, Unpublished::Lost);
    let done = tokio::task::spawn_blocking(move || work(&mut writer).map(|()| writer)).await;
    sync.writer = Some(done.map_err(AppError::internal)?.map_err(AppError::internal)?);
    sync.unpublished = before;
    Ok(())
}

fn writer<'f>(index: &ProductIndex, sync: &'f mut CatalogSync) -> AppResult<&'f mut IndexWriter> {
    if sync.writer.is_none() {
        sync.writer = Some(index.writer().map_err(AppError::internal)?);
    }
    sync.writer.as_mut().ok_or_else(|| AppError::internal("the search index has no writer"))
}
