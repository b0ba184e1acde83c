//! Moments as people of the store's time zone read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// "22 November 2026".
pub fn day(unix_ms: i64, time_zone: &str) -> String {
    formatted(unix_ms, time_zone, "%-d %B %Y")
}

/// "22 November 2026, 19:30".
pub fn day_and_time(unix_ms: i64, time_zone: &str) -> String {
    formatted(unix_ms, time_zone, "%-d %B %Y, %H:%M")
}

/// "19:30".
pub fn time(unix_ms: i64, time_zone: &str) -> String {
    formatted(unix_ms, time_zone, "%H:%M")
}

fn formatted(unix_ms: i64, time_zone: &str, pattern: &str) -> String {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    // Beyond the year 9999 there is nothing to show.
    Timestamp::from_millisecond(unix_ms)
        .map(|moment| moment.to_zoned(zone).strftime(pattern).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{day, day_and_time, time};

    #[test]
    fn days_are_store_days() {
        // 22 November 2026, 23:30 UTC is the next day in Amsterdam.
        assert_eq!(day(1_795_390_200_000, "Europe/Amsterdam"), "23 November 2026");
        assert_eq!(day_and_time(1_795_390_200_000, "Europe/Amsterdam"), "23 November 2026, 00:30");
        assert_eq!(time(1_795_390_200_000, "UTC"), "23:30");
        assert_eq!(day(i64::MAX, "UTC"), "");
    }
}
