//! The account itself: who it is, its name and its address, and how it ends.

use mongodb::bson::doc;
use strum::VariantArray as _;

use crate::features::accounts::model::mails::AccountMail;
use crate::features::accounts::model::{AccountView, LinkPurpose, UNCONFIRMED_LIFE};
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::features::accounts::store::{EMAIL, NAME, PENDING_EMAIL};
use crate::features::accounts::store::{mailed_tokens, sessions as families};
use crate::infra::clock::no_sooner_than;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::{Tx, TxResult};
use crate::infra::outbox;
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::AccountId;
use crate::shared::validate::{self, Required};

use super::{MAIL_REQUESTS, MAILS, addresses, answer_floor, current_account, mail, passwords};

const NAME_CHARS: u32 = 100;

/// The visitor's own account.
///
/// # Errors
/// `Unauthorized` for a guest.
pub async fn me(ctx: &Ctx) -> AppResult<AccountView> {
    view(ctx, &current_account::load(ctx).await?)
}

/// Keeps what the shop calls the visitor; an empty name is none.
pub async fn save_name(ctx: &Ctx, name: &str) -> AppResult<()> {
    let id = ctx.require_signed_in()?.account_id;
    let name = validate::mask_card_numbers(&validate::text(
        "name",
        "a name",
        name,
        NAME_CHARS,
        Required::No,
    )?);
    let sealed = (!name.is_empty()).then(|| NAME.seal(&ctx.keyring, id, &name));
    accounts::set(&ctx.mongo, id, doc! { "name": sealed }).await.map(drop)
}

/// Keeps a new e-mail address until its mailbox confirms it; the old one hears of it at once.
///
/// # Errors
/// `Invalid` for an address that cannot be one or a wrong password, `TooManyRequests` for too many
/// mails.
pub async fn request_email_change(ctx: &Ctx, email: &str, password: &str) -> AppResult<()> {
    no_sooner_than(answer_floor(ctx), email_change_requested(ctx, email, password)).await
}

async fn email_change_requested(ctx: &Ctx, email: &str, password: &str) -> AppResult<()> {
    let account = current_account::load(ctx).await?;
    let email = validate::email("new_email", email)?;
    passwords::confirm_password(ctx, &account, "current_password", password).await?;
    ctx.limiter.check(MAIL_REQUESTS, &ctx.request.limit_key()).await?;
    ctx.limiter.check(MAILS, account.id.as_str()).await?;
    let (mongo, now, id) = (ctx.mongo.clone(), ctx.now(), account.id);
    let pending = PENDING_EMAIL.seal(&ctx.keyring, id, &email);
    ctx.mongo
        .transaction(move |tx| {
            let (mongo, pending) = (mongo.clone(), pending.clone());
            Box::pin(async move {
                accounts::set_in(&mongo, tx, id, doc! {}, doc! { "pending_email": pending })
                    .await?;
                mailed_tokens::revoke(&mongo, tx, id, &[LinkPurpose::ChangeEmail]).await?;
                outbox::enqueue(tx, &mail(AccountMail::ConfirmNewEmail, id), now)?;
                outbox::enqueue(tx, &mail(AccountMail::EmailChangeRequested, id), now)
            })
        })
        .await?;
    ctx.log_security_event(SecurityEvent {
        name: "email_change_requested",
        outcome: Outcome::Done,
        object: id.as_str(),
    });
    Ok(())
}

/// Drops an account with its sessions and links, in the caller's transaction.
pub async fn erase(ctx: &Ctx, tx: &mut Tx, id: AccountId) -> TxResult<()> {
    families::delete_all(&ctx.mongo, tx, id).await?;
    mailed_tokens::revoke(&ctx.mongo, tx, id, LinkPurpose::VARIANTS).await?;
    accounts::delete(&ctx.mongo, tx, id).await
}

/// Accounts that nobody confirmed in time, by their ids, from behind `after`.
pub async fn find_unconfirmed(ctx: &Ctx, after: Option<AccountId>) -> AppResult<Vec<AccountId>> {
    accounts::find_unconfirmed(&ctx.mongo, ctx.now() - UNCONFIRMED_LIFE, after, 200).await
}

/// Holds an account that is still unconfirmed for the caller's transaction; false when it was
/// confirmed or is gone.
pub async fn claim_unconfirmed(ctx: &Ctx, tx: &mut Tx, id: AccountId) -> TxResult<bool> {
    accounts::lock_if(&ctx.mongo, tx, id, doc! { "verified_at": null }).await
}

/// Holds an account for the caller's transaction: what is written for it and its erasure meet here,
/// and whichever is second sees the first.
///
/// # Errors
/// `Unauthorized` when the account is gone.
pub async fn lock_account(ctx: &Ctx, tx: &mut Tx, id: AccountId) -> TxResult<()> {
    if accounts::lock_if(&ctx.mongo, tx, id, doc! { "disabled_at": null }).await? {
        return Ok(());
    }
    Err(AppError::new(
        ErrorKind::Unauthorized,
        "account_gone",
        "Your account is closed. Reload the page to go on as a guest.",
    )
    .into())
}

/// The confirmed address of an account that is open; for what its owner agreed to be written about.
pub async fn confirmed_address(ctx: &Ctx, id: AccountId) -> AppResult<Option<EmailAddress>> {
    let account = accounts::by_id(&ctx.mongo, id)
        .await?
        .filter(|account| account.verified_at.is_some() && account.disabled_at.is_none());
    account.map(|account| EMAIL.open(&ctx.keyring, id, &account.email)).transpose()
}

fn view(ctx: &Ctx, account: &AccountDocument) -> AppResult<AccountView> {
    let (keys, id) = (&ctx.keyring, account.id);
    Ok(AccountView {
        email: EMAIL.open(keys, id, &account.email)?,
        name: NAME.open_optional(keys, id, account.name.as_ref())?.unwrap_or_default(),
        is_verified: account.verified_at.is_some(),
        pending_email: PENDING_EMAIL.open_optional(keys, id, account.pending_email.as_ref())?,
        addresses: addresses::open_addresses(ctx, account)?,
        created_at: account.created_at,
    })
}
