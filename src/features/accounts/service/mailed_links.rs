//! A mailed link in the making, and the answer to one that has ended.

use mongodb::bson::doc;

use crate::features::accounts::model::LinkPurpose;
use crate::features::accounts::store::{EMAIL, PENDING_EMAIL, accounts, mailed_tokens};
use crate::infra::crypto::random_token;
use crate::infra::ctx::Ctx;
use crate::infra::sealed::{Sealed, SealedField};
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::AccountId;

/// A fresh link of one kind to a stored address; the older one stops working.
///
/// # Errors
/// `Unavailable` when the account's address was changed or encrypted again since it was read: a
/// link to it would prove nothing, and whoever asks again gets a good one.
pub(super) async fn new_link(
    ctx: &Ctx,
    account_id: AccountId,
    purpose: LinkPurpose,
    mailed_to: &Sealed<EmailAddress>,
) -> AppResult<String> {
    let token = random_token();
    let (mongo, hash, mailed_to, now) =
        (ctx.mongo.clone(), token.hash(), mailed_to.clone(), ctx.now());
    ctx.mongo
        .transaction(move |tx| {
            let (mongo, hash, mailed_to) = (mongo.clone(), hash.clone(), mailed_to.clone());
            Box::pin(async move {
                let field = confirmed_field(purpose).path();
                if !accounts::lock_if(&mongo, tx, account_id, doc! { field: &mailed_to }).await? {
                    return Err(AppError::unavailable(
                        "the address of an account changed while a link to it was made",
                    )
                    .into());
                }
                mailed_tokens::replace(&mongo, tx, account_id, purpose, &hash, &mailed_to, now)
                    .await
            })
        })
        .await?;
    Ok(purpose.path(token.as_str()))
}

/// The account's field with the address that a link of this kind is mailed to, and proves.
pub(super) const fn confirmed_field(purpose: LinkPurpose) -> &'static SealedField<EmailAddress> {
    match purpose {
        LinkPurpose::ChangeEmail => &PENDING_EMAIL,
        LinkPurpose::VerifyEmail | LinkPurpose::ResetPassword | LinkPurpose::AcceptInvitation => {
            &EMAIL
        }
    }
}

pub(super) fn link_ended() -> AppError {
    AppError::new(
        ErrorKind::NotFound,
        "link_ended",
        "This link does not work any more: it was used, or its time is over. Ask for a new one.",
    )
}
