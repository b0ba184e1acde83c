//! What each option's values lead to.

use super::*;
use catalog_file::ProductOption;

use crate::features::catalog::model::Variant;
use crate::testing;

fn variant(sku: &str, options: [&str; 2]) -> Variant {
    let options = options.map(str::to_owned).to_vec();
    Variant { options, ..testing::catalog::variant(sku, 1_000) }
}

/// Moss in S and M, Clay in S only.
fn shirt() -> Product {
    let option = |name: &str, values: [&str; 2]| ProductOption {
        name: name.into(),
        values: values.map(str::to_owned).to_vec(),
    };
    let mut shirt = testing::catalog::product("shirt", "Shirt");
    shirt.info.options = vec![option("Colour", ["Moss", "Clay"]), option("Size", ["S", "M"])];
    shirt.variants = vec![
        variant("MS", ["Moss", "S"]),
        variant("MM", ["Moss", "M"]),
        variant("CS", ["Clay", "S"]),
    ];
    shirt
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
