//! What becomes of each collection when somebody asks for their data or wants them erased, and how
//! an export is written.

use crate::features::accounts::model::UNCONFIRMED_LIFE;

/// What an erasure does to a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The person's documents go.
    Deleted,
    /// Kept because the law asks for the books; closed to everybody's eyes, and gone on its date.
    Restricted,
    /// Goes by itself within this many days.
    Expires { days: u32 },
    /// Ids and fixed words: nothing leads to a person once their account is gone.
    NotPersonal,
}

/// A collection, whether an export holds it, and what an erasure does to it (PRIV-3). A collection
/// that is missing here fails the tests.
pub const COLLECTIONS: [(&str, bool, Erasure); 21] = [
    ("accounts", true, Erasure::Deleted),
    ("account_milestones", false, Erasure::NotPersonal),
    ("audit", false, Erasure::NotPersonal),
    ("carts", true, Erasure::Deleted),
    ("categories", false, Erasure::NotPersonal),
    ("checkouts", true, Erasure::Deleted),
    ("consents", true, Erasure::Deleted),
    ("content_pages", false, Erasure::NotPersonal),
    ("counters", false, Erasure::NotPersonal),
    ("disputes", false, Erasure::NotPersonal),
    ("job_leases", false, Erasure::NotPersonal),
    ("mailed_tokens", false, Erasure::Deleted),
    ("orders", true, Erasure::Restricted),
    ("outbox", false, Erasure::NotPersonal),
    ("products", false, Erasure::NotPersonal),
    ("refunds", false, Erasure::NotPersonal),
    ("sessions", true, Erasure::Deleted),
    ("slugs", false, Erasure::NotPersonal),
    ("stock", false, Erasure::NotPersonal),
    ("stock_ledger", false, Erasure::NotPersonal),
    ("stripe_events", false, Erasure::NotPersonal),
];

/// Something that nobody has to agree to, and that is asked for in these words.
pub struct ConsentText {
    /// As stored.
    pub about: &'static str,
    /// Changes with the words, so that the log tells which ones somebody saw (R88).
    pub version: &'static str,
    pub words: &'static str,
}

pub const NEWS: ConsentText = ConsentText {
    about: "news",
    version: "2026-11-23",
    words: "Yes, write to me now and then about new goods and offers. I can stop it here at any time.",
};

/// What goes by itself: where it is, what is said of it, the field of its date, and how long after
/// that date it goes.
pub struct Retained {
    pub collection: &'static str,
    pub words: &'static str,
    pub field: &'static str,
    pub kind: DateKind,
    /// Milliseconds.
    pub kept_for: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateKind {
    /// A date of the database.
    Date,
    /// Unix milliseconds.
    Millis,
    /// Unix milliseconds, of accounts that nobody confirmed alone.
    Unconfirmed,
}

/// Section 6.9 of the limits: the order is that of the preview.
pub const RETENTION: [Retained; 6] = [
    Retained {
        collection: "carts",
        words: "Carts, 30 days after their last change",
        field: "expires_at",
        kind: DateKind::Date,
        kept_for: 0,
    },
    Retained {
        collection: "checkouts",
        words: "What was typed at a checkout, 30 days after the last change",
        field: "expires_at",
        kind: DateKind::Date,
        kept_for: 0,
    },
    Retained {
        collection: "accounts",
        words: "Accounts nobody confirmed, after 30 days, unless they hold an order",
        field: "created_at",
        kind: DateKind::Unconfirmed,
        kept_for: UNCONFIRMED_LIFE,
    },
    Retained {
        collection: "sessions",
        words: "Sessions, at their end",
        field: "expires_at",
        kind: DateKind::Date,
        kept_for: 0,
    },
    Retained {
        collection: "mailed_tokens",
        words: "Mailed links, at their end",
        field: "expires_at",
        kind: DateKind::Date,
        kept_for: 0,
    },
    Retained {
        collection: "orders",
        words: "Orders of erased customers, when the law lets go of the books",
        field: "restricted_until",
        kind: DateKind::Millis,
        kept_for: 0,
    },
];

/// One line of the preview of retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionLine {
    pub words: &'static str,
    pub kept: u64,
    /// What the next run drops.
    pub due: u64,
    /// What more goes within thirty days, if nobody touches it.
    pub soon: u64,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
}

impl Format {
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "data.json" => Some(Self::Json),
            "data.csv" => Some(Self::Csv),
            _ => None,
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Json => "my-data.json",
            Self::Csv => "my-data.csv",
        }
    }
}

/// Rows of path and value as CSV (RFC 4180). A field that a spreadsheet would take for a formula
/// gets an apostrophe in front (R51).
pub fn csv(rows: &[(String, String)]) -> String {
    let heading = [("field".to_owned(), "value".to_owned())];
    heading
        .iter()
        .chain(rows)
        .map(|(field, value)| format!("{},{}\r\n", csv_field(field), csv_field(value)))
        .collect()
}

fn csv_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_a29_no_field_becomes_a_formula_and_columns_stay_in_line() {
        let rows = [
            ("name".to_owned(), "=HYPERLINK(\"http://evil\")".to_owned()),
            ("note".to_owned(), "a, \"b\"\nc".to_owned()),
            ("phone".to_owned(), "+31 20 123".to_owned()),
        ];
        assert_eq!(
            csv(&rows),
            "field,value\r\nname,\"'=HYPERLINK(\"\"http://evil\"\")\"\r\nnote,\"a, \"\"b\"\"\nc\"\r\nphone,'+31 20 123\r\n"
        );
    }
}
