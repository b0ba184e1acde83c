//! Staff: the first owner, invitations, roles, and who may not be removed.
//!
//! Invariant: the shop always has an owner who can sign in. Every change of who is an owner writes
//! to one record, so that two of them at once meet there and the second sees what the first did.

use std::sync::Arc;

use mongodb::bson::{Document, doc};

use crate::features::accounts::model::mails::AccountMail;
use crate::features::accounts::model::{LinkPurpose, StaffMember};
use crate::features::accounts::store::EMAIL;
use crate::features::accounts::store::accounts::{self, ACCOUNT_EXISTS, AccountDocument};
use crate::features::accounts::store::sessions as families;
use crate::features::audit;
use crate::features::audit::model::Action;
use crate::infra::ctx::{Actor, Ctx, Outcome, SecurityEvent};
use crate::infra::outbox;
use crate::shared::access::{Permission, Role};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::AccountId;
use crate::shared::validate;

use super::{
    current_account, email_index, mail, mailed_links, passwords, second_factor, sessions, sign_up,
};

/// Everybody who works in the shop.
pub async fn staff(ctx: &Ctx) -> AppResult<Vec<StaffMember>> {
    let me = ctx.require(Permission::ManageStaff)?.account_id;
    let found = accounts::staff(&ctx.mongo).await?;
    found
        .iter()
        .map(|account| {
            Ok(StaffMember {
                id: account.id,
                email: EMAIL.open(&ctx.keyring, account.id, &account.email)?.to_string(),
                role: account.role,
                has_second_factor: account
                    .second_factor
                    .as_ref()
                    .is_some_and(|factor| factor.confirmed_at.is_some()),
                is_disabled: account.disabled_at.is_some(),
                is_me: account.id == me,
            })
        })
        .collect()
}

/// Makes an account for somebody who is to work in the shop and mails them the way in; nobody sets
/// their password.
///
/// # Errors
/// `Invalid` for an address that cannot be one or has an account, or a role that is none;
/// `Forbidden` without the permission.
pub async fn invite(ctx: &Ctx, email: &str, role: &str, password: &str) -> AppResult<()> {
    ctx.require(Permission::ManageStaff)?;
    let outcome = create_invitation(ctx, email, role, password).await;
    record_refusal(ctx, Action::StaffAdded, "", outcome).await
}

async fn create_invitation(ctx: &Ctx, email: &str, role: &str, password: &str) -> AppResult<()> {
    let email = validate::email("email", email)?;
    let role = staff_role(role)?;
    let me = current_account::load(ctx).await?;
    passwords::confirm_password(ctx, &me, "current_password", password).await?;
    let new = sign_up::new_account(ctx, &email, role, None);
    let id = new.id;
    match store(ctx, new, Some(AccountMail::StaffInvited), None).await {
        Ok(()) => {
            ctx.log_security_event(SecurityEvent {
                name: "staff_invited",
                outcome: Outcome::Done,
                object: id.as_str(),
            });
            Ok(())
        }
        Err(error) if error.code == ACCOUNT_EXISTS => {
            let message = "This address has an account. Staff need an address of their own, apart from their shopping.";
            Err(AppError::field("email_taken", "email", message))
        }
        Err(error) => Err(error),
    }
}

/// Gives a member of staff another role; their sessions end.
///
/// # Errors
/// `Conflict` for the last owner, `NotFound` for somebody who is not staff.
pub async fn set_role(ctx: &Ctx, id: &str, role: &str, password: &str) -> AppResult<()> {
    ctx.require(Permission::ManageStaff)?;
    let outcome = try_set_role(ctx, id, role, password).await;
    record_refusal(ctx, Action::RoleChanged, id, outcome).await
}

async fn try_set_role(ctx: &Ctx, id: &str, role: &str, password: &str) -> AppResult<()> {
    let role = staff_role(role)?;
    let me = current_account::load(ctx).await?;
    passwords::confirm_password(ctx, &me, "current_password", password).await?;
    change(
        ctx,
        AccountId::parse(id).ok_or_else(AppError::not_found)?,
        Action::RoleChanged,
        doc! { "role": role.key() },
        role.key(),
    )
    .await
}

