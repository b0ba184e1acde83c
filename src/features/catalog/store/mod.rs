//! Queries of `products`, `categories` and `slugs`.

pub mod sitemap;

use std::collections::HashMap;

use mongodb::bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};

use crate::features::catalog::model::{Category, Image, Product, ProductCard, Sort};
use crate::infra::collections::{Collection, Erasure, index, unique_index};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, next, with_deadline, with_deadline_bulk};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{CategoryId, ProductId, Sku};
use crate::shared::money::{Currency, Money};
use crate::shared::timestamp::Timestamp;

const PRODUCTS: &str = "products";
const CATEGORIES: &str = "categories";
const SLUGS: &str = "slugs";

/// A product as stored: the model's fields, and what only the document knows.
///
/// Who needs the model alone reads [`Product`] from the same collection.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProductDocument {
    #[serde(flatten)]
    pub product: Product,
    pub import_key: Option<String>,
    /// The search index follows it.
    pub updated_at: Timestamp,
    pub summary: Summary,
}

/// What a card needs, kept with the product so that a listing reads one collection.
#[derive(Clone, Serialize, Deserialize)]
pub struct Summary {
    pub image: Option<Image>,
    pub price_from: i64,
    pub price_to: i64,
    pub compare_at: Option<i64>,
    pub reduced: bool,
    pub in_stock: bool,
    pub only_sku: Option<Sku>,
    pub first_option_count: u32,
    #[serde(default)]
    pub colours: Vec<String>,
    #[serde(default)]
    pub second_image: Option<Image>,
    pub tint: String,
    pub currency: Currency,
}

#[derive(Deserialize)]
struct CardDocument {
    #[serde(rename = "_id")]
    id: ProductId,
    slug: String,
    info: CardInfo,
    summary: Summary,
}

#[derive(Deserialize)]
struct CardInfo {
    name: String,
    brand: String,
}

/// A category as stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct CategoryDocument {
    #[serde(flatten)]
    pub category: Category,
    pub import_key: Option<String>,
}

/// Where a page of a listing begins: the first product's sort value and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub value: i64,
    pub id: ProductId,
}

pub fn collections() -> Vec<Collection> {
    let products = Collection::new(PRODUCTS, Erasure::NotPersonal).with_indexes([
        unique_index(doc! { "slug": 1 }),
        unique_index(doc! { "variants.sku": 1 }),
        index(doc! { "category_ids": 1, "status": 1, "popularity": -1, "_id": -1 }),
        index(doc! { "category_ids": 1, "status": 1, "published_at": -1, "_id": -1 }),
        index(doc! { "category_ids": 1, "status": 1, "summary.price_from": 1, "_id": 1 }),
        index(doc! { "status": 1, "popularity": -1, "_id": -1 }),
        index(doc! { "status": 1, "published_at": -1, "_id": -1 }),
        index(doc! { "status": 1, "summary.reduced": 1, "popularity": -1, "_id": -1 }),
        index(doc! { "updated_at": 1, "_id": 1 }),
    ]);
    let categories = Collection::new(CATEGORIES, Erasure::NotPersonal)
        .with_indexes([unique_index(doc! { "path": 1 })]);
    let slugs = Collection::new(SLUGS, Erasure::NotPersonal)
        .with_indexes([index(doc! { "product_id": 1 })]);
    vec![products, categories, slugs]
}

pub async fn all_categories(mongo: &Mongo) -> AppResult<Vec<Category>> {
    collect(mongo.collection::<Category>(CATEGORIES).find(doc! {})).await
}

pub async fn product_by_slug(mongo: &Mongo, slug: &str) -> AppResult<Option<Product>> {
    with_deadline(mongo.collection::<Product>(PRODUCTS).find_one(doc! { "slug": slug })).await
}

/// The present slug of a product that once had this one.
pub async fn successor_of_slug(mongo: &Mongo, old_slug: &str) -> AppResult<Option<String>> {
    let Some(entry) =
        with_deadline(mongo.collection::<Document>(SLUGS).find_one(doc! { "_id": old_slug }))
            .await?
    else {
        return Ok(None);
    };
    let Ok(product_id) = entry.get_str("product_id") else { return Ok(None) };
    let found =
        with_deadline(mongo.collection::<Product>(PRODUCTS).find_one(doc! { "_id": product_id }))
            .await?;
    Ok(found.map(|product| product.slug))
}

