//! Re-encryption: values sealed with an older key are sealed with the newest one, document by
//! document (R85).
//!
//! Invariant: a document is written only while it still holds what was read of it, so that nobody's
//! change is lost. Done again, or by two at once, there is nothing left to do.

use std::sync::Arc;

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};

use crate::infra::crypto::{Keyring, SealContext};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline};
use crate::infra::sealed::{
    EmailIndex, FieldPath, MirroredFields, Sealed, SealedCollection, SealedPlace, entry_field,
};
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::AnyId;

/// How often a document is tried that others change at the same moment.
const TRIES: u32 = 10;

/// A way through a collection by rising ids. After a failure it goes on where it stood.
pub struct RotationCursor {
    collection: &'static SealedCollection,
    after: Option<AnyId>,
    /// Documents looked at.
    pub read: u64,
    pub reencrypted: u64,
    /// Documents that do not open or cannot be written; the log names them.
    pub failed: u64,
}

/// A sealed value as it was found.
struct Found<'d> {
    path: String,
    bound_to: String,
    sealed: &'d Binary,
}

/// What a document needs: the values it must still hold, and those it gets.
#[derive(Clone, Default)]
struct Change {
    expected: Document,
    set: Document,
}

fn sealed_values<'d>(place: SealedPlace, document: &'d Document) -> Vec<Found<'d>> {
    match place.path {
        FieldPath::Field(path) => {
            let found = binary_at(document, path).map(|sealed| Found {
                path: path.to_owned(),
                bound_to: path.to_owned(),
                sealed,
            });
            found.into_iter().collect()
        }
        FieldPath::EntriesOf(list) => {
            let entries = document.get_array(list).map(Vec::as_slice).unwrap_or_default();
            entries
                .iter()
                .enumerate()
                .filter_map(|(index, entry)| value_of_entry(list, index, entry))
                .collect()
        }
    }
}

impl RotationCursor {
    pub fn new(collection: &'static SealedCollection) -> Self {
        Self { collection, after: None, read: 0, reencrypted: 0, failed: 0 }
    }

    pub fn collection(&self) -> &'static str {
        self.collection.name
    }

    /// Encrypts again what needs it in the next documents, at most `limit`; false at the end of the
    /// collection.
    ///
    /// A document that does not open is counted, logged and left: one broken value must not keep
    /// all others under an old key.
    ///
    /// # Errors
    /// `Unavailable` when the database gives no answer, or somebody holds a document.
    pub async fn reencrypt_batch(&mut self, ctx: &Ctx, limit: i64) -> AppResult<bool> {
        let documents = self.next_documents(ctx, limit).await?;
        let is_more = !documents.is_empty();
        for document in documents {
            let id = document.get_str("_id").map_err(AppError::internal)?;
            let id = AnyId::parse(id).ok_or_else(|| AppError::internal("an unknown id"))?;
            match reencrypt_document(ctx, self.collection, id, document).await {
                Ok(true) => self.reencrypted += 1,
                Ok(false) => {}
                Err(error) if error.kind == ErrorKind::Internal => {
                    tracing::error!(collection = self.collection.name, %id, cause = error.cause().unwrap_or("none"), "a document could not be sealed anew");
                    self.failed += 1;
                }
                Err(error) => return Err(error),
            }
            self.read += 1;
            self.after = Some(id);
        }
        Ok(is_more)
    }

    async fn next_documents(&self, ctx: &Ctx, limit: i64) -> AppResult<Vec<Document>> {
        let collection = ctx.mongo.collection::<Document>(self.collection.name);
        let behind = self.after.map_or_else(Document::new, |id| doc! { "_id": { "$gt": id } });
        collect(collection.find(behind).sort(doc! { "_id": 1 }).limit(limit)).await
    }
}

impl SealedCollection {
    fn change(&self, keyring: &Keyring, id: AnyId, document: &Document) -> AppResult<Change> {
        let mut change = Change::default();
        for field in self.fields {
            for found in sealed_values(*field, document) {
                let place =
                    SealContext { collection: self.name, id: id.as_str(), field: &found.bound_to };
                if let Some(bytes) =
                    keyring.reencrypt_if_outdated(field.purpose, place, &found.sealed.bytes)?
                {
                    change.expected.insert(found.path.clone(), found.sealed.clone());
                    change
                        .set
                        .insert(found.path, Binary { subtype: BinarySubtype::Generic, bytes });
                }
            }
        }
        if let Some(index) = &self.email_index {
            self.change_index(index, keyring, id, document, &mut change)?;
        }
        Ok(change)
    }

