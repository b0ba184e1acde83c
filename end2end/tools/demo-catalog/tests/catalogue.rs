//! What the store may rely on in every catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use catalog_file::{CatalogFile, FileProduct, ProductStatus};
use demo_catalog::build::{compute_digest, generate_catalog, slugify};
use demo_catalog::goods::brands;
use demo_catalog::picture::encode::WIDTHS;
use demo_catalog::picture_specs::PictureSpecs;

static GENERATED: LazyLock<(CatalogFile, PictureSpecs)> = LazyLock::new(|| generate_catalog(42));

fn published() -> impl Iterator<Item = &'static FileProduct> {
    GENERATED.0.products.iter().filter(|product| product.status == ProductStatus::Published)
}

#[test]
fn the_same_seed_gives_the_same_digest_and_another_seed_another() {
    let (catalog, _) = &*GENERATED;
    assert_eq!(generate_catalog(42).0.digest, catalog.digest);
    assert_eq!(compute_digest(catalog), catalog.digest);
    assert_ne!(generate_catalog(43).0.digest, catalog.digest);
}

#[test]
fn the_digest_survives_the_file() {
    let (catalog, _) = &*GENERATED;
    let read: CatalogFile = serde_json::from_str(&serde_json::to_string(catalog).unwrap()).unwrap();
    assert_eq!(compute_digest(&read), catalog.digest);
}

#[test]
fn the_shop_is_as_large_as_promised() {
    let catalog = &GENERATED.0;
    let variants: usize = catalog.products.iter().map(|p| p.variants.len()).sum();
    let of_status = |status| catalog.products.iter().filter(|p| p.status == status).count();
    assert!(published().count() >= 620, "{} published", published().count());
    assert!(variants >= 1_600, "{variants} variants");
    assert_eq!(of_status(ProductStatus::Draft), 8);
    assert_eq!(of_status(ProductStatus::Archived), 8);
    let large = published().filter(|p| p.variants.len() == 300).count();
    assert_eq!(large, 1);
    let tops = catalog.categories.iter().filter(|c| c.parent.is_none()).count();
    assert_eq!(tops, 15);
    let makers: BTreeSet<_> = published().map(|p| p.info.brand.as_str()).collect();
    assert_eq!(makers.len(), brands::BRANDS.len());
    let old: usize = catalog.products.iter().map(|p| p.old_slugs.len()).sum();
    assert!(old >= 10, "{old} old slugs");
}

#[test]
fn about_as_much_is_sold_out_low_and_reduced_as_promised() {
    let share = |part: usize, whole: usize| part as f64 * 100.0 / whole as f64;
    let products = published().count();
    let sold_out = published().filter(|p| p.variants.iter().all(|v| v.stock == 0)).count();
    let reduced =
        published().filter(|p| p.variants.iter().any(|v| v.compare_at_minor.is_some())).count();
    let variants: Vec<_> = published().flat_map(|p| &p.variants).collect();
    let low = variants.iter().filter(|v| (1..=3).contains(&v.stock)).count();
    assert!((1.0..4.0).contains(&share(sold_out, products)), "{sold_out} sold out");
    assert!((7.0..13.0).contains(&share(reduced, products)), "{reduced} reduced");
    assert!((3.5..6.5).contains(&share(low, variants.len())), "{low} low");
}

#[test]
fn keys_slugs_skus_and_names_are_unique_and_well_formed() {
    let products = &GENERATED.0.products;
    let mut slugs = BTreeSet::new();
    let mut keys = BTreeSet::new();
    let mut skus = BTreeSet::new();
    for product in products {
        assert!(keys.insert(&product.key), "{}", product.key);
        for slug in std::iter::once(&product.slug).chain(&product.old_slugs) {
            assert!(slugs.insert(slug), "{slug} twice");
            assert!(!slug.is_empty() && !slug.starts_with('-') && !slug.ends_with('-'));
            assert!(slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{slug}");
        }
        for variant in &product.variants {
            assert!(skus.insert(&variant.sku), "{} twice", variant.sku);
            assert!(
                variant.sku.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'-')),
                "{}",
                variant.sku
            );
        }
    }
}

#[test]
fn cat_13_every_product_says_where_it_was_made() {
    for product in &GENERATED.0.products {
        let origin = product.info.country_of_origin.as_deref().unwrap_or_default();
        let is_code = origin.len() == 2 && origin.bytes().all(|b| b.is_ascii_uppercase());
        assert!(is_code, "{}: {origin:?}", product.key);
    }
}

#[test]
fn variants_are_every_combination_of_the_options_once() {
    for product in &GENERATED.0.products {
        assert!(product.info.options.len() <= 3);
        let combinations: usize = product.info.options.iter().map(|o| o.values.len()).product();
        assert_eq!(product.variants.len(), combinations, "{}", product.info.name);
        let mut seen = BTreeSet::new();
        for variant in &product.variants {
            assert_eq!(variant.options.len(), product.info.options.len(), "{}", variant.sku);
            for (value, option) in variant.options.iter().zip(&product.info.options) {
                assert!(option.values.contains(value), "{}: {value}", variant.sku);
            }
            assert!(seen.insert(&variant.options), "{}", variant.sku);
        }
    }
}

