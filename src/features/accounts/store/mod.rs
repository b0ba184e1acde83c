//! Queries of `accounts`, `sessions` and `mailed_tokens`.

pub mod accounts;
pub mod mailed_tokens;
pub mod sessions;

use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;

use crate::infra::mongo::CollectionIndexes;

pub fn indexes() -> Vec<CollectionIndexes> {
    let unique = |keys: Document| IndexModel::builder().keys(keys).options(IndexOptions::builder().unique(true).build()).build();
    let plain = |keys: Document| IndexModel::builder().keys(keys).build();
    let expiring = || {
        let options = IndexOptions::builder().expire_after(std::time::Duration::ZERO).build();
        IndexModel::builder().keys(doc! { "expires_at": 1 }).options(options).build()
    };
    vec![
        CollectionIndexes {
            collection: accounts::ACCOUNTS,
            indexes: vec![unique(doc! { "email_index": 1 }), plain(doc! { "role": 1, "verified_at": 1, "created_at": 1 })],
        },
        CollectionIndexes {
            collection: sessions::SESSIONS,
            indexes: vec![plain(doc! { "account_id": 1, "revoked_at": 1, "used_at": 1 }), expiring()],
        },
        CollectionIndexes {
            collection: mailed_tokens::MAILED_TOKENS,
            indexes: vec![unique(doc! { "hash": 1 }), unique(doc! { "account_id": 1, "purpose": 1 }), expiring()],
        },
    ]
}
