//! Queries of `accounts`.

use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};

use crate::features::shipping::model::Address;
use crate::infra::mongo::{
    Mongo, Tx, TxResult, collect, is_duplicate_key, with_deadline, with_deadline_unique,
};
use crate::infra::sealed::Sealed;
use crate::shared::access::Role;
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{AccountId, AddressId};
use crate::shared::timestamp::Timestamp;

pub const ACCOUNTS: &str = "accounts";
/// What happened once in the life of the shop.
pub const MILESTONES: &str = "account_milestones";
/// The code of a refusal that never leaves the feature: nobody is told that an address has an
/// account.
pub const ACCOUNT_EXISTS: &str = "account_exists";

/// An account as stored. Personal fields are sealed for this document and this field.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccountDocument {
    #[serde(rename = "_id")]
    pub id: AccountId,
    pub role: Role,
    pub email: Sealed<EmailAddress>,
    pub email_index: Vec<String>,
    pub name: Option<Sealed<String>>,
    /// A PHC string; an invited member of staff has none yet.
    pub password: Option<String>,
    pub pending_email: Option<Sealed<EmailAddress>>,
    pub addresses: Vec<AddressDocument>,
    /// Of staff alone.
    #[serde(default)]
    pub second_factor: Option<SecondFactorDocument>,
    pub verified_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// A saved address: sealed for the account and the address's own id.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddressDocument {
    pub id: AddressId,
    pub sealed: Sealed<Address>,
    pub is_default: bool,
}

/// What the authenticator app of a member of staff knows, or is about to learn.
#[derive(Clone, Serialize, Deserialize)]
pub struct SecondFactorDocument {
    /// Base32, sealed as a token.
    pub secret: Sealed<String>,
    /// Recovery codes in clear until the app has been confirmed, sealed like the secret; shown to
    /// their owner alone.
    pub fresh_codes: Option<Sealed<String>>,
    /// Hashes of the recovery codes that are left.
    pub recovery: Vec<String>,
    /// The last step of which a code was used.
    pub last_step: i64,
    pub confirmed_at: Option<Timestamp>,
}

