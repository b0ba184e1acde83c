//! Counters in this process: bounded in number, forgotten when their window ends.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Count;

/// Requests of different subjects seldom wait for each other.
const SHARDS: usize = 16;

pub struct Buckets {
    /// Seeded again in each process: nobody can choose subjects that collide.
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
        Self {
            hasher: RandomState::new(),
            shards,
            subjects_per_shard: subjects.div_ceil(SHARDS).max(4),
        }
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
        let shard = &self.shards[(hash % SHARDS as u64) as usize];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what has ended and, if that is too little, the quarter that asked least.
///
/// Whoever floods the table with new subjects therefore pushes out such subjects, not the one that
/// is over its limit.
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
    // Many may have asked equally seldom: as many of them go as are too many.
    shard.retain(|_, bucket| {
        let stays = bucket.count > least || surplus == 0;
        if !stays {
            surplus -= 1;
        }
        stays
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_window_ends_once_and_for_each_subject_on_its_own() {
        let (buckets, start) = (Buckets::new(100), Instant::now());
        assert_eq!(buckets.count(&"a", MINUTE, start).count, 1);
        let second = buckets.count(&"a", MINUTE, start + MINUTE / 2);
        assert_eq!((second.count, second.left), (2, MINUTE / 2));
        assert_eq!(buckets.count(&"b", MINUTE, start + MINUTE / 2).count, 1);
        let next = buckets.count(&"a", MINUTE, start + MINUTE);
        assert_eq!((next.count, next.left), (1, MINUTE));
    }

    #[test]
    fn f13_memory_is_bounded_and_a_flood_of_subjects_does_not_free_the_one_over_its_limit() {
        let (buckets, start) = (Buckets::new(1_600), Instant::now());
        for _ in 0..50 {
            buckets.count(&"offender", MINUTE, start);
        }
        for subject in 0..100_000 {
            buckets.count(&subject, MINUTE, start);
        }
        assert!(buckets.subjects() <= 1_600, "{}", buckets.subjects());
        assert_eq!(buckets.count(&"offender", MINUTE, start).count, 51);
    }

    #[test]
    fn what_has_ended_makes_room_first() {
        let (buckets, start) = (Buckets::new(1_600), Instant::now());
        for subject in 0..1_400 {
            buckets.count(&subject, MINUTE, start);
        }
        for subject in 10_000..11_000 {
            buckets.count(&subject, MINUTE, start + 2 * MINUTE);
        }
        for subject in 10_000..11_000 {
            assert_eq!(buckets.count(&subject, MINUTE, start + 2 * MINUTE).count, 2, "{subject}");
        }
    }
}
