//! Queries of `consents`, rows of which are added and never changed; and counts for the preview of
//! retention.

use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use crate::infra::collections::{Collection, Erasure, index};
use crate::infra::mongo::{Mongo, Tx, TxResult, collect, with_deadline};
use crate::shared::error::AppResult;
use crate::shared::ids::{AccountId, ConsentId};
use crate::shared::timestamp::Timestamp;

const CONSENTS: &str = "consents";

/// What somebody agreed to, or withdrew, and in which words they were asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentDocument {
    #[serde(rename = "_id")]
    pub id: ConsentId,
    pub account_id: AccountId,
    /// What it is about, such as "news".
    pub about: String,
    pub given: bool,
    pub text_version: String,
    pub at: Timestamp,
}

pub fn collections() -> Vec<Collection> {
    let consents = Collection::new(CONSENTS, Erasure::Deleted)
        .with_indexes([
            index(doc! { "account_id": 1, "at": 1, "_id": 1 }),
            index(doc! { "about": 1, "at": 1, "_id": 1 }),
        ])
        .exported_as("consents");
    vec![consents]
}

pub async fn insert(mongo: &Mongo, tx: &mut Tx, consent: &ConsentDocument) -> TxResult<()> {
    consents(mongo).insert_one(consent).session(tx).await?;
    Ok(())
}

/// Everything one account said, the oldest first.
pub async fn of_account(mongo: &Mongo, account_id: AccountId) -> AppResult<Vec<ConsentDocument>> {
    collect(
        consents(mongo).find(doc! { "account_id": account_id }).sort(doc! { "at": 1, "_id": 1 }),
    )
    .await
}

/// What anybody said about something, the oldest first, from behind the last one of the page
/// before.
pub async fn about(
    mongo: &Mongo,
    about: &str,
    behind: Option<&(Timestamp, ConsentId)>,
    limit: i64,
) -> AppResult<Vec<ConsentDocument>> {
    let mut filter = doc! { "about": about };
    if let Some((at, id)) = behind {
        filter.insert(
            "$or",
            vec![doc! { "at": { "$gt": at } }, doc! { "at": at, "_id": { "$gt": id } }],
        );
    }
    collect(consents(mongo).find(filter).sort(doc! { "at": 1, "_id": 1 }).limit(limit)).await
}

pub async fn delete(mongo: &Mongo, tx: &mut Tx, account_id: AccountId) -> TxResult<()> {
    consents(mongo).delete_many(doc! { "account_id": account_id }).session(tx).await?;
    Ok(())
}

/// How many documents of a collection match.
pub async fn count(mongo: &Mongo, collection: &str, filter: Document) -> AppResult<u64> {
    with_deadline(mongo.collection::<Document>(collection).count_documents(filter)).await
}

fn consents(mongo: &Mongo) -> mongodb::Collection<ConsentDocument> {
    mongo.collection(CONSENTS)
}
