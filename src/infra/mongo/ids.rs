//! Ids of documents: made here, stored as their text.

use mongodb::bson::Bson;
use mongodb::bson::oid::ObjectId;

use crate::shared::ids::{
    AccountId, AddressId, AnyId, AttemptId, AuditEntryId, CartId, CategoryId, ConsentId,
    ContentPageId, DocumentId, InstanceId, LedgerEntryId, OrderId, ProductId, RefundId, SessionId,
    Sku,
};

/// A new id, greater than those that were made before: MongoDB's scheme of time, process and
/// counter.
pub fn new_id<T: DocumentId>() -> T {
    T::from_bytes(ObjectId::new().bytes())
}

/// For filters and updates.
macro_rules! stored_as_text {
    ($($name:ident),+ $(,)?) => {$(
        impl From<$name> for Bson {
            fn from(id: $name) -> Self {
                Self::String(id.to_string())
            }
        }
    )+};
}

stored_as_text! {
    AccountId, AddressId, AnyId, AttemptId, AuditEntryId, CartId, CategoryId, ConsentId,
    ContentPageId, InstanceId, LedgerEntryId, OrderId, ProductId, RefundId, SessionId, Sku,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_differ_and_rise() {
        let ids: Vec<OrderId> = (0..100).map(|_| new_id()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| OrderId::parse(id.as_str()) == Some(*id)));
    }
}
