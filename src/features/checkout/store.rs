//! Queries of `checkouts`: one per cart, under the cart's own id.

use std::time::Duration;

use mongodb::bson::{DateTime, Document, doc};
use serde::{Deserialize, Serialize};

use crate::features::shipping::model::{Address, AddressInput};
use crate::infra::collections::{Collection, DateKind, Erasure, Retention, expiry_index};
use crate::infra::crypto::Purpose;
use crate::infra::mongo::{Mongo, Tx, TxResult, with_deadline};
use crate::infra::sealed::{Sealed, SealedCollection, SealedField};
use crate::shared::email::EmailAddress;
use crate::shared::error::AppResult;
use crate::shared::ids::{AccountId, CartId};
use crate::shared::timestamp::Timestamp;

pub const CHECKOUTS: &str = "checkouts";
/// How long typed data is kept after the last change.
const LIFE: Duration = Duration::from_hours(30 * 24);

pub const EMAIL: SealedField<EmailAddress> = SealedField::new(CHECKOUTS, "email", Purpose::Pii);
/// The delivery address as typed.
pub const DRAFT: SealedField<AddressInput> = SealedField::new(CHECKOUTS, "draft", Purpose::Pii);
pub const BILLING_DRAFT: SealedField<AddressInput> =
    SealedField::new(CHECKOUTS, "billing_draft", Purpose::Pii);
pub const ADDRESS: SealedField<Address> = SealedField::new(CHECKOUTS, "address", Purpose::Pii);
pub const BILLING: SealedField<Address> = SealedField::new(CHECKOUTS, "billing", Purpose::Pii);
pub const NOTE: SealedField<String> = SealedField::new(CHECKOUTS, "note", Purpose::Notes);

/// What is sealed in `checkouts`.
pub const SEALED: SealedCollection = SealedCollection {
    name: CHECKOUTS,
    fields: &[
        EMAIL.place(),
        DRAFT.place(),
        BILLING_DRAFT.place(),
        ADDRESS.place(),
        BILLING.place(),
        NOTE.place(),
    ],
    email_index: None,
    copies: None,
};

/// What has been typed so far. Personal fields are sealed for this document.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutDocument {
    #[serde(rename = "_id")]
    pub id: Option<CartId>,
    pub email: Option<Sealed<EmailAddress>>,
    /// The account that typed the address for the mails; a guest is none.
    pub email_by: Option<AccountId>,
    pub draft: Option<Sealed<AddressInput>>,
    pub billing_draft: Option<Sealed<AddressInput>>,
    pub billing_same: Option<bool>,
    pub address: Option<Sealed<Address>>,
    pub billing: Option<Sealed<Address>>,
    pub method: Option<String>,
    pub note: Option<Sealed<String>>,
}

pub fn collections() -> Vec<Collection> {
    let checkouts = Collection::new(CHECKOUTS, Erasure::Deleted)
        .with_indexes([expiry_index("expires_at", Duration::ZERO)])
        .with_sealed(&SEALED)
        .exported_as("checkout")
        .with_retention(Retention {
            description: "What was typed at a checkout, 30 days after the last change",
            field: "expires_at",
            date: DateKind::Date,
            kept_for: Duration::ZERO,
            only: None,
        });
    vec![checkouts]
}

pub async fn of_cart(
    mongo: &Mongo,
    cart_id: CartId,
    now: Timestamp,
) -> AppResult<CheckoutDocument> {
    let live = doc! { "_id": cart_id, "expires_at": { "$gt": DateTime::from(now) } };
    Ok(with_deadline(mongo.collection::<CheckoutDocument>(CHECKOUTS).find_one(live))
        .await?
        .unwrap_or_default())
}

pub async fn delete(mongo: &Mongo, tx: &mut Tx, cart_id: CartId) -> TxResult<()> {
    mongo.collection::<Document>(CHECKOUTS).delete_one(doc! { "_id": cart_id }).session(tx).await?;
    Ok(())
}

pub async fn delete_alone(mongo: &Mongo, cart_id: CartId) -> AppResult<()> {
    with_deadline(mongo.collection::<Document>(CHECKOUTS).delete_one(doc! { "_id": cart_id }))
        .await
        .map(drop)
}

/// Sets some fields, making the checkout where there is none.
pub async fn save(
    mongo: &Mongo,
    cart_id: CartId,
    mut fields: Document,
    now: Timestamp,
) -> AppResult<()> {
    fields.insert("expires_at", DateTime::from(now + LIFE));
    let checkouts = mongo.collection::<Document>(CHECKOUTS);
    let operation =
        checkouts.update_one(doc! { "_id": cart_id }, doc! { "$set": fields }).upsert(true);
    with_deadline(operation).await.map(drop)
}
