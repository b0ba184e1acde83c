//! Decides what to read from the catalogue next and what that changes in the index; reads and
//! writes nothing itself.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tantivy::IndexWriter;

use crate::features::catalog::model::{CategoryTree, Product, ProductStatus};
use crate::shared::ids::ProductId;
use crate::shared::timestamp::Timestamp;

/// Products asked for at a time.
pub const BATCH: i64 = 500;
/// What clocks of instances may differ by, and a write may lag behind its own time.
const OVERLAP: Duration = Duration::from_secs(2);
/// So often the look back is a long one, for a clock that was further off.
const LONG_LOOK_EVERY: Duration = Duration::from_mins(1);
const LONG_LOOK: Duration = Duration::from_mins(10);

/// What the index knows of the catalogue.
#[derive(Default)]
pub struct CatalogSync {
    /// What each product looked like, whether it can be found or not. The time of the change would
    /// not do: one product may change twice within a millisecond.
    known: HashMap<ProductId, u64>,
    /// Published for a time that has not come.
    waiting: HashMap<ProductId, Product>,
    /// Everything that changed before this moment is known.
    caught_up_to: Option<Timestamp>,
    last_long_look: Option<Timestamp>,
    /// Names and places of the categories that the documents were made with.
    categories: u64,
    /// Kept open between rounds; made again after a failure.
    pub writer: Option<IndexWriter>,
    pub unpublished: Unpublished,
}

/// What the writer holds that searches do not see yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unpublished {
    #[default]
    Nothing,
    Changes,
    /// The whole index, emptied and filled again: seen only when it is complete.
    Rebuilding,
    /// Nobody knows, because the index failed to take it.
    Lost,
}

/// One change of the index.
#[derive(Debug, PartialEq)]
pub enum Change {
    /// In place of what was known of the product.
    Put(Box<Product>),
    Remove(ProductId),
}

impl Change {
    pub fn id(&self) -> ProductId {
        match self {
            Self::Put(product) => product.id,
            Self::Remove(id) => *id,
        }
    }
}

/// One round of reading, batch by batch until nothing is left.
#[derive(Debug, PartialEq, Eq)]
pub struct Round {
    began: Timestamp,
    since: Timestamp,
    limit: i64,
    pub long_look: bool,
}

impl Round {
    /// What to ask the catalogue for: products changed at or after a moment, and how many at most.
    pub fn request(&self) -> (Timestamp, i64) {
        (self.since, self.limit)
    }
}

impl CatalogSync {
    pub fn begin(&mut self, now: Timestamp) -> Round {
        // Whichever way the clock went since.
        let is_recent = |last: Timestamp| {
            now.saturating_since(last).max(last.saturating_since(now)) < LONG_LOOK_EVERY
        };
        let long_look = !self.last_long_look.is_some_and(is_recent);
        if long_look {
            self.last_long_look = Some(now);
        }
        let back = if long_look { LONG_LOOK } else { OVERLAP };
        // A clock set back must not leave a gap: the earlier of the two moments counts.
        let since =
            self.caught_up_to.map_or(Timestamp::UNIX_EPOCH, |moment| moment.min(now) - back);
        Round { began: now, since, limit: BATCH, long_look }
    }

    /// Takes a batch; the next round of reading, or `None` when the catalogue has nothing more.
    ///
    /// A batch in which every product changed at the same moment would come again for ever, so the
    /// next one is larger.
    pub fn take(
        &mut self,
        round: Round,
        batch: Vec<(Product, Timestamp)>,
    ) -> (Vec<Change>, Option<Round>) {
        let full = i64::try_from(batch.len()).unwrap_or(i64::MAX) >= round.limit;
        let last = batch.last().map(|(_, changed)| *changed);
        let changes = batch
            .into_iter()
            .filter_map(|(product, _)| self.change(product, round.began))
            .collect();
        let next = match last {
            Some(moment) if full && moment > round.since => {
                Some(Round { since: moment, limit: BATCH, ..round })
            }
            Some(_) if full => Some(Round { limit: round.limit.saturating_mul(2), ..round }),
            _ => {
                self.caught_up_to = Some(round.began);
                None
            }
        };
        (changes, next)
    }

    /// Products whose time of publication has come.
    pub fn due(&mut self, now: Timestamp) -> Vec<Change> {
        let due: Vec<ProductId> = self
            .waiting
            .values()
            .filter(|product| product.published_at <= now)
            .map(|product| product.id)
            .collect();
        due.iter()
            .filter_map(|id| self.waiting.remove(id))
            .map(|product| Change::Put(Box::new(product)))
            .collect()
    }

    /// Whether documents were made with other category names than these; from now on these count.
    pub fn categories_changed(&mut self, tree: &CategoryTree) -> bool {
        let names: Vec<_> =
            tree.all().map(|category| (&category.id, &category.parent, &category.name)).collect();
        let present = fingerprint(&names);
        let changed = self.caught_up_to.is_some() && self.categories != present;
        self.categories = present;
        changed
    }

    /// How many products are known, in whatever state.
    pub fn known(&self) -> u64 {
        u64::try_from(self.known.len()).unwrap_or(u64::MAX)
    }

    /// Everything is to be read again.
    pub fn forget(&mut self) {
        self.known.clear();
        self.waiting.clear();
        self.caught_up_to = None;
    }

    fn change(&mut self, product: Product, now: Timestamp) -> Option<Change> {
        let looks = fingerprint(&serde_json::to_vec(&product).unwrap_or_default());
        let before = self.known.insert(product.id, looks);
        if before == Some(looks) {
            return None;
        }
        self.waiting.remove(&product.id);
        if product.status == ProductStatus::Published && product.published_at <= now {
            return Some(Change::Put(Box::new(product)));
        }
        let id = product.id;
        if product.status == ProductStatus::Published {
            self.waiting.insert(id, product);
        }
        before.map(|_| Change::Remove(id))
    }
}

/// The same for equal values within one process.
fn fingerprint(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
