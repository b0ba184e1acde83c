//! Sessions: who a request belongs to, tokens renewed at every use, and the ways to end one.
//!
//! Invariant: of a family one token is current. Its immediate predecessor is good for ten seconds
//! more and leads to the same successor, for tabs that renew at once; any other token of the family
//! means that somebody kept a copy, and ends it (R18, R19).

use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::{DateTime, doc};

use crate::features::accounts::model::mails::AccountMail;
use crate::features::accounts::model::{Device, SessionRules, device_name};
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::features::accounts::store::sessions::{self, SessionDocument, TokenRotation};
use crate::features::cart::service::CART_HINT;
use crate::features::orders;
use crate::infra::client_storage::{ReadableBy, StoredItem};
use crate::infra::crypto::{AccessToken, RefreshToken};
use crate::infra::ctx::{Actor, Ctx, Outcome, SecurityEvent, SignedIn};
use crate::infra::outbox;
use crate::infra::rate_limit::Rule;
use crate::infra::sealed::Sealed;
use crate::shared::access::Role;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::{AccountId, SessionId};
use crate::shared::timestamp::Timestamp;

use super::mail;

const ACCESS_TOKEN: StoredItem = StoredItem { name: "at", readable_by: ReadableBy::Server };
const REFRESH_TOKEN: StoredItem = StoredItem { name: "rt", readable_by: ReadableBy::Server };
/// How long the immediate predecessor of a token still leads to it.
const GRACE: Duration = Duration::from_secs(10);
/// How long a revoked session of a customer may go on being believed, through its copy.
const COPY_LIFE: Duration = Duration::from_secs(30);
/// Beyond this a family is read, not renewed.
const RENEWALS: Rule = Rule { name: "session_renewal", limit: 10, window: Duration::from_mins(1) };

/// Finds out whose request this is. An access token that has ended is renewed on the way, without
/// any script (R26).
///
/// # Errors
/// `Unavailable` when the database does not answer: an error is returned instead of a guess about
/// who the visitor is.
pub async fn authenticate(ctx: &Ctx) -> AppResult<Actor> {
    let access = ctx.client_storage().get(ACCESS_TOKEN).and_then(|token| {
        ctx.keyring.verify_access_token(&ctx.settings.base_url, token, ctx.now())
    });
    if let Some(access) = access
        && let Some(actor) = find_actor(ctx, &access).await?
    {
        return Ok(actor);
    }
    match ctx.client_storage().get(REFRESH_TOKEN).and_then(RefreshToken::parse) {
        Some(token) => refresh_session(ctx, &token).await,
        None => Ok(Actor::Guest),
    }
}

/// Opens a new family in this browser and ends the one it came with (R23). Orders that guests
/// placed under the confirmed address meanwhile become the account's.
///
/// # Errors
/// `Unauthorized` when password, role or access changed after `account` was read: whatever ended
/// its sessions ends this one too.
pub(super) async fn create_session(ctx: &Ctx, account: &AccountDocument) -> AppResult<()> {
    let (account_id, role) = (account.id, account.role);
    let (now, rules) = (ctx.now(), SessionRules::of(role));
    let token = RefreshToken::of_new_session();
    let session = SessionDocument {
        id: token.session_id(),
        account_id,
        role,
        current: token.hash(),
        previous: None,
        previous_until: Timestamp::UNIX_EPOCH,
        successor: None,
        device: device_name(&ctx.request.user_agent),
        created_at: now,
        used_at: now,
        idle_until: now + rules.idle,
        ends_at: now + rules.absolute,
        revoked_at: None,
        export_until: None,
        expires_at: DateTime::from(now + rules.absolute),
    };
    let (ctx_in, account, session) = (ctx.clone(), Arc::new(account.clone()), Arc::new(session));
    let opened = session.clone();
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, account, session) = (ctx_in.clone(), account.clone(), opened.clone());
            Box::pin(async move {
                let expected = doc! { "role": account.role.key(), "password": &account.password, "disabled_at": null };
                if !accounts::lock_if(&ctx.mongo, tx, account.id, expected).await? {
                    return Err(changed_meanwhile().into());
                }
                if account.verified_at.is_some() {
                    orders::service::attach_to_account(&ctx, tx, &account.email_index, account.id).await?;
                }
                sessions::insert(&ctx.mongo, tx, &session).await
            })
        })
        .await?;
    if let Some(old) = ctx.signed_in() {
        end(ctx, &old.session_id, old.account_id).await?;
    }
    for surplus in sessions::of_account(&ctx.mongo, account_id, now)
        .await?
        .iter()
        .filter(|s| s.id != session.id)
        .skip(rules.at_once - 1)
    {
        end(ctx, &surplus.id, account_id).await?;
    }
    send_tokens(ctx, &session, &token);
    Ok(())
}

