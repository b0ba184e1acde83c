//! Queries of `accounts`, `sessions` and `mailed_tokens`.

pub mod accounts;
pub mod mailed_tokens;
pub mod sessions;

use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;

use crate::features::accounts::store::accounts::ACCOUNTS;
use crate::features::shipping::model::Address;
use crate::infra::crypto::Purpose;
use crate::infra::mongo::CollectionIndexes;
use crate::infra::reencrypt::{Copies, EmailIndex, SealedCollection};
use crate::infra::sealed::{SealedEntries, SealedField};
use crate::shared::email::EmailAddress;

pub const EMAIL: SealedField<EmailAddress> = SealedField::new(ACCOUNTS, "email", Purpose::Pii);
pub const NAME: SealedField<String> = SealedField::new(ACCOUNTS, "name", Purpose::Pii);
pub const PENDING_EMAIL: SealedField<EmailAddress> =
    SealedField::new(ACCOUNTS, "pending_email", Purpose::Pii);
pub const ADDRESSES: SealedEntries<Address> =
    SealedEntries::new(ACCOUNTS, "addresses", Purpose::Pii);
/// The secret of an authenticator app, in base32.
pub const FACTOR_SECRET: SealedField<String> =
    SealedField::new(ACCOUNTS, "second_factor.secret", Purpose::Tokens);
/// Recovery codes that their owner has not confirmed yet, one a line.
pub const FRESH_CODES: SealedField<String> =
    SealedField::new(ACCOUNTS, "second_factor.fresh_codes", Purpose::Tokens);

/// What is sealed in `accounts`. A mailed link proves an address by holding the same sealed bytes
/// as the account, so it follows them.
pub const SEALED: SealedCollection = SealedCollection {
    name: ACCOUNTS,
    fields: &[
        EMAIL.place(),
        NAME.place(),
        PENDING_EMAIL.place(),
        ADDRESSES.place(),
        FACTOR_SECRET.place(),
        FRESH_CODES.place(),
    ],
    email_index: Some(EmailIndex { field: "email_index", of: EMAIL }),
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
