//! A slug is the readable part of an address: small letters, digits and hyphens.

use crate::shared::error::{AppError, AppResult};

const MAX_SLUG_CHARS: usize = 120;

/// Reads a slug of 1 to 120 characters. Errors: `slug_invalid` (422) with a suggestion made from
/// what was typed.
pub fn slug(field: &'static str, value: &str) -> AppResult<String> {
    let value = value.trim_matches(' ');
    let plain = value
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let edges = value.starts_with('-') || value.ends_with('-');
    if plain && !edges && (1..=MAX_SLUG_CHARS).contains(&value.len()) {
        return Ok(value.to_owned());
    }
    let suggestion = match suggest_slug(value) {
        empty if empty.is_empty() => "blue-teapot".to_owned(),
        made => made,
    };
    let message = format!(
        "Use small letters, digits and hyphens, at most {MAX_SLUG_CHARS}: for example {suggestion}"
    );
    Err(AppError::field("slug_invalid", field, message))
}

/// Makes a slug of any title; empty if it has no letter or digit that can be written in ASCII.
pub fn suggest_slug(title: &str) -> String {
    let mut made = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match plain_letters(c) {
            "" if c.is_ascii_alphanumeric() => made.push(c),
            "" if made.is_empty() || made.ends_with('-') || c == '\'' || c == '’' => {}
            "" => made.push('-'),
            letters => made.push_str(letters),
        }
        if made.len() >= MAX_SLUG_CHARS {
            break;
        }
    }
    made.truncate(MAX_SLUG_CHARS);
    made.trim_end_matches('-').to_owned()
}

/// The Latin letters of Europe without their marks; a full transliteration is not worth its weight
/// in the browser.
fn plain_letters(c: char) -> &'static str {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' | 'ō' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ů' | 'ű' | 'ū' | 'ų' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}