/// Ends the session of this browser, and everything the browser keeps of it.
pub async fn sign_out(ctx: &Ctx) -> AppResult<()> {
    if let Some(visitor) = ctx.signed_in() {
        end(ctx, &visitor.session_id, visitor.account_id).await?;
        ctx.log_security_event(SecurityEvent {
            name: "sign_out",
            outcome: Outcome::Done,
            object: visitor.account_id.as_str(),
        });
    }
    remove_tokens(ctx);
    ctx.client_storage().remove(CART_HINT);
    // The next person at this browser sees no order of the one who left.
    ctx.client_storage().remove(orders::service::ORDER_SECRETS);
    Ok(())
}

/// The browsers that are signed in to the visitor's account.
pub async fn devices(ctx: &Ctx) -> AppResult<Vec<Device>> {
    let visitor = ctx.require_signed_in()?;
    let families = sessions::of_account(&ctx.mongo, visitor.account_id, ctx.now()).await?;
    Ok(families
        .into_iter()
        .map(|session| Device {
            is_this_one: session.id == visitor.session_id,
            session_id: session.id,
            name: session.device,
            signed_in_at: session.created_at,
            used_at: session.used_at,
        })
        .collect())
}

/// Ends one of the visitor's sessions.
///
/// # Errors
/// `NotFound` for one that has ended or is somebody else's.
pub async fn end_session(ctx: &Ctx, session_id: &str) -> AppResult<()> {
    let visitor = ctx.require_signed_in()?;
    if end(ctx, &SessionId::new(session_id), visitor.account_id).await? {
        Ok(())
    } else {
        Err(AppError::not_found())
    }
}

/// Ends every session of the visitor but this one.
pub async fn end_other_sessions(ctx: &Ctx) -> AppResult<()> {
    let visitor = ctx.require_signed_in()?;
    for session in sessions::of_account(&ctx.mongo, visitor.account_id, ctx.now())
        .await?
        .iter()
        .filter(|s| s.id != visitor.session_id)
    {
        end(ctx, &session.id, visitor.account_id).await?;
    }
    Ok(())
}

/// Opens one export of the visitor's data, in this session, until a moment.
pub async fn allow_export(ctx: &Ctx, until: Timestamp) -> AppResult<()> {
    sessions::allow_export(&ctx.mongo, &ctx.require_signed_in()?.session_id, until).await
}

/// Whether this session may fetch an export now.
pub async fn export_is_allowed(ctx: &Ctx) -> AppResult<bool> {
    let session = sessions::by_id(&ctx.mongo, &ctx.require_signed_in()?.session_id).await?;
    Ok(session.and_then(|session| session.export_until).is_some_and(|until| ctx.now() < until))
}

/// Uses the export up; false when there was none to use.
pub async fn take_export(ctx: &Ctx) -> AppResult<bool> {
    sessions::take_export(&ctx.mongo, &ctx.require_signed_in()?.session_id, ctx.now()).await
}

/// The ids of an account's living sessions: what [`evict_sessions`] needs after all of them were
/// ended.
pub async fn session_ids(ctx: &Ctx, account_id: AccountId) -> AppResult<Vec<SessionId>> {
    Ok(sessions::of_account(&ctx.mongo, account_id, ctx.now())
        .await?
        .into_iter()
        .map(|session| session.id)
        .collect())
}

