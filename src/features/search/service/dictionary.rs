//! The words of the catalogue as they are written, and which of them a typed word may stand for.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;
use tantivy::{Searcher, Term};

use crate::features::search::model::max_edit_distance;
use crate::features::search::service::index::Fields;
use crate::shared::ids::Sku;

/// Words taken for one typed word; the most frequent ones. They bound the work of a search.
const MOST_COMPLETIONS: usize = 48;
const MOST_CORRECTIONS: usize = 24;

pub struct Dictionary<'a> {
    searcher: &'a Searcher,
    fields: Fields,
}

/// A word of the catalogue and in how many products it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub word: String,
    pub products: u64,
}

impl<'a> Dictionary<'a> {
    pub fn new(searcher: &'a Searcher, fields: Fields) -> Self {
        Self { searcher, fields }
    }

    pub fn has(&self, word: &str) -> tantivy::Result<bool> {
        Ok(self.searcher.doc_freq(&Term::from_field_text(self.fields.dictionary, word))? > 0)
    }

    pub fn has_sku(&self, sku: &Sku) -> tantivy::Result<bool> {
        Ok(self.searcher.doc_freq(&Term::from_field_text(self.fields.sku, sku.as_str()))? > 0)
    }

    /// Longer words that begin like this one.
    pub fn completions(&self, beginning: &str) -> tantivy::Result<Vec<Entry>> {
        self.beginning_with(beginning, self.fields.dictionary)
    }

    /// Longer skus that begin like this text.
    pub fn skus(&self, beginning: &str) -> tantivy::Result<Vec<Entry>> {
        self.beginning_with(beginning, self.fields.sku)
    }

    fn beginning_with(&self, beginning: &str, field: Field) -> tantivy::Result<Vec<Entry>> {
        let mut found = HashMap::new();
        let bytes = beginning.as_bytes();
        self.each_segment(field, |terms| {
            let mut stream = terms.range().gt(bytes).into_stream()?;
            while stream.advance() && stream.key().starts_with(bytes) {
                count(&mut found, stream.key(), stream.value().doc_freq);
            }
            Ok(())
        })?;
        Ok(most_frequent(found, MOST_COMPLETIONS))
    }

    /// Words that differ from this one by the letters forgiven at its length, nearest first: first
    /// those one letter off, then those two letters off.
    pub fn corrections(&self, word: &str) -> tantivy::Result<[Vec<Entry>; 2]> {
        self.within(word, max_edit_distance(word))
    }

    /// As [`Self::corrections`] with a number of letters of the caller's choice, at most two.
    pub fn within(&self, word: &str, edits: u8) -> tantivy::Result<[Vec<Entry>; 2]> {
        let mut known = vec![word.to_owned()];
        let mut tiers = [Vec::new(), Vec::new()];
        for (edit, tier) in (1..=edits.min(2)).zip(&mut tiers) {
            let mut found = self.at_most(word, edit)?;
            found.retain(|other, _| !known.contains(other));
            known.extend(found.keys().cloned());
            *tier = most_frequent(found, MOST_CORRECTIONS);
        }
        Ok(tiers)
    }

    fn at_most(&self, word: &str, edits: u8) -> tantivy::Result<HashMap<String, u64>> {
        let mut found = HashMap::new();
        let automaton =
            FuzzyTermQuery::new(Term::from_field_text(self.fields.dictionary, word), edits, true)
                .automaton()?;
        self.each_segment(self.fields.dictionary, |terms| {
            let mut stream = terms.search(&automaton).into_stream()?;
            while stream.advance() {
                count(&mut found, stream.key(), stream.value().doc_freq);
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn each_segment(
        &self,
        field: Field,
        mut visit: impl FnMut(&TermDictionary) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        for segment in self.searcher.segment_readers() {
            visit(segment.inverted_index(field)?.terms())?;
        }
        Ok(())
    }
}

fn count(found: &mut HashMap<String, u64>, word: &[u8], products: u32) {
    if let Ok(word) = std::str::from_utf8(word) {
        *found.entry(word.to_owned()).or_default() += u64::from(products);
    }
}

/// Ties are broken by the word, so that every instance takes the same ones.
fn most_frequent(found: HashMap<String, u64>, most: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        found.into_iter().map(|(word, products)| Entry { word, products }).collect();
    entries.sort_unstable_by(|a, b| b.products.cmp(&a.products).then_with(|| a.word.cmp(&b.word)));
    entries.truncate(most);
    entries
}
