//! One source file: its text, its code without comments and strings, and which part of it is tests.

/// A file below `src`, with what the rules look at.
pub struct SourceFile {
    /// From `src` on, with slashes.
    pub path: String,
    pub text: String,
    /// As long as `text`, with blanks in place of comments, the contents of strings, and tests.
    pub code: String,
    /// As long as `text`, with everything but the code of tests blanked.
    pub test_code: String,
}

impl SourceFile {
    pub fn new(path: &str, text: &str) -> Self {
        let all = without_comments_and_strings(text);
        let only_tests = path.split('/').any(|part| part == "tests" || part == "tests.rs")
            || path.starts_with("testing/");
        let (code, test_code) = if only_tests { (blank(&all), all) } else { part_tests(&all) };
        Self { path: path.to_owned(), text: text.to_owned(), code, test_code }
    }

    /// Counted from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    pub fn at(&self, offset: usize, problem: &str) -> String {
        format!("src/{}:{}: {problem}", self.path, self.line_of(offset))
    }
}

/// Offsets at which `word` stands in `code` as a word of its own; either end of it may be
/// punctuation.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word).map(|(offset, _)| offset).filter(move |offset| {
        let before =
            part_of_word(code[..*offset].chars().next_back()) && part_of_word(word.chars().next());
        let after = part_of_word(code[offset + word.len()..].chars().next())
            && part_of_word(word.chars().next_back());
        !before && !after
    })
}

fn blank(code: &str) -> String {
    code.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// Parts `mod … { … }` behind a `cfg` that names `test` from the rest.
fn part_tests(all: &str) -> (String, String) {
    let (mut code, mut tests) = (all.as_bytes().to_vec(), blank(all).into_bytes());
    for (start, _) in all.match_indices("#[cfg(") {
        let rest = &all[start..];
        let Some(end) = rest.find(']') else { continue };
        let item = rest[end + 1..].trim_start();
        let is_test = words(&rest[..end], "test").next().is_some();
        let body = item
            .strip_prefix("pub ")
            .unwrap_or(item)
            .starts_with("mod ")
            .then(|| block_end(all, start))
            .flatten();
        if let (true, Some(stop)) = (is_test, body) {
            tests[start..stop].copy_from_slice(&all.as_bytes()[start..stop]);
            code[start..stop].copy_from_slice(blank(&all[start..stop]).as_bytes());
        }
    }
    // Whole regions of valid text were exchanged for blanks.
    (String::from_utf8(code).unwrap_or_default(), String::from_utf8(tests).unwrap_or_default())
}

/// Where the first block after `start` ends, unless a semicolon comes first.
fn block_end(code: &str, start: usize) -> Option<usize> {
    let open = start + code[start..].find(['{', ';'])?;
    if code.as_bytes().get(open) == Some(&b';') {
        return None;
    }
    let mut depth = 0_i32;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(offset + 1);
        }
    }
    None
}

/// Keeps the length and the lines, so that offsets stay true.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let before = code.chars().next_back();
        let (kept, skipped) = match c {
            '/' if rest.starts_with("//") => (0, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (0, block_comment(rest)),
            '"' => (1, string(rest)),
            'r' if !before.is_some_and(|b| b.is_alphanumeric() && b != 'b' || b == '_') => {
                match raw_string(rest) {
                    Some(length) => (0, length),
                    None => (1, 0),
                }
            }
            '\'' => (1, character(rest)),
            _ => (c.len_utf8(), 0),
        };
        code.push_str(&rest[..kept]);
        code.push_str(&blank(&rest[kept..kept.max(skipped)]));
        rest = &rest[kept.max(skipped)..];
    }
    code
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut offset = 0;
    while offset < rest.len() {
        let here = &rest.as_bytes()[offset..];
        let step = if here.starts_with(b"/*") {
            depth += 1;
            2
        } else if here.starts_with(b"*/") {
            depth -= 1;
            2
        } else {
            1
        };
        offset += step;
        if depth == 0 {
            return offset;
        }
    }
    rest.len()
}

/// The length of a string with its quotes.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (offset, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return offset + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of `r"…"` or `r#"…"#`; `None` for a name that begins with `r`.
fn raw_string(rest: &str) -> Option<usize> {
    let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let body = rest.get(1 + hashes..)?.strip_prefix('"')?;
    let end = body.find(&format!("\"{}", "#".repeat(hashes)))?;
    Some(1 + hashes + 1 + end + 1 + hashes)
}

/// The length of a character literal; 1 for the mark of a lifetime.
fn character(rest: &str) -> usize {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), Some(escaped)) => {
            let from = 2 + escaped.len_utf8();
            rest[from..].find('\'').map_or(1, |end| from + end + 1)
        }
        (Some(c), Some('\'')) if c != '\'' => 2 + c.len_utf8(),
        _ => 1,
    }
}