/// Forgets the copies of an account's sessions, after all of them were ended in a transaction.
pub async fn evict_sessions(ctx: &Ctx, ids: &[SessionId]) {
    for id in ids {
        // If Redis is away the copy ends by itself within half a minute.
        let _ = ctx.redis.delete(&cache_key(id)).await;
    }
}

async fn end(ctx: &Ctx, session_id: &SessionId, account_id: AccountId) -> AppResult<bool> {
    let ended = sessions::revoke(&ctx.mongo, session_id, account_id, ctx.now()).await?;
    let _ = ctx.redis.delete(&cache_key(session_id)).await;
    Ok(ended)
}

/// The session that an access token names, if it is alive. Staff are always looked up in the
/// database (R21).
async fn find_actor(ctx: &Ctx, access: &AccessToken) -> AppResult<Option<Actor>> {
    let account_id = access.account_id;
    let key = cache_key(&access.session_id);
    if let Ok(Some(copy)) = ctx.redis.get(&key).await
        && copy == account_id.as_str().as_bytes()
    {
        return Ok(Some(signed_in(account_id, &access.session_id, Role::Customer)));
    }
    let session = sessions::by_id(&ctx.mongo, &access.session_id).await?;
    let Some(session) =
        session.filter(|session| session.account_id == account_id && session.is_alive(ctx.now()))
    else {
        return Ok(None);
    };
    if !session.role.is_staff() {
        // A missing copy costs one more read next time, and nothing else.
        let _ = ctx.redis.set_with_ttl(&key, account_id.as_str().as_bytes(), COPY_LIFE).await;
    }
    Ok(Some(signed_in(account_id, &session.id, session.role)))
}

/// Uses a refresh token: the browser gets its successor and a new access token.
async fn refresh_session(ctx: &Ctx, token: &RefreshToken) -> AppResult<Actor> {
    let now = ctx.now();
    let Some(session) = sessions::by_id(&ctx.mongo, &token.session_id()).await? else {
        remove_tokens(ctx);
        return Ok(Actor::Guest);
    };
    if !session.is_alive(now) {
        remove_tokens(ctx);
        return Ok(Actor::Guest);
    }
    let within_limit = ctx.limiter.check(RENEWALS, session.id.as_str()).await.is_ok();
    if within_limit && let Some(next) = rotate_refresh_token(ctx, &session, token).await? {
        send_tokens(ctx, &session, &next);
        return Ok(signed_in(session.account_id, &session.id, session.role));
    }
    // Another tab was first, or this one comes too often: what the family says now decides.
    let Some(session) =
        sessions::by_id(&ctx.mongo, &session.id).await?.filter(|session| session.is_alive(now))
    else {
        remove_tokens(ctx);
        return Ok(Actor::Guest);
    };
    let hash = token.hash();
    if session.current == hash {
        send_access_token(ctx, &session);
        return Ok(signed_in(session.account_id, &session.id, session.role));
    }
    if session.previous.as_ref() == Some(&hash) && now < session.previous_until {
        let successor =
            session.successor.as_ref().and_then(|sealed| token.open_successor(sealed.bytes()));
        let successor = successor
            .ok_or_else(|| AppError::internal("the successor of a refresh token does not open"))?;
        send_tokens(ctx, &session, &successor);
        return Ok(signed_in(session.account_id, &session.id, session.role));
    }
    end_reused(ctx, &session).await
}

/// The conditional write that makes the successor current; `None` when the token is not the current
/// one.
async fn rotate_refresh_token(
    ctx: &Ctx,
    session: &SessionDocument,
    token: &RefreshToken,
) -> AppResult<Option<RefreshToken>> {
    let now = ctx.now();
    let next = token.successor();
    let rotation = TokenRotation {
        current: &token.hash(),
        next: &next.hash(),
        successor: Sealed::from_bytes(token.seal_successor(&next)),
        grace_until: now + GRACE,
        idle_until: now + SessionRules::of(session.role).idle,
    };
    Ok(sessions::rotate_token(&ctx.mongo, &session.id, rotation, now).await?.map(|_| next))
}

