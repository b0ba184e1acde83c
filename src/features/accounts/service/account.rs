//! The account itself: who it is, its password and its address, each change after the password
//! where it matters.

use std::sync::Arc;
use strum::VariantArray as _;

use mongodb::bson::{Document, doc, oid::ObjectId};

use crate::features::accounts::model::{
    AccountView, LinkPurpose, PASSWORD_CHARS, UNCONFIRMED_LIFE, guessable_password, new_password,
};
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::features::accounts::store::{EMAIL, PENDING_EMAIL};
use crate::features::accounts::store::{mailed_tokens, sessions as families};
use crate::features::notifications::model::Template;
use crate::features::orders;
use crate::infra::clock::no_sooner_than;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::{Tx, TxResult};
use crate::infra::outbox;
use crate::infra::passwords::Verdict;
use crate::infra::rate_limit::{BackoffPolicy, Success};
use crate::infra::sealed::Sealed;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::validate::{self, Required};

use super::{MAIL_REQUESTS, MAILS, addresses, answer_floor, mail, open, seal, sessions};

const CONFIRMATIONS: BackoffPolicy = BackoffPolicy {
    name: "confirm_password",
    free: 5,
    per_doubling: 1,
    longest_wait_seconds: 900,
    forget_after_seconds: 7_200,
};
const NAME_CHARS: u32 = 100;

/// The visitor's own account.
///
/// # Errors
/// `Unauthorized` for a guest.
pub async fn me(ctx: &Ctx) -> AppResult<AccountView> {
    view(ctx, &document(ctx).await?)
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
    let sealed = (!name.is_empty()).then(|| seal(ctx, id, "name", &name));
    accounts::set(&ctx.mongo, id, doc! { "name": sealed }).await.map(drop)
}

/// Replaces the password, ends every session, opens a new one here, and tells the owner.
///
/// # Errors
/// `Invalid` for a wrong present password or an unfit new one.
pub async fn change_password(ctx: &Ctx, current: &str, new: &str) -> AppResult<()> {
    let account = document(ctx).await?;
    new_password("new_password", new)?;
    confirm_password(ctx, &account, "current_password", current).await?;
    let email = open(ctx, account.id, "email", &account.email)?;
    let hash =
        ctx.passwords.hash_chosen(new, &[&ctx.settings.store.name, "cartwright", &email]).await?;
    let hash = hash.ok_or_else(|| guessable_password("new_password"))?;
    set_password(ctx, &account, hash.clone(), None).await?;
    let account = AccountDocument { password: Some(hash), ..account };
    sessions::start(ctx, &account).await?;
    ctx.record(SecurityEvent {
        name: "password_changed",
        outcome: Outcome::Done,
        object: &account.id.to_hex(),
    });
    Ok(())
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
    let account = document(ctx).await?;
    let email = validate::email("new_email", email)?;
    confirm_password(ctx, &account, "current_password", password).await?;
    ctx.limiter.check(MAIL_REQUESTS, &ctx.request.limit_key()).await?;
    ctx.limiter.check(MAILS, &account.id.to_hex()).await?;
    let (mongo, now, id) = (ctx.mongo.clone(), ctx.now(), account.id);
    let pending = seal(ctx, id, "pending_email", email.as_str());
    ctx.mongo
        .transaction(move |tx| {
            let (mongo, pending) = (mongo.clone(), pending.clone());
            Box::pin(async move {
                accounts::set_in(&mongo, tx, id, doc! {}, doc! { "pending_email": pending })
                    .await?;
                mailed_tokens::revoke(&mongo, tx, id, &[LinkPurpose::ChangeEmail]).await?;
                outbox::enqueue(tx, &mail(Template::ConfirmNewEmail, id), now)?;
                outbox::enqueue(tx, &mail(Template::EmailChangeRequested, id), now)
            })
        })
        .await?;
    ctx.record(SecurityEvent {
        name: "email_change_requested",
        outcome: Outcome::Done,
        object: &id.to_hex(),
    });
    Ok(())
}

