//! What somebody agreed to, the preview of retention, and the formats of an export.

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

/// One line of the preview of retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionLine {
    pub description: &'static str,
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
