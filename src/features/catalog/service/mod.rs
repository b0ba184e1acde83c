//! Use-cases of the catalogue: the tree, listings, a product, what a cart may hold, and the import.

pub mod import;
pub mod origin;
pub mod sitemap;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;

use crate::features::catalog::model::{
    Category, CategoryTree, Image, Product, ProductCard, ProductStatus, Sort, Variant,
};
use crate::features::catalog::store::{self, Anchor, HomePick};
use crate::features::inventory;
use crate::features::inventory::model::Availability;
use crate::features::shipping::model::TaxClass;
use crate::infra::cache::TtlCache;
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{CategoryId, ProductId, Sku};
use crate::shared::pagination::{PageNumber, PageSize, Paging};
use crate::shared::timestamp::Timestamp;

const HOME_ROW: i64 = 8;
/// Seconds a computed value may be behind the database.
const CACHE_LIFE: Duration = Duration::from_secs(30);

/// A department's picture changes with what is popular: slowly, and each costs a query.
const COVERS_LIFE: Duration = Duration::from_secs(600);

/// Where each page of a listing begins, and how many products there are in all.
type PageStarts = Arc<(Vec<Anchor>, u64)>;

struct CatalogCaches {
    tree: TtlCache<(), Arc<CategoryTree>>,
    anchors: TtlCache<(CategoryId, Sort), PageStarts>,
    popular: TtlCache<CategoryId, Arc<Vec<ProductCard>>>,
    covers: TtlCache<(), Arc<HashMap<CategoryId, Image>>>,
}

impl Default for CatalogCaches {
    fn default() -> Self {
        Self {
            tree: TtlCache::new(1, CACHE_LIFE),
            anchors: TtlCache::new(2_000, CACHE_LIFE),
            popular: TtlCache::new(500, CACHE_LIFE),
            covers: TtlCache::new(1, COVERS_LIFE),
        }
    }
}

pub struct Home {
    pub best_selling: Vec<ProductCard>,
    pub new: Vec<ProductCard>,
    pub reduced: Vec<ProductCard>,
    /// A picture for each department that has one.
    pub covers: Arc<HashMap<CategoryId, Image>>,
}

pub struct Listing {
    pub category: Category,
    pub ancestors: Vec<Category>,
    pub children: Vec<Category>,
    pub cards: Vec<ProductCard>,
    pub sort: Sort,
    pub paging: Paging,
}

pub struct ProductDetail {
    pub product: Product,
    /// In the variants' order.
    pub availability: Vec<Availability>,
    /// From the top category down.
    pub categories: Vec<Category>,
}

pub enum ProductLookup {
    Found(Box<ProductDetail>),
    /// The product now lives at this slug.
    Moved(String),
    /// Once sold here, no longer.
    Archived(Box<ProductDetail>),
}

/// One variant with all that a cart line or an order line needs to know.
#[derive(Clone)]
pub struct Sellable {
    pub slug: String,
    pub name: String,
    pub variant: Variant,
    pub image: Option<Image>,
    pub tax_class: TaxClass,
}

pub async fn category_tree(ctx: &Ctx) -> AppResult<Arc<CategoryTree>> {
    let caches = ctx.process_state.get::<CatalogCaches>();
    caches
        .tree
        .get_or_fill((), async {
            Ok(Arc::new(CategoryTree::new(store::all_categories(&ctx.mongo).await?)))
        })
        .await
}

pub async fn home(ctx: &Ctx) -> AppResult<Home> {
    let now = ctx.now();
    let (covers, best_selling, new, reduced) = tokio::try_join!(
        department_covers(ctx),
        store::first_cards(&ctx.mongo, HomePick::BestSelling, HOME_ROW, now),
        store::first_cards(&ctx.mongo, HomePick::New, HOME_ROW, now),
        store::first_cards(&ctx.mongo, HomePick::Reduced, HOME_ROW, now),
    )?;
    Ok(Home { best_selling, new, reduced, covers })
}

async fn department_covers(ctx: &Ctx) -> AppResult<Arc<HashMap<CategoryId, Image>>> {
    let tree = category_tree(ctx).await?;
    let fill = async {
        let found = try_join_all(tree.top().map(|department| async {
            Ok::<_, AppError>((
                department.id,
                store::cover(&ctx.mongo, department, ctx.now()).await?,
            ))
        }));
        Ok(Arc::new(
            found.await?.into_iter().filter_map(|(id, image)| Some((id, image?))).collect(),
        ))
    };
    ctx.process_state.get::<CatalogCaches>().covers.get_or_fill((), fill).await
}

