//! Typed ids, so that one kind is never passed for another. In documents and in JSON each is a
//! text.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The id of a document: 24 hexadecimal digits, small letters. Ids that are made later are greater.
pub trait DocumentId: Copy {
    fn from_bytes(bytes: [u8; 12]) -> Self;

    /// Reads an id that comes from outside; `None` for anything that is none.
    fn parse(text: &str) -> Option<Self>;

    fn as_str(&self) -> &str;

    fn into_any(self) -> AnyId;
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

macro_rules! document_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 24]);

        impl $name {
            /// Reads an id that comes from outside; `None` for anything that is none.
            pub fn parse(text: &str) -> Option<Self> {
                let digits: [u8; 24] = text.as_bytes().try_into().ok()?;
                digits.iter().all(|digit| DIGITS.contains(digit)).then_some(Self(digits))
            }

            pub fn as_str(&self) -> &str {
                // Digits are all there ever is in it.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl DocumentId for $name {
            fn from_bytes(bytes: [u8; 12]) -> Self {
                let digits_of = |byte: u8| [byte >> 4, byte & 15].map(|d| DIGITS[usize::from(d)]);
                let mut digits = [0; 24];
                for (place, byte) in digits.chunks_exact_mut(2).zip(bytes) {
                    place.copy_from_slice(&digits_of(byte));
                }
                Self(digits)
            }

            fn parse(text: &str) -> Option<Self> {
                Self::parse(text)
            }

            fn as_str(&self) -> &str {
                self.as_str()
            }

            fn into_any(self) -> AnyId {
                AnyId(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(IdVisitor(PhantomData))
            }
        }
    )+};
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

document_ids! {
    AccountId,
    /// A saved address, which is an entry of an account.
    AddressId,
    /// A document of whichever collection: for what goes through all of them.
    AnyId,
    /// One try to pay, which is an entry of an order.
    AttemptId,
    AuditEntryId,
    /// A cart, and the checkout that was begun with it.
    CartId,
    CategoryId,
    ConsentId,
    ContentPageId,
    /// One running process of the store.
    InstanceId,
    LedgerEntryId,
    /// What tells messages without a key apart.
    MessageId,
    OrderId,
    ProductId,
}

text_ids! {
    /// A refund: chosen by whoever asks for it, or Stripe's own for one that was made there.
    RefundId,
    /// A session, which is a family of refresh tokens: 32 hexadecimal digits. It opens nothing.
    SessionId,
    /// What a shop calls one sellable thing: capital letters, digits and hyphens, at most 64.
    Sku,
}

struct IdVisitor<T>(PhantomData<T>);

impl<T: DocumentId> Visitor<'_> for IdVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id of 24 hexadecimal digits")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).ok_or_else(|| E::custom("not an id of 24 hexadecimal digits"))
    }
}

impl Sku {
    /// Reads a sku typed or sent by anyone.
    ///
    /// Invariant: a `Sku` made here is safe as a key inside a document: no dot, no dollar sign,
    /// never empty.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len());
        let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        (fits && plain && !text.starts_with('-')).then(|| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{DocumentId, OrderId, Sku};

    #[test]
    fn r44_a_sku_cannot_become_an_operator_or_a_path() {
        for text in ["", "$set", "a.b", "A.B", "abc", "-A", "A B", "A\0", &"A".repeat(65)] {
            assert_eq!(Sku::parse(text), None, "{text:?}");
        }
        assert!(Sku::parse("KIT-TEAPOT-012-MOS").is_some());
    }

    #[test]
    fn r44_an_id_is_24_small_hexadecimal_digits_and_nothing_else() {
        let text = "0123456789abcdef01234567";
        let id = OrderId::parse(text).unwrap();
        assert_eq!((id.as_str(), id.to_string().as_str()), (text, text));
        assert_eq!(format!("{id:?}"), format!("OrderId(\"{text}\")"));
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<OrderId>(&format!("\"{text}\"")).unwrap(), id);
        let capital = text.to_uppercase();
        for other in ["", "$ne", &text[1..], &format!("{text}0"), &capital, &"é".repeat(12)] {
            assert_eq!(OrderId::parse(other), None, "{other:?}");
            assert!(serde_json::from_str::<OrderId>(&format!("\"{other}\"")).is_err());
        }
    }

    #[test]
    fn ids_are_in_the_order_of_their_bytes() {
        let ids = [[0; 12], [9; 12], [10; 12], [255; 12]].map(<OrderId as DocumentId>::from_bytes);
        assert!(ids.is_sorted());
        assert_eq!(ids[2].as_str(), "0a".repeat(12));
    }
}
