//! Single products for tests of rules, and small catalogues that go through the real import.

use std::path::Path;

use serde_json::{Value, json};

use crate::features::catalog::model::{Product, ProductInfo, ProductStatus, Variant};
use crate::features::catalog::service::import;
use crate::features::shipping::model::TaxClass;
use crate::infra::ctx::Ctx;
use crate::shared::ids::{DocumentId, Sku};
use crate::shared::money::{Currency, Money};
use crate::shared::timestamp::Timestamp;

/// A published product with one variant, for rules that need no database; its slug is the key, and
/// its id is made of it.
pub fn product(key: &str, name: &str) -> Product {
    Product {
        id: id_of(key),
        slug: key.into(),
        info: ProductInfo { name: name.into(), ..ProductInfo::default() },
        status: ProductStatus::Published,
        main_category: id_of("all"),
        category_ids: vec![id_of("all")],
        tax_class: TaxClass::Standard,
        variants: vec![variant(&format!("SKU-{}", key.to_ascii_uppercase()), 1_000)],
        popularity: 0,
        published_at: Timestamp::UNIX_EPOCH,
    }
}

/// The letters of the keys that ids are made of; the order of ids is that of their keys.
const LETTERS: &[u8] = b"-/0123456789abcdefghijklmnopqrstuvwxyz";

/// The id of a thing that a test knows by a key of at most 16 letters: six bits for each.
pub fn id_of<T: DocumentId>(key: &str) -> T {
    assert!(key.len() <= 16, "{key} is too long");
    let code = |at: usize| {
        let letter = key.as_bytes().get(at)?;
        let place = LETTERS.iter().position(|known| known == letter).expect("a letter of keys");
        u128::try_from(place + 1).ok()
    };
    let bits = (0..16).fold(0_u128, |bits, at| bits << 6 | code(at).unwrap_or(0));
    let bytes = bits.to_be_bytes();
    T::from_bytes(bytes[4..].try_into().expect("12 of 16 bytes"))
}

/// The key that [`id_of`] made an id of.
pub fn key_of(id: impl DocumentId) -> String {
    let bits = u128::from_str_radix(id.as_str(), 16).expect("hexadecimal digits");
    let codes = (0..16).map(|at| usize::try_from(bits >> (90 - 6 * at) & 63).unwrap_or(0));
    codes.take_while(|code| *code > 0).map(|code| char::from(LETTERS[code - 1])).collect()
}

pub fn variant(sku: &str, minor: i64) -> Variant {
    Variant {
        sku: Sku::new(sku),
        options: Vec::new(),
        price: Money::new(minor, Currency::EUR),
        compare_at: None,
        lowest_30_days: None,
        weight_grams: 0,
        needs_shipping: true,
        image: 0,
        low_stock_threshold: 0,
    }
}

/// One product per entry, each with one variant.
pub struct TestCatalog {
    products: Vec<Value>,
}

impl TestCatalog {
    /// A teapot (€49.00, 10 units), a mug (€12.00, 100), a lamp (€89.00, 1), a book at the reduced
    /// rate (€20.00, 50), a draft, and something sold out.
    pub fn small() -> Self {
        Self { products: Vec::new() }
            .with("teapot", "TEAPOT", 4_900, 10)
            .with("mug", "MUG", 1_200, 100)
            .with("lamp", "LAMP", 8_900, 1)
            .with_fields("book", "BOOK", 2_000, 50, &[("tax_class", json!("reduced"))])
            .with_fields("secret", "SECRET", 1_000, 5, &[("status", json!("draft"))])
            .with_fields("relic", "RELIC", 1_000, 5, &[("status", json!("archived"))])
            .with("gone", "GONE", 700, 0)
    }

    /// One product with some units.
    pub fn one(sku: &str, units: i64) -> Self {
        Self { products: Vec::new() }.with("scarce", sku, 2_500, units)
    }

    pub fn with(self, slug: &str, sku: &str, price: i64, stock: i64) -> Self {
        self.with_fields(slug, sku, price, stock, &[])
    }

    pub fn with_fields(
        mut self,
        slug: &str,
        sku: &str,
        price: i64,
        stock: i64,
        fields: &[(&str, Value)],
    ) -> Self {
        let rank = 1_000 - i64::try_from(self.products.len()).unwrap_or(0);
        let mut product = json!({
            "key": slug, "slug": slug, "name": capitalised(slug), "brand": "Harbour", "description": "Plain.\n\nUseful.", "category": "kitchen",
            "other_categories": [], "status": "published", "published_days_ago": 10, "popularity": rank, "tax_class": "standard",
            "options": [], "attributes": [{ "name": "Material", "value": "Clay" }], "search_terms": [], "old_slugs": [format!("old-{slug}")],
            "images": [{ "stem": "abc", "alt": format!("A {slug}"), "width": 1600, "height": 1600, "widths": [240, 480, 960, 1600] }],
            "variants": [{
                "sku": sku, "options": [], "price_minor": price, "compare_at_minor": null, "lowest_30_days_minor": null, "stock": stock,
                "low_stock_threshold": 3, "weight_grams": 500, "needs_shipping": true, "image": 0,
            }],
        });
        for (name, value) in fields {
            product[*name] = value.clone();
        }
        self.products.push(product);
        self
    }

    /// With another price for one sku, in minor units.
    pub fn priced(self, sku: &str, price: i64) -> Self {
        self.with_variant_field(sku, "price_minor", json!(price))
    }

    /// With one sku that is not sent, such as a download.
    pub fn without_shipping(self, sku: &str) -> Self {
        self.with_variant_field(sku, "needs_shipping", json!(false))
    }

    fn with_variant_field(mut self, sku: &str, field: &str, value: Value) -> Self {
        let variants = self
            .products
            .iter_mut()
            .flat_map(|product| product["variants"].as_array_mut().expect("variants"));
        for variant in variants.filter(|variant| variant["sku"] == sku) {
            variant[field] = value.clone();
        }
        self
    }

    pub async fn import(&self, ctx: &Ctx, folder: &Path) {
        let file = json!({
            "store": { "name": "Test", "currency": "EUR" }, "digest": "",
            "categories": [
                { "key": "home", "parent": null, "slug": "home", "name": "Home", "description": "Everything.", "tint": "kitchen", "position": 0 },
                { "key": "kitchen", "parent": "home", "slug": "kitchen", "name": "Kitchen", "description": "Pots.", "tint": "kitchen", "position": 1 },
            ],
            "products": self.products,
        });
        let source = folder.join("import");
        std::fs::create_dir_all(source.join("media")).expect("a folder");
        std::fs::write(source.join("catalog.json"), file.to_string()).expect("a file");
        import::import(ctx, &source).await.expect("the catalogue is imported");
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
