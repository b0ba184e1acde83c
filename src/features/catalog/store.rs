//! Queries of `products`, `categories` and `slugs`.

pub mod sitemap;

use std::collections::HashMap;

use mongodb::bson::{Bson, Document, doc, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::features::catalog::model::{
    Attribute, Category, Image, Product, ProductCard, ProductOption, ProductStatus, Sort, Variant,
};
use crate::features::shipping::model::TaxClass;
use crate::infra::collections::{Collection, Erasure, index, unique_index};
use crate::infra::mongo::{
    Mongo, Tx, TxResult, collect, next, object_id, with_deadline, with_deadline_bulk,
};
use crate::shared::error::AppResult;
use crate::shared::ids::{CategoryId, ProductId, Sku};
use crate::shared::money::{Currency, Money};

const PRODUCTS: &str = "products";
const CATEGORIES: &str = "categories";
const SLUGS: &str = "slugs";

/// A product as stored: the model's fields and what listings sort and show by.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProductDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub import_key: Option<String>,
    pub slug: String,
    pub name: String,
    pub brand: String,
    pub description: String,
    pub status: ProductStatus,
    pub main_category: ObjectId,
    pub category_ids: Vec<ObjectId>,
    pub options: Vec<ProductOption>,
    pub attributes: Vec<Attribute>,
    pub tax_class: TaxClass,
    pub images: Vec<Image>,
    pub variants: Vec<Variant>,
    pub search_terms: Vec<String>,
    pub popularity: i64,
    pub published_at: i64,
    pub updated_at: i64,
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
    id: ObjectId,
    slug: String,
    name: String,
    brand: String,
    summary: Summary,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct CategoryDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub import_key: Option<String>,
    pub parent: Option<ObjectId>,
    pub slug: String,
    pub path: String,
    pub name: String,
    pub description: String,
    pub tint: String,
    pub position: i32,
}

/// Where a page of a listing begins: the first product's sort value and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub value: i64,
    pub id: ObjectId,
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
    let documents: Vec<CategoryDocument> =
        collect(mongo.collection::<CategoryDocument>(CATEGORIES).find(doc! {})).await?;
    Ok(documents.into_iter().map(CategoryDocument::into_model).collect())
}

pub async fn product_by_slug(mongo: &Mongo, slug: &str) -> AppResult<Option<Product>> {
    let found = with_deadline(
        mongo.collection::<ProductDocument>(PRODUCTS).find_one(doc! { "slug": slug }),
    )
    .await?;
    Ok(found.map(ProductDocument::into_model))
}

/// The present slug of a product that once had this one.
pub async fn successor_of_slug(mongo: &Mongo, old_slug: &str) -> AppResult<Option<String>> {
    let Some(entry) =
        with_deadline(mongo.collection::<Document>(SLUGS).find_one(doc! { "_id": old_slug }))
            .await?
    else {
        return Ok(None);
    };
    let Ok(product_id) = entry.get_object_id("product_id") else { return Ok(None) };
    let found = with_deadline(
        mongo.collection::<ProductDocument>(PRODUCTS).find_one(doc! { "_id": product_id }),
    )
    .await?;
    Ok(found.map(|p| p.slug))
}

pub async fn products_with_skus(mongo: &Mongo, skus: &[Sku]) -> AppResult<Vec<Product>> {
    let wanted: Vec<&str> = skus.iter().map(Sku::as_str).collect();
    let documents = collect(
        mongo
            .collection::<ProductDocument>(PRODUCTS)
            .find(doc! { "variants.sku": { "$in": wanted } }),
    )
    .await?;
    Ok(documents.into_iter().map(ProductDocument::into_model).collect())
}

/// Cards in the order of the ids; what is no longer on sale is left out.
pub async fn cards_by_ids(
    mongo: &Mongo,
    ids: &[ProductId],
    now: i64,
) -> AppResult<Vec<ProductCard>> {
    let wanted = ids.iter().map(|id| object_id(id.as_str())).collect::<AppResult<Vec<_>>>()?;
    let mut filter = on_sale(now);
    filter.insert("_id", doc! { "$in": wanted });
    let cards =
        collect_cards(mongo, filter, doc! {}, i64::try_from(ids.len()).unwrap_or(i64::MAX)).await?;
    let mut by_id: HashMap<ProductId, ProductCard> =
        cards.into_iter().map(|c| (c.id.clone(), c)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// The first cards over the whole catalogue, optionally the reduced ones alone.
pub async fn first_cards(
    mongo: &Mongo,
    pick: HomePick,
    count: i64,
    now: i64,
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
    category: &CategoryId,
    sort: Sort,
    page_size: u64,
    now: i64,
) -> AppResult<(Vec<Anchor>, u64)> {
    let (field, _) = sort_key(sort);
    let mut filter = on_sale(now);
    filter.insert("category_ids", object_id(category.as_str())?);
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
            let id =
                document.get_object_id("_id").map_err(crate::shared::error::AppError::internal)?;
            anchors.push(Anchor { value: number_at(&document, field), id });
        }
        total += 1;
    }
    Ok((anchors, total))
}

