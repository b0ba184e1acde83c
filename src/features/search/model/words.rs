//! Rules about single words: plurals, how many wrong letters are forgiven, and words that say
//! nothing.

use std::borrow::Cow;

/// Plurals that no rule gives.
const IRREGULAR: [(&str, &str); 5] = [
    ("men", "man"),
    ("women", "woman"),
    ("children", "child"),
    ("mice", "mouse"),
    ("feet", "foot"),
];

/// Words that end like a plural and are none.
const SINGULAR: [&str; 4] = ["lens", "canvas", "atlas", "texas"];

/// Words that are looked for only when nothing else was typed.
const FILLERS: [&str; 20] = [
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or",
    "our", "that", "the", "to", "with",
];

/// The form under which a word is kept and looked for, the same for singular and plural; not always
/// a word itself.
///
/// Takes and gives lower-case text. Only English endings are known; every other word stays as it
/// is.
pub fn stem(word: &str) -> Cow<'_, str> {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return stem(singular);
    }
    if word.len() < 4 || !word.is_ascii() || SINGULAR.contains(&word) {
        return Cow::Borrowed(word);
    }
    let plural = word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let base = if plural { word.strip_suffix('s').unwrap_or(word) } else { word };
    // What is left of a plural may have an `e` too many (dresse, knive, berrie); the singular loses
    // its own alike.
    let Some(stem) = base.strip_suffix('e').filter(|stem| stem.len() >= 3) else {
        return Cow::Borrowed(base);
    };
    if let Some(start) = stem.strip_suffix('i') {
        return if stem.len() >= 4 { Cow::Owned(format!("{start}y")) } else { Cow::Borrowed(base) };
    }
    if let Some(start) = stem.strip_suffix(['v', 'f']) {
        return Cow::Owned(format!("{start}f"));
    }
    let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| stem.ends_with(end));
    let long_o = stem.ends_with('o') && stem.len() >= 5;
    Cow::Borrowed(if hissing || long_o { stem } else { base })
}

/// How many letters of a word may be wrong, missing, too many or swapped with their neighbour
/// (SRCH-4).
///
/// Words with digits are sizes and model names: another one is another thing.
pub fn max_edit_distance(word: &str) -> u8 {
    if word.chars().any(|c| c.is_numeric()) {
        return 0;
    }
    match word.chars().count() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

pub fn is_stop_word(word: &str) -> bool {
    FILLERS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srch_3_singular_and_plural_share_a_root() {
        let pairs = [
            ("teapot", "teapots"),
            ("dress", "dresses"),
            ("glass", "glasses"),
            ("watch", "watches"),
            ("brush", "brushes"),
            ("box", "boxes"),
            ("vase", "vases"),
            ("case", "cases"),
            ("knife", "knives"),
            ("shelf", "shelves"),
            ("scarf", "scarves"),
            ("glove", "gloves"),
            ("cookie", "cookies"),
            ("berry", "berries"),
            ("battery", "batteries"),
            ("tie", "ties"),
            ("shoe", "shoes"),
            ("potato", "potatoes"),
            ("canoe", "canoes"),
            ("lens", "lenses"),
            ("canvas", "canvases"),
            ("table", "tables"),
            ("mouse", "mice"),
            ("woman", "women"),
            ("bus", "buses"),
            ("cushion", "cushions"),
        ];
        for (one, many) in pairs {
            assert_eq!(stem(one), stem(many), "{one} / {many}");
        }
    }

    #[test]
    fn srch_3_different_things_keep_different_roots() {
        for (a, b) in
            [("cap", "cape"), ("pan", "pane"), ("tub", "tube"), ("mat", "mate"), ("glass", "glas")]
        {
            assert_ne!(stem(a), stem(b), "{a} / {b}");
        }
        assert_eq!(stem("écharpes"), "écharpes");
        assert_eq!(stem(""), "");
    }

    #[test]
    fn srch_4_forgiveness_grows_with_the_word() {
        for (word, edits) in [
            ("", 0),
            ("cup", 0),
            ("lamp", 1),
            ("teapots", 1),
            ("headlamp", 2),
            ("500ml", 0),
            ("1200x800", 0),
            ("вазы", 1),
        ] {
            assert_eq!(max_edit_distance(word), edits, "{word}");
        }
    }
}