/// Writes a new account.
///
/// # Errors
/// `account_exists` when its address has one already.
pub async fn insert(mongo: &Mongo, tx: &mut Tx, account: &AccountDocument) -> TxResult<()> {
    match accounts(mongo).insert_one(account).session(tx).await {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate_key(&error) => {
            Err(AppError::conflict(ACCOUNT_EXISTS, "This address has an account.").into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes a new account on its own; false when its address has one already.
pub async fn insert_unless_known(mongo: &Mongo, account: &AccountDocument) -> AppResult<bool> {
    Ok(with_deadline_unique(accounts(mongo).insert_one(account)).await?.is_some())
}

pub async fn by_id(mongo: &Mongo, id: AccountId) -> AppResult<Option<AccountDocument>> {
    with_deadline(accounts(mongo).find_one(doc! { "_id": id })).await
}

pub async fn by_email_index(mongo: &Mongo, index: &[String]) -> AppResult<Option<AccountDocument>> {
    with_deadline(accounts(mongo).find_one(doc! { "email_index": { "$in": index } })).await
}

/// Replaces a hash by a better one of the same password, unless the password has changed meanwhile.
pub async fn replace_hash(mongo: &Mongo, id: AccountId, old: &str, new: &str) -> AppResult<bool> {
    let change = doc! { "$set": { "password": new } };
    Ok(with_deadline(accounts(mongo).update_one(doc! { "_id": id, "password": old }, change))
        .await?
        .matched_count
        == 1)
}

/// Changes fields of one account in the caller's transaction; false when it is gone, or is not as
/// `expected` says.
pub async fn set_in(
    mongo: &Mongo,
    tx: &mut Tx,
    id: AccountId,
    expected: Document,
    set: Document,
) -> TxResult<bool> {
    let mut filter = expected;
    filter.insert("_id", id);
    Ok(accounts(mongo).update_one(filter, doc! { "$set": set }).session(tx).await?.matched_count
        == 1)
}

/// Writes to an account that is still as `expected` says, so that what the caller's transaction
/// builds on it meets whatever changes it meanwhile; false when it has changed or is gone.
pub async fn lock_if(
    mongo: &Mongo,
    tx: &mut Tx,
    id: AccountId,
    expected: Document,
) -> TxResult<bool> {
    let mut filter = expected;
    filter.insert("_id", id);
    Ok(accounts(mongo)
        .update_one(filter, doc! { "$inc": { "lock_version": 1_i64 } })
        .session(tx)
        .await?
        .matched_count
        == 1)
}

pub async fn by_id_in(
    mongo: &Mongo,
    tx: &mut Tx,
    id: AccountId,
) -> TxResult<Option<AccountDocument>> {
    Ok(accounts(mongo).find_one(doc! { "_id": id }).session(tx).await?)
}

/// A prepared second factor that nobody confirmed is known to whoever began it.
pub async fn drop_unconfirmed_factor(mongo: &Mongo, tx: &mut Tx, id: AccountId) -> TxResult<()> {
    let filter = doc! { "_id": id, "second_factor.confirmed_at": null };
    accounts(mongo)
        .update_one(filter, doc! { "$set": { "second_factor": null } })
        .session(tx)
        .await?;
    Ok(())
}

/// The address that waits for its confirmation becomes the account's.
///
/// # Errors
/// `Conflict` when another account has that address.
pub async fn take_over_email(
    mongo: &Mongo,
    tx: &mut Tx,
    id: AccountId,
    pending: &Sealed<EmailAddress>,
    email: Sealed<EmailAddress>,
    index: &[String],
    now: Timestamp,
) -> TxResult<bool> {
    let filter = doc! { "_id": id, "pending_email": pending };
    let change = doc! { "$set": { "email": email, "email_index": index, "pending_email": null, "verified_at": now } };
    match accounts(mongo).update_one(filter, change).session(tx).await {
        Ok(written) => Ok(written.matched_count == 1),
        Err(error) if is_duplicate_key(&error) => {
            Err(AppError::conflict("email_taken", "This address cannot be used.").into())
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn set(mongo: &Mongo, id: AccountId, set: Document) -> AppResult<bool> {
    Ok(with_deadline(accounts(mongo).update_one(doc! { "_id": id }, doc! { "$set": set }))
        .await?
        .matched_count
        == 1)
}

pub async fn delete(mongo: &Mongo, tx: &mut Tx, id: AccountId) -> TxResult<()> {
    accounts(mongo).delete_one(doc! { "_id": id }).session(tx).await?;
    Ok(())
}

/// Customers made before a moment whose address was never confirmed, by their ids, from behind
/// `after`.
pub async fn find_unconfirmed(
    mongo: &Mongo,
    made_before: Timestamp,
    after: Option<AccountId>,
    limit: i64,
) -> AppResult<Vec<AccountId>> {
    let mut filter = doc! { "role": Role::Customer.key(), "verified_at": null, "created_at": { "$lt": made_before } };
    if let Some(after) = after {
        filter.insert("_id", doc! { "$gt": after });
    }
    let found: Vec<AccountDocument> =
        collect(accounts(mongo).find(filter).sort(doc! { "_id": 1 }).limit(limit)).await?;
    Ok(found.into_iter().map(|account| account.id).collect())
}

/// Everybody with a role of staff, in the order they came.
pub async fn staff(mongo: &Mongo) -> AppResult<Vec<AccountDocument>> {
    collect(
        accounts(mongo)
            .find(doc! { "role": { "$in": staff_keys() } })
            .sort(doc! { "_id": 1 })
            .limit(500),
    )
    .await
}

pub async fn staff_member_in(
    mongo: &Mongo,
    tx: &mut Tx,
    id: AccountId,
) -> TxResult<Option<AccountDocument>> {
    Ok(accounts(mongo)
        .find_one(doc! { "_id": id, "role": { "$in": staff_keys() } })
        .session(tx)
        .await?)
}

/// Owners who can sign in.
pub async fn owners_in(mongo: &Mongo, tx: &mut Tx) -> TxResult<u64> {
    let filter =
        doc! { "role": Role::Owner.key(), "disabled_at": null, "password": { "$ne": null } };
    Ok(accounts(mongo).count_documents(filter).session(tx).await?)
}

/// Writes to the one record of owners: transactions that change who is one meet here.
pub async fn lock_owners(mongo: &Mongo, tx: &mut Tx) -> TxResult<()> {
    let change = doc! { "$inc": { "changes": 1_i64 } };
    milestones(mongo).update_one(doc! { "_id": "owners" }, change).upsert(true).session(tx).await?;
    Ok(())
}

/// Notes something that happens once in the life of a shop; false when it has happened.
pub async fn claim_milestone(
    mongo: &Mongo,
    tx: &mut Tx,
    what: &str,
    now: Timestamp,
) -> TxResult<bool> {
    if milestones(mongo).find_one(doc! { "_id": what }).session(&mut *tx).await?.is_some() {
        return Ok(false);
    }
    match milestones(mongo).insert_one(doc! { "_id": what, "at": now }).session(tx).await {
        Ok(_) => Ok(true),
        Err(error) if is_duplicate_key(&error) => Err(AppError::conflict(
            "owner_exists",
            "This shop has had its first owner. Owners invite others in the admin, under Staff.",
        )
        .into()),
        Err(error) => Err(error.into()),
    }
}

fn milestones(mongo: &Mongo) -> mongodb::Collection<Document> {
    mongo.collection(MILESTONES)
}

fn staff_keys() -> Vec<&'static str> {
    Role::STAFF.into_iter().map(Role::key).collect()
}

/// Prepares a second factor, unless there is one.
pub async fn prepare_second_factor(
    mongo: &Mongo,
    id: AccountId,
    prepared: &SecondFactorDocument,
) -> AppResult<()> {
    let filter = doc! { "_id": id, "second_factor": null };
    let prepared = mongodb::bson::to_bson(prepared).map_err(AppError::internal)?;
    with_deadline(
        accounts(mongo).update_one(filter, doc! { "$set": { "second_factor": prepared } }),
    )
    .await
    .map(drop)
}

/// Uses up the code of one step of this secret; false when this or a later one was used before. The
/// first one confirms the app.
pub async fn use_totp_step(
    mongo: &Mongo,
    id: AccountId,
    secret: &Sealed<String>,
    step: i64,
    now: Timestamp,
) -> AppResult<bool> {
    let filter = doc! { "_id": id, "second_factor.secret": secret, "second_factor.last_step": { "$lt": step } };
    let change = doc! { "$set": { "second_factor.last_step": step, "second_factor.fresh_codes": null, "second_factor.confirmed_at": now } };
    Ok(with_deadline(accounts(mongo).update_one(filter, change)).await?.matched_count == 1)
}

/// Uses up one recovery code of a confirmed app.
pub async fn use_recovery_code(mongo: &Mongo, id: AccountId, hash: &str) -> AppResult<bool> {
    let filter = doc! { "_id": id, "second_factor.recovery": hash, "second_factor.confirmed_at": { "$ne": null } };
    let change = doc! { "$pull": { "second_factor.recovery": hash } };
    Ok(with_deadline(accounts(mongo).update_one(filter, change)).await?.matched_count == 1)
}

/// Adds an address while there is room; the first one becomes the default. `None` when there is no
/// room.
pub async fn add_address(
    mongo: &Mongo,
    id: AccountId,
    address: &AddressDocument,
    most: usize,
) -> AppResult<Option<AccountDocument>> {
    let room = i64::try_from(most).unwrap_or(i64::MAX);
    let filter = doc! { "_id": id, "$expr": { "$lt": [{ "$size": "$addresses" }, room] } };
    let entry = mongodb::bson::to_bson(address).map_err(AppError::internal)?;
    let accounts = accounts(mongo);
    let operation = accounts
        .find_one_and_update(filter, doc! { "$push": { "addresses": entry } })
        .return_document(ReturnDocument::After);
    with_deadline(operation).await
}

/// False when the account has no such address.
pub async fn replace_address(
    mongo: &Mongo,
    id: AccountId,
    address_id: AddressId,
    sealed: Sealed<Address>,
) -> AppResult<bool> {
    let filter = doc! { "_id": id, "addresses.id": address_id };
    Ok(with_deadline(
        accounts(mongo).update_one(filter, doc! { "$set": { "addresses.$.sealed": sealed } }),
    )
    .await?
    .matched_count
        == 1)
}

pub async fn remove_address(
    mongo: &Mongo,
    id: AccountId,
    address_id: AddressId,
) -> AppResult<bool> {
    let filter = doc! { "_id": id, "addresses.id": address_id };
    let change = doc! { "$pull": { "addresses": { "id": address_id } } };
    Ok(with_deadline(accounts(mongo).update_one(filter, change)).await?.matched_count == 1)
}

/// One address becomes the default and every other one stops being it, in one write.
pub async fn make_default(mongo: &Mongo, id: AccountId, address_id: AddressId) -> AppResult<bool> {
    let filter = doc! { "_id": id, "addresses.id": address_id };
    let change = doc! { "$set": { "addresses.$[chosen].is_default": true, "addresses.$[other].is_default": false } };
    let filters =
        vec![doc! { "chosen.id": address_id }, doc! { "other.id": { "$ne": address_id } }];
    Ok(with_deadline(accounts(mongo).update_one(filter, change).array_filters(filters))
        .await?
        .matched_count
        == 1)
}

fn accounts(mongo: &Mongo) -> mongodb::Collection<AccountDocument> {
    mongo.collection(ACCOUNTS)
}
