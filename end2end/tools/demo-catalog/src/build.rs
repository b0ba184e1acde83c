//! Generates the catalogue from the tables of goods: names, prices, options, stock and images.

use std::collections::BTreeSet;

use catalog_file::{
    Attribute, CatalogFile, FileCategory, FileProduct, FileStore, ProductInfo, ProductOption,
    ProductStatus,
};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::goods::brands::{self, Brand};
use crate::goods::{self, ProductKind, Sizes, categories, materials};
use crate::palette::find_colourway;
use crate::picture_specs::{PictureSpecs, hex};
use crate::plan::Plan;
use crate::{product_images, text, variants};

/// Enough to fill the categories, few enough that a kind does not repeat itself on one page.
const PRODUCTS_PER_KIND: usize = 4;

const DRAFTS: usize = 8;
const ARCHIVED: usize = 8;

/// The one product with 300 variants: ten colours, six sizes, five lengths.
const LARGE: &str = "Made-to-Order T-Shirt";
const LARGE_SIZES: Sizes = goods::sizes("Size", &["XS", "S", "M", "L", "XL", "XXL"], 0);
const LARGE_LENGTHS: Sizes =
    goods::sizes("Length", &["58 cm", "62 cm", "66 cm", "70 cm", "74 cm"], 3);

/// A third option, for the kinds that have one.
const THIRD_OPTIONS: &[(&str, Sizes)] = &[
    ("JEANS", goods::sizes("Leg", &["30", "32", "34"], 0)),
    ("WATCH", goods::sizes("Strap", &["Leather", "Steel"], 12)),
    ("BEDFRAME", goods::sizes("Slats", &["Firm", "Soft"], 0)),
    ("SCISSORS", goods::sizes("Hand", &["Right", "Left"], 0)),
];

/// The whole catalogue and the pictures it needs. The same seed gives the same result.
pub fn generate_catalog(seed: u64) -> (CatalogFile, PictureSpecs) {
    let plans = plans(seed);
    let (mut pictures, images) = product_images::assign_images(&plans);
    let mut slugs = BTreeSet::new();
    let mut products: Vec<FileProduct> = plans
        .iter()
        .zip(images)
        .map(|(plan, images)| product(seed, plan, images, &mut slugs))
        .collect();
    set_states(seed, &mut products);
    let mut catalog = CatalogFile {
        store: FileStore { name: "Juniper Row".into(), currency: "EUR".into() },
        digest: String::new(),
        categories: categories(),
        products,
    };
    catalog.digest = compute_digest(&catalog);
    pictures.retain_used(&catalog);
    (catalog, pictures)
}

/// SHA-256 over the catalogue as JSON with an empty digest.
pub fn compute_digest(catalog: &CatalogFile) -> String {
    let plain = CatalogFile { digest: String::new(), ..catalog.clone() };
    // Writing plain data to memory cannot fail.
    let bytes = serde_json::to_vec(&plain).unwrap_or_default();
    hex(&Sha256::digest(bytes))
}

/// Random numbers that belong to one label: a new product does not change the others.
fn rng(seed: u64, label: &str) -> ChaCha8Rng {
    let hash = Sha256::digest(format!("{seed}/{label}").as_bytes());
    ChaCha8Rng::from_seed(hash.into())
}

fn categories() -> Vec<FileCategory> {
    let mut positions = std::collections::BTreeMap::new();
    categories::CATEGORIES
        .iter()
        .map(|(key, name, description)| {
            let (parent, slug) = match key.rsplit_once('/') {
                Some((parent, slug)) => (Some(parent.to_string()), slug),
                None => (None, *key),
            };
            let position = positions.entry(parent.clone()).or_insert(0);
            *position += 1;
            FileCategory {
                key: (*key).to_string(),
                slug: slug.to_string(),
                name: (*name).to_string(),
                description: (*description).to_string(),
                tint: key.split('/').next().unwrap_or(key).to_string(),
                position: *position,
                parent,
            }
        })
        .collect()
}

fn plans(seed: u64) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (department, kind) in goods::kinds() {
        let mut rng = rng(seed, kind.code);
        let mut forms = kind.forms.to_vec();
        // The plain form leads; the large product is always there.
        forms[1..].shuffle(&mut rng);
        forms.sort_by_key(|form| *form != LARGE && *form != kind.forms[0]);
        forms.truncate(products_of(kind, &mut rng));
        let pool = &kind.colours[..forms.len().min(kind.colours.len())];
        for (nth, form) in forms.into_iter().enumerate() {
            let third =
                THIRD_OPTIONS.iter().find(|(code, _)| *code == kind.code).map(|(_, sizes)| *sizes);
            let (colours, sizes) = if form == LARGE {
                (kind.colours.to_vec(), vec![LARGE_SIZES, LARGE_LENGTHS])
            } else {
                (
                    colours(&mut rng, pool, nth),
                    std::iter::once(kind.sizes)
                        .chain(third)
                        .filter(|sizes| !sizes.values.is_empty())
                        .collect(),
                )
            };
            plans.push(Plan {
                department,
                kind,
                nth,
                form,
                colours: colours.into_iter().map(find_colourway).collect(),
                sizes,
            });
        }
    }
    plans
}

/// As many products as a kind has colours, so that each can lead with its own.
fn products_of(kind: &ProductKind, rng: &mut ChaCha8Rng) -> usize {
    let wanted = if rng.random_bool(0.75) { PRODUCTS_PER_KIND } else { PRODUCTS_PER_KIND - 1 };
    wanted.min(kind.colours.len().max(2)).min(kind.forms.len())
}

