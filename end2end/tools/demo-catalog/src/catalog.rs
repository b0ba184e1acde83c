//! The shape of `catalog.json`, as the store imports it.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Catalog {
    pub store: Store,
    /// SHA-256 over everything else in this file, in hexadecimal.
    pub digest: String,
    pub categories: Vec<Category>,
    pub products: Vec<Product>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Store {
    pub name: String,
    pub currency: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Category {
    /// The slugs from the top category down, joined by `/`.
    pub key: String,
    pub parent: Option<String>,
    pub slug: String,
    pub name: String,
    pub description: String,
    /// The department whose tint its tiles have.
    pub tint: String,
    /// Place among its siblings, from 1.
    pub position: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Product {
    pub key: String,
    pub slug: String,
    pub name: String,
    pub brand: String,
    /// Plain text; paragraphs are divided by an empty line.
    pub description: String,
    pub category: String,
    pub other_categories: Vec<String>,
    pub status: Status,
    pub published_days_ago: u32,
    /// 0 to 10,000; a few are high, most are low.
    pub popularity: u32,
    pub tax_class: TaxClass,
    pub options: Vec<ProductOption>,
    pub attributes: Vec<Attribute>,
    pub search_terms: Vec<String>,
    pub old_slugs: Vec<String>,
    pub images: Vec<Image>,
    pub variants: Vec<Variant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Published,
    Draft,
    Archived,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaxClass {
    Standard,
    Reduced,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attribute {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Names the files: `media/<stem>-<width>.webp` and `.jpg`.
    pub stem: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
    pub widths: Vec<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variant {
    pub sku: String,
    /// One value for each of the product's options, in their order.
    pub options: Vec<String>,
    pub price_minor: i64,
    pub compare_at_minor: Option<i64>,
    /// The lowest price of the 30 days before the reduction, where there is one.
    pub lowest_30_days_minor: Option<i64>,
    pub stock: u32,
    pub low_stock_threshold: u32,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// Index into the product's images.
    pub image: u32,
}