    /// An empty index stays empty: the order of an erased customer is found by no address any more.
    fn change_index(
        &self,
        index: &EmailIndex,
        keyring: &Keyring,
        id: AnyId,
        document: &Document,
        change: &mut Change,
    ) -> AppResult<()> {
        let stored = document.get_array(index.field).ok().filter(|values| !values.is_empty());
        let (Some(stored), Some(sealed)) = (stored, binary_at(document, index.of.path())) else {
            return Ok(());
        };
        let email = index.of.open(keyring, id, &Sealed::from_bytes(sealed.bytes.clone()))?;
        let wanted: Vec<Bson> = keyring.email_index(&email).into_iter().map(Bson::String).collect();
        if *stored != wanted {
            // The address too: an index written for one must not stay beside another.
            change.expected.insert(index.of.path(), sealed.clone());
            change.expected.insert(index.field, stored.clone());
            change.set.insert(index.field, wanted);
        }
        Ok(())
    }
}

/// Whether anything had to be encrypted again in a document, as read a moment ago.
async fn reencrypt_document(
    ctx: &Ctx,
    collection: &'static SealedCollection,
    id: AnyId,
    mut document: Document,
) -> AppResult<bool> {
    for _ in 0..TRIES {
        let change = collection.change(&ctx.keyring, id, &document)?;
        if change.set.is_empty() {
            return Ok(false);
        }
        if write_change(ctx, collection, id, change).await? {
            return Ok(true);
        }
        // Somebody was faster: what they left is looked at.
        let documents = ctx.mongo.collection::<Document>(collection.name);
        match with_deadline(documents.find_one(doc! { "_id": id })).await? {
            Some(fresh) => document = fresh,
            None => return Ok(false),
        }
    }
    Err(AppError::unavailable(format!(
        "document {id} of {} changed at each of {TRIES} tries",
        collection.name
    )))
}

/// False when the document no longer is as it was read.
async fn write_change(
    ctx: &Ctx,
    collection: &'static SealedCollection,
    id: AnyId,
    change: Change,
) -> AppResult<bool> {
    let Some(copies) = &collection.copies else {
        let documents = ctx.mongo.collection::<Document>(collection.name);
        let (filter, update) = change.of_document(id);
        return Ok(with_deadline(documents.update_one(filter, update)).await?.matched_count == 1);
    };
    let (mongo, change) = (ctx.mongo.clone(), Arc::new(change));
    ctx.mongo
        .transaction(move |tx| {
            let (mongo, change) = (mongo.clone(), change.clone());
            Box::pin(async move {
                written_with_copies(&mongo, tx, collection, copies, id, &change).await
            })
        })
        .await
}

async fn written_with_copies(
    mongo: &Mongo,
    tx: &mut Tx,
    collection: &SealedCollection,
    copies: &MirroredFields,
    id: AnyId,
    change: &Change,
) -> TxResult<bool> {
    let (filter, update) = change.of_document(id);
    let written = mongo
        .collection::<Document>(collection.name)
        .update_one(filter, update)
        .session(&mut *tx)
        .await?;
    if written.matched_count == 0 {
        return Ok(false);
    }
    let (owner, field) = (copies.owner, copies.field);
    for path in copies.of {
        if let (Some(old), Some(new)) = (change.expected.get(path), change.set.get(path)) {
            let same = doc! { owner: id, field: old.clone() };
            let update = doc! { "$set": { field: new.clone() } };
            mongo
                .collection::<Document>(copies.collection)
                .update_many(same, update)
                .session(&mut *tx)
                .await?;
        }
    }
    Ok(true)
}

impl Change {
    /// The condition and the update of the document itself.
    fn of_document(&self, id: AnyId) -> (Document, Document) {
        let mut filter = self.expected.clone();
        filter.insert("_id", id);
        (filter, doc! { "$set": self.set.clone() })
    }
}

fn value_of_entry<'d>(list: &str, index: usize, entry: &'d Bson) -> Option<Found<'d>> {
    let entry = entry.as_document()?;
    let id = AnyId::parse(entry.get_str("id").ok()?)?;
    let sealed = binary_at(entry, "sealed")?;
    Some(Found { path: format!("{list}.{index}.sealed"), bound_to: entry_field(list, id), sealed })
}

fn binary_at<'d>(document: &'d Document, path: &str) -> Option<&'d Binary> {
    match path.split_once('.') {
        Some((name, rest)) => binary_at(document.get_document(name).ok()?, rest),
        None => match document.get(path)? {
            Bson::Binary(binary) => Some(binary),
            _ => None,
        },
    }
}
