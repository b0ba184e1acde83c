//! Queries of `consents`, rows of which are added and never changed; and counts for the preview of retention.

use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc, oid::ObjectId};
use mongodb::{ClientSession, IndexModel};
use serde::{Deserialize, Serialize};

use crate::infra::mongo::{CollectionIndexes, Mongo, TxResult, bounded};
use crate::shared::error::AppResult;

const CONSENTS: &str = "consents";

/// What somebody agreed to, or withdrew, and in which words they were asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub account_id: ObjectId,
    /// What it is about, such as "news".
    pub about: String,
    pub given: bool,
    pub text_version: String,
    pub at: i64,
}

pub fn indexes() -> Vec<CollectionIndexes> {
    let by_account = IndexModel::builder().keys(doc! { "account_id": 1, "_id": 1 }).build();
    vec![CollectionIndexes { collection: CONSENTS, indexes: vec![by_account] }]
}

pub async fn insert(mongo: &Mongo, session: &mut ClientSession, consent: &ConsentDocument) -> TxResult<()> {
    consents(mongo).insert_one(consent).session(session).await?;
    Ok(())
}

/// Everything one account said, the oldest first.
pub async fn of_account(mongo: &Mongo, account_id: ObjectId) -> AppResult<Vec<ConsentDocument>> {
    let cursor = bounded(consents(mongo).find(doc! { "account_id": account_id }).sort(doc! { "_id": 1 })).await?;
    bounded(cursor.try_collect()).await
}

/// Accounts whose last word about something is yes, from behind `after`, with that word.
pub async fn given(mongo: &Mongo, about: &str, after: Option<ObjectId>, limit: i64) -> AppResult<Vec<ConsentDocument>> {
    let mut filter = doc! { "about": about };
    if let Some(after) = after {
        filter.insert("account_id", doc! { "$gt": after });
    }
    let steps = vec![
        doc! { "$match": filter },
        doc! { "$sort": { "account_id": 1, "_id": 1 } },
        doc! { "$group": { "_id": "$account_id", "last": { "$last": "$$ROOT" } } },
        doc! { "$sort": { "_id": 1 } },
        doc! { "$limit": limit },
    ];
    let cursor = bounded(consents(mongo).aggregate(steps)).await?;
    let groups: Vec<Document> = bounded(cursor.try_collect()).await?;
    let last = |group: &Document| mongodb::bson::from_bson(group.get("last").cloned().unwrap_or(Bson::Null));
    groups.iter().map(|group| last(group).map_err(crate::shared::error::AppError::internal)).collect()
}

pub async fn delete(mongo: &Mongo, session: &mut ClientSession, account_id: ObjectId) -> TxResult<()> {
    consents(mongo).delete_many(doc! { "account_id": account_id }).session(session).await?;
    Ok(())
}

/// How many documents of a collection match.
pub async fn count(mongo: &Mongo, collection: &str, filter: Document) -> AppResult<u64> {
    bounded(mongo.collection::<Document>(collection).count_documents(filter)).await
}

fn consents(mongo: &Mongo) -> mongodb::Collection<ConsentDocument> {
    mongo.collection(CONSENTS)
}
