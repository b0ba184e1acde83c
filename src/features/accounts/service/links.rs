//! Links that are mailed: made when the mail is sent, stored as hashes, used by a button; opening
//! the link changes nothing.

use mongodb::bson::doc;
use strum::VariantArray as _;

use crate::features::accounts::model::mails::{AccountMail, MailRecipient, SendAccountMail};
use crate::features::accounts::model::{
    EmailConfirmation, LinkPurpose, guessable_password, new_password,
};
use crate::features::accounts::store::EMAIL;
use crate::features::accounts::store::accounts;
use crate::features::accounts::store::mailed_tokens;
use crate::features::orders;
use crate::infra::clock::no_sooner_than;
use crate::infra::crypto::{TokenHash, hash_token};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::shared::error::AppResult;
use crate::shared::ids::AccountId;
use crate::shared::validate;

use super::mailed_links::{confirmed_field, link_ended};
use super::open_session::open_session;
use super::{
    MAIL_REQUESTS, MAILS, answer_floor, email_index, mail, mail_later, passwords, second_factor,
};

/// How a link stands that somebody opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    Works(LinkPurpose),
    Ended,
}

/// Starts setting a new password. The answer is always the same: the work is left to the outbox,
/// which alone looks whether the address has an account.
///
/// # Errors
/// `Invalid` for an address that cannot be one.
pub async fn forgot_password(ctx: &Ctx, email: &str) -> AppResult<()> {
    no_sooner_than(answer_floor(ctx), async {
        let email = validate::email("email", email)?;
        let index = email_index(ctx, &email);
        let subject = index.first().cloned().unwrap_or_default();
        // Silent: whoever asks too often gets the same answer, and no mail.
        let within = ctx.limiter.check(MAIL_REQUESTS, &ctx.request.limit_key()).await.is_ok();
        if within && ctx.limiter.check(MAILS, &subject).await.is_ok() {
            mail_later(
                ctx,
                SendAccountMail {
                    mail: AccountMail::ResetPassword,
                    recipient: MailRecipient::EmailIndex(index),
                },
            )
            .await?;
        }
        Ok(())
    })
    .await
}

/// Mails the visitor another link to confirm their address.
pub async fn send_verification_again(ctx: &Ctx) -> AppResult<()> {
    let id = ctx.require_signed_in()?.account_id;
    ctx.limiter.check(MAIL_REQUESTS, &ctx.request.limit_key()).await?;
    ctx.limiter.check(MAILS, id.as_str()).await?;
    mail_later(ctx, mail(AccountMail::VerifyEmail, id)).await
}

/// Whether a link still works; looking at it changes nothing.
pub async fn link_state(ctx: &Ctx, token: &str, purposes: &[LinkPurpose]) -> AppResult<LinkState> {
    let Some(hash) = hash_token(token) else { return Ok(LinkState::Ended) };
    let found = mailed_tokens::find_valid(&ctx.mongo, &hash, purposes, ctx.now()).await?;
    let purpose = found.and_then(|token| {
        LinkPurpose::VARIANTS.iter().copied().find(|purpose| purpose.key() == token.purpose)
    });
    Ok(purpose.map_or(LinkState::Ended, LinkState::Works))
}

/// Confirms an address: the one an account was made with, or the one it wants to have.
///
/// A browser that is not signed in to the account shows with the password that it made the account,
/// and is signed in: otherwise a stranger could sign up with somebody's address and have the
/// owner's own click make it theirs.
///
/// # Errors
/// `NotFound` for a link that has ended, was used, or belongs to another account than the
/// visitor's; `Invalid` for a wrong password; `Conflict` when another account has the new address.
pub async fn confirm(ctx: &Ctx, token: &str, password: &str) -> AppResult<EmailConfirmation> {
    let hash = hash_token(token).ok_or_else(link_ended)?;
    let wanted = [LinkPurpose::VerifyEmail, LinkPurpose::ChangeEmail];
    let link = mailed_tokens::find_valid(&ctx.mongo, &hash, &wanted, ctx.now())
        .await?
        .ok_or_else(link_ended)?;
    let owner = accounts::by_id(&ctx.mongo, link.account_id).await?.ok_or_else(link_ended)?;
    let is_theirs = ctx.signed_in().is_some_and(|visitor| visitor.account_id == owner.id);
    let purpose = if link.purpose == LinkPurpose::ChangeEmail.key() {
        LinkPurpose::ChangeEmail
    } else {
        LinkPurpose::VerifyEmail
    };
    if purpose == LinkPurpose::ChangeEmail && !is_theirs {
        ctx.require_signed_in()?;
        return Err(link_ended());
    }
    if !is_theirs {
        passwords::confirm_password(ctx, &owner, "password", password).await?;
    }
    confirm_link(ctx, hash, purpose, owner.id).await?;
    ctx.log_security_event(SecurityEvent {
        name: "email_confirmed",
        outcome: Outcome::Done,
        object: owner.id.as_str(),
    });
    if !is_theirs && owner.role.is_staff() {
        second_factor::start_challenge(ctx, &owner, "").await?;
        return Ok(EmailConfirmation::SecondFactorRequired);
    }
    if !is_theirs {
        open_session(ctx, &owner, "").await?;
    }
    Ok(EmailConfirmation::Complete)
}

