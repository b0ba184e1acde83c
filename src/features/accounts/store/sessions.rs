//! Queries of `sessions`: one document for each family of refresh tokens.

use mongodb::bson::{DateTime, Document, doc};
use serde::{Deserialize, Serialize};

use crate::infra::crypto::{RefreshToken, TokenHash};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline};
use crate::infra::sealed::Sealed;
use crate::shared::access::Role;
use crate::shared::error::AppResult;
use crate::shared::ids::{AccountId, SessionId};
use crate::shared::timestamp::Timestamp;

pub const SESSIONS: &str = "sessions";

/// A family. Hashes only: what is stored opens nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionDocument {
    #[serde(rename = "_id")]
    pub id: SessionId,
    pub account_id: AccountId,
    /// As at sign-in: a change of role ends every session.
    pub role: Role,
    /// Hash of the token that may be used next.
    pub current: TokenHash,
    /// Hash of its immediate predecessor, which is good until `previous_until`.
    pub previous: Option<TokenHash>,
    pub previous_until: Timestamp,
    /// The current token, sealed with the predecessor.
    pub successor: Option<Sealed<RefreshToken>>,
    pub device: String,
    pub created_at: Timestamp,
    pub used_at: Timestamp,
    pub idle_until: Timestamp,
    pub ends_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// Until when the password that was just given opens one export of the account's data.
    #[serde(default)]
    pub export_until: Option<Timestamp>,
    /// When the database may drop the document: kept to the absolute end, so that a stolen token is
    /// still recognised.
    pub expires_at: DateTime,
}

impl SessionDocument {
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.idle_until && now < self.ends_at
    }
}

/// What the use of the current token changes.
pub struct TokenRotation<'a> {
    pub current: &'a TokenHash,
    pub next: &'a TokenHash,
    /// The next token, sealed with the current one.
    pub successor: Sealed<RefreshToken>,
    pub grace_until: Timestamp,
    pub idle_until: Timestamp,
}

pub async fn insert(mongo: &Mongo, tx: &mut Tx, session: &SessionDocument) -> TxResult<()> {
    sessions(mongo).insert_one(session).session(tx).await?;
    Ok(())
}

pub async fn by_id(mongo: &Mongo, id: &SessionId) -> AppResult<Option<SessionDocument>> {
    with_deadline(sessions(mongo).find_one(doc! { "_id": id })).await
}

/// Uses the current token once: `None` when it is not the current one, or the family has ended.
pub async fn rotate_token(
    mongo: &Mongo,
    id: &SessionId,
    rotation: TokenRotation<'_>,
    now: Timestamp,
) -> AppResult<Option<SessionDocument>> {
    let mut filter = is_alive_filter(now);
    filter.insert("_id", id);
    filter.insert("current", rotation.current);
    let change = doc! { "$set": {
        "current": rotation.next,
        "previous": rotation.current,
        "previous_until": rotation.grace_until,
        "successor": rotation.successor,
        "used_at": now,
        "idle_until": rotation.idle_until,
    } };
    with_deadline(sessions(mongo).find_one_and_update(filter, change)).await
}

/// Living sessions of an account, the one used last first.
pub async fn of_account(
    mongo: &Mongo,
    account_id: AccountId,
    now: Timestamp,
) -> AppResult<Vec<SessionDocument>> {
    let mut filter = is_alive_filter(now);
    filter.insert("account_id", account_id);
    collect(sessions(mongo).find(filter).sort(doc! { "used_at": -1 }).limit(100)).await
}

/// Opens one export for a session.
pub async fn allow_export(mongo: &Mongo, id: &SessionId, until: Timestamp) -> AppResult<()> {
    with_deadline(
        sessions(mongo).update_one(doc! { "_id": id }, doc! { "$set": { "export_until": until } }),
    )
    .await
    .map(drop)
}

/// Uses the export up: of two at once, one gets it.
pub async fn take_export(mongo: &Mongo, id: &SessionId, now: Timestamp) -> AppResult<bool> {
    let filter = doc! { "_id": id, "export_until": { "$gt": now } };
    Ok(with_deadline(sessions(mongo).update_one(filter, doc! { "$set": { "export_until": null } }))
        .await?
        .matched_count
        == 1)
}

/// Ends one family; false when it had ended or is another account's.
pub async fn revoke(
    mongo: &Mongo,
    id: &SessionId,
    account_id: AccountId,
    now: Timestamp,
) -> AppResult<bool> {
    let filter = doc! { "_id": id, "account_id": account_id, "revoked_at": null };
    Ok(with_deadline(sessions(mongo).update_one(filter, revocation(now))).await?.matched_count == 1)
}

/// As [`revoke`], in the caller's transaction.
pub async fn revoke_in(
    mongo: &Mongo,
    tx: &mut Tx,
    id: &SessionId,
    now: Timestamp,
) -> TxResult<bool> {
    let filter = doc! { "_id": id, "revoked_at": null };
    Ok(sessions(mongo).update_one(filter, revocation(now)).session(tx).await?.matched_count == 1)
}

/// Ends every family of an account in the caller's transaction.
pub async fn revoke_all(
    mongo: &Mongo,
    tx: &mut Tx,
    account_id: AccountId,
    now: Timestamp,
) -> TxResult<()> {
    sessions(mongo)
        .update_many(doc! { "account_id": account_id, "revoked_at": null }, revocation(now))
        .session(tx)
        .await?;
    Ok(())
}

pub async fn delete_all(mongo: &Mongo, tx: &mut Tx, account_id: AccountId) -> TxResult<()> {
    sessions(mongo).delete_many(doc! { "account_id": account_id }).session(tx).await?;
    Ok(())
}

fn revocation(now: Timestamp) -> Document {
    doc! { "$set": { "revoked_at": now, "successor": null } }
}

fn is_alive_filter(now: Timestamp) -> Document {
    doc! { "revoked_at": null, "idle_until": { "$gt": now }, "ends_at": { "$gt": now } }
}

fn sessions(mongo: &Mongo) -> mongodb::Collection<SessionDocument> {
    mongo.collection(SESSIONS)
}
