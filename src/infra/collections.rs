//! What the store keeps in MongoDB: each collection is one row, declared by the feature that owns
//! it, with its indexes and with what becomes of its documents.

use std::time::Duration;

use mongodb::IndexModel;
use mongodb::bson::Document;
use mongodb::options::IndexOptions;

use crate::infra::mongo::CollectionIndexes;
use crate::infra::sealed::SealedCollection;

/// One collection (R129).
pub struct Collection {
    pub name: &'static str,
    indexes: Vec<IndexModel>,
    /// Its encrypted fields.
    pub sealed: Option<&'static SealedCollection>,
    /// The part of the export of a person's data that holds what is theirs.
    pub export_section: Option<&'static str>,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests hold erasures against it"))]
    pub erasure: Erasure,
    /// Which documents are deleted automatically, and when.
    pub retention: Option<Retention>,
}

/// What the erasure of a person does to a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The person's documents go.
    Deleted,
    /// Kept because the law asks for the books; closed to everybody, and gone on its date.
    Restricted,
    /// Ids and fixed words: nothing leads to a person once their account is gone.
    NotPersonal,
}

/// Which documents are deleted automatically, and when.
#[derive(Clone, Copy)]
pub struct Retention {
    /// What the preview says of it.
    pub description: &'static str,
    /// The field of the date.
    pub field: &'static str,
    pub date: DateKind,
    /// How long a document is kept after that date.
    pub kept_for: Duration,
    /// Which documents it is about, where it is not about all of them.
    pub only: Option<fn() -> Document>,
}

/// How a date is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateKind {
    /// A date of the database, which drops the document by itself.
    Date,
    /// Unix milliseconds; a job drops the document.
    Millis,
}

impl Collection {
    pub const fn new(name: &'static str, erasure: Erasure) -> Self {
        Self {
            name,
            indexes: Vec::new(),
            sealed: None,
            export_section: None,
            erasure,
            retention: None,
        }
    }

    pub fn with_indexes(mut self, indexes: impl Into<Vec<IndexModel>>) -> Self {
        self.indexes = indexes.into();
        self
    }

    pub fn with_sealed(mut self, sealed: &'static SealedCollection) -> Self {
        self.sealed = Some(sealed);
        self
    }

    pub fn exported_as(mut self, section: &'static str) -> Self {
        self.export_section = Some(section);
        self
    }

    pub fn with_retention(mut self, retention: Retention) -> Self {
        self.retention = Some(retention);
        self
    }

    pub fn indexes(&self) -> CollectionIndexes {
        CollectionIndexes { collection: self.name, indexes: self.indexes.clone() }
    }
}

pub fn index(keys: Document) -> IndexModel {
    IndexModel::builder().keys(keys).build()
}

pub fn unique_index(keys: Document) -> IndexModel {
    let options = IndexOptions::builder().unique(true).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// The database drops a document this long after the date in the field.
pub fn expiry_index(field: &str, after: Duration) -> IndexModel {
    let options = IndexOptions::builder().expire_after(after).build();
    IndexModel::builder().keys(mongodb::bson::doc! { field: 1 }).options(options).build()
}
