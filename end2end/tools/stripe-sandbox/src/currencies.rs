//! The currencies that Stripe supports, their decimals, and their smallest and largest amounts.
//!
//! Source: docs.stripe.com/currencies in 2026: "Supported presentment currencies", "Zero-decimal
//! currencies", "Three-decimal currencies", "Special cases", "Minimum charge amount by currency"
//! and "Maximum charge amounts". Where the maximum depends on the payment method, this table has
//! the lowest one, because a session does not know its payment method yet. (Cards alone allow up to
//! 12 digits.)

/// The limits of one currency. All amounts are in Stripe's units, the "minor units" of its API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CurrencyRule {
    /// Decimals that Stripe counts in.
    pub(crate) digits: u32,
    /// Every amount is a multiple of this.
    pub(crate) step: i64,
    pub(crate) smallest: i64,
    pub(crate) largest: i64,
}

const ZERO_DECIMAL: &[&str] = &[
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];
/// Stripe's partners need the last digit to be 0.
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];
/// Whole units only, but still counted in hundredths.
const WHOLE_UNITS_IN_HUNDREDTHS: &[&str] = &["isk", "ugx"];

const TWO_DECIMAL: &[&str] = &[
    "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd", "bdt",
    "bmd", "bnd", "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf", "chf", "cny", "cop",
    "crc", "cve", "czk", "dkk", "dop", "dzd", "egp", "etb", "eur", "fjd", "fkp", "gbp", "gel",
    "gip", "gmd", "gtq", "gyd", "hkd", "hnl", "htg", "huf", "idr", "ils", "inr", "jmd", "kes",
    "kgs", "khr", "kyd", "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "mad", "mdl", "mkd", "mmk",
    "mnt", "mop", "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr",
    "nzd", "pab", "pen", "pgk", "php", "pkr", "pln", "qar", "ron", "rsd", "rub", "sar", "sbd",
    "scr", "sek", "sgd", "shp", "sle", "sos", "srd", "std", "szl", "thb", "tjs", "top", "try",
    "ttd", "twd", "tzs", "uah", "usd", "uyu", "uzs", "wst", "xcd", "xcg", "yer", "zar", "zmw",
];

/// Published minimums. Other currencies must reach the minimum of the account's own currency after
/// conversion; the sandbox has no exchange rates and asks for one unit there.
const SMALLEST: &[(&str, i64)] = &[
    ("aed", 200),
    ("ars", 50),
    ("aud", 50),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("cop", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17500),
    ("idr", 50),
    ("ils", 50),
    ("inr", 50),
    ("jpy", 50),
    ("krw", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("php", 50),
    ("pln", 200),
    ("ron", 200),
    ("rub", 50),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
    ("usd", 50),
    ("zar", 50),
];

const EIGHT_DIGITS: i64 = 99_999_999;
const LARGEST: &[(&str, i64)] =
    &[("cop", 9_999_999_999), ("idr", 999_999_999_999), ("inr", 999_999_999)];

/// The rule of a currency in lower case; none for what Stripe does not charge in.
pub(crate) fn find_rule(currency: &str) -> Option<CurrencyRule> {
    let (digits, step) = match currency {
        currency if TWO_DECIMAL.contains(&currency) => (2, 1),
        currency if ZERO_DECIMAL.contains(&currency) => (0, 1),
        currency if THREE_DECIMAL.contains(&currency) => (3, 10),
        currency if WHOLE_UNITS_IN_HUNDREDTHS.contains(&currency) => (2, 100),
        _ => return None,
    };
    let listed = |table: &[(&str, i64)]| {
        table.iter().find(|(code, _)| *code == currency).map(|(_, amount)| *amount)
    };
    let smallest = listed(SMALLEST).unwrap_or(1).max(step);
    Some(CurrencyRule { digits, step, smallest, largest: listed(LARGEST).unwrap_or(EIGHT_DIGITS) })
}

/// Decimals for showing an amount; two for currencies nobody can pay in.
pub(crate) fn decimal_places(currency: &str) -> u32 {
    find_rule(currency).map_or(2, |rule| rule.digits)
}

/// Every currency in Stripe's list, for its own error message.
pub(crate) fn list_supported() -> impl Iterator<Item = &'static str> {
    [TWO_DECIMAL, ZERO_DECIMAL, THREE_DECIMAL, WHOLE_UNITS_IN_HUNDREDTHS]
        .into_iter()
        .flatten()
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_has_one_rule() {
        let mut codes: Vec<&str> = list_supported().collect();
        codes.sort_unstable();
        let all = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), all);
        for code in codes {
            assert!(
                find_rule(code)
                    .is_some_and(|rule| rule.smallest >= rule.step && rule.smallest < rule.largest),
                "{code}"
            );
        }
        for (code, _) in SMALLEST.iter().chain(LARGEST) {
            assert!(find_rule(code).is_some(), "{code}");
        }
    }

    #[test]
    fn special_cases_are_as_documented() {
        let rule = |digits, step, smallest, largest| {
            Some(CurrencyRule { digits, step, smallest, largest })
        };
        assert_eq!(find_rule("eur"), rule(2, 1, 50, 99_999_999));
        assert_eq!(find_rule("jpy"), rule(0, 1, 50, 99_999_999));
        assert_eq!(find_rule("kwd"), rule(3, 10, 10, 99_999_999));
        assert_eq!(find_rule("isk"), rule(2, 100, 100, 99_999_999));
        assert_eq!(find_rule("ugx"), rule(2, 100, 100, 99_999_999));
        assert_eq!(find_rule("idr"), rule(2, 1, 50, 999_999_999_999));
        for unsupported in ["iqd", "lyd", "irr", "kpw", "sdg", "syp", "cup", "EUR", ""] {
            assert_eq!(find_rule(unsupported), None, "{unsupported}");
        }
    }
}