#[test]
fn prices_are_positive_and_reductions_reduce() {
    for variant in GENERATED.0.products.iter().flat_map(|p| &p.variants) {
        assert!(variant.price_minor > 0, "{}", variant.sku);
        assert_eq!(variant.price_minor % 10, 0, "{}", variant.sku);
        assert_eq!(variant.compare_at_minor.is_some(), variant.lowest_30_days_minor.is_some());
        if let (Some(regular), Some(lowest)) =
            (variant.compare_at_minor, variant.lowest_30_days_minor)
        {
            assert!(variant.price_minor < regular, "{}", variant.sku);
            assert!((variant.price_minor..=regular).contains(&lowest), "{}", variant.sku);
        }
        assert!(variant.weight_grams > 0, "{}", variant.sku);
    }
}

#[test]
fn every_picture_named_is_one_that_will_be_made() {
    let (catalog, shots) = &*GENERATED;
    let stems: BTreeSet<&String> = shots.iter().map(|(stem, _)| stem).collect();
    for product in &catalog.products {
        assert!((2..=16).contains(&product.info.images.len()), "{}", product.info.name);
        for image in &product.info.images {
            assert!(stems.contains(&image.stem));
            assert_eq!(image.widths, WIDTHS);
            assert!(!image.alt.is_empty());
        }
        let distinct: BTreeSet<_> = product.info.images.iter().map(|i| &i.stem).collect();
        assert_eq!(distinct.len(), product.info.images.len(), "{}", product.info.name);
        for variant in &product.variants {
            let image = &product.info.images[variant.image as usize];
            if let Some(place) = product.info.options.iter().position(|o| o.name == "Colour") {
                let colour = variant.options[place].to_lowercase();
                assert!(image.alt.contains(&colour), "{} shows {}", variant.sku, image.alt);
            }
        }
    }
}

#[test]
fn categories_are_a_tree_of_at_most_three_levels() {
    let categories = &GENERATED.0.categories;
    let by_key: BTreeMap<&str, _> = categories.iter().map(|c| (c.key.as_str(), c)).collect();
    assert_eq!(by_key.len(), categories.len());
    let slugs: BTreeSet<&str> = categories.iter().map(|c| c.slug.as_str()).collect();
    assert_eq!(slugs.len(), categories.len(), "slugs are unique across the tree");
    for category in categories {
        let mut levels = 1;
        let mut at = category;
        while let Some(parent) = &at.parent {
            levels += 1;
            assert!(levels <= 3, "{}", category.key);
            at = by_key[parent.as_str()];
        }
        assert_eq!(at.key, category.tint);
    }
    for product in &GENERATED.0.products {
        assert!(by_key.contains_key(product.category.as_str()), "{}", product.category);
        for other in &product.other_categories {
            assert!(by_key.contains_key(other.as_str()), "{other}");
            assert_ne!(*other, product.category, "{}", product.info.name);
        }
    }
}

#[test]
fn every_category_holds_something() {
    for category in &GENERATED.0.categories {
        let within =
            |key: &str| key == category.key || key.starts_with(&format!("{}/", category.key));
        let count = published()
            .filter(|p| within(&p.category) || p.other_categories.iter().any(|k| within(k)))
            .count();
        assert!(count >= 2, "{} holds {count}", category.key);
    }
}

#[test]
fn descriptions_are_calm_and_do_not_read_alike() {
    let products: Vec<_> = published().collect();
    let mut whole = BTreeSet::new();
    for product in &products {
        let text = &product.info.description;
        assert!(!text.contains('!'), "{}", product.info.name);
        assert!((2..=4).contains(&text.split("\n\n").count()), "{text}");
        assert!((60..900).contains(&text.len()), "{text}");
        assert!(!text.contains("  ") && text.ends_with('.'), "{text}");
        let sentences: Vec<_> = text.split_inclusive(['.', '\n']).map(str::trim).collect();
        let distinct: BTreeSet<_> = sentences.iter().filter(|s| !s.is_empty()).collect();
        assert_eq!(distinct.len(), sentences.iter().filter(|s| !s.is_empty()).count(), "{text}");
        assert!(whole.insert(text), "{text} twice");
    }
    for neighbours in products.windows(20) {
        let openings: BTreeSet<_> = neighbours
            .iter()
            .map(|p| p.info.description.split('.').next().unwrap_or_default())
            .collect();
        assert!(openings.len() >= 19, "{openings:?}");
    }
}

#[test]
fn slugs_are_plain() {
    assert_eq!(slugify("Alder Chef's Knife"), "alder-chefs-knife");
    assert_eq!(slugify("Hollin & Wray: Crêpe Pan"), "hollin-wray-crepe-pan");
}
