//! What is found by which words, on small indexes made from products without a database.

mod shop;
mod store;
mod typos;

use std::time::{Duration, Instant};

use catalog_file::ProductOption;

use crate::features::catalog::model::{Attribute, Category, CategoryTree, Product};
use crate::features::search::model::SuggestionKind;
use crate::features::search::service::catalog_sync::Change;
use crate::features::search::service::find::{Found, Matched, find, suggest};
use crate::features::search::service::index::ProductIndex;
use crate::shared::validate;
use crate::testing::catalog::{id_of, key_of, product, variant};

fn category(path: &str, name: &str, parent: Option<&str>) -> Category {
    Category {
        id: id_of(path),
        parent: parent.map(id_of),
        slug: path.rsplit('/').next().unwrap_or_default().into(),
        path: path.into(),
        name: name.into(),
        description: String::new(),
        tint: String::new(),
        position: 0,
    }
}

fn tree() -> CategoryTree {
    CategoryTree::new(vec![
        category("kitchen", "Kitchen", None),
        category("kitchen/tea", "Tea and coffee", Some("kitchen")),
    ])
}

fn index_of(products: &[Product]) -> ProductIndex {
    let index = ProductIndex::empty();
    let changes: Vec<Change> =
        products.iter().map(|product| Change::Put(Box::new(product.clone()))).collect();
    write(&index, &changes);
    index
}

fn write(index: &ProductIndex, changes: &[Change]) {
    let mut writer = index.writer().unwrap();
    index.write(&writer, changes, &tree()).unwrap();
    index.publish(&mut writer).unwrap();
}

fn found(index: &ProductIndex, query: &str) -> Found {
    find(index, &validate::search_query(query), 0, 24).unwrap()
}

/// The keys of what is found, best first.
fn keys(index: &ProductIndex, query: &str) -> Vec<String> {
    found(index, query).hits.iter().map(|hit| key_of(hit.id)).collect()
}

#[test]
fn srch_3_every_text_of_a_product_finds_it() {
    let mut pot = product("pot", "Two-Cup Teapot");
    pot.info.brand = "Hallow & Finch".into();
    pot.category_ids = vec![id_of("kitchen/tea"), id_of("kitchen")];
    pot.info.options =
        vec![ProductOption { name: "Colour".into(), values: vec!["Moss".into(), "Crème".into()] }];
    pot.info.attributes = vec![Attribute { name: "Dishwasher".into(), value: "Upper rack".into() }];
    pot.info.search_terms = vec!["infuser".into()];
    pot.info.description = "It pours cleanly to the last drop.".into();
    let index = index_of(&[pot, product("other", "Wool Blanket")]);
    for query in [
        "teapot",
        "TEAPOTS",
        "two-cup",
        "twocup teapot",
        "hallow",
        "Finch teapot",
        "kitchen",
        "coffee",
        "moss",
        "creme",
        "crème",
        "dishwasher",
        "upper rack",
        "infusers",
        "pours",
        "teapot that pours with moss",
        "SKU-POT",
        "sku-pot",
        "tea pot",
    ] {
        assert_eq!(keys(&index, query), ["pot"], "{query}");
    }
    for query in ["colour", "blankett teapot drill press", "", " ", "?!"] {
        assert_ne!(found(&index, query).matched, Matched::AsTyped, "{query}");
    }
}

#[test]
fn srch_3_an_exact_sku_comes_first() {
    let mut mug = product("mug", "Mug for the KIT-MUG-7 saucer");
    mug.popularity = 900;
    mug.info.search_terms = vec!["KIT-MUG-7".into()];
    let mut saucer = product("saucer", "Plain Saucer");
    saucer.variants = vec![variant("KIT-MUG-7", 500), variant("KIT-MUG-8", 500)];
    let index = index_of(&[mug, saucer]);
    assert_eq!(keys(&index, "KIT-MUG-7"), ["saucer", "mug"]);
    assert_eq!(keys(&index, "kit-mug-7"), ["saucer", "mug"]);
    assert_eq!(keys(&index, "  KIT-MUG-8 "), ["saucer"]);
    assert_eq!(keys(&index, "KIT-MU")[0], "saucer", "the beginning of a sku");
}

#[test]
fn srch_3_the_name_outranks_everything_else_together() {
    let named = product("named", "Walnut Tray");
    let mut rest = product("rest", "Plain Tray");
    rest.info.brand = "Walnut".into();
    rest.info.search_terms = vec!["walnut".into()];
    rest.info.options = vec![ProductOption { name: "Wood".into(), values: vec!["Walnut".into()] }];
    rest.info.attributes = vec![Attribute { name: "Wood".into(), value: "Walnut".into() }];
    rest.info.description = "Walnut, walnut and walnut again.".into();
    rest.popularity = 1_000;
    let mut told = product("told", "Another Tray");
    told.info.description = "Looks like walnut.".into();
    told.popularity = 9_000;
    let index = index_of(&[told, rest, named]);
    assert_eq!(keys(&index, "walnut"), ["named", "rest", "told"]);
    assert_eq!(keys(&index, "walnut tray"), ["named", "rest", "told"]);
}

