//! Queries of `accounts`, `sessions` and `mailed_tokens`.

pub mod accounts;
pub mod mailed_tokens;
pub mod sessions;

use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;

use crate::infra::crypto::Purpose;
use crate::infra::mongo::CollectionIndexes;
use crate::infra::reencrypt::{Copies, EmailIndex, SealedCollection, SealedField};

/// What is sealed in `accounts`. A mailed link proves an address by holding the same sealed bytes
/// as the account, so it follows them.
pub const SEALED: SealedCollection = SealedCollection {
    name: accounts::ACCOUNTS,
    fields: &[
        SealedField::at("email", Purpose::Pii),
        SealedField::at("name", Purpose::Pii),
        SealedField::at("pending_email", Purpose::Pii),
        SealedField::in_entries_of("addresses", Purpose::Pii),
        SealedField::at("second_factor.secret", Purpose::Tokens),
        SealedField::at("second_factor.fresh_codes", Purpose::Tokens),
    ],
    email_index: Some(EmailIndex { field: "email_index", of: "email" }),
    copies: Some(Copies {
        collection: mailed_tokens::MAILED_TOKENS,
        owner: "account_id",
        field: "mailed_to",
        of: &["email", "pending_email"],
    }),
};

pub fn indexes() -> Vec<CollectionIndexes> {
    let unique = |keys: Document| {
        IndexModel::builder()
            .keys(keys)
            .options(IndexOptions::builder().unique(true).build())
            .build()
    };
    let plain = |keys: Document| IndexModel::builder().keys(keys).build();
    let expiring = || {
        let options = IndexOptions::builder().expire_after(std::time::Duration::ZERO).build();
        IndexModel::builder().keys(doc! { "expires_at": 1 }).options(options).build()
    };
    vec![
        CollectionIndexes {
            collection: accounts::ACCOUNTS,
            indexes: vec![
                unique(doc! { "email_index": 1 }),
                plain(doc! { "role": 1, "verified_at": 1, "created_at": 1 }),
            ],
        },
        CollectionIndexes {
            collection: sessions::SESSIONS,
            indexes: vec![
                plain(doc! { "account_id": 1, "revoked_at": 1, "used_at": 1 }),
                expiring(),
            ],
        },
        CollectionIndexes {
            collection: mailed_tokens::MAILED_TOKENS,
            indexes: vec![
                unique(doc! { "hash": 1 }),
                unique(doc! { "account_id": 1, "purpose": 1 }),
                expiring(),
            ],
        },
    ]
}