/// One page of a category with everything below it.
///
/// # Errors
/// `NotFound` for an unknown path or a page after the last.
pub async fn listing(ctx: &Ctx, path: &str, sort: Sort, page: PageNumber) -> AppResult<Listing> {
    let tree = category_tree(ctx).await?;
    let category = tree.by_path(path).cloned().ok_or_else(AppError::not_found)?;
    let anchors = anchors(ctx, category.id, sort).await?;
    let (starts, total) = anchors.as_ref();
    let paging = Paging::new(page, PageSize::TwentyFour, *total)?;
    let start =
        usize::try_from(paging.page.saturating_sub(1)).ok().and_then(|index| starts.get(index));
    let cards = match start {
        Some(anchor) => {
            store::cards_from_anchor(
                &ctx.mongo,
                category.id,
                sort,
                anchor,
                i64::from(PageSize::TwentyFour.get()),
                ctx.now(),
            )
            .await?
        }
        None => Vec::new(),
    };
    let line = tree.ancestors_and_self(category.id);
    let ancestors = line.iter().take(line.len().saturating_sub(1)).map(|c| (*c).clone()).collect();
    let children = tree.children(category.id).cloned().collect();
    Ok(Listing { category, ancestors, children, cards, sort, paging })
}

/// The most popular goods of a category and of all below it, kept for half a minute.
pub async fn popular_in(ctx: &Ctx, category: &Category) -> AppResult<Arc<Vec<ProductCard>>> {
    let caches = ctx.process_state.get::<CatalogCaches>();
    let fill = async {
        Ok(Arc::new(listing(ctx, &category.path, Sort::Popular, PageNumber::FIRST).await?.cards))
    };
    caches.popular.get_or_fill(category.id, fill).await
}

/// # Errors
/// `NotFound` for unknown slugs and for drafts.
pub async fn product(ctx: &Ctx, slug: &str) -> AppResult<ProductLookup> {
    let Some(product) = store::product_by_slug(&ctx.mongo, slug).await? else {
        let moved = store::successor_of_slug(&ctx.mongo, slug).await?;
        return moved.map(ProductLookup::Moved).ok_or_else(AppError::not_found);
    };
    let status = product.status;
    if status == ProductStatus::Draft || product.published_at > ctx.now() {
        return Err(AppError::not_found());
    }
    let skus: Vec<Sku> = product.variants.iter().map(|v| v.sku.clone()).collect();
    let levels = inventory::service::available(ctx, &skus).await?;
    let availability = product
        .variants
        .iter()
        .map(|v| Availability::of(levels.get(&v.sku).copied().unwrap_or(0), v.low_stock_threshold))
        .collect();
    let tree = category_tree(ctx).await?;
    let categories = tree.ancestors_and_self(product.main_category).into_iter().cloned().collect();
    let detail = Box::new(ProductDetail { product, availability, categories });
    Ok(if status == ProductStatus::Archived {
        ProductLookup::Archived(detail)
    } else {
        ProductLookup::Found(detail)
    })
}

/// What can be sold of these skus at this moment, read from the database and never from a copy.
pub async fn sellables(ctx: &Ctx, skus: &[Sku]) -> AppResult<Vec<Sellable>> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let now = ctx.now();
    let products = store::products_with_skus(&ctx.mongo, skus).await?;
    let on_sale = products
        .into_iter()
        .filter(|p| p.status == ProductStatus::Published && p.published_at <= now);
    Ok(on_sale.flat_map(|product| sellable_variants(&product, skus)).collect())
}

/// Cards for found products, in the given order.
pub async fn cards(ctx: &Ctx, ids: &[ProductId]) -> AppResult<Vec<ProductCard>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    store::cards_by_ids(&ctx.mongo, ids, ctx.now()).await
}

/// The best selling products, for pages that found nothing else.
pub async fn best_selling(ctx: &Ctx) -> AppResult<Vec<ProductCard>> {
    store::first_cards(&ctx.mongo, HomePick::BestSelling, HOME_ROW, ctx.now()).await
}

/// Products changed at or after a moment, with the moment of their change.
pub async fn changed_since(
    ctx: &Ctx,
    since: Timestamp,
    limit: i64,
) -> AppResult<Vec<(Product, Timestamp)>> {
    store::changed_since(&ctx.mongo, since, limit).await
}

pub async fn count(ctx: &Ctx) -> AppResult<u64> {
    store::count_products(&ctx.mongo).await
}

/// Called when a product's stock came to nothing or came back.
pub async fn set_in_stock(
    ctx: &Ctx,
    tx: &mut Tx,
    product: ProductId,
    in_stock: bool,
) -> TxResult<()> {
    store::set_in_stock(&ctx.mongo, tx, product, in_stock, ctx.now()).await
}

async fn anchors(ctx: &Ctx, category: CategoryId, sort: Sort) -> AppResult<PageStarts> {
    let caches = ctx.process_state.get::<CatalogCaches>();
    let fill = async {
        Ok(Arc::new(
            store::anchors(
                &ctx.mongo,
                category,
                sort,
                u64::from(PageSize::TwentyFour.get()),
                ctx.now(),
            )
            .await?,
        ))
    };
    caches.anchors.get_or_fill((category, sort), fill).await
}

fn sellable_variants(product: &Product, skus: &[Sku]) -> Vec<Sellable> {
    let wanted = product.variants.iter().filter(|v| skus.contains(&v.sku));
    wanted
        .map(|variant| Sellable {
            slug: product.slug.clone(),
            name: product.info.name.clone(),
            variant: variant.clone(),
            image: product.image_of(variant).cloned(),
            tax_class: product.tax_class,
        })
        .collect()
}
