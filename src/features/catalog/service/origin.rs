//! The country a product was made in.

use crate::features::catalog::model::Product;
use crate::features::shipping;

/// The English name of a country by its two capital letters (ISO 3166-1); `None` for letters that
/// are no country.
pub fn country_name(code: &str) -> Option<&'static str> {
    let listed = rust_iso3166::from_alpha2(code)?;
    // The names of the shop's own countries are shorter than those of the standard.
    Some(shipping::model::country(code).map_or(listed.name, |country| country.name))
}

/// Where a product was made, as shoppers read it.
pub fn origin_of(product: &Product) -> Option<&'static str> {
    country_name(product.info.country_of_origin.as_deref()?)
}

#[cfg(test)]
mod tests {
    use super::country_name;

    #[test]
    fn cat_13_every_country_of_the_world_can_be_an_origin() {
        for (code, name) in [("PT", "Portugal"), ("GB", "United Kingdom"), ("CN", "China")] {
            assert_eq!(country_name(code), Some(name));
        }
        for none in ["", "pt", "XX", "PRT", "Portugal"] {
            assert_eq!(country_name(none), None, "{none}");
        }
    }
}
