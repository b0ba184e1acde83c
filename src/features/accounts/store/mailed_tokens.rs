//! Queries of `mailed_tokens`: at most one living link for each account and purpose.

use mongodb::bson::{DateTime, Document, doc};
use serde::{Deserialize, Serialize};

use crate::features::accounts::model::LinkPurpose;
use crate::infra::crypto::TokenHash;
use crate::infra::mongo::{Mongo, Tx, TxResult, with_deadline};
use crate::infra::sealed::Sealed;
use crate::shared::email::EmailAddress;
use crate::shared::error::AppResult;
use crate::shared::ids::AccountId;
use crate::shared::timestamp::Timestamp;

pub const MAILED_TOKENS: &str = "mailed_tokens";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailedToken {
    pub account_id: AccountId,
    pub purpose: String,
    pub hash: TokenHash,
    /// The stored address it was mailed to, as sealed: it proves that mailbox and no other.
    pub mailed_to: Sealed<EmailAddress>,
    pub expires_at: DateTime,
}

/// Stores a link; the older one of its kind stops working (R10).
pub async fn replace(
    mongo: &Mongo,
    tx: &mut Tx,
    account_id: AccountId,
    purpose: LinkPurpose,
    hash: &TokenHash,
    mailed_to: &Sealed<EmailAddress>,
    now: Timestamp,
) -> TxResult<()> {
    let which = doc! { "account_id": account_id, "purpose": purpose.key() };
    let ends = DateTime::from(now + purpose.life());
    let set = doc! { "$set": { "hash": hash, "mailed_to": mailed_to, "expires_at": ends } };
    tokens(mongo).update_one(which, set).upsert(true).session(tx).await?;
    Ok(())
}

/// A link that still works, of one of these kinds. Expiry counts when read (R90).
pub async fn find_valid(
    mongo: &Mongo,
    hash: &TokenHash,
    purposes: &[LinkPurpose],
    now: Timestamp,
) -> AppResult<Option<MailedToken>> {
    with_deadline(tokens(mongo).find_one(filter(hash, purposes, now))).await
}

/// Uses a link up: of two at once, one gets it.
pub async fn consume(
    mongo: &Mongo,
    tx: &mut Tx,
    hash: &TokenHash,
    purposes: &[LinkPurpose],
    now: Timestamp,
) -> TxResult<Option<MailedToken>> {
    Ok(tokens(mongo).find_one_and_delete(filter(hash, purposes, now)).session(tx).await?)
}

/// Voids links of an account, in the transaction that makes them pointless.
pub async fn revoke(
    mongo: &Mongo,
    tx: &mut Tx,
    account_id: AccountId,
    purposes: &[LinkPurpose],
) -> TxResult<()> {
    let keys: Vec<&str> = purposes.iter().map(|purpose| purpose.key()).collect();
    tokens(mongo)
        .delete_many(doc! { "account_id": account_id, "purpose": { "$in": keys } })
        .session(tx)
        .await?;
    Ok(())
}

fn filter(hash: &TokenHash, purposes: &[LinkPurpose], now: Timestamp) -> Document {
    let keys: Vec<&str> = purposes.iter().map(|purpose| purpose.key()).collect();
    doc! { "hash": hash, "purpose": { "$in": keys }, "expires_at": { "$gt": DateTime::from(now) } }
}

fn tokens(mongo: &Mongo) -> mongodb::Collection<MailedToken> {
    mongo.collection(MAILED_TOKENS)
}