pub async fn products_with_skus(mongo: &Mongo, skus: &[Sku]) -> AppResult<Vec<Product>> {
    let wanted: Vec<&str> = skus.iter().map(Sku::as_str).collect();
    let products = mongo.collection::<Product>(PRODUCTS);
    collect(products.find(doc! { "variants.sku": { "$in": wanted } })).await
}

/// Cards in the order of the ids; what is no longer on sale is left out.
pub async fn cards_by_ids(
    mongo: &Mongo,
    ids: &[ProductId],
    now: Timestamp,
) -> AppResult<Vec<ProductCard>> {
    let mut filter = on_sale(now);
    filter.insert("_id", doc! { "$in": ids });
    let cards =
        collect_cards(mongo, filter, doc! {}, i64::try_from(ids.len()).unwrap_or(i64::MAX)).await?;
    let mut by_id: HashMap<ProductId, ProductCard> = cards.into_iter().map(|c| (c.id, c)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// The first cards over the whole catalogue, optionally the reduced ones alone.
pub async fn first_cards(
    mongo: &Mongo,
    pick: HomePick,
    count: i64,
    now: Timestamp,
) -> AppResult<Vec<ProductCard>> {
    let mut filter = on_sale(now);
    let order = match pick {
        HomePick::BestSelling => doc! { "popularity": -1, "_id": -1 },
        HomePick::New => doc! { "published_at": -1, "_id": -1 },
        HomePick::Reduced => {
            filter.insert("summary.reduced", true);
            doc! { "popularity": -1, "_id": -1 }
        }
    };
    collect_cards(mongo, filter, order, count).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum HomePick {
    New,
    Reduced,
    BestSelling,
}

/// Where each page of a category begins, and how many products there are in all.
///
/// Reads one small projection per product, in index order; the caller keeps the answer.
pub async fn anchors(
    mongo: &Mongo,
    category: CategoryId,
    sort: Sort,
    page_size: u64,
    now: Timestamp,
) -> AppResult<(Vec<Anchor>, u64)> {
    let (field, _) = sort_key(sort);
    let mut filter = on_sale(now);
    filter.insert("category_ids", category);
    let products = mongo.collection::<Document>(PRODUCTS);
    let operation = products
        .find(filter)
        .sort(sort_document(sort))
        .projection(doc! { field: 1 })
        .batch_size(1_000);
    let mut anchors = Vec::new();
    let mut total = 0_u64;
    let mut cursor = with_deadline(operation).await?;
    while let Some(document) = next(&mut cursor).await? {
        if total.is_multiple_of(page_size) {
            let id = product_id(&document)?;
            anchors.push(Anchor { value: number_at(&document, field), id });
        }
        total += 1;
    }
    Ok((anchors, total))
}

/// One page of a category, from its anchor on.
pub async fn cards_from_anchor(
    mongo: &Mongo,
    category: CategoryId,
    sort: Sort,
    anchor: &Anchor,
    count: i64,
    now: Timestamp,
) -> AppResult<Vec<ProductCard>> {
    let (field, direction) = sort_key(sort);
    let (past, from) = if direction > 0 { ("$gt", "$gte") } else { ("$lt", "$lte") };
    let mut filter = on_sale(now);
    filter.insert("category_ids", category);
    filter.insert(
        "$and",
        vec![
            doc! { field: { from: anchor.value } },
            doc! { "$or": [{ field: { past: anchor.value } }, { "_id": { from: anchor.id } }] },
        ],
    );
    collect_cards(mongo, filter, sort_document(sort), count).await
}

/// Products changed at or after a moment, oldest first: the search index follows them.
pub async fn changed_since(
    mongo: &Mongo,
    since: Timestamp,
    limit: i64,
) -> AppResult<Vec<(Product, Timestamp)>> {
    let products = mongo.collection::<ProductDocument>(PRODUCTS);
    let operation = products
        .find(doc! { "updated_at": { "$gte": since } })
        .sort(doc! { "updated_at": 1, "_id": 1 })
        .limit(limit);
    let documents = collect(operation).await?;
    Ok(documents.into_iter().map(|document| (document.product, document.updated_at)).collect())
}

///
/// The document is written in any case, so that two of these transactions about one product meet.
pub async fn set_in_stock(
    mongo: &Mongo,
    tx: &mut Tx,
    product: ProductId,
    in_stock: bool,
    now: Timestamp,
) -> TxResult<()> {
    let (id, products) = (product, mongo.collection::<Document>(PRODUCTS));
    products
        .update_one(doc! { "_id": id }, doc! { "$inc": { "stock_checks": 1_i64 } })
        .session(&mut *tx)
        .await?;
    let filter = doc! { "_id": id, "summary.in_stock": !in_stock };
    let change = doc! { "$set": { "summary.in_stock": in_stock, "updated_at": now } };
    products.update_one(filter, change).session(tx).await?;
    Ok(())
}

pub async fn count_products(mongo: &Mongo) -> AppResult<u64> {
    with_deadline(mongo.collection::<Document>(PRODUCTS).estimated_document_count()).await
}

pub async fn insert_categories(mongo: &Mongo, categories: &[CategoryDocument]) -> AppResult<()> {
    with_deadline_bulk(mongo.collection::<CategoryDocument>(CATEGORIES).insert_many(categories))
        .await
        .map(drop)
}

pub async fn insert_products(mongo: &Mongo, products: &[ProductDocument]) -> AppResult<()> {
    with_deadline_bulk(mongo.collection::<ProductDocument>(PRODUCTS).insert_many(products))
        .await
        .map(drop)
}

pub async fn insert_old_slugs(mongo: &Mongo, slugs: &[(String, ProductId)]) -> AppResult<()> {
    if slugs.is_empty() {
        return Ok(());
    }
    let documents: Vec<Document> =
        slugs.iter().map(|(slug, id)| doc! { "_id": slug, "product_id": id }).collect();
    with_deadline_bulk(mongo.collection::<Document>(SLUGS).insert_many(documents)).await.map(drop)
}

/// Removes what an interrupted import left.
pub async fn remove_everything(mongo: &Mongo) -> AppResult<()> {
    for name in [PRODUCTS, CATEGORIES, SLUGS] {
        with_deadline_bulk(mongo.collection::<Document>(name).delete_many(doc! {})).await?;
    }
    Ok(())
}

/// Sets one variant's price; the summary follows in the same write.
#[cfg(test)]
pub async fn set_variant_price(
    mongo: &Mongo,
    sku: &Sku,
    price: Money,
    now: Timestamp,
) -> AppResult<bool> {
    let Some(mut document) = with_deadline(
        mongo
            .collection::<ProductDocument>(PRODUCTS)
            .find_one(doc! { "variants.sku": sku.as_str() }),
    )
    .await?
    else {
        return Ok(false);
    };
    let read_at = document.updated_at;
    let variants = &mut document.product.variants;
    for variant in variants.iter_mut().filter(|v| &v.sku == sku) {
        variant.price = price;
    }
    let prices = || variants.iter().map(|v| v.price.minor());
    // Field by field: the document may hold more than this version of the store knows.
    let change = doc! { "$set": {
        "summary.price_from": prices().min().unwrap_or(0),
        "summary.price_to": prices().max().unwrap_or(0),
        "variants.$[sold].price": mongodb::bson::to_bson(&price).map_err(AppError::internal)?,
        "updated_at": now.max(read_at + std::time::Duration::from_millis(1)),
    } };
    let filter = doc! { "_id": document.product.id, "updated_at": read_at };
    let products = mongo.collection::<Document>(PRODUCTS);
    let operation =
        products.update_one(filter, change).array_filters(vec![doc! { "sold.sku": sku.as_str() }]);
    let written = with_deadline(operation).await?;
    Ok(written.matched_count == 1)
}

#[cfg(test)]
pub async fn set_status(
    mongo: &Mongo,
    slug: &str,
    status: crate::features::catalog::model::ProductStatus,
    now: Timestamp,
) -> AppResult<bool> {
    let status = mongodb::bson::to_bson(&status).map_err(AppError::internal)?;
    let written = with_deadline(mongo.collection::<Document>(PRODUCTS).update_one(
        doc! { "slug": slug },
        doc! { "$set": { "status": status, "updated_at": now } },
    ))
    .await?;
    Ok(written.matched_count == 1)
}

fn on_sale(now: Timestamp) -> Document {
    doc! { "status": "published", "published_at": { "$lte": now } }
}

const fn sort_key(sort: Sort) -> (&'static str, i32) {
    match sort {
        Sort::Popular => ("popularity", -1),
        Sort::Newest => ("published_at", -1),
        Sort::PriceAscending => ("summary.price_from", 1),
        Sort::PriceDescending => ("summary.price_from", -1),
    }
}

fn sort_document(sort: Sort) -> Document {
    let (field, direction) = sort_key(sort);
    doc! { field: direction, "_id": direction }
}

fn product_id(document: &Document) -> AppResult<ProductId> {
    let text = document.get_str("_id").map_err(AppError::internal)?;
    ProductId::parse(text).ok_or_else(|| AppError::internal("a product without an id"))
}

fn number_at(document: &Document, path: &str) -> i64 {
    let value = match path.split_once('.') {
        Some((outer, inner)) => document.get_document(outer).ok().and_then(|d| d.get(inner)),
        None => document.get(path),
    };
    match value {
        Some(Bson::Int64(n)) => *n,
        Some(Bson::Int32(n)) => i64::from(*n),
        _ => 0,
    }
}

/// The picture of the most popular product that is at home in a category, if there is any.
pub async fn cover(mongo: &Mongo, category: &Category, now: Timestamp) -> AppResult<Option<Image>> {
    let mut filter = on_sale(now);
    filter.insert("category_ids", category.id);
    // Goods that other departments only show as well keep their own ground.
    filter.insert("summary.tint", &category.tint);
    let order = doc! { "popularity": -1, "_id": -1 };
    Ok(collect_cards(mongo, filter, order, 1).await?.into_iter().next().and_then(|card| card.image))
}

async fn collect_cards(
    mongo: &Mongo,
    filter: Document,
    order: Document,
    count: i64,
) -> AppResult<Vec<ProductCard>> {
    let products = mongo.collection::<CardDocument>(PRODUCTS);
    let operation = products
        .find(filter)
        .sort(order)
        .limit(count)
        .projection(doc! { "slug": 1, "info.name": 1, "info.brand": 1, "summary": 1 });
    Ok(collect(operation).await?.into_iter().map(CardDocument::into_model).collect())
}

impl CardDocument {
    fn into_model(self) -> ProductCard {
        let money = |minor| Money::new(minor, self.summary.currency);
        ProductCard {
            id: self.id,
            price: money(self.summary.price_from),
            price_varies: self.summary.price_to > self.summary.price_from,
            compare_at: self.summary.compare_at.map(money),
            slug: self.slug,
            name: self.info.name,
            brand: self.info.brand,
            image: self.summary.image,
            in_stock: self.summary.in_stock,
            only_sku: self.summary.only_sku,
            first_option_count: self.summary.first_option_count,
            colours: self.summary.colours,
            second_image: self.summary.second_image,
            tint: self.summary.tint,
        }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{from_slice, to_vec};

    use super::*;
    use crate::testing::catalog::product;

    #[test]
    fn a_product_is_read_from_its_document_with_or_without_what_only_the_document_knows() {
        let product = product("pot", "Teapot");
        let summary = Summary {
            image: None,
            price_from: 1_000,
            price_to: 1_000,
            compare_at: None,
            reduced: false,
            in_stock: true,
            only_sku: None,
            first_option_count: 0,
            colours: Vec::new(),
            second_image: None,
            tint: "kitchen".into(),
            currency: Currency::EUR,
        };
        let updated_at = Timestamp::from_unix_ms(7);
        let document =
            ProductDocument { product: product.clone(), import_key: None, updated_at, summary };
        // As the driver does: bytes, not a tree of values.
        let bytes = to_vec(&document).unwrap();
        assert_eq!(from_slice::<Product>(&bytes).unwrap(), product);
        let whole: ProductDocument = from_slice(&bytes).unwrap();
        assert_eq!((&whole.product, whole.updated_at), (&product, updated_at));
        let fields: Document = from_slice(&bytes).unwrap();
        assert_eq!(fields.get_str("_id"), Ok(product.id.as_str()));
        assert_eq!(fields.get_document("info").unwrap().get_str("name"), Ok("Teapot"));
    }
}