/// The link proves the mailbox it was sent to, and no other: the account must still have that
/// address, or wait for it.
async fn confirm_link(
    ctx: &Ctx,
    hash: TokenHash,
    purpose: LinkPurpose,
    id: AccountId,
) -> AppResult<()> {
    let (ctx_in, now) = (ctx.clone(), ctx.now());
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, hash) = (ctx_in.clone(), hash.clone());
            Box::pin(async move {
                // Link and account are read together: both may have been encrypted again since they
                // were looked at.
                let link = mailed_tokens::consume(&ctx.mongo, tx, &hash, &[purpose], now)
                    .await?
                    .ok_or_else(link_ended)?;
                let owner = accounts::by_id_in(&ctx.mongo, tx, id).await?.ok_or_else(link_ended)?;
                let is_change = purpose == LinkPurpose::ChangeEmail;
                let proven = if is_change { owner.pending_email } else { Some(owner.email) };
                let mailed_to =
                    proven.filter(|sealed| *sealed == link.mailed_to).ok_or_else(link_ended)?;
                let email = confirmed_field(purpose).open(&ctx.keyring, id, &mailed_to)?;
                let index = email_index(&ctx, &email);
                let is_current = if is_change {
                    let sealed = EMAIL.seal(&ctx.keyring, id, &email);
                    // What was mailed to the old mailbox opens nothing any more.
                    mailed_tokens::revoke(
                        &ctx.mongo,
                        tx,
                        id,
                        &[LinkPurpose::ResetPassword, LinkPurpose::VerifyEmail],
                    )
                    .await?;
                    accounts::take_over_email(&ctx.mongo, tx, id, &mailed_to, sealed, &index, now)
                        .await?
                } else {
                    accounts::set_in(
                        &ctx.mongo,
                        tx,
                        id,
                        doc! { "email": mailed_to },
                        doc! { "verified_at": now },
                    )
                    .await?
                };
                if !is_current {
                    return Err(link_ended().into());
                }
                // Only now is it known that the orders of this address are this person's (ORD-13).
                orders::service::attach_to_account(&ctx, tx, &index, id).await
            })
        })
        .await
}

/// Sets a new password with a mailed link, and signs nobody in.
///
/// # Errors
/// `NotFound` for a link that has ended or was used, `Invalid` for an unfit password.
pub async fn reset_password(ctx: &Ctx, token: &str, password: &str) -> AppResult<()> {
    new_password("password", password)?;
    let hash = hash_token(token).ok_or_else(link_ended)?;
    let wanted = [LinkPurpose::ResetPassword, LinkPurpose::AcceptInvitation];
    let link = mailed_tokens::find_valid(&ctx.mongo, &hash, &wanted, ctx.now())
        .await?
        .ok_or_else(link_ended)?;
    let owner = accounts::by_id(&ctx.mongo, link.account_id).await?.ok_or_else(link_ended)?;
    let email = EMAIL.open(&ctx.keyring, owner.id, &owner.email)?;
    let new = ctx
        .passwords
        .hash_chosen(password, &[&ctx.settings.store.name, "cartwright", email.as_str()])
        .await?;
    let new = new.ok_or_else(|| guessable_password("password"))?;
    passwords::set_password(ctx, &owner, new, Some(hash)).await?;
    ctx.log_security_event(SecurityEvent {
        name: "password_reset",
        outcome: Outcome::Done,
        object: owner.id.as_str(),
    });
    Ok(())
}
