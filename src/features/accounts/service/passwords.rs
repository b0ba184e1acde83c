//! The password of an account: asked for again, changed by its owner, or set by a mailed link.

use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::{Document, doc};

use crate::features::accounts::model::mails::AccountMail;
use crate::features::accounts::model::{
    LinkPurpose, PASSWORD_CHARS, guessable_password, new_password,
};
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::features::accounts::store::{EMAIL, mailed_tokens, sessions as families};
use crate::infra::crypto::TokenHash;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::outbox;
use crate::infra::passwords::Verdict;
use crate::infra::rate_limit::{BackoffPolicy, Success};
use crate::shared::error::{AppError, AppResult};

use super::guest_orders::attach_guest_orders;
use super::mailed_links::link_ended;
use super::{current_account, mail, sessions};

const CONFIRMATIONS: BackoffPolicy = BackoffPolicy {
    name: "confirm_password",
    free: 5,
    per_doubling: 1,
    longest_wait: Duration::from_mins(15),
    forget_after: Duration::from_hours(2),
};

/// Replaces the password, ends every session, opens a new one here, and tells the owner.
///
/// # Errors
/// `Invalid` for a wrong present password or an unfit new one.
pub async fn change_password(ctx: &Ctx, current: &str, new: &str) -> AppResult<()> {
    let account = current_account::load(ctx).await?;
    new_password("new_password", new)?;
    confirm_password(ctx, &account, "current_password", current).await?;
    let email = EMAIL.open(&ctx.keyring, account.id, &account.email)?;
    let hash = ctx
        .passwords
        .hash_chosen(new, &[&ctx.settings.store.name, "cartwright", email.as_str()])
        .await?;
    let hash = hash.ok_or_else(|| guessable_password("new_password"))?;
    set_password(ctx, &account, hash.clone(), None).await?;
    let account = AccountDocument { password: Some(hash), ..account };
    sessions::create_session(ctx, &account).await?;
    ctx.log_security_event(SecurityEvent {
        name: "password_changed",
        outcome: Outcome::Done,
        object: account.id.as_str(),
    });
    Ok(())
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
    let subject = account.id.to_string();
    ctx.limiter.begin_try(CONFIRMATIONS, &subject, ctx.now()).await?;
    if ctx.passwords.verify(typed, account.password.as_deref()).await? == Verdict::Wrong {
        ctx.log_security_event(SecurityEvent {
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
    confirm_password(ctx, &current_account::load(ctx).await?, field, typed).await
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
    link: Option<TokenHash>,
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
                    let used =
                        used.filter(|token| token.account_id == id).ok_or_else(link_ended)?;
                    // Whoever holds the link holds the mailbox it went to, which must be the
                    // account's.
                    expected = doc! { "email": used.mailed_to };
                    set.insert("verified_at", now);
                }
                if !accounts::set_in(mongo, tx, id, expected, set).await? {
                    return Err(if is_mailed {
                        link_ended()
                    } else {
                        password_changed_meanwhile()
                    }
                    .into());
                }
                if is_mailed {
                    attach_guest_orders(&ctx, tx, id).await?;
                }
                accounts::drop_unconfirmed_factor(mongo, tx, id).await?;
                families::revoke_all(mongo, tx, id, now).await?;
                mailed_tokens::revoke(mongo, tx, id, &LinkPurpose::PASSWORD_VOIDS).await?;
                outbox::enqueue(tx, &mail(AccountMail::PasswordChanged, id), now)
            })
        })
        .await?;
    sessions::evict_sessions(ctx, &known).await;
    Ok(())
}

fn password_changed_meanwhile() -> AppError {
    AppError::conflict(
        "password_changed",
        "Your password was changed a moment ago, somewhere else. Use that one, or set a new one by mail.",
    )
}