/// The stored account of the visitor.
pub(super) async fn document(ctx: &Ctx) -> AppResult<AccountDocument> {
    let id = ctx.require_signed_in()?.account_id;
    accounts::by_id(&ctx.mongo, id).await?.ok_or_else(AppError::not_found)
}

/// Asks for the password again before something that a borrowed browser must not do.
pub(super) async fn confirm_password(
    ctx: &Ctx,
    account: &AccountDocument,
    field: &'static str,
    typed: &str,
) -> AppResult<()> {
    let wrong = || {
        AppError::field(
            "wrong_password",
            field,
            "This is not your present password. Check it and try again.",
        )
    };
    if typed.len() > 4 * PASSWORD_CHARS.end() {
        return Err(wrong());
    }
    let subject = account.id.to_hex();
    ctx.limiter.begin_try(CONFIRMATIONS, &subject, ctx.now()).await?;
    if ctx.passwords.verify(typed, account.password.as_deref()).await? == Verdict::Wrong {
        ctx.record(SecurityEvent {
            name: "confirm_password",
            outcome: Outcome::Refused,
            object: &subject,
        });
        return Err(wrong());
    }
    ctx.limiter.try_succeeded(CONFIRMATIONS, &subject, Success::Clears).await;
    Ok(())
}

/// Asks the visitor for their own password, before something that cannot be taken back.
///
/// # Errors
/// `Invalid` for a wrong one, `TooManyRequests` after too many of them.
pub async fn confirm_own_password(ctx: &Ctx, field: &'static str, typed: &str) -> AppResult<()> {
    confirm_password(ctx, &document(ctx).await?, field, typed).await
}

/// Drops an account with its sessions and links, in the caller's transaction.
pub async fn erase(ctx: &Ctx, tx: &mut Tx, id: ObjectId) -> TxResult<()> {
    families::delete_all(&ctx.mongo, tx, id).await?;
    mailed_tokens::revoke(&ctx.mongo, tx, id, LinkPurpose::VARIANTS).await?;
    accounts::delete(&ctx.mongo, tx, id).await
}

/// Accounts that nobody confirmed in time, by their ids, from behind `after`.
pub async fn find_unconfirmed(ctx: &Ctx, after: Option<ObjectId>) -> AppResult<Vec<ObjectId>> {
    accounts::find_unconfirmed(&ctx.mongo, ctx.now() - UNCONFIRMED_LIFE, after, 200).await
}

/// Holds an account that is still unconfirmed for the caller's transaction; false when it was
/// confirmed or is gone.
pub async fn claim_unconfirmed(ctx: &Ctx, tx: &mut Tx, id: ObjectId) -> TxResult<bool> {
    accounts::lock_if(&ctx.mongo, tx, id, doc! { "verified_at": null }).await
}

