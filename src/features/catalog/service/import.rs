//! Fills an empty store from a catalogue file and its pictures.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use catalog_file::{CatalogFile, FileCategory, FileProduct, FileVariant};

use crate::features::catalog::model::{Category, Product, ProductInfo, Variant};
use crate::features::catalog::service::origin::country_name;
use crate::features::catalog::store::{self, CategoryDocument, ProductDocument, Summary};
use crate::features::shipping::model::TaxClass;
use crate::features::{content, inventory};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::new_id;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{CategoryId, Sku};
use crate::shared::money::{Currency, Money};
use crate::shared::pricing::charge_rules::is_chargeable_step;
use crate::shared::timestamp::Timestamp;

const BATCH: usize = 200;

const DAY: Duration = Duration::from_hours(24);

/// What an import did.
pub struct Imported {
    pub products: usize,
    pub variants: usize,
    pub categories: usize,
}

/// Loads a whole catalogue, and the pages of text that the store has not yet. Stock is received
/// last, so an interrupted import is seen and begun again.
///
/// # Errors
/// `Conflict` when the store already has products with stock.
pub async fn import(ctx: &Ctx, folder: &Path) -> AppResult<Imported> {
    if inventory::service::has_any_stock(ctx).await? {
        return Err(AppError::conflict(
            "catalog_not_empty",
            "The store already has a catalogue; it is left as it is.",
        ));
    }
    let text = std::fs::read(folder.join("catalog.json")).map_err(|e| {
        AppError::invalid("catalog_unreadable", format!("catalog.json cannot be read: {e}"))
    })?;
    let file: CatalogFile = serde_json::from_slice(&text)
        .map_err(|e| AppError::invalid("catalog_unreadable", format!("catalog.json: {e}")))?;
    let currency = Currency::parse(&file.store.currency).ok_or_else(|| {
        let message = format!("{:?} is no currency of ISO 4217", file.store.currency);
        AppError::invalid("currency_unknown", message)
    })?;
    store::remove_everything(&ctx.mongo).await?;
    link_pictures(&folder.join("media"), &ctx.settings.services.media_dir)?;
    let categories = categories(&file.categories)?;
    store::insert_categories(
        &ctx.mongo,
        &categories.iter().map(|(_, d)| d.clone()).collect::<Vec<_>>(),
    )
    .await?;
    let by_key: HashMap<&str, &CategoryDocument> =
        categories.iter().map(|(key, d)| (key.as_str(), d)).collect();
    let mut stock = Vec::new();
    let mut old_slugs = Vec::new();
    let mut documents = Vec::new();
    for product in &file.products {
        let document = product_document(product, &by_key, currency, ctx.now())?;
        let Product { id, variants, .. } = &document.product;
        old_slugs.extend(product.old_slugs.iter().map(|slug| (slug.clone(), *id)));
        stock.extend(
            product
                .variants
                .iter()
                .zip(variants)
                .map(|(file, v)| (v.sku.clone(), *id, i64::from(file.stock))),
        );
        documents.push(document);
    }
    for batch in documents.chunks(BATCH) {
        store::insert_products(&ctx.mongo, batch).await?;
    }
    store::insert_old_slugs(&ctx.mongo, &old_slugs).await?;
    content::service::add_missing(ctx).await?;
    inventory::service::receive_first_stock(ctx, &stock).await?;
    Ok(Imported { products: documents.len(), variants: stock.len(), categories: categories.len() })
}

