//! One search, from the words to the products of one page: first as typed, then forgiving letters,
//! then words.

use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query;
use tantivy::{DocAddress, Order, Searcher};

use crate::features::search::model::Suggestion;
use crate::features::search::service::dictionary::Dictionary;
use crate::features::search::service::index::{ID, POPULARITY, ProductIndex};
use crate::features::search::service::query::{Fuzziness, ParsedQuery};
use crate::features::search::service::spelling;
use crate::shared::ids::ProductId;

/// With so many products found as typed, forgiving letters would add nothing to the first page
/// worth its noise.
const ENOUGH: u64 = 10;

/// How what was found relates to what was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matched {
    #[default]
    Nothing,
    AsTyped,
    /// Some words are not those of the catalogue, but near them.
    Nearly,
    /// No product has all words; these have most of them.
    MostWords,
}

#[derive(Debug, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    pub total: u64,
    pub matched: Matched,
    /// The query in words of the catalogue, where it has words that are none.
    pub corrected: Option<String>,
}

#[derive(Debug)]
pub struct Hit {
    pub id: ProductId,
    pub address: DocAddress,
}

/// Products `offset + 1` to `offset + limit` of what a query finds; best match, then popularity,
/// then id.
pub fn find(
    index: &ProductIndex,
    query: &str,
    offset: usize,
    limit: usize,
) -> tantivy::Result<Found> {
    find_in(index, &index.searcher(), query, offset, limit)
}

/// The same for the search field: what to show of the first few.
pub fn suggest(
    index: &ProductIndex,
    beginning: &str,
    limit: usize,
) -> tantivy::Result<Vec<Suggestion>> {
    let searcher = index.searcher();
    let found = find_in(index, &searcher, beginning, 0, limit)?;
    if found.matched == Matched::MostWords {
        return Ok(Vec::new());
    }
    let shown = found.hits.iter().map(|hit| index.suggestion(&searcher, hit.address));
    shown.filter_map(Result::transpose).collect()
}

/// A searcher sees one moment of the index; addresses of hits are true for that moment alone.
fn find_in(
    index: &ProductIndex,
    searcher: &Searcher,
    query: &str,
    offset: usize,
    limit: usize,
) -> tantivy::Result<Found> {
    let dictionary = Dictionary::new(searcher, index.fields);
    let mut query = ParsedQuery::read(&dictionary, index.fields, query)?;
    if query.is_empty() {
        return Ok(Found::default());
    }
    let page = Page { searcher, offset, limit };

    let as_typed =
        page.of(&query.with_every_word(index.fields, Fuzziness::AsTyped), Matched::AsTyped)?;
    if as_typed.total >= ENOUGH || query.names_a_sku() {
        return Ok(as_typed);
    }
    query.look_for_corrections(&dictionary)?;
    let corrected = spelling::corrected(index, searcher, &query)?;
    let found = find_fuzzy(index, &query, &page, as_typed)?;
    Ok(Found { corrected, ..found })
}

fn find_fuzzy(
    index: &ProductIndex,
    query: &ParsedQuery,
    page: &Page<'_>,
    as_typed: Found,
) -> tantivy::Result<Found> {
    let nearly =
        page.of(&query.with_every_word(index.fields, Fuzziness::WrongLetters), Matched::Nearly)?;
    if nearly.total > 0 {
        // Beside what was found as typed, near words are more of the same; alone they need a word
        // of explanation.
        let matched = if as_typed.total > 0 { Matched::AsTyped } else { Matched::Nearly };
        return Ok(Found { matched, ..nearly });
    }
    for at_least in (1..query.words.len()).rev() {
        let most = page.of(&query.with_some_words(index.fields, at_least), Matched::MostWords)?;
        if most.total > 0 {
            return Ok(most);
        }
    }
    Ok(Found::default())
}

struct Page<'a> {
    searcher: &'a Searcher,
    offset: usize,
    limit: usize,
}

impl Page<'_> {
    fn of(&self, query: &dyn Query, matched: Matched) -> tantivy::Result<Found> {
        let order = (
            (SortBySimilarityScore, Order::Desc),
            (SortByStaticFastValue::<i64>::for_field(POPULARITY), Order::Desc),
            (SortByString::for_field(ID), Order::Desc),
        );
        let top = TopDocs::with_limit(self.limit).and_offset(self.offset).order_by(order);
        let (hits, total) = self.searcher.search(query, &(top, Count))?;
        let hits = hits
            .into_iter()
            .filter_map(|((_, _, id), address)| Some(Hit { id: ProductId::parse(&id?)?, address }))
            .collect();
        Ok(Found {
            hits,
            total: u64::try_from(total).unwrap_or(u64::MAX),
            matched,
            corrected: None,
        })
    }
}