/// An old refresh token was used again, so it may be stolen: the session ends, and its owner is
/// told by mail.
async fn end_reused(ctx: &Ctx, session: &SessionDocument) -> AppResult<Actor> {
    let (mongo, id, account_id, now) =
        (ctx.mongo.clone(), session.id.clone(), session.account_id, ctx.now());
    let ended = ctx
        .mongo
        .transaction(move |tx| {
            let (mongo, id) = (mongo.clone(), id.clone());
            Box::pin(async move {
                let ended = sessions::revoke_in(&mongo, tx, &id, now).await?;
                if ended {
                    outbox::enqueue(tx, &mail(AccountMail::SessionEnded, account_id), now)?;
                }
                Ok(ended)
            })
        })
        .await?;
    let _ = ctx.redis.delete(&cache_key(&session.id)).await;
    if ended {
        ctx.log_security_event(SecurityEvent {
            name: "refresh_token_reused",
            outcome: Outcome::Refused,
            object: account_id.as_str(),
        });
    }
    remove_tokens(ctx);
    Ok(Actor::Guest)
}

fn changed_meanwhile() -> AppError {
    AppError::new(
        ErrorKind::Unauthorized,
        "account_changed",
        "Your account changed while you were signing in. Sign in again.",
    )
}

fn signed_in(account_id: AccountId, session_id: &SessionId, role: Role) -> Actor {
    Actor::SignedIn(SignedIn { account_id, session_id: session_id.clone(), role })
}

fn send_tokens(ctx: &Ctx, session: &SessionDocument, token: &RefreshToken) {
    send_access_token(ctx, session);
    let idle = SessionRules::of(session.role).idle;
    ctx.client_storage().set(REFRESH_TOKEN, token.text(), idle);
}

fn send_access_token(ctx: &Ctx, session: &SessionDocument) {
    let life = SessionRules::of(session.role).access;
    let access = AccessToken { account_id: session.account_id, session_id: session.id.clone() };
    let token = ctx.keyring.issue_access_token(&ctx.settings.base_url, &access, ctx.now(), life);
    ctx.client_storage().set(ACCESS_TOKEN, token, life);
}

/// Only when the family has ended: a tab that lost a race must not throw away the winner's tokens.
fn remove_tokens(ctx: &Ctx) {
    ctx.client_storage().remove(ACCESS_TOKEN);
    ctx.client_storage().remove(REFRESH_TOKEN);
}

fn cache_key(session_id: &SessionId) -> String {
    format!("session:{session_id}")
}

#[cfg(test)]
mod tests {
    use mongodb::bson::Document;

    use super::*;
    use crate::testing::app::TestApp;

    /// Everything that ends an account's sessions, while a sign-in has checked the password and not
    /// opened one yet.
    #[tokio::test(flavor = "multi_thread")]
    async fn r9_r21_what_ends_the_sessions_of_an_account_ends_the_one_that_is_being_opened() {
        let app = TestApp::start().await;
        let accounts_of = app.app.clients.mongo.collection::<Document>("accounts");
        let changes = [
            doc! { "$set": { "password": "another hash" } },
            doc! { "$set": { "disabled_at": app.ctx().now() } },
            doc! { "$set": { "role": "read_only" } },
        ];
        for change in changes {
            let (_, email) = app.customer().await;
            let ctx = app.ctx();
            let checked =
                accounts::by_email_index(&ctx.mongo, &super::super::email_index(&ctx, &email))
                    .await
                    .unwrap()
                    .unwrap();
            accounts_of.update_one(doc! { "_id": checked.id }, change.clone()).await.unwrap();
            let before = app.documents("sessions").await.len();
            let refused = create_session(&ctx, &checked).await.unwrap_err();
            assert_eq!(
                (refused.code.as_ref(), app.documents("sessions").await.len()),
                ("account_changed", before),
                "{change}"
            );
        }
    }
}
