//! Counters in this process: bounded in number, forgotten when their window ends.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Count;

/// Requests of different subjects seldom wait for each other.
const SHARDS: usize = 16;

pub struct Buckets {
    /// Seeded anew in each process: nobody can choose subjects that collide.
    hasher: RandomState,
    shards: [Mutex<HashMap<u64, Bucket>>; SHARDS],
    subjects_per_shard: usize,
}

struct Bucket {
    count: u32,
    ends: Instant,
}

impl Buckets {
    pub fn new(subjects: usize) -> Self {
        let shards = std::array::from_fn(|_| Mutex::new(HashMap::new()));
        Self { hasher: RandomState::new(), shards, subjects_per_shard: subjects.div_ceil(SHARDS).max(4) }
    }

    /// Counts one request; a window that has ended starts again with it.
    pub fn count(&self, subject: &impl Hash, window: Duration, now: Instant) -> Count {
        let hash = self.hasher.hash_one(subject);
        let mut shard = self.shard(hash);
        if shard.len() >= self.subjects_per_shard && !shard.contains_key(&hash) {
            make_room(&mut shard, now);
        }
        let bucket = shard.entry(hash).or_insert_with(|| Bucket { count: 0, ends: now + window });
        if bucket.ends <= now {
            *bucket = Bucket { count: 0, ends: now + window };
        }
        bucket.count = bucket.count.saturating_add(1);
        Count { count: u64::from(bucket.count), left: bucket.ends.saturating_duration_since(now) }
    }

    #[cfg(test)]
    pub fn subjects(&self) -> usize {
        (0..SHARDS as u64).map(|shard| self.shard(shard).len()).sum()
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, HashMap<u64, Bucket>> {
        // The map takes the upper bits of the hash to its own use.
        let shard = &self.shards[(hash % SHARDS as u64) as usize];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what has ended and, if that is too little, the quarter that asked least.
///
/// Whoever floods the table with new subjects therefore pushes out such subjects, not the one that is over its limit.
fn make_room(shard: &mut HashMap<u64, Bucket>, now: Instant) {
    let before = shard.len();
    let wanted = before / 4;
    shard.retain(|_, bucket| bucket.ends > now);
    let mut surplus = wanted.saturating_sub(before - shard.len());
    if surplus == 0 {
        return;
    }
    let mut counts: Vec<u32> = shard.values().map(|bucket| bucket.count).collect();
    let (_, least, _) = counts.select_nth_unstable(surplus - 1);
    let least = *least;
    // Those strictly below go in any case; of the equal ones, as many as are still too many.
    shard.retain(|_, bucket| {
        let stays = bucket.count > least || surplus == 0;
        if !stays {
            surplus -= 1;
        }
        stays
    });
}