/// One to four colours of the pool, first the product's own.
fn colours(rng: &mut ChaCha8Rng, pool: &[&'static str], nth: usize) -> Vec<&'static str> {
    let count = *[1, 2, 2, 3, 3, 4].choose(rng).unwrap_or(&1);
    (0..count.min(pool.len())).map(|step| pool[(nth + step) % pool.len()]).collect()
}

fn product(
    seed: u64,
    plan: &Plan,
    images: product_images::ProductImages,
    slugs: &mut BTreeSet<String>,
) -> FileProduct {
    let kind = plan.kind;
    let number = plan.nth + 1;
    let key = format!("{}-{number:03}", kind.code.to_lowercase());
    let mut rng = rng(seed, &key);
    // Books have titles of their own; everything else is named after its range.
    let is_book = kind.category == "stationery-and-books/books";
    let (range, name) = loop {
        let range = brands::RANGES.choose(&mut rng).copied().unwrap_or("Row");
        let name = if is_book { plan.form.to_string() } else { format!("{range} {}", plan.form) };
        if slugs.insert(slugify(&name)) {
            break ((!is_book).then_some(range), name);
        }
    };
    let slug = slugify(&name);
    let brand = brand(&mut rng, plan.department, kind);
    let material = materials::of(kind.materials.choose(&mut rng).copied().unwrap_or("steel"));
    let mut options: Vec<ProductOption> = Vec::new();
    if plan.colours.iter().any(|colour| colour.tone.is_some()) {
        options.push(ProductOption {
            name: "Colour".into(),
            values: plan.colours.iter().map(|c| c.name.to_string()).collect(),
        });
    }
    options.extend(plan.sizes.iter().map(|sizes| ProductOption {
        name: sizes.name.to_string(),
        values: sizes.values.iter().map(|v| (*v).to_string()).collect(),
    }));
    let old_slugs = if rng.random_bool(0.06) {
        vec![format!("{}-{slug}", self::slugify(brand.name))]
    } else {
        Vec::new()
    };
    FileProduct {
        info: ProductInfo {
            description: text::write_description(&mut rng, kind, plan.nth, range, brand, material),
            attributes: attributes(&mut rng, plan, material),
            name,
            brand: brand.name.to_string(),
            options,
            images: images.images,
            country_of_origin: Some(brand.country.to_string()),
            search_terms: kind.terms.iter().map(|term| (*term).to_string()).collect(),
        },
        variants: variants::build_variants(&mut rng, plan, &images.of_colour),
        // A long tail: a few sell well, most sell now and then.
        popularity: shop_window(plan).unwrap_or((rng.random::<f64>().powi(3) * 10_000.0) as u32),
        published_days_ago: rng.random_range(3..=720),
        key,
        slug,
        category: kind.category.to_string(),
        other_categories: kind.other_categories.iter().map(|key| (*key).to_string()).collect(),
        status: ProductStatus::Published,
        tax_class: if is_book { "reduced" } else { "standard" }.to_string(),
        old_slugs,
    }
}

/// Kinds whose first product a shop owner would put into the window, best selling first: each from
/// another department.
const WINDOW: [&str; 8] =
    ["TEAPOT", "HEADPHONE", "POTPLANT", "BACKPACK", "CAMERA", "CHAIR", "WATCH", "BICYCLE"];

/// Above everything that sells by chance.
fn shop_window(plan: &Plan) -> Option<u32> {
    let place = WINDOW.iter().position(|code| *code == plan.kind.code && plan.nth == 0)?;
    Some(20_000 - 500 * place as u32)
}

/// A maker of the department, and one that makes this kind of thing.
fn brand(rng: &mut ChaCha8Rng, department: &str, kind: &ProductKind) -> &'static Brand {
    let fits = |brand: &&Brand| match brand.name {
        "Foxglove Press" => kind.category == "stationery-and-books/books",
        "Corran Strings" => kind.category.starts_with("audio/instruments"),
        "Peregrine Optical" => !kind.category.starts_with("cameras/projectors"),
        "Quillon" => kind.category.ends_with("/watches"),
        _ => kind.category != "stationery-and-books/books",
    };
    let makers: Vec<&Brand> = brands::of_department(department).into_iter().filter(fits).collect();
    // Invariant: every department has a maker without a condition; a test checks it.
    makers[rng.random_range(0..makers.len())]
}

fn attributes(rng: &mut ChaCha8Rng, plan: &Plan, material: &materials::Material) -> Vec<Attribute> {
    let attribute =
        |name: &str, value: &str| Attribute { name: name.to_string(), value: value.to_string() };
    let mut attributes = vec![attribute("Material", material.name)];
    for (name, values) in plan.kind.facts {
        // What can be chosen is not an attribute as well.
        if plan.sizes.iter().all(|sizes| sizes.name != *name)
            && let Some(value) = values.choose(rng)
        {
            attributes.push(attribute(name, value));
        }
    }
    attributes.push(attribute("Care", material.care));
    attributes
}

/// A few drafts and archived products, never the large one.
fn set_states(seed: u64, products: &mut [FileProduct]) {
    let mut rng = rng(seed, "states");
    let mut candidates: Vec<usize> =
        (0..products.len()).filter(|index| products[*index].variants.len() < 300).collect();
    candidates.shuffle(&mut rng);
    for (place, index) in candidates.into_iter().take(DRAFTS + ARCHIVED).enumerate() {
        products[index].status =
            if place < DRAFTS { ProductStatus::Draft } else { ProductStatus::Archived };
    }
}

/// Lower-case words joined by hyphens.
pub fn slugify(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars() {
        let plain = match character {
            'é' | 'ê' => 'e',
            'à' | 'â' => 'a',
            '&' => ' ',
            // An apostrophe joins what it stands between.
            '\'' | '’' => continue,
            other => other.to_ascii_lowercase(),
        };
        if plain.is_ascii_alphanumeric() {
            slug.push(plain);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_string()
}
