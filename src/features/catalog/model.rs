//! What a product, a variant and a category are, and the rules that need nothing but them.

use serde::{Deserialize, Serialize};

use crate::features::shipping::model::TaxClass;
use crate::shared::ids::{CategoryId, ProductId, Sku};
use crate::shared::money::Money;
use crate::shared::timestamp::Timestamp;

pub use catalog_file::{Attribute, Image, ProductInfo, ProductStatus};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    pub sku: Sku,
    /// One value per option, in the options' order.
    pub options: Vec<String>,
    pub price: Money,
    /// The price before a reduction, if the product is reduced.
    pub compare_at: Option<Money>,
    /// The lowest price of the 30 days before a reduction (Directive 98/6/EC, article 6a).
    pub lowest_30_days: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// Position in the product's images.
    pub image: u32,
    pub low_stock_threshold: u32,
}

impl Variant {
    /// "Moss, M"; empty for a product without options.
    pub fn title(&self) -> String {
        self.options.join(", ")
    }
}

/// A product as the rules and pages know it; its document holds these fields under these names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    #[serde(rename = "_id")]
    pub id: ProductId,
    pub slug: String,
    pub info: ProductInfo,
    pub status: ProductStatus,
    pub main_category: CategoryId,
    pub category_ids: Vec<CategoryId>,
    pub tax_class: TaxClass,
    pub variants: Vec<Variant>,
    pub popularity: i64,
    pub published_at: Timestamp,
}

impl Product {
    /// The picture of a variant, or the first one.
    pub fn image_of(&self, variant: &Variant) -> Option<&Image> {
        usize::try_from(variant.image)
            .ok()
            .and_then(|i| self.info.images.get(i))
            .or_else(|| self.info.images.first())
    }
}

/// What a card in a grid shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductCard {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    pub brand: String,
    pub image: Option<Image>,
    /// The cheapest variant's price.
    pub price: Money,
    /// Whether other variants cost more.
    pub price_varies: bool,
    pub compare_at: Option<Money>,
    pub in_stock: bool,
    /// The one variant's sku when there is nothing to choose.
    pub only_sku: Option<Sku>,
    /// How many colours or other values the first option offers.
    pub first_option_count: u32,
    /// The names of the colours it comes in.
    pub colours: Vec<String>,
    /// Shown while the tile is pointed at.
    pub second_image: Option<Image>,
    pub tint: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    #[serde(rename = "_id")]
    pub id: CategoryId,
    pub parent: Option<CategoryId>,
    pub slug: String,
    /// Slugs from the top, parted by slashes: the path after `/c/`.
    pub path: String,
    pub name: String,
    pub description: String,
    /// The department's ground colour.
    pub tint: String,
    pub position: i32,
}

/// All categories, in the order staff gave them.
#[derive(Clone, Debug, Default)]
pub struct CategoryTree {
    categories: Vec<Category>,
}

impl CategoryTree {
    pub fn new(mut categories: Vec<Category>) -> Self {
        categories.sort_by(|a, b| a.position.cmp(&b.position).then_with(|| a.path.cmp(&b.path)));
        Self { categories }
    }

    pub fn top(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(|c| c.parent.is_none())
    }

    pub fn all(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter()
    }

    pub fn by_path(&self, path: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.path == path)
    }

    pub fn by_id(&self, id: CategoryId) -> Option<&Category> {
        self.categories.iter().find(|c| c.id == id)
    }

    pub fn children(&self, id: CategoryId) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(move |c| c.parent == Some(id))
    }

    /// From the top category down to the one asked for.
    pub fn ancestors_and_self(&self, id: CategoryId) -> Vec<&Category> {
        let mut line = Vec::new();
        let mut next = self.by_id(id);
        // The bound keeps a damaged tree (a cycle) from hanging a request.
        while let Some(category) = next.filter(|_| line.len() < 10) {
            line.push(category);
            next = category.parent.and_then(|parent| self.by_id(parent));
        }
        line.reverse();
        line
    }
}

/// How a listing is ordered; each has an index and a unique tail.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Sort {
    #[default]
    Popular,
    Newest,
    #[strum(serialize = "price")]
    PriceAscending,
    #[strum(serialize = "price-desc")]
    PriceDescending,
}

impl Sort {
    /// The value in the URL.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Popular => "Most popular",
            Self::Newest => "Newest",
            Self::PriceAscending => "Price, low to high",
            Self::PriceDescending => "Price, high to low",
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    fn id(letter: &str) -> CategoryId {
        CategoryId::parse(&letter.repeat(24)).unwrap()
    }

    fn category(letter: &str, parent: Option<&str>, path: &str) -> Category {
        Category {
            id: id(letter),
            parent: parent.map(id),
            slug: letter.into(),
            path: path.into(),
            name: letter.into(),
            description: String::new(),
            tint: "kitchen".into(),
            position: 0,
        }
    }

    #[test]
    fn ancestors_run_from_the_top() {
        let tree = CategoryTree::new(vec![
            category("a", None, "a"),
            category("b", Some("a"), "a/b"),
            category("c", Some("b"), "a/b/c"),
        ]);
        let line: Vec<_> =
            tree.ancestors_and_self(id("c")).into_iter().map(|c| c.slug.as_str()).collect();
        assert_eq!(line, ["a", "b", "c"]);
    }

    #[test]
    fn a_cycle_in_the_tree_ends() {
        let tree =
            CategoryTree::new(vec![category("a", Some("b"), "a"), category("b", Some("a"), "b")]);
        assert!(tree.ancestors_and_self(id("a")).len() <= 10);
    }

    #[test]
    fn r46_sorts_are_a_closed_list() {
        assert_eq!("password_hash".parse::<Sort>().unwrap_or_default(), Sort::Popular);
        for sort in Sort::VARIANTS.iter().copied() {
            assert_eq!(sort.key().parse::<Sort>().unwrap_or_default(), sort);
        }
    }
}
