//! Following the catalogue: every change once, none lost, none for ever.

use super::*;
use crate::features::catalog::model::Category;
use crate::shared::timestamp::Timestamp;
use crate::testing::catalog::{id_of, product};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Stands for the database: answers as `changed_since` does.
struct Catalogue(Vec<(Product, Timestamp)>);

impl Catalogue {
    fn changed_since(&self, (since, limit): (Timestamp, i64)) -> Vec<(Product, Timestamp)> {
        let mut changed: Vec<_> = self.0.iter().filter(|(_, at)| *at >= since).cloned().collect();
        changed.sort_by(|(a, x), (b, y)| x.cmp(y).then_with(|| a.id.cmp(&b.id)));
        changed.truncate(usize::try_from(limit).unwrap());
        changed
    }

    /// A whole round: the changes, and how often the catalogue was asked.
    fn round(&self, sync: &mut CatalogSync, now: Timestamp) -> (Vec<Change>, u32) {
        let mut changes = sync.due(now);
        let mut next = Some(sync.begin(now));
        let mut asked = 0;
        while let Some(round) = next.take() {
            asked += 1;
            assert!(asked < 1_000, "following never ends");
            let batch = self.changed_since(round.request());
            let (some, rest) = sync.take(round, batch);
            changes.extend(some);
            next = rest;
        }
        (changes, asked)
    }
}

fn products(count: usize, at: impl Fn(usize) -> Timestamp) -> Catalogue {
    Catalogue(
        (0..count)
            .map(|n| (product(&format!("thing-{n}"), &format!("Thing {n}")), at(n)))
            .collect(),
    )
}

fn with_status(mut product: Product, status: ProductStatus) -> Product {
    product.status = status;
    product
}

#[test]
fn srch_5_everything_is_read_once_and_then_only_what_changes() {
    let mut catalogue = products(1_234, |n| NOW - ms(100_000) + ms(n as u64));
    let mut sync = CatalogSync::default();
    assert_eq!(catalogue.round(&mut sync, NOW).0.len(), 1_234);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(1_000)), (vec![], 1));

    let changed = &mut catalogue.0[7];
    changed.0.info.name = "Renamed".into();
    changed.1 = NOW + ms(1_500);
    let (changes, _) = catalogue.round(&mut sync, NOW + ms(2_000));
    assert!(
        matches!(changes.as_slice(), [Change::Put(one)] if one.info.name == "Renamed"),
        "{changes:?}"
    );
    assert_eq!(catalogue.round(&mut sync, NOW + ms(3_000)).0, []);
}

#[test]
fn srch_5_many_products_changed_at_one_moment_do_not_stop_the_reading() {
    let catalogue = products(1_700, |n| if n < 1_600 { NOW } else { NOW + ms(1) });
    let mut sync = CatalogSync::default();
    assert_eq!(catalogue.round(&mut sync, NOW + ms(10)).0.len(), 1_700);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(20)).0, []);
    // Soon after, they are not even read.
    assert_eq!(catalogue.round(&mut sync, NOW + ms(5_000)).0, []);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(8_000)), (vec![], 1));
}

#[test]
fn srch_5_two_changes_within_one_millisecond_are_both_seen() {
    let mut catalogue = products(1, |_| NOW);
    let mut sync = CatalogSync::default();
    catalogue.round(&mut sync, NOW);
    catalogue.0[0].0.status = ProductStatus::Archived;
    assert_eq!(catalogue.round(&mut sync, NOW).0, [Change::Remove(catalogue.0[0].0.id)]);
}

#[test]
fn srch_5_a_slower_clock_and_a_clock_set_back_lose_nothing() {
    let mut catalogue = products(1, |_| NOW);
    let mut sync = CatalogSync::default();
    catalogue.round(&mut sync, NOW + ms(10));
    // Written by an instance whose clock is 1.5 s behind.
    catalogue.0.push((product("slow", "Slow"), NOW + ms(500)));
    assert_eq!(catalogue.round(&mut sync, NOW + ms(2_000)).0.len(), 1);
    // Four minutes behind: found by the next long look.
    catalogue.0.push((product("slower", "Slower"), NOW - ms(240_000)));
    assert_eq!(catalogue.round(&mut sync, NOW + ms(3_000)).0.len(), 0);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(61_000)).0.len(), 1);
    // The clock of this instance goes back by an hour.
    let earlier = NOW - ms(3_600_000);
    catalogue.round(&mut sync, earlier);
    catalogue.0.push((product("after", "After"), earlier + ms(100)));
    assert_eq!(catalogue.round(&mut sync, earlier + ms(1_000)).0.len(), 1);
}

#[test]
fn srch_5_a_failed_round_is_made_up_for() {
    let catalogue = products(700, |n| NOW + ms(n as u64));
    let mut sync = CatalogSync::default();
    let first = sync.begin(NOW + ms(1_000));
    let batch = catalogue.changed_since(first.request());
    let (changes, rest) = sync.take(first, batch);
    assert_eq!((changes.len(), rest.is_some()), (500, true));
    // The database goes away here; the next round begins where the last complete one did.
    assert_eq!(catalogue.round(&mut sync, NOW + ms(2_000)).0.len(), 200);
}

#[test]
fn cat_2_only_what_is_published_enters_and_it_leaves_with_its_status() {
    let one = product("one", "One");
    let mut catalogue = Catalogue(vec![(with_status(one.clone(), ProductStatus::Draft), NOW)]);
    let mut sync = CatalogSync::default();
    assert_eq!(catalogue.round(&mut sync, NOW).0, []);
    catalogue.0[0] = (one.clone(), NOW + ms(1));
    assert_eq!(catalogue.round(&mut sync, NOW + ms(1)).0, [Change::Put(Box::new(one.clone()))]);
    catalogue.0[0] = (with_status(one.clone(), ProductStatus::Archived), NOW + ms(2));
    assert_eq!(catalogue.round(&mut sync, NOW + ms(2)).0, [Change::Remove(one.id)]);
}

#[test]
fn cat_2_a_publish_time_is_kept_to_the_round() {
    let mut later = product("later", "Later");
    later.published_at = NOW + ms(10_000);
    let catalogue = Catalogue(vec![(later, NOW)]);
    let mut sync = CatalogSync::default();
    assert_eq!(catalogue.round(&mut sync, NOW).0, []);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(9_000)).0, []);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(10_000)).0.len(), 1);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(11_000)).0, []);
}

#[test]
fn srch_5_renamed_categories_have_everything_written_anew() {
    let category = |name: &str| Category {
        id: id_of("c"),
        parent: None,
        slug: "c".into(),
        path: "c".into(),
        name: name.into(),
        description: String::new(),
        tint: String::new(),
        position: 0,
    };
    let (before, after) =
        (CategoryTree::new(vec![category("Pots")]), CategoryTree::new(vec![category("Pans")]));
    let catalogue = products(3, |_| NOW);
    let mut sync = CatalogSync::default();
    assert!(!sync.categories_changed(&before), "nothing was written with other names");
    catalogue.round(&mut sync, NOW);
    assert!(!sync.categories_changed(&before));
    assert!(sync.categories_changed(&after));
    sync.forget();
    assert_eq!(sync.known(), 0);
    assert_eq!(catalogue.round(&mut sync, NOW + ms(60_000)).0.len(), 3);
    assert!(!sync.categories_changed(&after));
}
