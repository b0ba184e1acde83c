//! Sealed values in documents: typed, and bound to the field of the document they were made for.

use std::marker::PhantomData;

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::infra::crypto::{Keyring, Purpose, SealContext};
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::DocumentId;

/// A value that only the keys and the right place open; in a document a binary.
pub struct Sealed<T> {
    binary: Binary,
    value: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::from_binary(Binary { subtype: BinarySubtype::Generic, bytes })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.binary.bytes
    }

    fn from_binary(binary: Binary) -> Self {
        Self { binary, value: PhantomData }
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self::from_binary(self.binary.clone())
    }
}

/// Byte by byte: two seals of one value differ.
impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.binary == other.binary
    }
}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl<T> Serialize for Sealed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.binary.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Sealed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Binary::deserialize(deserializer).map(Self::from_binary)
    }
}

/// For filters and updates.
impl<T> From<Sealed<T>> for Bson {
    fn from(sealed: Sealed<T>) -> Self {
        Self::Binary(sealed.binary)
    }
}

/// Where sealed values stand in a document, without their type: what key rotation walks over.
#[derive(Clone, Copy, Debug)]
pub struct SealedPlace {
    pub path: FieldPath,
    pub purpose: Purpose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPath {
    /// `email`, or `second_factor.secret` in a document within.
    Field(&'static str),
    /// The field `sealed` of every entry of a list, bound to the list's name and the entry's own
    /// `id`.
    EntriesOf(&'static str),
}

/// A sealed field of a collection: declared once by the store that owns the collection.
pub struct SealedField<T> {
    collection: &'static str,
    path: &'static str,
    purpose: Purpose,
    value: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> SealedField<T> {
    pub const fn new(collection: &'static str, path: &'static str, purpose: Purpose) -> Self {
        Self { collection, path, purpose, value: PhantomData }
    }

    pub const fn place(&self) -> SealedPlace {
        SealedPlace { path: FieldPath::Field(self.path), purpose: self.purpose }
    }

    /// The field's name in the document.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Seals a value for this field of the document `id`.
    pub fn seal(&self, keyring: &Keyring, id: impl DocumentId, value: &T) -> Sealed<T> {
        seal(keyring, self.purpose, self.collection, id, self.path, value)
    }

    /// Opens this field of the document `id`.
    ///
    /// # Errors
    /// `Internal` for anything that was not sealed for it.
    pub fn open(&self, keyring: &Keyring, id: impl DocumentId, sealed: &Sealed<T>) -> AppResult<T> {
        open(keyring, self.purpose, self.collection, id, self.path, sealed)
    }

    /// As [`Self::open`], for a field that may be missing.
    pub fn open_optional(
        &self,
        keyring: &Keyring,
        id: impl DocumentId,
        sealed: Option<&Sealed<T>>,
    ) -> AppResult<Option<T>> {
        sealed.map(|sealed| self.open(keyring, id, sealed)).transpose()
    }
}

/// The field `sealed` of the entries of a list: one entry's value does not open in another's place.
pub struct SealedEntries<T> {
    collection: &'static str,
    list: &'static str,
    purpose: Purpose,
    value: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> SealedEntries<T> {
    pub const fn new(collection: &'static str, list: &'static str, purpose: Purpose) -> Self {
        Self { collection, list, purpose, value: PhantomData }
    }

    pub const fn place(&self) -> SealedPlace {
        SealedPlace { path: FieldPath::EntriesOf(self.list), purpose: self.purpose }
    }

    /// Seals a value for one entry of the list in the document `id`.
    pub fn seal(
        &self,
        keyring: &Keyring,
        id: impl DocumentId,
        entry: impl DocumentId,
        value: &T,
    ) -> Sealed<T> {
        let field = entry_field(self.list, entry);
        seal(keyring, self.purpose, self.collection, id, &field, value)
    }

    /// Opens one entry's value.
    ///
    /// # Errors
    /// `Internal` for anything that was not sealed for this entry.
    pub fn open(
        &self,
        keyring: &Keyring,
        id: impl DocumentId,
        entry: impl DocumentId,
        sealed: &Sealed<T>,
    ) -> AppResult<T> {
        let field = entry_field(self.list, entry);
        open(keyring, self.purpose, self.collection, id, &field, sealed)
    }
}

/// What is sealed in a collection, and what belongs to it: the table `SEALED` in the store of a
/// feature.
pub struct SealedCollection {
    pub name: &'static str,
    pub fields: &'static [SealedPlace],
    pub email_index: Option<EmailIndex>,
    pub copies: Option<MirroredFields>,
}

/// A blind index (R84) and the sealed address that it finds.
pub struct EmailIndex {
    pub field: &'static str,
    pub of: SealedField<EmailAddress>,
}

/// A collection that keeps sealed values of this one just as they are and compares them byte by
/// byte: it follows in the same transaction.
pub struct MirroredFields {
    pub collection: &'static str,
    /// Its field with the id of the document that a value was copied from.
    pub owner: &'static str,
    pub field: &'static str,
    /// The fields that are copied.
    pub of: &'static [&'static str],
}

/// What the value of a list's entry is bound to.
pub fn entry_field(list: &str, entry: impl DocumentId) -> String {
    format!("{list}.{}", entry.as_str())
}

fn seal<T: Serialize>(
    keyring: &Keyring,
    purpose: Purpose,
    collection: &str,
    id: impl DocumentId,
    field: &str,
    value: &T,
) -> Sealed<T> {
    // Our own plain data: no maps with other keys than texts, no failing serializers.
    let json = serde_json::to_string(value).expect("a model type can be written as JSON");
    let place = SealContext { collection, id: id.as_str(), field };
    Sealed::from_bytes(keyring.seal(purpose, place, &json))
}

fn open<T: DeserializeOwned>(
    keyring: &Keyring,
    purpose: Purpose,
    collection: &str,
    id: impl DocumentId,
    field: &str,
    sealed: &Sealed<T>,
) -> AppResult<T> {
    let place = SealContext { collection, id: id.as_str(), field };
    let json = keyring.open(purpose, place, sealed.bytes())?;
    serde_json::from_str(&json).map_err(AppError::internal)
}
