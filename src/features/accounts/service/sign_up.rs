//! Signing up: the same answer, after the same time, whether the address is new or known.

use std::sync::Arc;
use std::time::Duration;

use crate::features::accounts::model::mails::AccountMail;
use crate::features::accounts::model::{guessable_password, new_password};
use crate::features::accounts::store::EMAIL;
use crate::features::accounts::store::accounts::{self, ACCOUNT_EXISTS, AccountDocument};
use crate::infra::clock::no_sooner_than;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::new_id;
use crate::infra::outbox;
use crate::infra::rate_limit::Rule;
use crate::shared::access::Role;
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppResult, FieldErrors};
use crate::shared::validate;

use super::{MAILS, answer_floor, email_index, mail, mail_later};

const PER_IP: Rule = Rule { name: "sign_up", limit: 5, window: Duration::from_hours(1) };

/// Makes an account, or writes to the owner of the one that is there already. The caller learns
/// neither.
///
/// # Errors
/// `Invalid` for an address that cannot be one or a password that is too short, too long or easily
/// guessed.
pub async fn sign_up(ctx: &Ctx, email: &str, password: &str) -> AppResult<()> {
    no_sooner_than(answer_floor(ctx), create_account(ctx, email, password)).await
}

async fn create_account(ctx: &Ctx, email: &str, password: &str) -> AppResult<()> {
    let mut errors = FieldErrors::default();
    let email = errors.take(validate::email("email", email));
    errors.take(new_password("password", password));
    let (Some(email), true) = (email, errors.is_empty()) else { return Err(errors.into_error()) };
    ctx.limiter.check(PER_IP, &ctx.request.limit_key()).await?;
    let hash = ctx
        .passwords
        .hash_chosen(
            password,
            &[&ctx.settings.store.name, "cartwright", email.as_str(), email.local_part()],
        )
        .await?;
    let hash = hash.ok_or_else(|| guessable_password("password"))?;
    let account = new_account(ctx, &email, Role::Customer, Some(hash));
    let id = account.id;
    match store_with_mail(ctx, account).await {
        Ok(()) => {
            ctx.log_security_event(SecurityEvent {
                name: "sign_up",
                outcome: Outcome::Done,
                object: id.as_str(),
            });
            Ok(())
        }
        Err(error) if error.code == ACCOUNT_EXISTS => notify_owner(ctx, &email).await,
        Err(error) => Err(error),
    }
}

pub(super) fn new_account(
    ctx: &Ctx,
    email: &EmailAddress,
    role: Role,
    password: Option<String>,
) -> AccountDocument {
    let id = new_id();
    AccountDocument {
        id,
        role,
        email: EMAIL.seal(&ctx.keyring, id, email),
        email_index: email_index(ctx, email),
        name: None,
        password,
        pending_email: None,
        addresses: Vec::new(),
        second_factor: None,
        verified_at: None,
        disabled_at: None,
        created_at: ctx.now(),
    }
}

async fn store_with_mail(ctx: &Ctx, account: AccountDocument) -> AppResult<()> {
    let (mongo, account, now) = (ctx.mongo.clone(), Arc::new(account), ctx.now());
    ctx.mongo
        .transaction(move |tx| {
            let (mongo, account) = (mongo.clone(), account.clone());
            Box::pin(async move {
                accounts::insert(&mongo, tx, &account).await?;
                outbox::enqueue(tx, &mail(AccountMail::VerifyEmail, account.id), now)
            })
        })
        .await?;
    Ok(())
}

/// Somebody, perhaps the owner, signed up again: the mailbox learns it, the browser does not.
async fn notify_owner(ctx: &Ctx, email: &EmailAddress) -> AppResult<()> {
    let Some(known) = accounts::by_email_index(&ctx.mongo, &email_index(ctx, email)).await? else {
        return Ok(());
    };
    if ctx.limiter.check(MAILS, known.id.as_str()).await.is_ok() {
        mail_later(ctx, mail(AccountMail::AlreadyRegistered, known.id)).await?;
    }
    Ok(())
}
