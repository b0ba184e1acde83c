//! Dates from Unix times.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;

/// The month (from 1) and the year of a Unix time in seconds, in UTC.
pub(crate) fn month_and_year(time: i64) -> (i64, i64) {
    let date = Timestamp::from_second(time).unwrap_or_default().to_zoned(TimeZone::UTC);
    (date.month().into(), date.year().into())
}

/// The value of a `Date` header (RFC 9110) for a Unix time in seconds.
pub(crate) fn http_date(time: i64) -> String {
    let time = Timestamp::from_second(time).unwrap_or_default();
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_known_times() {
        assert_eq!(month_and_year(0), (1, 1970));
        assert_eq!(month_and_year(1_709_164_800), (2, 2024));
        assert_eq!(month_and_year(1_709_251_200), (3, 2024));
        assert_eq!(month_and_year(1_798_761_599), (12, 2026));
        assert_eq!(month_and_year(1_798_761_600), (1, 2027));
    }

    #[test]
    fn http_dates_of_known_times() {
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
    }
}
