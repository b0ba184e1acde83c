//! Prints how large the catalogue is, and a few descriptions to read.

fn main() {
    let (catalog, shots) = demo_catalog::build::generate_catalog(42);
    let variants: usize = catalog.products.iter().map(|p| p.variants.len()).sum();
    println!(
        "{} products, {variants} variants, {} categories, {} pictures",
        catalog.products.len(),
        catalog.categories.len(),
        shots.len()
    );
    for view in ["Front", "Turned", "Close"] {
        let count = shots.iter().filter(|(_, shot)| format!("{:?}", shot.view) == view).count();
        println!("{view}: {count}");
    }
    for department in catalog.categories.iter().filter(|c| c.parent.is_none()) {
        let count =
            catalog.products.iter().filter(|p| p.category.starts_with(&department.key)).count();
        println!("{}: {count}", department.name);
    }
    for product in catalog.products.iter().step_by(37) {
        let prices: Vec<i64> = product.variants.iter().map(|v| v.price_minor).collect();
        println!(
            "\n{} ({}), {:?}\n{}",
            product.info.name,
            product.info.brand,
            &prices[..prices.len().min(4)],
            product.info.description
        );
        let attributes: Vec<String> =
            product.info.attributes.iter().map(|a| format!("{}: {}", a.name, a.value)).collect();
        println!(
            "{} | {}",
            attributes.join("; "),
            product.variants.last().map(|v| v.sku.as_str()).unwrap_or("")
        );
    }
}