/// Holds an account for the caller's transaction: what is written for it and its erasure meet here,
/// and whichever is second sees the first.
///
/// # Errors
/// `Unauthorized` when the account is gone.
pub async fn claim(ctx: &Ctx, tx: &mut Tx, id: ObjectId) -> TxResult<()> {
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
pub async fn confirmed_address(ctx: &Ctx, id: ObjectId) -> AppResult<Option<String>> {
    let account = accounts::by_id(&ctx.mongo, id)
        .await?
        .filter(|account| account.verified_at.is_some() && account.disabled_at.is_none());
    account.map(|account| open(ctx, id, "email", &account.email)).transpose()
}

/// Guests' orders under the confirmed address of an account become its own (ORD-13).
pub async fn join_orders(ctx: &Ctx, tx: &mut Tx, id: ObjectId) -> TxResult<()> {
    match accounts::by_id_in(&ctx.mongo, tx, id).await? {
        Some(account) if account.verified_at.is_some() => {
            orders::service::join_account(ctx, tx, &account.email_index, id).await
        }
        _ => Ok(()),
    }
}

/// As [`join_orders`], on its own.
pub async fn join_orders_now(ctx: &Ctx, id: ObjectId) -> AppResult<()> {
    let ctx_in = ctx.clone();
    let joined = ctx.mongo.transaction(move |tx| {
        let ctx = ctx_in.clone();
        Box::pin(async move { join_orders(&ctx, tx, id).await })
    });
    joined.await
}

/// A new password, and the end of everything the old one opened, in one transaction. `link` is the
/// mailed link that allows it, used up on the way; without one the old password does, which
/// `account` holds.
///
/// # Errors
/// `NotFound` for a link that ended or was mailed to an address the account has no longer,
/// `Conflict` when the password changed meanwhile.
pub(super) async fn set_password(
    ctx: &Ctx,
    account: &AccountDocument,
    hash: String,
    link: Option<String>,
) -> AppResult<()> {
    let (ctx_in, account, now) = (ctx.clone(), Arc::new(account.clone()), ctx.now());
    let known = sessions::session_ids(ctx, account.id).await?;
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, account, hash, link) =
                (ctx_in.clone(), account.clone(), hash.clone(), link.clone());
            Box::pin(async move {
                let (mongo, id) = (&ctx.mongo, account.id);
                let mut set: Document = doc! { "password": hash };
                let mut expected = doc! { "password": &account.password };
                let is_mailed = link.is_some();
                if let Some(link) = link {
                    let wanted = [LinkPurpose::ResetPassword, LinkPurpose::AcceptInvitation];
                    let used = mailed_tokens::consume(mongo, tx, &link, &wanted, now).await?;
                    let used = used
                        .filter(|token| token.account_id == id)
                        .ok_or_else(super::links::link_ended)?;
                    // Whoever holds the link holds the mailbox it went to, which must be the
                    // account's.
                    expected = doc! { "email": used.mailed_to };
                    set.insert("verified_at", now);
                }
                if !accounts::set_in(mongo, tx, id, expected, set).await? {
                    return Err(if is_mailed {
                        super::links::link_ended()
                    } else {
                        password_changed_meanwhile()
                    }
                    .into());
                }
                if is_mailed {
                    join_orders(&ctx, tx, id).await?;
                }
                accounts::drop_unconfirmed_factor(mongo, tx, id).await?;
                families::revoke_all(mongo, tx, id, now).await?;
                mailed_tokens::revoke(mongo, tx, id, &LinkPurpose::PASSWORD_VOIDS).await?;
                outbox::enqueue(tx, &mail(Template::PasswordChanged, id), now)
            })
        })
        .await?;
    sessions::forget_copies(ctx, &known).await;
    Ok(())
}

fn password_changed_meanwhile() -> AppError {
    AppError::conflict(
        "password_changed",
        "Your password was changed a moment ago, somewhere else. Use that one, or set a new one by mail.",
    )
}

fn view(ctx: &Ctx, account: &AccountDocument) -> AppResult<AccountView> {
    let open_optional = |field: &str, sealed: &Option<mongodb::bson::Binary>| {
        sealed.as_ref().map(|s| open(ctx, account.id, field, s)).transpose()
    };
    Ok(AccountView {
        id: account.id.to_hex(),
        email: EMAIL.open(
            &ctx.keyring,
            account.id,
            &Sealed::from_bytes(account.email.bytes.clone()),
        )?,
        name: open_optional("name", &account.name)?.unwrap_or_default(),
        role: account.role,
        is_verified: account.verified_at.is_some(),
        pending_email: account
            .pending_email
            .as_ref()
            .map(|pending| {
                PENDING_EMAIL.open(
                    &ctx.keyring,
                    account.id,
                    &Sealed::from_bytes(pending.bytes.clone()),
                )
            })
            .transpose()?,
        addresses: addresses::open_addresses(ctx, account)?,
        created_at: account.created_at,
    })
}
