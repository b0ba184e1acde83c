//! The one source of wall-clock time: the system's in production, one that a test moves by hand
//! elsewhere.
//!
//! Expiries, grace periods and schedules read this clock; how long something took is measured with
//! `std::time::Instant`, which never runs backwards.

#[cfg(test)]
use std::sync::Arc;
#[cfg(test)]
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::shared::timestamp::Timestamp;

/// Seconds by which a development build's clock is wrong.
#[cfg(debug_assertions)]
const OFFSET: &str = "CARTWRIGHT_TEST_CLOCK_OFFSET_SECONDS";

/// Tells the time; clones of a fixed clock move together.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds added to the system's time.
    #[cfg(debug_assertions)]
    Offset(i64),
    #[cfg(test)]
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The system's clock, as a development build is told to misread it: so that tests run
    /// processes whose clocks differ (F23). A release build has no such switch.
    pub fn of_this_process() -> Self {
        #[cfg(debug_assertions)]
        if let Some(seconds) = std::env::var(OFFSET).ok().and_then(|text| text.parse::<i64>().ok())
        {
            return Self(Source::Offset(seconds.saturating_mul(1_000)));
        }
        Self::system()
    }

    /// A clock that stands still until someone moves it.
    #[cfg(test)]
    pub fn fixed_at(now: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(now.unix_ms()))))
    }

    /// May step backwards when the machine's clock is corrected: the later of two readings can be
    /// the earlier moment.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(match &self.0 {
            Source::System => unix_ms(SystemTime::now()),
            #[cfg(debug_assertions)]
            Source::Offset(offset) => unix_ms(SystemTime::now()).saturating_add(*offset),
            #[cfg(test)]
            Source::Fixed(now) => now.load(Ordering::SeqCst),
        })
    }

    /// Moves a fixed clock forward, whole milliseconds at a time.
    ///
    /// # Panics
    /// On the system's clock, which nobody may move.
    #[cfg(test)]
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let now = self.hand();
        // One atomic step, so that two tests' tasks advancing at once both count.
        let _ =
            now.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |ms| Some(ms.saturating_add(by)));
    }

    /// Sets a fixed clock, backwards too.
    ///
    /// # Panics
    /// On the system's clock, which nobody may move.
    #[cfg(test)]
    pub fn set(&self, now: Timestamp) {
        self.hand().store(now.unix_ms(), Ordering::SeqCst);
    }

    #[cfg(test)]
    fn hand(&self) -> &AtomicI64 {
        match &self.0 {
            Source::Fixed(now) => now,
            _ => panic!("only a clock made by Clock::fixed_at can be moved"),
        }
    }
}

/// A machine whose clock stands before 1970 gets a negative number instead of a refusal to start.
fn unix_ms(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

/// Does the work and answers no sooner than after `floor`: how long the work took then tells
/// nothing.
pub async fn no_sooner_than<T>(floor: Duration, work: impl Future<Output = T>) -> T {
    let ((), outcome) = tokio::join!(tokio::time::sleep(floor), work);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r112_a_fixed_clock_moves_only_by_hand_and_its_clones_move_with_it() {
        let clock = Clock::fixed_at(Timestamp::from_unix_ms(1_000));
        let other = clock.clone();
        assert_eq!(other.now(), Timestamp::from_unix_ms(1_000));
        clock.advance(Duration::from_secs(2));
        assert_eq!(other.now(), Timestamp::from_unix_ms(3_000));
        other.set(Timestamp::from_unix_ms(500));
        assert_eq!(clock.now(), Timestamp::from_unix_ms(500));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }

    #[test]
    fn the_system_clock_counts_milliseconds() {
        let before = unix_ms(SystemTime::now());
        let now = Clock::system().now().unix_ms();
        assert!((before..before + 10_000).contains(&now), "{before} {now}");
        assert_eq!(unix_ms(UNIX_EPOCH - Duration::from_millis(7)), -7);
    }

    #[test]
    #[should_panic(expected = "only a clock made by Clock::fixed_at")]
    fn the_system_clock_cannot_be_moved() {
        Clock::system().advance(Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn r6_quick_and_slow_work_ends_at_the_same_moment() {
        let floor = Duration::from_millis(500);
        for work in [0, 80, 499] {
            let begun = tokio::time::Instant::now();
            no_sooner_than(floor, tokio::time::sleep(Duration::from_millis(work))).await;
            assert_eq!(begun.elapsed(), floor, "{work}");
        }
    }
}
