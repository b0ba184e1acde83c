//! Postcodes: a pattern language of four signs, small enough to read and to send to the browser.

/// How a country writes its postcodes.
///
/// In a pattern `#` is a digit, `@` a letter, `*` either; a capital letter, a space or a hyphen is
/// itself. Source of the patterns: Universal Postal Union, "Addressing the World".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostcodeRule {
    /// What people of the country call it: "ZIP code".
    pub label: &'static str,
    pub patterns: &'static [&'static str],
    /// A code that exists, for the hint.
    pub example: &'static str,
    /// `false` where many people do without.
    pub required: bool,
}

/// Longer input is refused before it is looked at.
const MAX_TYPED_BYTES: usize = 16;

impl PostcodeRule {
    /// The code in capital letters and its country's spacing; `None` if no pattern fits.
    ///
    /// Case, spaces, hyphens and dots may be typed as one likes, and so may the country's ISO code
    /// in front.
    pub fn normalise(&self, country_code: &str, typed: &str) -> Option<String> {
        if typed.len() > MAX_TYPED_BYTES {
            return None;
        }
        let upper = typed.to_ascii_uppercase();
        let core: String =
            upper.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '\u{a0}')).collect();
        let without_country = core.strip_prefix(country_code);
        let candidates = [Some(core.as_str()), without_country];
        let mut fits = candidates
            .into_iter()
            .flatten()
            .flat_map(|core| self.patterns.iter().map(move |p| (core, *p)));
        fits.find_map(|(core, pattern)| fit(core, pattern))
    }
}

/// Writes the characters into the pattern if they fit exactly.
fn fit(core: &str, pattern: &str) -> Option<String> {
    let mut typed = core.chars().peekable();
    let mut written = String::with_capacity(pattern.len());
    for sign in pattern.chars() {
        let fits = |c: char| match sign {
            '#' => c.is_ascii_digit(),
            '@' => c.is_ascii_uppercase(),
            _ => c.is_ascii_digit() || c.is_ascii_uppercase(),
        };
        match sign {
            ' ' | '-' => written.push(sign),
            // A fixed letter, as in "LV-1010", may be left out.
            letter if letter.is_ascii_uppercase() => {
                typed.next_if_eq(&letter);
                written.push(letter);
            }
            _ => written.push(typed.next_if(|&c| fits(c))?),
        }
    }
    typed.next().is_none().then_some(written)
}