#[test]
fn cat_13_a_countrys_name_finds_what_was_made_there_last() {
    let mut made_there = product("made-there", "Plain Tray");
    made_there.info.country_of_origin = Some("PT".into());
    made_there.popularity = 9_000;
    let mut decorated = product("decorated", "Tray");
    decorated.info.attributes =
        vec![Attribute { name: "Pattern".into(), value: "Map of Portugal".into() }];
    let elsewhere = product("elsewhere", "Another Tray");
    let index = index_of(&[made_there, decorated, elsewhere]);
    assert_eq!(keys(&index, "portugal"), ["decorated", "made-there"]);
    assert_eq!(keys(&index, "plain tray from portugal"), ["made-there"]);
    assert_ne!(found(&index, "PT").matched, Matched::AsTyped, "the code is no word");
}

#[test]
fn srch_2_ties_go_by_popularity_and_then_by_id() {
    let lamps: Vec<Product> = [("a", 5), ("b", 9), ("c", 5), ("d", 0)]
        .into_iter()
        .map(|(key, popularity)| Product { popularity, ..product(key, "Reading Lamp") })
        .collect();
    let index = index_of(&lamps);
    assert_eq!(keys(&index, "lamp"), ["b", "c", "a", "d"]);

    // The same products in several segments, one of them written twice.
    let pieces = index_of(&lamps[2..]);
    write(&pieces, &[Change::Put(Box::new(lamps[0].clone()))]);
    write(
        &pieces,
        &[Change::Put(Box::new(lamps[1].clone())), Change::Put(Box::new(lamps[3].clone()))],
    );
    assert_eq!(keys(&pieces, "lamp"), keys(&index, "lamp"));
}

#[test]
fn srch_1_pages_meet_each_product_once() {
    let many: Vec<Product> = (0..60).map(|n| product(&format!("{n:02}"), "Oak Stool")).collect();
    let index = index_of(&many);
    let mut met: Vec<String> = Vec::new();
    for page in 0..3 {
        let found = find(&index, "oak stool", page * 24, 24).unwrap();
        assert_eq!(found.total, 60);
        met.extend(found.hits.iter().map(|hit| key_of(hit.id)));
    }
    met.sort();
    met.dedup();
    assert_eq!(met.len(), 60);
    assert!(find(&index, "oak stool", 72, 24).unwrap().hits.is_empty());
}

#[test]
fn srch_4_wrong_letters_are_forgiven_by_length() {
    let index = index_of(&[
        product("lamp", "Desk Lamp"),
        product("phones", "Headphones"),
        product("cup", "Cup"),
    ]);
    for (query, expected) in [
        ("lmap", "lamp"),
        ("lampp", "lamp"),
        ("lam", "lamp"),
        ("lanp", "lamp"),
        ("haedphnoes", "phones"),
        ("hedphone", "phones"),
        ("headfones", "phones"),
        ("desk lmap", "lamp"),
        ("dsek lamp", "lamp"),
    ] {
        assert_eq!(keys(&index, query), [expected], "{query}");
    }
    for query in ["lnpm", "kup", "haedfnoes", "xyzzy"] {
        assert_eq!(keys(&index, query), Vec::<String>::new(), "{query}");
    }
}

#[test]
fn srch_4_what_is_there_ranks_above_what_is_near() {
    let near = Product { popularity: 9_000, ..product("near", "Boots") };
    let mut there = product("there", "Satchel");
    there.info.description = "Holds two books and a scarf.".into();
    let index = index_of(&[near, there]);
    assert_eq!(keys(&index, "books"), ["there", "near"]);
    assert_eq!(keys(&index, "boots"), ["near", "there"]);
}

#[test]
fn srch_4_the_last_word_may_be_a_beginning() {
    let index = index_of(&[
        product("can", "Watering Can"),
        product("candle", "Candle"),
        product("canvas", "Canvas Bag"),
    ]);
    assert_eq!(keys(&index, "wate"), ["can"]);
    assert_eq!(keys(&index, "watering c"), ["can"]);
    assert_eq!(keys(&index, "can")[0], "can", "the whole word first");
    assert_eq!(keys(&index, "can").len(), 3);
    assert_eq!(keys(&index, "canvas b"), ["canvas"]);
    assert_eq!(found(&index, "wate can").matched, Matched::MostWords, "only the last word");
}

#[test]
fn srch_4_a_near_word_is_named() {
    let index = index_of(&[product("lamp", "Desk Lamp"), product("chair", "Office Chair")]);
    assert_eq!(found(&index, "lamp").corrected, None);
    let near = found(&index, "desc lampe");
    assert_eq!((near.matched, near.corrected.as_deref()), (Matched::Nearly, Some("desk lamp")));
}

