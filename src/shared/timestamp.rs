//! A moment: the one type that says when something is. How long something lasts is a
//! `std::time::Duration`.

use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment in whole milliseconds since 1970-01-01T00:00:00Z; in JSON and in documents that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const UNIX_EPOCH: Self = Self(0);
    /// Later than every moment that comes from a clock.
    pub const MAX: Self = Self(i64::MAX);

    pub const fn from_unix_ms(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// Seconds that leave the range become the first or the last moment of it.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000))
    }

    /// The second that this moment lies in: rounded down, before 1970 too.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// How long ago `earlier` was; nothing if it is later, as when a clock was set back.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        if self.0 > earlier.0 {
            Duration::from_millis(self.0.abs_diff(earlier.0))
        } else {
            Duration::ZERO
        }
    }
}

/// Whole milliseconds; ends at the last moment there is.
impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, length: Duration) -> Self {
        Self(self.0.saturating_add(whole_ms(length)))
    }
}

impl AddAssign<Duration> for Timestamp {
    fn add_assign(&mut self, length: Duration) {
        *self = *self + length;
    }
}

/// Whole milliseconds; ends at the first moment there is.
impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(whole_ms(length)))
    }
}

fn whole_ms(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Duration, Timestamp};

    const AT: Timestamp = Timestamp::from_unix_ms(1_800_000_000_123);

    #[test]
    fn a_moment_is_a_number_of_milliseconds_to_everybody_else() {
        assert_eq!(serde_json::to_string(&AT).unwrap(), "1800000000123");
        assert_eq!(serde_json::from_str::<Timestamp>("1800000000123").unwrap(), AT);
        assert_eq!(serde_json::from_str::<Option<Timestamp>>("null").unwrap(), None);
    }

    #[test]
    fn seconds_are_rounded_down() {
        assert_eq!(AT.unix_seconds(), 1_800_000_000);
        assert_eq!(Timestamp::from_unix_ms(-1).unix_seconds(), -1);
        assert_eq!(Timestamp::from_unix_seconds(-1).unix_ms(), -1_000);
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX), Timestamp::MAX);
    }

    #[test]
    fn sums_stay_in_their_range() {
        assert_eq!(AT + Duration::from_millis(877), Timestamp::from_unix_seconds(1_800_000_001));
        assert_eq!(
            AT - Duration::from_micros(123_999),
            Timestamp::from_unix_seconds(1_800_000_000)
        );
        assert_eq!(AT + Duration::MAX, Timestamp::MAX);
        assert_eq!(Timestamp::from_unix_ms(-2) - Duration::MAX, Timestamp::from_unix_ms(i64::MIN));
        let mut later = AT;
        later += Duration::from_secs(1);
        assert_eq!(later.saturating_since(AT), Duration::from_secs(1));
        assert_eq!(AT.saturating_since(later), Duration::ZERO);
        let first = Timestamp::from_unix_ms(i64::MIN);
        assert_eq!(Timestamp::MAX.saturating_since(first), Duration::from_millis(u64::MAX));
    }
}