fn categories(file: &[FileCategory]) -> AppResult<Vec<(String, CategoryDocument)>> {
    let ids: HashMap<&str, CategoryId> = file.iter().map(|c| (c.key.as_str(), new_id())).collect();
    let by_key: HashMap<&str, &FileCategory> = file.iter().map(|c| (c.key.as_str(), c)).collect();
    let path_of = |category: &FileCategory| {
        let mut parts = vec![category.slug.as_str()];
        let mut parent = category.parent.as_deref().and_then(|key| by_key.get(key));
        while let Some(above) = parent.filter(|_| parts.len() < 6) {
            parts.push(above.slug.as_str());
            parent = above.parent.as_deref().and_then(|key| by_key.get(key));
        }
        parts.reverse();
        parts.join("/")
    };
    file.iter()
        .map(|c| {
            let id = ids.get(c.key.as_str()).copied().ok_or_else(|| unknown_category(&c.key))?;
            let parent = c
                .parent
                .as_deref()
                .map(|key| ids.get(key).copied().ok_or_else(|| unknown_category(key)))
                .transpose()?;
            let category = Category {
                id,
                parent,
                slug: c.slug.clone(),
                path: path_of(c),
                name: c.name.clone(),
                description: c.description.clone(),
                tint: c.tint.clone(),
                position: c.position,
            };
            let document = CategoryDocument { category, import_key: Some(c.key.clone()) };
            Ok((c.key.clone(), document))
        })
        .collect()
}

fn product_document(
    file: &FileProduct,
    categories: &HashMap<&str, &CategoryDocument>,
    currency: Currency,
    now: Timestamp,
) -> AppResult<ProductDocument> {
    let main =
        categories.get(file.category.as_str()).ok_or_else(|| unknown_category(&file.category))?;
    let variants =
        file.variants.iter().map(|v| variant(v, currency)).collect::<AppResult<Vec<_>>>()?;
    let tax_class = TaxClass::parse(&file.tax_class).ok_or_else(|| {
        let message = format!("{} has an unknown tax class: {:?}", file.key, file.tax_class);
        AppError::invalid("tax_class_unknown", message)
    })?;
    if let Some(code) = &file.info.country_of_origin
        && country_name(code).is_none()
    {
        let message = format!(
            "{} has an unknown country of origin: {code:?}; write the two capital letters of \
             ISO 3166-1, such as PT",
            file.key
        );
        return Err(AppError::invalid("country_of_origin_unknown", message));
    }
    let summary = summary(file, &variants, &main.category.tint, currency);
    let product = Product {
        id: new_id(),
        slug: file.slug.clone(),
        info: file.info.clone(),
        status: file.status,
        main_category: main.category.id,
        category_ids: with_ancestors(file, categories)?,
        tax_class,
        variants,
        popularity: i64::from(file.popularity),
        published_at: now - DAY * file.published_days_ago,
    };
    Ok(ProductDocument { product, import_key: Some(file.key.clone()), updated_at: now, summary })
}

fn variant(file: &FileVariant, currency: Currency) -> AppResult<Variant> {
    let sku = Sku::parse(&file.sku).ok_or_else(|| {
        AppError::invalid(
            "sku_invalid",
            format!("{} is not a sku: capital letters, digits and hyphens", file.sku),
        )
    })?;
    let money = |minor| Money::new(minor, currency);
    if !is_chargeable_step(money(file.price_minor)) {
        let message =
            format!("{sku} has the price {}, which cannot be charged", money(file.price_minor));
        return Err(AppError::invalid("price_not_chargeable", message));
    }
    Ok(Variant {
        sku,
        options: file.options.clone(),
        price: money(file.price_minor),
        compare_at: file.compare_at_minor.map(money),
        lowest_30_days: file.lowest_30_days_minor.map(money),
        weight_grams: file.weight_grams,
        needs_shipping: file.needs_shipping,
        image: file.image,
        low_stock_threshold: file.low_stock_threshold,
    })
}

/// What an option is called whose values are colours.
const COLOUR: [&str; 2] = ["Colour", "Color"];

