//! Typed ids: strings at the browser, so that one kind is never passed for another.

use serde::{Deserialize, Serialize};

macro_rules! typed_ids {
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

typed_ids! {
    ProductId,
    CategoryId,
    CartId,
    CheckoutId,
    OrderId,
    AttemptId,
    RefundId,
    /// A session, which is a family of refresh tokens: 32 hexadecimal digits. It opens nothing.
    SessionId,
    /// What a shop calls one sellable thing: capital letters, digits and hyphens, at most 64.
    Sku,
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
    use super::Sku;

    #[test]
    fn r44_a_sku_cannot_become_an_operator_or_a_path() {
        for text in ["", "$set", "a.b", "A.B", "abc", "-A", "A B", "A\0", &"A".repeat(65)] {
            assert_eq!(Sku::parse(text), None, "{text:?}");
        }
        assert!(Sku::parse("KIT-TEAPOT-012-MOS").is_some());
    }
}
