//! What a query with unknown words was probably meant to be.

use tantivy::Searcher;

use crate::features::search::service::dictionary::{Dictionary, Entry};
use crate::features::search::service::index::ProductIndex;
use crate::features::search::service::query::{Fuzziness, ParsedQuery, Word, count};

/// Letters an unknown word must have before the whole dictionary is searched for it once more, and
/// more generously.
const WIDE_FROM: usize = 4;

/// The query with every unknown word replaced by the nearest and most frequent one of the
/// catalogue.
///
/// `None` if all words are known, if one has nothing near it, or if the corrected query finds no
/// product either.
pub fn corrected(
    index: &ProductIndex,
    searcher: &Searcher,
    query: &ParsedQuery,
) -> tantivy::Result<Option<String>> {
    if query.words.iter().all(|word| word.known) {
        return Ok(None);
    }
    let dictionary = Dictionary::new(searcher, index.fields);
    let mut words = Vec::with_capacity(query.words.len());
    for word in &query.words {
        match suggest_correction(&dictionary, word)? {
            Some(meant) => words.push(meant),
            None => return Ok(None),
        }
    }
    let corrected = words.join(" ");
    let again = ParsedQuery::read(&dictionary, index.fields, &corrected)?;
    let finds = count(searcher, &again.with_every_word(index.fields, Fuzziness::AsTyped))?;
    Ok((finds > 0).then_some(corrected))
}

fn suggest_correction(dictionary: &Dictionary<'_>, word: &Word) -> tantivy::Result<Option<String>> {
    if word.known {
        return Ok(Some(word.text.clone()));
    }
    if let Some(near) = nearest_word(&word.corrections) {
        return Ok(Some(near));
    }
    if let Some(parted) = split_word(dictionary, &word.text)? {
        return Ok(Some(parted));
    }
    let letters = word.text.chars().count();
    let edits = match letters {
        0..3 => 0,
        3..WIDE_FROM => 1,
        _ => 2,
    };
    Ok(nearest_word(&dictionary.within(&word.text, edits)?))
}

fn nearest_word(tiers: &[Vec<Entry>; 2]) -> Option<String> {
    tiers.iter().find_map(|tier| tier.first()).map(|entry| entry.word.clone())
}

/// "officechair" is two words of the catalogue.
fn split_word(dictionary: &Dictionary<'_>, word: &str) -> tantivy::Result<Option<String>> {
    for (place, _) in word.char_indices().skip(2) {
        let (first, second) = word.split_at(place);
        if second.chars().count() >= 2 && dictionary.has(first)? && dictionary.has(second)? {
            return Ok(Some(format!("{first} {second}")));
        }
    }
    Ok(None)
}