fn summary(file: &FileProduct, variants: &[Variant], tint: &str, currency: Currency) -> Summary {
    let prices = || variants.iter().map(|v| v.price.minor());
    let cheapest = variants.iter().min_by_key(|v| v.price.minor());
    let ProductInfo { images, options, .. } = &file.info;
    Summary {
        image: images.first().cloned(),
        price_from: prices().min().unwrap_or(0),
        price_to: prices().max().unwrap_or(0),
        compare_at: cheapest.and_then(|v| v.compare_at).map(Money::minor),
        reduced: variants.iter().any(|v| v.compare_at.is_some()),
        in_stock: file.variants.iter().any(|v| v.stock > 0),
        only_sku: match variants {
            [only] => Some(only.sku.clone()),
            _ => None,
        },
        first_option_count: options
            .first()
            .map_or(0, |o| u32::try_from(o.values.len()).unwrap_or(u32::MAX)),
        colours: options
            .iter()
            .find(|o| COLOUR.contains(&o.name.as_str()))
            .map(|o| o.values.clone())
            .unwrap_or_default(),
        second_image: images.get(1).cloned(),
        tint: tint.into(),
        currency,
    }
}

/// A product is listed in its categories and in everything above them.
fn with_ancestors(
    file: &FileProduct,
    categories: &HashMap<&str, &CategoryDocument>,
) -> AppResult<Vec<CategoryId>> {
    let by_id: HashMap<CategoryId, &Category> =
        categories.values().map(|c| (c.category.id, &c.category)).collect();
    let mut ids = Vec::new();
    for key in std::iter::once(&file.category).chain(&file.other_categories) {
        let listed_in = categories.get(key.as_str()).ok_or_else(|| unknown_category(key))?;
        let mut next = Some(&listed_in.category);
        while let Some(category) = next {
            if !ids.contains(&category.id) {
                ids.push(category.id);
            }
            next = category.parent.and_then(|id| by_id.get(&id).copied());
        }
    }
    Ok(ids)
}

/// Pictures are linked where the file system allows it, else copied: they never change under their
/// name.
fn link_pictures(from: &Path, to: &Path) -> AppResult<()> {
    let failed = |e: std::io::Error| {
        AppError::invalid(
            "media_unwritable",
            format!("pictures cannot be put into {}: {e}", to.display()),
        )
    };
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if !target.exists() && std::fs::hard_link(entry.path(), &target).is_err() {
            std::fs::copy(entry.path(), &target).map_err(failed)?;
        }
    }
    Ok(())
}

fn unknown_category(key: &str) -> AppError {
    AppError::invalid(
        "category_unknown",
        format!("the catalogue names a category that it does not hold: {key}"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn import_product(country_of_origin: Value) -> AppResult<Option<String>> {
        let mut product = json!({
            "key": "jug-001", "slug": "jug", "name": "Jug", "brand": "Harbour",
            "description": "Plain.", "category": "kitchen", "other_categories": [],
            "status": "published", "published_days_ago": 1, "popularity": 0,
            "tax_class": "standard", "options": [], "attributes": [], "search_terms": [],
            "old_slugs": [], "images": [], "variants": [],
        });
        if !country_of_origin.is_null() {
            product["country_of_origin"] = country_of_origin;
        }
        let category = json!([{
            "key": "kitchen", "parent": null, "slug": "kitchen", "name": "Kitchen",
            "description": "Pots.", "tint": "kitchen", "position": 1,
        }]);
        let file: FileProduct = serde_json::from_value(product).unwrap();
        let listed = categories(&serde_json::from_value::<Vec<FileCategory>>(category).unwrap())?;
        let by_key = listed.iter().map(|(key, document)| (key.as_str(), document)).collect();
        let document = product_document(&file, &by_key, Currency::EUR, Timestamp::UNIX_EPOCH)?;
        Ok(document.product.info.country_of_origin)
    }

    #[test]
    fn cat_13_a_country_of_origin_is_one_of_the_table_or_none() {
        assert_eq!(import_product(Value::Null).unwrap(), None);
        assert_eq!(import_product(json!("PT")).unwrap().as_deref(), Some("PT"));
        for unknown in ["", "pt", "Portugal", "XX", "PRT"] {
            let refused = import_product(json!(unknown)).unwrap_err();
            assert_eq!(refused.code, "country_of_origin_unknown", "{unknown}");
            assert!(refused.message.contains("jug-001"), "{}", refused.message);
        }
    }
}
