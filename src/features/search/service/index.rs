//! The index of one process: its fields, how a product becomes a document, and who may read and
//! write it.

use std::sync::Arc;
use std::time::Duration;

use tantivy::indexer::IndexWriterOptions;
use tantivy::query::AllQuery;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term,
};
use tokio::sync::{Mutex, Semaphore};

use crate::features::catalog::model::{CategoryTree, Image, Product};
use crate::features::catalog::service::origin::origin_of;
use crate::features::search::model::{Suggestion, SuggestionKind};
use crate::features::search::service::catalog_sync::{CatalogSync, Change};
use crate::features::search::service::text::{roots, words_and_compounds};
use crate::infra::ctx::Ctx;
use crate::shared::error::{AppError, AppResult};

/// The work of a search is bounded by how it is made; this limit only matters when the machine is
/// overloaded.
const DEADLINE: Duration = Duration::from_secs(1);
/// Searches that may run at once; the others wait, within the same deadline.
const SEARCHES_AT_ONCE: usize = 8;
/// Bytes; the least the library accepts, and enough for thousands of products between two commits.
const WRITE_BUFFER: usize = 15_000_000;
const WORDS: &str = "words";

/// Kept once per process; rebuilt from the catalogue at every start.
pub struct SearchIndex {
    pub index: Arc<ProductIndex>,
    pub sync: Mutex<CatalogSync>,
    turns: Semaphore,
}

/// The index itself and its fields.
pub struct ProductIndex {
    index: Index,
    reader: IndexReader,
    pub fields: Fields,
}

/// What a product is found by. The four texts hold roots, in falling weight.
#[derive(Clone, Copy)]
pub struct Fields {
    pub id: Field,
    pub sku: Field,
    pub name: Field,
    /// Brand, categories with everything above them, and other words people search by.
    pub kind: Field,
    /// Option values and attributes.
    pub facts: Field,
    /// With the country of origin.
    pub description: Field,
    /// Every word as it is written: the dictionary for prefixes and wrong letters.
    pub dictionary: Field,
    pub popularity: Field,
    /// What a suggestion shows, so that typing costs no database.
    pub suggestion: Field,
}

pub const POPULARITY: &str = "popularity";
pub const ID: &str = "id";

impl Default for SearchIndex {
    fn default() -> Self {
        Self {
            index: Arc::new(ProductIndex::empty()),
            sync: Mutex::default(),
            turns: Semaphore::new(SEARCHES_AT_ONCE),
        }
    }
}

impl SearchIndex {
    pub fn of(ctx: &Ctx) -> Arc<Self> {
        ctx.process_state.get::<Self>()
    }

    /// Runs one search away from the threads that serve requests.
    ///
    /// # Errors
    /// `Unavailable` when it does not end in time.
    pub async fn search<T: Send + 'static>(
        &self,
        search: impl FnOnce(&ProductIndex) -> tantivy::Result<T> + Send + 'static,
    ) -> AppResult<T> {
        let index = self.index.clone();
        let work = async {
            let _turn = self.turns.acquire().await.map_err(AppError::internal)?;
            tokio::task::spawn_blocking(move || search(&index))
                .await
                .map_err(AppError::internal)?
                .map_err(AppError::internal)
        };
        tokio::time::timeout(DEADLINE, work)
            .await
            .map_err(|_| AppError::unavailable("a search exceeded its deadline"))?
    }
}

impl ProductIndex {
    pub fn empty() -> Self {
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        index.tokenizers().register(WORDS, TextAnalyzer::from(WhitespaceTokenizer::default()));
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .expect("an empty index in memory can always be read");
        Self { index, reader, fields }
    }

    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    pub fn writer(&self) -> tantivy::Result<IndexWriter> {
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(WRITE_BUFFER)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        self.index.writer_with_options(options)
    }

    /// Writes changes; nobody sees them before they are published.
    pub fn write(
        &self,
        writer: &IndexWriter,
        changes: &[Change],
        tree: &CategoryTree,
    ) -> tantivy::Result<()> {
        for change in changes {
            writer.delete_term(Term::from_field_text(self.fields.id, change.id().as_str()));
            if let Change::Put(product) = change {
                writer.add_document(self.document(product, tree))?;
            }
        }
        Ok(())
    }

