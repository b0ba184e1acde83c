//! Signing in with a password.

use mongodb::bson::oid::ObjectId;

use crate::features::accounts::model::PASSWORD_CHARS;
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::features::cart;
use crate::features::cart::service::Adopted;
use crate::infra::ctx::{Ctx, FormSuccess, Outcome, SecurityEvent};
use crate::infra::passwords::Verdict;
use crate::infra::rate_limit::{Patience, Success};
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::validate::own_path;

use super::{answer_floor, email_index, second_factor, sessions};

/// Five tries cost nothing, then the wait doubles up to a quarter of an hour; there is no lock that a stranger could
/// turn against the owner.
const PER_ACCOUNT: Patience =
    Patience { name: "sign_in_account", free: 5, per_doubling: 1, longest_wait_seconds: 900, forget_after_seconds: 7_200 };
const PER_ADDRESS: Patience =
    Patience { name: "sign_in_address", free: 30, per_doubling: 10, longest_wait_seconds: 900, forget_after_seconds: 600 };

/// What the form sends, as typed.
pub struct SignIn<'a> {
    pub email: &'a str,
    pub password: &'a str,
    /// Where the visitor wanted to go; only paths of ours are followed.
    pub next: &'a str,
}

/// Opens a session in this browser; answers where the visitor goes now.
///
/// # Errors
/// `Unauthorized` with one message for every combination that does not open an account, no sooner than the floor;
/// `TooManyRequests` while account or address have to wait.
pub async fn sign_in(ctx: &Ctx, typed: SignIn<'_>) -> AppResult<FormSuccess> {
    // The time runs from here: hashes of different cost end at the same moment.
    let floor = tokio::time::sleep(answer_floor(ctx)?);
    match checked(ctx, &typed).await {
        Ok(account) if account.role.is_staff() => second_factor::ask(ctx, &account, typed.next).await,
        Ok(account) => welcome(ctx, &account, typed.next).await,
        Err(error) => {
            floor.await;
            Err(error)
        }
    }
}

/// The account, if the password is its own.
async fn checked(ctx: &Ctx, typed: &SignIn<'_>) -> AppResult<AccountDocument> {
    // Longer ones are no password of ours, and are not worth a hash (R4).
    if typed.password.len() > 4 * PASSWORD_CHARS.end() || typed.email.len() > 1_000 {
        return Err(refused());
    }
    let index = email_index(ctx, typed.email);
    let subject = index.first().map(String::as_str).unwrap_or_default();
    ctx.limiter.begin_try(PER_ADDRESS, &ctx.request.limit_key(), ctx.now()).await?;
    ctx.limiter.begin_try(PER_ACCOUNT, subject, ctx.now()).await?;
    let account = accounts::by_email_index(&ctx.mongo, &index).await?.filter(|account| account.disabled_at.is_none());
    let stored = account.as_ref().and_then(|account| account.password.as_deref());
    let verdict = ctx.passwords.verify(typed.password, stored).await?;
    let Some(mut account) = account.filter(|_| verdict != Verdict::Wrong) else {
        ctx.record(SecurityEvent { name: "sign_in", outcome: Outcome::Refused, object: "password" });
        return Err(refused());
    };
    ctx.limiter.try_succeeded(PER_ACCOUNT, subject, Success::Clears).await;
    ctx.limiter.try_succeeded(PER_ADDRESS, &ctx.request.limit_key(), Success::TakesBackOne).await;
    if verdict == Verdict::RightButWeak {
        renew_hash(ctx, &mut account, typed.password).await?;
    }
    Ok(account)
}

/// A hash that is weaker than new ones is replaced while the password is at hand (R2).
///
/// # Errors
/// `Unauthorized` when the password has changed meanwhile.
async fn renew_hash(ctx: &Ctx, account: &mut AccountDocument, password: &str) -> AppResult<()> {
    let Some(old) = &account.password else { return Ok(()) };
    let new = ctx.passwords.hash(password).await?;
    if !accounts::replace_hash(&ctx.mongo, account.id, old, &new).await? {
        return Err(refused());
    }
    account.password = Some(new);
    Ok(())
}

pub(super) async fn welcome(ctx: &Ctx, account: &AccountDocument, next: &str) -> AppResult<FormSuccess> {
    sessions::start(ctx, account).await?;
    ctx.record(SecurityEvent { name: "sign_in", outcome: Outcome::Done, object: &account.id.to_hex() });
    let to = own_path(next).filter(|path| !path.starts_with("/api/")).unwrap_or("/account");
    let success = FormSuccess::to(to);
    Ok(match adopted_cart(ctx, account.id).await {
        Adopted::Nothing => success,
        Adopted::Merged => success.with_notice("You are signed in. What was in your saved cart has joined this one."),
        Adopted::Lowered => {
            success.with_notice("You are signed in. Your carts were joined; some quantities were lowered to what one cart may hold.")
        }
    })
}

/// A cart that cannot be joined stays where it is and blocks nobody (R74).
async fn adopted_cart(ctx: &Ctx, account_id: ObjectId) -> Adopted {
    match cart::service::adopt(ctx, account_id).await {
        Ok(adopted) => adopted,
        Err(error) => {
            tracing::warn!(request_id = %ctx.request.id, code = %error.code, cause = error.cause().unwrap_or("none"), "a cart was not joined at sign-in");
            Adopted::Nothing
        }
    }
}

fn refused() -> AppError {
    let message = "E-mail address and password do not belong together. Check both, or set a new password.";
    AppError::new(ErrorKind::Unauthorized, "wrong_password", message).with_field("password", message)
}