#[test]
fn srch_9_with_no_product_for_all_words_most_words_count() {
    let index = index_of(&[
        product("red", "Red Wool Scarf"),
        product("blue", "Blue Wool Hat"),
        product("pan", "Pan"),
    ]);
    let most = found(&index, "green wool scarf");
    assert_eq!(most.matched, Matched::MostWords);
    assert_eq!(most.hits.iter().map(|hit| key_of(hit.id)).collect::<Vec<_>>(), ["red"]);
    assert_eq!(keys(&index, "hovercraft wool"), ["red", "blue"].map(String::from));
}

#[test]
fn srch_9_nothing_found_still_says_what_was_meant() {
    let index = index_of(&[product("lamp", "Desk Lamp"), product("chair", "Office Chair")]);
    for (query, meant) in [
        ("lnapm", Some("lamp")),
        ("ofice chiarr", Some("office chair")),
        ("officechair", Some("office chair")),
        ("xqzzy", None),
        ("lpam", Some("lamp")),
    ] {
        assert_eq!(found(&index, query).corrected.as_deref(), meant, "{query}");
    }
    assert_eq!(
        found(&index, "lpam").matched,
        Matched::Nothing,
        "two swaps in four letters are too many to forgive"
    );
}

#[test]
fn cat_2_what_leaves_the_shop_leaves_the_index() {
    let index = index_of(&[product("lamp", "Desk Lamp"), product("gone", "Gone Lamp")]);
    assert_eq!(keys(&index, "lamp").len(), 2);
    write(&index, &[Change::Remove(id_of("gone"))]);
    assert_eq!(keys(&index, "lamp"), ["lamp"]);
    assert_eq!(keys(&index, "SKU-GONE"), Vec::<String>::new());
    assert!(suggest(&index, "gone", 6).unwrap().is_empty());
}

#[test]
fn srch_5_a_rebuild_is_seen_all_at_once() {
    let index = index_of(&[product("old", "Old Lamp")]);
    let mut writer = index.writer().unwrap();
    index.empty_out(&writer).unwrap();
    index.write(&writer, &[Change::Put(Box::new(product("new", "New Lamp")))], &tree()).unwrap();
    assert_eq!(keys(&index, "lamp"), ["old"]);
    index.publish(&mut writer).unwrap();
    assert_eq!(keys(&index, "lamp"), ["new"]);
}

#[test]
fn srch_8_suggestions_are_ready_to_show() {
    let mut pot = product("pot", "Two-Cup Teapot");
    pot.variants = vec![variant("POT-1", 3_900), variant("POT-2", 2_900)];
    let index = index_of(&[pot, product("cosy", "Teapot Cosy")]);
    let shown = suggest(&index, "teap", 6).unwrap();
    let of = |label: &str| shown.iter().find(|suggestion| suggestion.label == label).unwrap();
    assert_eq!(of("Two-Cup Teapot").href, "/p/pot");
    assert_eq!(of("Two-Cup Teapot").price.as_deref(), Some("from €29.00"));
    assert_eq!(of("Teapot Cosy").price.as_deref(), Some("€10.00"));
    assert!(shown.iter().all(|suggestion| suggestion.kind == SuggestionKind::Product));
    assert_eq!(suggest(&index, "teap", 1).unwrap().len(), 1);
}

#[test]
fn r45_what_is_typed_is_words_and_quickly_answered() {
    let mut named = product("named", "Field: A or B");
    named.info.description = "name teapot".into();
    let mut products = vec![named, product("plain", "Plain Tray")];
    products.extend(shop::products());
    let index = index_of(&products);
    let long_word = "abcdefghij".repeat(40);
    let many_words = "teapot blanket lantern ".repeat(40);
    let hostile = [
        "(a+)+$",
        ".*",
        "^",
        "\"",
        "\"\"\"",
        "AND",
        "OR",
        "NOT",
        "AND OR NOT",
        "*",
        "~",
        "te*",
        "teapot~2",
        "field:",
        "name:teapot",
        "+teapot -plain",
        "[a TO z]",
        "{a TO *}",
        "a^100",
        "\\",
        "/(a|aa)+$/",
        "$where",
        "%25",
        "<script>",
        "\0",
        "\u{202e}",
        "😀",
        "a a a a a a a a a a",
        &long_word,
        &many_words,
    ];
    for query in hostile {
        // The machine may be busy with something else: the best of three counts.
        let fastest = (0..3).map(|_| timed(|| found(&index, query))).min().unwrap();
        assert!(fastest < Duration::from_millis(300), "{query:?} took {fastest:?}");
    }
    for nothing in [".*", "^", "\"", "*", "~", "\\", "\0", "😀"] {
        assert_eq!(found(&index, nothing).total, 0, "{nothing:?}");
    }
    assert_eq!(keys(&index, "name:teapot")[0], "named", "no field can be chosen");
    assert_eq!(
        keys(&index, "+teapot -plain name"),
        keys(&index, "teapot plain name"),
        "no word can be excluded"
    );
    assert_eq!(keys(&index, "(a+)+$"), keys(&index, "a"), "no pattern is read");
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}
