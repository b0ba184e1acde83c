//! What somebody agreed to, the preview of retention, and how an export is written.

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
