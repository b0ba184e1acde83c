//! `catalog.json`: the catalogue as a file, which the store imports and the demo catalogue is
//! written as.
//!
//! [`ProductInfo`] is also a part of the store's own model and of its stored documents: a field
//! that is added to it is in all three.

use serde::{Deserialize, Serialize};

/// The whole file, version 1.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CatalogFile {
    pub store: FileStore,
    /// SHA-256 over everything else in this file, in hexadecimal; only the demo goods have one.
    #[serde(default)]
    pub digest: String,
    pub categories: Vec<FileCategory>,
    pub products: Vec<FileProduct>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileStore {
    #[serde(default)]
    pub name: String,
    /// ISO 4217, in capital letters.
    pub currency: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileCategory {
    /// What `parent` and a product's `category` name it by.
    pub key: String,
    pub parent: Option<String>,
    pub slug: String,
    pub name: String,
    pub description: String,
    /// The department whose tint its tiles have.
    pub tint: String,
    /// Place among its siblings, from 1.
    pub position: i32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileProduct {
    pub key: String,
    pub slug: String,
    #[serde(flatten)]
    pub info: ProductInfo,
    /// Key of the main category.
    pub category: String,
    pub other_categories: Vec<String>,
    pub status: ProductStatus,
    pub published_days_ago: u32,
    /// Higher is shown earlier.
    pub popularity: u32,
    /// "standard", "reduced" or "zero".
    pub tax_class: String,
    pub old_slugs: Vec<String>,
    pub variants: Vec<FileVariant>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileVariant {
    pub sku: String,
    /// One value for each of the product's options, in their order.
    pub options: Vec<String>,
    /// Minor units of the file's currency, as the two amounts after it.
    pub price_minor: i64,
    pub compare_at_minor: Option<i64>,
    /// The lowest price of the 30 days before the reduction, where there is one.
    pub lowest_30_days_minor: Option<i64>,
    pub stock: u32,
    pub low_stock_threshold: u32,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// Position in the product's images.
    pub image: u32,
}

/// What the shop says about a product: the same in the file, in the stored document and on pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProductInfo {
    pub name: String,
    pub brand: String,
    /// Plain text, paragraphs parted by an empty line.
    pub description: String,
    pub options: Vec<ProductOption>,
    pub attributes: Vec<Attribute>,
    pub images: Vec<Image>,
    /// Other words that shoppers search by.
    pub search_terms: Vec<String>,
    /// Where it was made, as the two capital letters of ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_of_origin: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    Draft,
    Published,
    Archived,
}

/// Something a shopper chooses, such as a colour or a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub name: String,
    pub value: String,
}

/// A picture in several widths; files are `media/{stem}-{width}.webp` and `.jpg`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub stem: String,
    pub alt: String,
    /// Pixels of the largest file.
    pub width: u32,
    pub height: u32,
    pub widths: Vec<u32>,
}
