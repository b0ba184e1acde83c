//! The shop and its goods in schema.org's terms. Invariant: nothing is said here that the page does
//! not show.

use serde_json::{Map, Value, json};

use crate::features::catalog::model::{Image, Product, Variant};
use crate::features::catalog::service::ProductDetail;
use crate::features::catalog::service::origin::origin_of;
use crate::features::inventory::model::Availability;
use crate::ui::picture::file;

/// Who sells, and how to search the shop.
pub fn shop(base_url: &str, name: &str) -> Vec<Value> {
    let organization = format!("{base_url}/#organization");
    vec![
        json!({ "@type": "Organization", "@id": organization, "name": name, "url": format!("{base_url}/"), "logo": format!("{base_url}/favicon.svg") }),
        json!({
            "@type": "WebSite",
            "@id": format!("{base_url}/#website"),
            "name": name,
            "url": format!("{base_url}/"),
            "publisher": { "@id": organization },
            "potentialAction": {
                "@type": "SearchAction",
                "target": { "@type": "EntryPoint", "urlTemplate": format!("{base_url}/search?q={{search_term_string}}") },
                "query-input": "required name=search_term_string",
            },
        }),
    ]
}

/// The product with the offer of the variant that is shown, inside the range of all where they
/// differ in price.
pub fn product(base_url: &str, detail: &ProductDetail, shown: usize, images: &[Image]) -> Value {
    let Product { info, slug, variants, .. } = &detail.product;
    let mut data = Map::from_iter([
        ("@type".to_owned(), json!("Product")),
        ("name".to_owned(), json!(info.name)),
        ("description".to_owned(), json!(info.description)),
        ("url".to_owned(), json!(format!("{base_url}/p/{slug}"))),
    ]);
    if !info.brand.is_empty() {
        data.insert("brand".to_owned(), json!({ "@type": "Brand", "name": info.brand }));
    }
    if let Some(country) = origin_of(&detail.product) {
        data.insert("countryOfOrigin".to_owned(), json!({ "@type": "Country", "name": country }));
    }
    if !images.is_empty() {
        let addresses: Vec<String> =
            images.iter().map(|image| format!("{base_url}{}", largest(image))).collect();
        data.insert("image".to_owned(), json!(addresses));
    }
    if let Some(variant) = variants.get(shown) {
        let availability = detail.availability.get(shown).copied().unwrap_or(Availability::SoldOut);
        data.insert("sku".to_owned(), json!(variant.sku.as_str()));
        data.insert(
            "offers".to_owned(),
            offers(offer(base_url, &detail.product, variant, availability), variants),
        );
    }
    Value::Object(data)
}

fn offer(
    base_url: &str,
    product: &Product,
    variant: &Variant,
    availability: Availability,
) -> Value {
    let url = match product.variants.len() {
        1 => format!("{base_url}/p/{}", product.slug),
        _ => format!("{base_url}/p/{}?sku={}", product.slug, variant.sku),
    };
    json!({
        "@type": "Offer",
        "url": url,
        "sku": variant.sku.as_str(),
        "price": variant.price.decimal(),
        "priceCurrency": variant.price.currency().code(),
        "availability": term(availability),
    })
}

/// The other variants have addresses of their own; here stands only how far their prices reach.
fn offers(shown: Value, variants: &[Variant]) -> Value {
    let lowest = variants.iter().map(|v| v.price).min_by_key(|price| price.minor());
    let highest = variants.iter().map(|v| v.price).max_by_key(|price| price.minor());
    match (lowest, highest) {
        (Some(lowest), Some(highest)) if lowest != highest => json!({
            "@type": "AggregateOffer",
            "lowPrice": lowest.decimal(),
            "highPrice": highest.decimal(),
            "priceCurrency": lowest.currency().code(),
            "offerCount": variants.len(),
            "offers": [shown],
        }),
        _ => shown,
    }
}

/// <https://schema.org/ItemAvailability>; what is sold out now is to come back.
const fn term(availability: Availability) -> &'static str {
    match availability {
        Availability::InStock => "https://schema.org/InStock",
        Availability::Low(_) => "https://schema.org/LimitedAvailability",
        Availability::SoldOut => "https://schema.org/OutOfStock",
    }
}

/// The path of the largest file: search engines and networks scale it down themselves.
pub fn largest(image: &Image) -> String {
    file(&image.stem, image.widths.last().copied().unwrap_or(image.width), "jpg")
}