/// Takes a member of staff's access away; their sessions end at once.
///
/// # Errors
/// As for [`set_role`].
pub async fn disable(ctx: &Ctx, id: &str, password: &str) -> AppResult<()> {
    ctx.require(Permission::ManageStaff)?;
    let outcome = try_disable(ctx, id, password).await;
    record_refusal(ctx, Action::StaffDisabled, id, outcome).await
}

async fn try_disable(ctx: &Ctx, id: &str, password: &str) -> AppResult<()> {
    let me = current_account::load(ctx).await?;
    passwords::confirm_password(ctx, &me, "current_password", password).await?;
    change(
        ctx,
        AccountId::parse(id).ok_or_else(AppError::not_found)?,
        Action::StaffDisabled,
        doc! { "disabled_at": ctx.now() },
        "disabled",
    )
    .await
}

/// Signs a customer out everywhere, as when somebody writes that their phone is gone; a member of
/// staff too, for an owner.
///
/// # Errors
/// `Forbidden` without the permission, `NotFound` for an account that is none.
pub async fn end_sessions_of(ctx: &Ctx, id: &str) -> AppResult<()> {
    ctx.require(Permission::ManageCustomers)?;
    let outcome = try_end_sessions(ctx, id).await;
    record_refusal(ctx, Action::SessionsEnded, id, outcome).await
}

async fn try_end_sessions(ctx: &Ctx, id: &str) -> AppResult<()> {
    let id = AccountId::parse(id).ok_or_else(AppError::not_found)?;
    let account = accounts::by_id(&ctx.mongo, id).await?.ok_or_else(AppError::not_found)?;
    if account.role.is_staff() {
        ctx.require(Permission::ManageStaff)?;
    }
    let known = sessions::session_ids(ctx, id).await?;
    let (ctx_in, now, ended) =
        (ctx.clone(), ctx.now(), i64::try_from(known.len()).unwrap_or(i64::MAX));
    ctx.mongo
        .transaction(move |tx| {
            let ctx = ctx_in.clone();
            Box::pin(async move {
                // A session that is being opened in this moment meets this one, and is either ended
                // or not opened.
                accounts::lock_if(&ctx.mongo, tx, id, doc! {}).await?;
                families::revoke_all(&ctx.mongo, tx, id, now).await?;
                audit::service::record(
                    &ctx,
                    tx,
                    Action::SessionsEnded,
                    id.as_str(),
                    doc! { "sessions": ended },
                    doc! {},
                )
                .await
            })
        })
        .await?;
    sessions::evict_sessions(ctx, &known).await;
    ctx.log_security_event(SecurityEvent {
        name: "sessions_ended",
        outcome: Outcome::Done,
        object: id.as_str(),
    });
    Ok(())
}

/// What was tried and refused leaves its trace too, outside the transaction that was rolled back
/// (R43).
async fn record_refusal(
    ctx: &Ctx,
    action: Action,
    object: &str,
    outcome: AppResult<()>,
) -> AppResult<()> {
    if let Err(error) = &outcome {
        // Ids as we give them; what else somebody typed is not kept.
        let object = AccountId::parse(object);
        let object = object.as_ref().map_or("", AccountId::as_str);
        audit::service::record_refusal(ctx, action, object, &error.code).await?;
    }
    outcome
}

/// Makes the shop's first owner, for the operator's command. Answers the path where the password is
/// set.
///
/// # Errors
/// `Conflict` when there was a first owner before, however many ask at once.
pub async fn create_first_owner(ctx: &Ctx, email: &str) -> AppResult<String> {
    require_operator(ctx)?;
    let email = validate::email("email", email)?;
    let owner = sign_up::new_account(ctx, &email, Role::Owner, None);
    let (id, address) = (owner.id, owner.email.clone());
    store(ctx, owner, None, Some("first_owner")).await?;
    mailed_links::new_link(ctx, id, LinkPurpose::ResetPassword, &address).await
}