    /// Takes everything out, unseen until it is published: to be followed by all there is.
    pub fn empty_out(&self, writer: &IndexWriter) -> tantivy::Result<()> {
        writer.delete_query(Box::new(AllQuery)).map(drop)
    }

    /// Makes everything written so far visible at once; searches under way finish on what they
    /// began with.
    pub fn publish(&self, writer: &mut IndexWriter) -> tantivy::Result<()> {
        writer.commit()?;
        self.reader.reload()
    }

    pub fn suggestion(
        &self,
        searcher: &Searcher,
        address: DocAddress,
    ) -> tantivy::Result<Option<Suggestion>> {
        let document: TantivyDocument = searcher.doc(address)?;
        let json = document.get_first(self.fields.suggestion).and_then(|value| value.as_str());
        Ok(json.and_then(|json| serde_json::from_str(json).ok()))
    }

    fn document(&self, product: &Product, tree: &CategoryTree) -> TantivyDocument {
        let fields = self.fields;
        let mut document = TantivyDocument::default();
        document.add_text(fields.id, product.id.as_str());
        for variant in &product.variants {
            document.add_text(fields.sku, variant.sku.as_str());
        }
        for (field, text) in [
            (fields.name, product.info.name.clone()),
            (fields.kind, kind_text(product, tree)),
            (fields.facts, facts_text(product)),
            (fields.description, description_text(product)),
        ] {
            let words = words_and_compounds(&text);
            document.add_text(field, roots(&words));
            document.add_text(fields.dictionary, words.join(" "));
        }
        document.add_i64(fields.popularity, product.popularity);
        document.add_text(
            fields.suggestion,
            serde_json::to_string(&suggestion_of(product)).unwrap_or_default(),
        );
        document
    }
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexed = |tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        id: schema.add_text_field(ID, indexed("raw").set_fast("raw")),
        sku: schema.add_text_field("sku", indexed("raw")),
        name: schema.add_text_field("name", indexed(WORDS)),
        kind: schema.add_text_field("kind", indexed(WORDS)),
        facts: schema.add_text_field("facts", indexed(WORDS)),
        description: schema.add_text_field("description", indexed(WORDS)),
        dictionary: schema.add_text_field("dictionary", indexed(WORDS)),
        popularity: schema.add_i64_field(POPULARITY, FAST),
        suggestion: schema.add_text_field("suggestion", STORED),
    };
    (schema.build(), fields)
}

fn kind_text(product: &Product, tree: &CategoryTree) -> String {
    let categories = product
        .category_ids
        .iter()
        .filter_map(|id| tree.by_id(*id))
        .map(|category| category.name.as_str());
    let terms = product.info.search_terms.iter().map(String::as_str);
    std::iter::once(product.info.brand.as_str())
        .chain(categories)
        .chain(terms)
        .collect::<Vec<_>>()
        .join(" \n ")
}

fn facts_text(product: &Product) -> String {
    let options =
        product.info.options.iter().flat_map(|option| option.values.iter().map(String::as_str));
    let attributes = product
        .info
        .attributes
        .iter()
        .flat_map(|attribute| [attribute.name.as_str(), attribute.value.as_str()]);
    options.chain(attributes).collect::<Vec<_>>().join(" \n ")
}

/// What weighs least: the description, and the country it was made in.
fn description_text(product: &Product) -> String {
    let origin = origin_of(product).unwrap_or_default();
    [product.info.description.as_str(), origin].join(" \n ")
}

fn suggestion_of(product: &Product) -> Suggestion {
    let cheapest = product.variants.iter().min_by_key(|variant| variant.price.minor());
    let varies = cheapest.is_some_and(|least| {
        product.variants.iter().any(|variant| variant.price.minor() > least.price.minor())
    });
    Suggestion {
        kind: SuggestionKind::Product,
        label: product.info.name.clone(),
        href: format!("/p/{}", product.slug),
        image: product.info.images.first().and_then(smallest_file),
        price: cheapest.map(|variant| {
            if varies { format!("from {}", variant.price) } else { variant.price.to_string() }
        }),
    }
}

fn smallest_file(image: &Image) -> Option<String> {
    image.widths.iter().min().map(|width| format!("/media/{}-{width}.webp", image.stem))
}
