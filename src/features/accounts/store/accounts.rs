//! Queries of `accounts`.

use mongodb::ClientSession;
use mongodb::bson::{Binary, Document, doc, oid::ObjectId};
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};

use crate::infra::mongo::{Mongo, TxResult, bounded, is_duplicate_key};
use crate::shared::access::Role;
use crate::shared::error::{AppError, AppResult};

pub const ACCOUNTS: &str = "accounts";
/// The code of a refusal that never leaves the feature: nobody is told that an address has an account.
pub const ACCOUNT_EXISTS: &str = "account_exists";

/// An account as stored. Personal fields are sealed for this document and this field.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccountDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub role: Role,
    pub email: Binary,
    pub email_index: Vec<String>,
    pub name: Option<Binary>,
    /// A PHC string; an invited member of staff has none yet.
    pub password: Option<String>,
    pub pending_email: Option<Binary>,
    pub addresses: Vec<AddressDocument>,
    pub verified_at: Option<i64>,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
}

/// A saved address: sealed for the account and the address's own id.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddressDocument {
    pub id: ObjectId,
    pub sealed: Binary,
    pub is_default: bool,
}

/// Writes a new account.
///
/// # Errors
/// `account_exists` when its address has one already.
pub async fn insert(mongo: &Mongo, session: &mut ClientSession, account: &AccountDocument) -> TxResult<()> {
    match accounts(mongo).insert_one(account).session(session).await {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate_key(&error) => Err(AppError::conflict(ACCOUNT_EXISTS, "This address has an account.").into()),
        Err(error) => Err(error.into()),
    }
}

pub async fn by_id(mongo: &Mongo, id: ObjectId) -> AppResult<Option<AccountDocument>> {
    bounded(accounts(mongo).find_one(doc! { "_id": id })).await
}

pub async fn by_email_index(mongo: &Mongo, index: &[String]) -> AppResult<Option<AccountDocument>> {
    bounded(accounts(mongo).find_one(doc! { "email_index": { "$in": index } })).await
}

/// Replaces a hash by a better one of the same password, unless the password has changed meanwhile.
pub async fn replace_hash(mongo: &Mongo, id: ObjectId, old: &str, new: &str) -> AppResult<bool> {
    let change = doc! { "$set": { "password": new } };
    Ok(bounded(accounts(mongo).update_one(doc! { "_id": id, "password": old }, change)).await?.matched_count == 1)
}

/// Changes fields of one account in the caller's transaction; false when it is gone.
pub async fn set_in(mongo: &Mongo, session: &mut ClientSession, id: ObjectId, set: Document) -> TxResult<bool> {
    Ok(accounts(mongo).update_one(doc! { "_id": id }, doc! { "$set": set }).session(session).await?.matched_count == 1)
}

/// The address that waits for its confirmation becomes the account's.
///
/// # Errors
/// `Conflict` when another account has that address.
pub async fn take_over_email(
    mongo: &Mongo,
    session: &mut ClientSession,
    id: ObjectId,
    pending: &Binary,
    email: Binary,
    index: &[String],
    now: i64,
) -> TxResult<bool> {
    let filter = doc! { "_id": id, "pending_email": pending };
    let change = doc! { "$set": { "email": email, "email_index": index, "pending_email": null, "verified_at": now } };
    match accounts(mongo).update_one(filter, change).session(session).await {
        Ok(written) => Ok(written.matched_count == 1),
        Err(error) if is_duplicate_key(&error) => Err(AppError::conflict("email_taken", "This address cannot be used.").into()),
        Err(error) => Err(error.into()),
    }
}

pub async fn set(mongo: &Mongo, id: ObjectId, set: Document) -> AppResult<bool> {
    Ok(bounded(accounts(mongo).update_one(doc! { "_id": id }, doc! { "$set": set })).await?.matched_count == 1)
}

/// Adds an address while there is room; the first one becomes the default. `None` when there is no room.
pub async fn add_address(mongo: &Mongo, id: ObjectId, address: &AddressDocument, most: usize) -> AppResult<Option<AccountDocument>> {
    let last = format!("addresses.{}", most - 1);
    let filter = doc! { "_id": id, last: { "$exists": false } };
    let entry = mongodb::bson::to_bson(address).map_err(AppError::internal)?;
    let accounts = accounts(mongo);
    let operation = accounts.find_one_and_update(filter, doc! { "$push": { "addresses": entry } }).return_document(ReturnDocument::After);
    bounded(operation).await
}

/// False when the account has no such address.
pub async fn replace_address(mongo: &Mongo, id: ObjectId, address_id: ObjectId, sealed: Binary) -> AppResult<bool> {
    let filter = doc! { "_id": id, "addresses.id": address_id };
    Ok(bounded(accounts(mongo).update_one(filter, doc! { "$set": { "addresses.$.sealed": sealed } })).await?.matched_count == 1)
}

pub async fn remove_address(mongo: &Mongo, id: ObjectId, address_id: ObjectId) -> AppResult<bool> {
    let filter = doc! { "_id": id, "addresses.id": address_id };
    let change = doc! { "$pull": { "addresses": { "id": address_id } } };
    Ok(bounded(accounts(mongo).update_one(filter, change)).await?.matched_count == 1)
}

/// One address becomes the default and every other one stops being it, in one write.
pub async fn make_default(mongo: &Mongo, id: ObjectId, address_id: ObjectId) -> AppResult<bool> {
    let filter = doc! { "_id": id, "addresses.id": address_id };
    let change = doc! { "$set": { "addresses.$[chosen].is_default": true, "addresses.$[other].is_default": false } };
    let filters = vec![doc! { "chosen.id": address_id }, doc! { "other.id": { "$ne": address_id } }];
    Ok(bounded(accounts(mongo).update_one(filter, change).array_filters(filters)).await?.matched_count == 1)
}

fn accounts(mongo: &Mongo) -> mongodb::Collection<AccountDocument> {
    mongo.collection(ACCOUNTS)
}
