//! Card numbers that someone typed into free text are covered before anything stores or logs them.

/// Digits of a payment card number (ISO/IEC 7812-1).
const LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;
/// How many of them stay readable, at the end.
const SHOWN: usize = 4;
/// The most separators in a row that still join two groups of digits.
const MAX_GAP: usize = 3;

/// Covers all but the last four digits of everything that reads as a card number: 13 to 19 digits
/// with a right check digit (Luhn, ISO/IEC 7812-1, annex B), in one piece or in groups parted by
/// spaces, hyphens or dots.
///
/// About one in ten other numbers of that length has a right check digit too and is covered as
/// well; so this is for people's words, never for fields that hold long numbers on purpose.
pub fn mask_card_numbers(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut covered = Vec::new();
    let mut run: Vec<Digit> = Vec::new();
    let mut gap = 0;
    for (place, &c) in chars.iter().enumerate() {
        if let Some(value) = c.to_digit(10) {
            run.push(Digit { place, value, opens_group: run.is_empty() || gap > 0 });
            gap = 0;
        } else if is_separator(c) && gap < MAX_GAP {
            gap += 1;
        } else {
            cover(&run, &mut covered);
            run.clear();
            gap = 0;
        }
    }
    cover(&run, &mut covered);
    for place in covered {
        if let Some(c) = chars.get_mut(place) {
            *c = '•';
        }
    }
    chars.into_iter().collect()
}

struct Digit {
    /// Counted in characters of the text.
    place: usize,
    value: u32,
    opens_group: bool,
}

/// Looks at every window of whole groups, since a year or a house number may stand next to the card
/// number. A digit is covered if any window wants it covered: too much rather than too little.
fn cover(run: &[Digit], covered: &mut Vec<usize>) {
    for (start, _) in run.iter().enumerate().filter(|(_, digit)| digit.opens_group) {
        for length in LENGTHS {
            let Some(window) = run.get(start..start + length) else { break };
            let ends_group = run.get(start + length).is_none_or(|next| next.opens_group);
            if ends_group && luhn(window) {
                covered.extend(window.iter().take(length - SHOWN).map(|digit| digit.place));
            }
        }
    }
}

fn luhn(digits: &[Digit]) -> bool {
    let from_the_right = digits.iter().rev().enumerate();
    let sum: u32 = from_the_right
        .map(|(place, digit)| match (place % 2, digit.value) {
            (0, value) => value,
            (_, value) if value > 4 => value * 2 - 9,
            (_, value) => value * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '\t' | '\u{a0}' | '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{202f}' | '_'
    )
}
