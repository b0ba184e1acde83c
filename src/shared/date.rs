//! A day of the calendar, without a time and without a time zone: what a rule with a date compares.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day from year 1 to 9999 of the Gregorian calendar, written "2026-01-31".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` for a day that no calendar has.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => 31,
        };
        let is_day =
            year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days;
        if is_day { Some(Self { year, month, day }) } else { None }
    }

    /// Reads four, two and two digits with hyphens between them; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digits = |part: &str, count| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some()
            || !is_digits(year, 4)
            || !is_digits(month, 2)
            || !is_digits(day, 2)
        {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a date such as 2026-01-31")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn a_date_is_read_as_it_is_written() {
        for text in ["2026-01-01", "2024-02-29", "2000-02-29", "0001-12-31", "9999-12-31"] {
            let date = Date::parse(text).unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(serde_json::to_string(&date).unwrap(), format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Date>(&format!("\"{text}\"")).unwrap(), date);
        }
        for text in [
            "",
            "2026",
            "2026-1-1",
            "2026-13-01",
            "2026-00-10",
            "2025-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-01-00",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        for text in ["2026-01-01-01", "+026-01-01", "2026-01-01T00", " 2026-01-01", "0000-01-01"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_stand_in_their_order() {
        let dates = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"]
            .map(|text| Date::parse(text).unwrap());
        assert!(dates.is_sorted());
    }
}
