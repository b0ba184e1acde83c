//! Where a redirect may lead: a path of this very site, and nothing a browser could read as another
//! one.

/// Longest path that is looked at, in bytes.
const MAX_PATH_BYTES: usize = 2000;

/// The text itself if it is a path, with or without query and fragment, on this site; `None`
/// otherwise.
///
/// Refused are schemes, hosts (`//`, `/\`), backslashes, anything outside printable ASCII (so CR
/// and LF too), dot segments, and the encoded spellings of these, since a proxy may decode before a
/// browser reads. Rules: WHATWG URL, section 4.4, where a backslash counts as a slash and tab, CR
/// and LF are dropped.
pub fn own_path(text: &str) -> Option<&str> {
    if text.len() > MAX_PATH_BYTES
        || !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    {
        return None;
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let decoded = decode_once(path)?;
    // A second layer of encoding has no use in our addresses, and some proxies peel it off.
    let plain =
        |path: &str| path.starts_with('/') && !path.contains("//") && !path.contains(['\\', '%']);
    let dots = decoded.split('/').any(|segment| segment == "." || segment == "..");
    let encoded_slash = path.to_ascii_lowercase().contains("%2f");
    (path.starts_with('/')
        && plain(&decoded)
        && !dots
        && !encoded_slash
        && no_encoded_control(text))
    .then_some(text)
}

/// `None` if an escape is broken or the result is not text without control characters.
fn decode_once(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let (escape, tail) = tail.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(escape).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

/// Holds for the query too: an encoded line break there has no honest use in a redirect.
fn no_encoded_control(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut escapes = lower.split('%').skip(1).map(|rest| rest.get(..2).unwrap_or_default());
    !escapes.any(|escape| escape.starts_with(['0', '1']) || matches!(escape, "7f" | "5c"))
}
