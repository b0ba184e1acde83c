//! Signing in with a password.

use std::time::Duration;

use crate::features::accounts::model::{PASSWORD_CHARS, SignInOutcome};
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::passwords::Verdict;
use crate::infra::rate_limit::{BackoffPolicy, Success};
use crate::shared::error::{AppError, AppResult, ErrorKind};

use super::open_session::open_session;
use super::{answer_floor, email_index, second_factor};

/// Five tries cost nothing, then the wait doubles up to a quarter of an hour; there is no lock that
/// a stranger could turn against the owner.
const PER_ACCOUNT: BackoffPolicy = BackoffPolicy {
    name: "sign_in_account",
    free: 5,
    per_doubling: 1,
    longest_wait: Duration::from_mins(15),
    forget_after: Duration::from_hours(2),
};
const PER_IP: BackoffPolicy = BackoffPolicy {
    name: "sign_in_address",
    free: 30,
    per_doubling: 10,
    longest_wait: Duration::from_mins(15),
    forget_after: Duration::from_mins(10),
};

/// What the form sends, as typed.
pub struct SignIn<'a> {
    pub email: &'a str,
    pub password: &'a str,
    /// Where the visitor wanted to go; only paths of the shop are followed.
    pub next: &'a str,
}

/// Opens a session in this browser, or begins the second step of staff.
///
/// # Errors
/// `Unauthorized` with one message for every combination that does not open an account, no sooner
/// than the floor; `TooManyRequests` while account or address have to wait.
pub async fn sign_in(ctx: &Ctx, typed: SignIn<'_>) -> AppResult<SignInOutcome> {
    // The time runs from here: hashes of different cost end at the same moment.
    let floor = tokio::time::sleep(answer_floor(ctx));
    match checked(ctx, &typed).await {
        Ok(account) if account.role.is_staff() => {
            second_factor::start_challenge(ctx, &account, typed.next).await?;
            Ok(SignInOutcome::SecondFactorRequired)
        }
        Ok(account) => {
            open_session(ctx, &account, typed.next).await.map(SignInOutcome::SessionOpened)
        }
        Err(error) => {
            floor.await;
            Err(error)
        }
    }
}

/// The account, if the password is its own.
async fn checked(ctx: &Ctx, typed: &SignIn<'_>) -> AppResult<AccountDocument> {
    // Longer ones are no valid passwords, and are not worth a hash (R4).
    if typed.password.len() > 4 * PASSWORD_CHARS.end() || typed.email.len() > 1_000 {
        return Err(wrong_credentials());
    }
    let index = email_index(ctx, typed.email);
    let subject = index.first().map(String::as_str).unwrap_or_default();
    ctx.limiter.begin_try(PER_IP, &ctx.request.limit_key(), ctx.now()).await?;
    ctx.limiter.begin_try(PER_ACCOUNT, subject, ctx.now()).await?;
    let account = accounts::by_email_index(&ctx.mongo, &index)
        .await?
        .filter(|account| account.disabled_at.is_none());
    let stored = account.as_ref().and_then(|account| account.password.as_deref());
    let verdict = ctx.passwords.verify(typed.password, stored).await?;
    let Some(mut account) = account.filter(|_| verdict != Verdict::Wrong) else {
        ctx.log_security_event(SecurityEvent {
            name: "sign_in",
            outcome: Outcome::Refused,
            object: "password",
        });
        return Err(wrong_credentials());
    };
    ctx.limiter.try_succeeded(PER_ACCOUNT, subject, Success::Clears).await;
    ctx.limiter.try_succeeded(PER_IP, &ctx.request.limit_key(), Success::TakesBackOne).await;
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
        return Err(wrong_credentials());
    }
    account.password = Some(new);
    Ok(())
}

fn wrong_credentials() -> AppError {
    let message =
        "E-mail address and password do not belong together. Check both, or set a new password.";
    AppError::new(ErrorKind::Unauthorized, "wrong_password", message)
        .with_field("password", message)
}
