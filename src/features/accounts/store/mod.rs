//! Queries of `accounts`, `sessions` and `mailed_tokens`.

pub mod accounts;
pub mod mailed_tokens;
pub mod sessions;

use std::time::Duration;

use mongodb::bson::doc;

use crate::features::accounts::model::UNCONFIRMED_LIFE;
use crate::features::accounts::store::accounts::ACCOUNTS;
use crate::features::shipping::model::Address;
use crate::infra::collections::{
    Collection, DateKind, Erasure, Retention, expiry_index, index, unique_index,
};
use crate::infra::crypto::Purpose;
use crate::infra::sealed::{
    EmailIndex, MirroredFields, SealedCollection, SealedEntries, SealedField,
};
use crate::shared::access::Role;
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
    copies: Some(MirroredFields {
        collection: mailed_tokens::MAILED_TOKENS,
        owner: "account_id",
        field: "mailed_to",
        of: &["email", "pending_email"],
    }),
};

pub fn collections() -> Vec<Collection> {
    let accounts = Collection::new(ACCOUNTS, Erasure::Deleted)
        .with_indexes([
            unique_index(doc! { "email_index": 1 }),
            index(doc! { "role": 1, "verified_at": 1, "created_at": 1 }),
        ])
        .with_sealed(&SEALED)
        .exported_as("account")
        .with_retention(Retention {
            description: "Accounts nobody confirmed, after 30 days, unless they hold an order",
            field: "created_at",
            date: DateKind::Millis,
            kept_for: UNCONFIRMED_LIFE,
            only: Some(|| doc! { "role": Role::Customer.key(), "verified_at": null }),
        });
    let sessions = Collection::new(sessions::SESSIONS, Erasure::Deleted)
        .with_indexes([
            index(doc! { "account_id": 1, "revoked_at": 1, "used_at": 1 }),
            expiry_index("expires_at", Duration::ZERO),
        ])
        .exported_as("browsers")
        .with_retention(Retention {
            description: "Sessions, at their end",
            field: "expires_at",
            date: DateKind::Date,
            kept_for: Duration::ZERO,
            only: None,
        });
    let mailed_tokens = Collection::new(mailed_tokens::MAILED_TOKENS, Erasure::Deleted)
        .with_indexes([
            unique_index(doc! { "hash": 1 }),
            unique_index(doc! { "account_id": 1, "purpose": 1 }),
            expiry_index("expires_at", Duration::ZERO),
        ])
        .with_retention(Retention {
            description: "Mailed links, at their end",
            field: "expires_at",
            date: DateKind::Date,
            kept_for: Duration::ZERO,
            only: None,
        });
    let milestones = Collection::new(accounts::MILESTONES, Erasure::NotPersonal);
    vec![accounts, sessions, mailed_tokens, milestones]
}
