//! From typed words to the index's query: nothing a shopper types is ever read as an operator.
//!
//! Scores are whole numbers below 2^24, so that their sums are exact and the same on every
//! instance; they depend on which field has which form of a word, never on how often or on how the
//! index lies in its segments.

use tantivy::query::{
    BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use crate::features::search::model::{is_stop_word, stem};
use crate::features::search::service::dictionary::{Dictionary, Entry};
use crate::features::search::service::index::Fields;
use crate::features::search::service::text::words;
use crate::shared::ids::Sku;

/// Words of a query that are looked for; the rest is left aside.
const MOST_WORDS: usize = 8;
/// Characters from which a text may be the beginning of a sku.
const SKU_BEGINNING: usize = 4;

/// Scores of name, kind, facts and description. Within a form each field is worth more than all
/// after it together.
type Weights = [f32; 4];
const EXACT: Weights = [16_384.0, 8_192.0, 4_096.0, 1_024.0];
/// Below an exact word in the same field, above one in the next but one: "tea" prefers teapots to a
/// mention of tea.
const COMPLETED: Weights = [6_144.0, 3_072.0, 1_536.0, 512.0];
/// All forgiven letters together stay below any word that is there.
const ONE_LETTER_OFF: Weights = [128.0, 64.0, 32.0, 8.0];
const TWO_LETTERS_OFF: Weights = [16.0, 8.0, 4.0, 1.0];
/// What has every word as typed stands before what needs fuzziness.
const NOTHING_FORGIVEN: f32 = 1_048_576.0;
const SKU_BEGINS: f32 = 2_097_152.0;
const SKU_EQUAL: f32 = 4_194_304.0;

/// A query, understood.
pub struct ParsedQuery {
    pub words: Vec<Word>,
    skus: Vec<(Term, f32)>,
}

/// One word with all it may stand for; all but `text` are roots.
pub struct Word {
    /// As typed, folded.
    pub text: String,
    exact: Vec<String>,
    completed: Vec<String>,
    /// Whether the catalogue has it or, as the last word, something that begins with it.
    pub known: bool,
    /// Nearest first; empty until asked for.
    pub corrections: [Vec<Entry>; 2],
}

/// How generously words are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fuzziness {
    AsTyped,
    WrongLetters,
}

impl ParsedQuery {
    /// Understands a query that was cut to length already.
    pub fn read(dictionary: &Dictionary<'_>, fields: Fields, query: &str) -> tantivy::Result<Self> {
        let typed = significant_terms(words(query));
        let mut understood = Vec::with_capacity(typed.len());
        for (place, text) in typed.iter().enumerate() {
            let is_last = place + 1 == typed.len();
            understood.push(Word::read(dictionary, text, is_last)?);
        }
        join_neighbours(dictionary, &typed, &mut understood)?;
        Ok(Self { words: understood, skus: skus(dictionary, fields, query)? })
    }

    /// Whether there is nothing to look for at all.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.skus.is_empty()
    }

    pub fn names_a_sku(&self) -> bool {
        !self.skus.is_empty()
    }

    /// Finds the words of the catalogue that unknown or rare words may have been meant to be.
    pub fn look_for_corrections(&mut self, dictionary: &Dictionary<'_>) -> tantivy::Result<()> {
        for word in &mut self.words {
            word.corrections = dictionary.corrections(&word.text)?;
        }
        Ok(())
    }

    /// Products with every word.
    pub fn with_every_word(&self, fields: Fields, fuzziness: Fuzziness) -> Box<dyn Query> {
        let all = self.every_word(fields, fuzziness);
        let mut clauses = vec![(Occur::Should, all)];
        if fuzziness == Fuzziness::WrongLetters {
            let as_typed = self.every_word(fields, Fuzziness::AsTyped);
            clauses
                .push((Occur::Should, Box::new(ConstScoreQuery::new(as_typed, NOTHING_FORGIVEN))));
        }
        clauses.extend(
            self.skus.iter().map(|(term, score)| (Occur::Should, constant(term.clone(), *score))),
        );
        Box::new(BooleanQuery::new(clauses))
    }

    /// Products with at least so many of the words.
    pub fn with_some_words(&self, fields: Fields, at_least: usize) -> Box<dyn Query> {
        let clauses = self
            .words
            .iter()
            .map(|word| (Occur::Should, word.query(fields, Fuzziness::WrongLetters)))
            .collect();
        Box::new(BooleanQuery::with_minimum_required_clauses(clauses, at_least))
    }

    fn every_word(&self, fields: Fields, fuzziness: Fuzziness) -> Box<dyn Query> {
        if self.words.is_empty() {
            return Box::new(EmptyQuery);
        }
        Box::new(BooleanQuery::new(
            self.words.iter().map(|word| (Occur::Must, word.query(fields, fuzziness))).collect(),
        ))
    }
}

