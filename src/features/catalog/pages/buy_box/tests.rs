//! What each option's values lead to.

use super::*;
use crate::features::catalog::model::{ProductOption, ProductStatus, Variant};
use crate::features::shipping::model::TaxClass;
use crate::shared::ids::{CategoryId, ProductId, Sku};
use crate::shared::money::{Currency, Money};

fn variant(sku: &str, options: [&str; 2]) -> Variant {
    Variant {
        sku: Sku::new(sku),
        options: options.map(str::to_owned).to_vec(),
        price: Money::new(1000, Currency::EUR),
        compare_at: None,
        lowest_30_days: None,
        weight_grams: 1,
        needs_shipping: true,
        image: 0,
        low_stock_threshold: 3,
    }
}

/// Moss in S and M, Clay in S only.
fn shirt() -> Product {
    let option = |name: &str, values: [&str; 2]| ProductOption {
        name: name.into(),
        values: values.map(str::to_owned).to_vec(),
    };
    Product {
        id: ProductId::new("p"),
        slug: "shirt".into(),
        name: "Shirt".into(),
        brand: String::new(),
        description: String::new(),
        status: ProductStatus::Published,
        main_category: CategoryId::new("c"),
        category_ids: Vec::new(),
        options: vec![option("Colour", ["Moss", "Clay"]), option("Size", ["S", "M"])],
        attributes: Vec::new(),
        tax_class: TaxClass::Standard,
        images: Vec::new(),
        variants: vec![
            variant("MS", ["Moss", "S"]),
            variant("MM", ["Moss", "M"]),
            variant("CS", ["Clay", "S"]),
        ],
        search_terms: Vec::new(),
        popularity: 0,
        published_at: 0,
    }
}

#[test]
fn pdp_2_a_value_keeps_the_other_choices() {
    let stock = [Availability::InStock, Availability::SoldOut, Availability::InStock];
    let colours = choices(&shirt(), &stock, 0, 0);
    assert_eq!(
        colours.iter().map(|c| (c.sku.as_str(), c.state)).collect::<Vec<_>>(),
        [("MS", ChoiceState::Chosen), ("CS", ChoiceState::Offered)]
    );
    let sizes = choices(&shirt(), &stock, 0, 1);
    assert_eq!(
        sizes.iter().map(|c| (c.sku.as_str(), c.state)).collect::<Vec<_>>(),
        [("MS", ChoiceState::Chosen), ("MM", ChoiceState::SoldOut)]
    );
}

#[test]
fn pdp_2_a_missing_combination_leads_to_the_nearest() {
    let stock = [Availability::InStock; 3];
    let sizes = choices(&shirt(), &stock, 2, 1);
    assert_eq!(
        sizes.iter().map(|c| (c.sku.as_str(), c.state)).collect::<Vec<_>>(),
        [("CS", ChoiceState::Chosen), ("MM", ChoiceState::OtherCombination)]
    );
}

#[test]
fn pdp_1_an_unknown_sku_shows_what_can_be_had() {
    let availability = vec![Availability::SoldOut, Availability::Low(1), Availability::InStock];
    let detail = ProductDetail { product: shirt(), availability, categories: Vec::new() };
    assert_eq!(shown_variant(&detail, Some("CS")), 2);
    assert_eq!(shown_variant(&detail, Some("NOPE")), 1);
    assert_eq!(shown_variant(&detail, None), 1);
}