/// One page of a category, from its anchor on.
pub async fn cards_from_anchor(
    mongo: &Mongo,
    category: &CategoryId,
    sort: Sort,
    anchor: Anchor,
    count: i64,
    now: i64,
) -> AppResult<Vec<ProductCard>> {
    let (field, direction) = sort_key(sort);
    let (past, from) = if direction > 0 { ("$gt", "$gte") } else { ("$lt", "$lte") };
    let mut filter = on_sale(now);
    filter.insert("category_ids", object_id(category.as_str())?);
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
    since: i64,
    limit: i64,
) -> AppResult<Vec<(Product, i64)>> {
    let products = mongo.collection::<ProductDocument>(PRODUCTS);
    let operation = products
        .find(doc! { "updated_at": { "$gte": since } })
        .sort(doc! { "updated_at": 1, "_id": 1 })
        .limit(limit);
    let documents = collect(operation).await?;
    Ok(documents
        .into_iter()
        .map(|d| {
            let at = d.updated_at;
            (d.into_model(), at)
        })
        .collect())
}

///
/// The document is written in any case, so that two of these transactions about one product meet.
pub async fn set_in_stock(
    mongo: &Mongo,
    tx: &mut Tx,
    product: &ProductId,
    in_stock: bool,
    now: i64,
) -> TxResult<()> {
    let (id, products) = (object_id(product.as_str())?, mongo.collection::<Document>(PRODUCTS));
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

pub async fn insert_old_slugs(mongo: &Mongo, slugs: &[(String, ObjectId)]) -> AppResult<()> {
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
pub async fn set_variant_price(
    mongo: &Mongo,
    sku: &Sku,
    price: Money,
    now: i64,
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
    for variant in document.variants.iter_mut().filter(|v| &v.sku == sku) {
        variant.price = price;
    }
    document.summary.price_from =
        document.variants.iter().map(|v| v.price.minor()).min().unwrap_or(0);
    document.summary.price_to =
        document.variants.iter().map(|v| v.price.minor()).max().unwrap_or(0);
    document.updated_at = now.max(read_at + 1);
    let filter = doc! { "_id": document.id, "updated_at": read_at };
    let written =
        with_deadline(mongo.collection::<ProductDocument>(PRODUCTS).replace_one(filter, &document))
            .await?;
    Ok(written.matched_count == 1)
}

pub async fn set_status(
    mongo: &Mongo,
    slug: &str,
    status: ProductStatus,
    now: i64,
) -> AppResult<bool> {
    let status =
        mongodb::bson::to_bson(&status).map_err(crate::shared::error::AppError::internal)?;
    let written = with_deadline(mongo.collection::<Document>(PRODUCTS).update_one(
        doc! { "slug": slug },
        doc! { "$set": { "status": status, "updated_at": now } },
    ))
    .await?;
    Ok(written.matched_count == 1)
}

fn on_sale(now: i64) -> Document {
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
pub async fn cover(mongo: &Mongo, category: &Category, now: i64) -> AppResult<Option<Image>> {
    let mut filter = on_sale(now);
    filter.insert("category_ids", object_id(category.id.as_str())?);
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
        .projection(doc! { "slug": 1, "name": 1, "brand": 1, "summary": 1 });
    Ok(collect(operation).await?.into_iter().map(CardDocument::into_model).collect())
}

impl CardDocument {
    fn into_model(self) -> ProductCard {
        let money = |minor| Money::new(minor, self.summary.currency);
        ProductCard {
            id: ProductId::new(self.id.to_hex()),
            price: money(self.summary.price_from),
            price_varies: self.summary.price_to > self.summary.price_from,
            compare_at: self.summary.compare_at.map(money),
            slug: self.slug,
            name: self.name,
            brand: self.brand,
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

impl CategoryDocument {
    fn into_model(self) -> Category {
        Category {
            id: CategoryId::new(self.id.to_hex()),
            parent: self.parent.map(|id| CategoryId::new(id.to_hex())),
            slug: self.slug,
            path: self.path,
            name: self.name,
            description: self.description,
            tint: self.tint,
            position: self.position,
        }
    }
}

impl ProductDocument {
    fn into_model(self) -> Product {
        Product {
            id: ProductId::new(self.id.to_hex()),
            slug: self.slug,
            name: self.name,
            brand: self.brand,
            description: self.description,
            status: self.status,
            main_category: CategoryId::new(self.main_category.to_hex()),
            category_ids: self.category_ids.iter().map(|id| CategoryId::new(id.to_hex())).collect(),
            options: self.options,
            attributes: self.attributes,
            tax_class: self.tax_class,
            images: self.images,
            variants: self.variants,
            search_terms: self.search_terms,
            popularity: self.popularity,
            published_at: self.published_at,
        }
    }
}