impl Word {
    fn read(dictionary: &Dictionary<'_>, text: &str, is_last: bool) -> tantivy::Result<Self> {
        let exact = stem(text).into_owned();
        let longer = if is_last { dictionary.completions(text)? } else { Vec::new() };
        let known = !longer.is_empty() || dictionary.has(text)? || dictionary.has(&exact)?;
        let completed = other_roots(&longer, std::slice::from_ref(&exact));
        Ok(Self {
            text: text.to_owned(),
            exact: vec![exact],
            completed,
            known,
            corrections: Default::default(),
        })
    }

    /// The best form of the word that a product has counts, by the sum of the fields that have it.
    fn query(&self, fields: Fields, fuzziness: Fuzziness) -> Box<dyn Query> {
        let mut forms = vec![form(fields, &self.exact, EXACT)];
        if !self.completed.is_empty() {
            forms.push(form(fields, &self.completed, COMPLETED));
        }
        if fuzziness == Fuzziness::WrongLetters {
            for (entries, weights) in self.corrections.iter().zip([ONE_LETTER_OFF, TWO_LETTERS_OFF])
            {
                let roots = other_roots(entries, &self.exact);
                if !roots.is_empty() {
                    forms.push(form(fields, &roots, weights));
                }
            }
        }
        Box::new(DisjunctionMaxQuery::new(forms))
    }
}

/// The words worth looking for: each once, without those that say nothing unless there are no
/// others.
fn significant_terms(mut words: Vec<String>) -> Vec<String> {
    let mut seen = Vec::new();
    words.retain(|word| {
        let new = !seen.contains(word);
        if new {
            seen.push(word.clone());
        }
        new
    });
    if words.iter().any(|word| !is_stop_word(word)) {
        words.retain(|word| !is_stop_word(word));
    }
    words.truncate(MOST_WORDS);
    words
}

/// "tea pot" also stands for "teapot", where the catalogue has such a word.
fn join_neighbours(
    dictionary: &Dictionary<'_>,
    typed: &[String],
    words: &mut [Word],
) -> tantivy::Result<()> {
    for (place, pair) in typed.windows(2).enumerate() {
        let joined = pair.concat();
        if dictionary.has(&joined)? {
            for word in words.iter_mut().skip(place).take(2) {
                word.exact.push(stem(&joined).into_owned());
                word.known = true;
            }
        }
    }
    Ok(())
}

fn skus(
    dictionary: &Dictionary<'_>,
    fields: Fields,
    query: &str,
) -> tantivy::Result<Vec<(Term, f32)>> {
    let term = |sku: &str| Term::from_field_text(fields.sku, sku);
    let parsed: Vec<Sku> = query
        .split_whitespace()
        .take(MOST_WORDS)
        .filter_map(|part| Sku::parse(&part.to_ascii_uppercase()))
        .collect();
    let mut found = Vec::new();
    for sku in &parsed {
        if dictionary.has_sku(sku)? {
            found.push((term(sku.as_str()), SKU_EQUAL));
        }
    }
    if let [only] = parsed.as_slice()
        && found.is_empty()
        && only.as_str().len() >= SKU_BEGINNING
        && only.as_str().contains(|c: char| c.is_ascii_digit() || c == '-')
    {
        found.extend(
            dictionary.skus(only.as_str())?.iter().map(|entry| (term(&entry.word), SKU_BEGINS)),
        );
    }
    Ok(found)
}

/// The roots of entries, each once, without those of `exact`.
fn other_roots(entries: &[Entry], exact: &[String]) -> Vec<String> {
    let mut roots: Vec<String> =
        entries.iter().map(|entry| stem(&entry.word).into_owned()).collect();
    roots.sort_unstable();
    roots.dedup();
    roots.retain(|root| !exact.contains(root));
    roots
}

/// Any of the roots, scored by the fields that have one.
fn form(fields: Fields, roots: &[String], weights: Weights) -> Box<dyn Query> {
    let texts = [fields.name, fields.kind, fields.facts, fields.description];
    let clauses = texts
        .into_iter()
        .zip(weights)
        .map(|(field, weight)| (Occur::Should, any_of(field, roots, weight)))
        .collect();
    Box::new(BooleanQuery::new(clauses))
}

fn any_of(field: Field, roots: &[String], score: f32) -> Box<dyn Query> {
    let mut terms = roots.iter().map(|root| Term::from_field_text(field, root));
    match (terms.next(), terms.len()) {
        (Some(only), 0) => constant(only, score),
        (first, _) => {
            let queries =
                first.into_iter().chain(terms).map(|term| (Occur::Should, plain(term))).collect();
            Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::new(queries)), score))
        }
    }
}

fn constant(term: Term, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(plain(term), score))
}

fn plain(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// How many products a query finds.
pub fn count(searcher: &Searcher, query: &dyn Query) -> tantivy::Result<u64> {
    query.count(searcher).map(|n| u64::try_from(n).unwrap_or(u64::MAX))
}
