//! Moments as people of the store's time zone read them.

use jiff::tz::TimeZone;

use crate::shared::timestamp::Timestamp;

/// "22 November 2026".
pub fn day(at: Timestamp, time_zone: &str) -> String {
    formatted(at, time_zone, "%-d %B %Y")
}

/// "22 November 2026, 19:30".
pub fn day_and_time(at: Timestamp, time_zone: &str) -> String {
    formatted(at, time_zone, "%-d %B %Y, %H:%M")
}

/// "19:30".
pub fn time(at: Timestamp, time_zone: &str) -> String {
    formatted(at, time_zone, "%H:%M")
}

fn formatted(at: Timestamp, time_zone: &str, pattern: &str) -> String {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    // Beyond the year 9999 there is nothing to show.
    jiff::Timestamp::from_millisecond(at.unix_ms())
        .map(|moment| moment.to_zoned(zone).strftime(pattern).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, day, day_and_time, time};

    #[test]
    fn days_are_store_days() {
        // 22 November 2026, 23:30 UTC is the next day in Amsterdam.
        let at = Timestamp::from_unix_seconds(1_795_390_200);
        assert_eq!(day(at, "Europe/Amsterdam"), "23 November 2026");
        assert_eq!(day_and_time(at, "Europe/Amsterdam"), "23 November 2026, 00:30");
        assert_eq!(time(at, "UTC"), "23:30");
        assert_eq!(day(Timestamp::MAX, "UTC"), "");
    }
}
