//! Free text: trimmed, bounded, and without the characters that could start a new header, log line
//! or direction.

use crate::shared::error::{AppError, AppResult};

/// Characters a search may have; the rest is cut off.
const MAX_QUERY_CHARS: usize = 200;

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    Yes,
    No,
}

/// Reads one line of text, trimmed; the empty text if nothing was typed and nothing is required.
///
/// `label` completes "Enter …", with its article: "your name", "a city". Errors (422): `required`,
/// `too_long` beyond `max_chars` characters, `control_characters`; line breaks are among them.
pub fn text(
    field: &'static str,
    label: &str,
    value: &str,
    max_chars: u32,
    required: Required,
) -> AppResult<String> {
    if value.chars().any(|c| c != '\t' && unprintable(c)) || trimmed(value).contains('\t') {
        return Err(control_characters(field, label));
    }
    limit_length(field, label, trimmed(value), max_chars, required)
}

/// Reads text of several lines: as `text`, but `\n` and tabs may stay and every kind of line break
/// becomes `\n`.
pub fn multiline_text(
    field: &'static str,
    label: &str,
    value: &str,
    max_chars: u32,
    required: Required,
) -> AppResult<String> {
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    if value.chars().any(|c| !matches!(c, '\n' | '\t') && unprintable(c)) {
        return Err(control_characters(field, label));
    }
    limit_length(field, label, trimmed(&value), max_chars, required)
}

/// Makes any text a search: control characters go, white space becomes single spaces, 200
/// characters stay.
pub fn search_query(value: &str) -> String {
    let printable: String = value
        .chars()
        .filter(|&c| c.is_whitespace() || !unprintable(c))
        // Bounds the work on hostile input; the final cut comes after the white space is folded.
        .take(MAX_QUERY_CHARS * 4)
        .collect();
    let folded = printable.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = folded.chars().take(MAX_QUERY_CHARS).collect();
    cut.trim_end().to_owned()
}

fn limit_length(
    field: &'static str,
    label: &str,
    value: &str,
    max_chars: u32,
    required: Required,
) -> AppResult<String> {
    if value.is_empty() && required == Required::Yes {
        return Err(AppError::field("required", field, format!("Enter {label}.")));
    }
    let count = value.chars().count();
    if u32::try_from(count).is_ok_and(|count| count <= max_chars) {
        return Ok(value.to_owned());
    }
    let message = format!("Shorten this to at most {max_chars} characters; it has {count}.");
    Err(AppError::field("too_long", field, message))
}

/// Without white space and zero-width marks at the ends, so that an invisible text counts as none.
fn trimmed(value: &str) -> &str {
    value.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
    })
}

/// Control characters, Unicode's own line breaks, and marks that turn the direction of what
/// follows.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn control_characters(field: &'static str, label: &str) -> AppError {
    let message = format!("Enter {label} without line breaks or invisible characters.");
    AppError::field("control_characters", field, message)
}