/// Accounts for each role of the demo, whose password and app are known. Those that are there stay
/// as they are.
///
/// # Errors
/// `NotFound` in production.
pub async fn create_demo_staff(ctx: &Ctx, password: &str) -> AppResult<()> {
    require_operator(ctx)?;
    if ctx.settings.production {
        return Err(AppError::not_found());
    }
    for role in Role::STAFF {
        let email = validate::email("email", &demo_address(role))?;
        if accounts::by_email_index(&ctx.mongo, &email_index(ctx, &email)).await?.is_some() {
            continue;
        }
        let mut account =
            sign_up::new_account(ctx, &email, role, Some(ctx.passwords.hash(password).await?));
        account.verified_at = Some(ctx.now());
        let mut factor = second_factor::prepare_factor(
            ctx,
            account.id,
            &crate::infra::crypto::new_totp_secret(),
        )?;
        factor.fresh_codes = None;
        factor.confirmed_at = Some(ctx.now());
        account.second_factor = Some(factor);
        store(ctx, account, None, None).await?;
    }
    Ok(())
}

/// The code that the demo's member of staff would read from their app.
///
/// # Errors
/// `NotFound` in production and for nobody of the demo.
pub async fn demo_code(ctx: &Ctx, role: &str) -> AppResult<String> {
    require_operator(ctx)?;
    let email = demo_address(staff_role(role)?);
    let account = accounts::by_email_index(&ctx.mongo, &email_index(ctx, &email))
        .await?
        .ok_or_else(AppError::not_found)?;
    second_factor::demo_code(ctx, &account).await
}

/// Where the demo's staff get their mail: nowhere (RFC 2606).
pub fn demo_address(role: Role) -> String {
    format!("{}@demo.example", role.key().replace('_', "-"))
}

/// A new account of staff, with its trace in the audit log, all or nothing. `once` names something
/// that happens once in the life of a shop.
async fn store(
    ctx: &Ctx,
    new: AccountDocument,
    invitation: Option<AccountMail>,
    once: Option<&'static str>,
) -> AppResult<()> {
    let (ctx_in, new, now) = (ctx.clone(), Arc::new(new), ctx.now());
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, new) = (ctx_in.clone(), new.clone());
            Box::pin(async move {
                if let Some(once) = once
                    && !accounts::claim_milestone(&ctx.mongo, tx, once, now).await?
                {
                    let message = "This shop has had its first owner. Owners invite others in the admin, under Staff.";
                    return Err(AppError::conflict("owner_exists", message).into());
                }
                accounts::insert(&ctx.mongo, tx, &new).await?;
                audit::service::record(&ctx, tx, Action::StaffAdded, new.id.as_str(), doc! {}, doc! { "role": new.role.key() }).await?;
                match invitation {
                    Some(invitation) => outbox::enqueue(tx, &mail(invitation, new.id), now),
                    None => Ok(()),
                }
            })
        })
        .await?;
    Ok(())
}

/// Changes who somebody is: the record of owners, the account, its sessions and the audit log move
/// together.
async fn change(
    ctx: &Ctx,
    id: AccountId,
    action: Action,
    set: Document,
    word: &'static str,
) -> AppResult<()> {
    let known = sessions::session_ids(ctx, id).await?;
    let (ctx_in, now) = (ctx.clone(), ctx.now());
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, set) = (ctx_in.clone(), set.clone());
            Box::pin(async move {
                accounts::lock_owners(&ctx.mongo, tx).await?;
                let before = accounts::staff_member_in(&ctx.mongo, tx, id)
                    .await?
                    .ok_or_else(AppError::not_found)?;
                accounts::set_in(&ctx.mongo, tx, id, doc! {}, set.clone()).await?;
                if accounts::owners_in(&ctx.mongo, tx).await? == 0 {
                    let message =
                        "A shop keeps at least one owner. Make somebody else an owner first.";
                    return Err(AppError::conflict("last_owner", message).into());
                }
                families::revoke_all(&ctx.mongo, tx, id, now).await?;
                audit::service::record(
                    &ctx,
                    tx,
                    action,
                    id.as_str(),
                    doc! { "role": before.role.key() },
                    set,
                )
                .await
            })
        })
        .await?;
    sessions::evict_sessions(ctx, &known).await;
    ctx.log_security_event(SecurityEvent {
        name: "staff_changed",
        outcome: Outcome::Done,
        object: word,
    });
    Ok(())
}

fn staff_role(key: &str) -> AppResult<Role> {
    key.parse::<Role>()
        .ok()
        .filter(|role| role.is_staff())
        .ok_or_else(|| AppError::field("role_unknown", "role", "Choose one of the roles."))
}

fn require_operator(ctx: &Ctx) -> AppResult<()> {
    if ctx.request.actor == Actor::System { Ok(()) } else { Err(AppError::not_found()) }
}
