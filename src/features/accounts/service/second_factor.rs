//! The second step of staff: a code of their authenticator app, each code once, or one of ten
//! recovery codes.
//!
//! Between the two steps a signed value of five minutes in the client's storage says whose password
//! was right. It names the account and a mark of the password, so that a changed password voids it;
//! it opens nothing by itself.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::features::accounts::model::{OpenedSession, SecondStep};
use crate::features::accounts::store::accounts::{self, AccountDocument, SecondFactorDocument};
use crate::features::accounts::store::{EMAIL, FACTOR_SECRET, FRESH_CODES};
use crate::infra::client_storage::{ReadableBy, StoredItem};
use crate::infra::crypto::{new_totp_secret, totp_code, totp_picture, totp_step};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::rate_limit::{BackoffPolicy, Success};
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::AccountId;

use super::open_session::open_session;

const STEP: StoredItem = StoredItem { name: "step", readable_by: ReadableBy::Server };
/// Between the password and the code.
const STEP_LIFE: Duration = Duration::from_mins(5);
const CODES: BackoffPolicy = BackoffPolicy {
    name: "second_factor",
    free: 5,
    per_doubling: 1,
    longest_wait: Duration::from_mins(15),
    forget_after: Duration::from_hours(2),
};
const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code that cannot be mistaken for each other.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// After the right password of a member of staff: asks for the code, or for the app to be set up
/// first. `next` is where they wanted to go.
pub(super) async fn start_challenge(
    ctx: &Ctx,
    account: &AccountDocument,
    next: &str,
) -> AppResult<()> {
    if account.second_factor.is_none() {
        accounts::prepare_second_factor(
            &ctx.mongo,
            account.id,
            &prepare_factor(ctx, account.id, &new_totp_secret())?,
        )
        .await?;
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let value = format!("{}.{}.{next}", account.id, password_mark(account));
    let signed = ctx.keyring.sign_item_until(STEP.name, &value, ctx.now() + STEP_LIFE);
    ctx.client_storage().set(STEP, signed, STEP_LIFE);
    Ok(())
}

/// What the second step shows.
///
/// # Errors
/// `Unauthorized` when the first step is missing or too long ago.
pub async fn second_step(ctx: &Ctx) -> AppResult<SecondStep> {
    let (account, _) = pending_challenge(ctx).await?;
    let factor = account.second_factor.as_ref().ok_or_else(first_step_missing)?;
    let Some(fresh) = factor.fresh_codes.as_ref().filter(|_| factor.confirmed_at.is_none()) else {
        return Ok(SecondStep::Code);
    };
    let secret = FACTOR_SECRET.open(&ctx.keyring, account.id, &factor.secret)?;
    let email = EMAIL.open(&ctx.keyring, account.id, &account.email)?;
    let picture = totp_picture(&ctx.settings.store.name, email.as_str(), &secret);
    Ok(SecondStep::SetUp {
        picture: picture.ok_or_else(|| AppError::internal("the square code cannot be drawn"))?,
        recovery_codes: FRESH_CODES
            .open(&ctx.keyring, account.id, fresh)?
            .lines()
            .map(str::to_owned)
            .collect(),
        secret,
    })
}

/// Opens the session of a member of staff.
///
/// # Errors
/// `Invalid` for a code that is wrong or was used, `TooManyRequests` after too many of them,
/// `Unauthorized` when the first step is missing.
pub async fn confirm_code(ctx: &Ctx, code: &str) -> AppResult<OpenedSession> {
    let (account, next) = pending_challenge(ctx).await?;
    let subject = account.id.to_string();
    ctx.limiter.begin_try(CODES, &subject, ctx.now()).await?;
    if !is_right(ctx, &account, code).await? {
        ctx.log_security_event(SecurityEvent {
            name: "second_factor",
            outcome: Outcome::Refused,
            object: &subject,
        });
        return Err(AppError::field(
            "wrong_code",
            "code",
            "This code is not right, or it was used before. Wait for the next one and type that.",
        ));
    }
    ctx.limiter.try_succeeded(CODES, &subject, Success::Clears).await;
    ctx.client_storage().remove(STEP);
    let next = if next.is_empty() { "/admin" } else { &next };
    open_session(ctx, &account, next).await
}

/// The code of this moment, for the demo's logins.
///
/// # Errors
/// `NotFound` in production, and for an account without an app.
pub async fn demo_code(ctx: &Ctx, account: &AccountDocument) -> AppResult<String> {
    let factor = account
        .second_factor
        .as_ref()
        .filter(|_| !ctx.settings.production)
        .ok_or_else(AppError::not_found)?;
    let secret = FACTOR_SECRET.open(&ctx.keyring, account.id, &factor.secret)?;
    totp_code(&secret, ctx.now())
        .ok_or_else(|| AppError::internal("the secret of an app cannot be read"))
}

/// A second factor that waits for its first code.
pub(super) fn prepare_factor(
    ctx: &Ctx,
    id: AccountId,
    secret: &str,
) -> AppResult<SecondFactorDocument> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    Ok(SecondFactorDocument {
        secret: FACTOR_SECRET.seal(&ctx.keyring, id, &secret.to_owned()),
        fresh_codes: Some(FRESH_CODES.seal(&ctx.keyring, id, &codes.join("\n"))),
        recovery: codes.iter().map(|code| recovery_hash(code)).collect(),
        last_step: 0,
        confirmed_at: None,
    })
}

async fn is_right(ctx: &Ctx, account: &AccountDocument, code: &str) -> AppResult<bool> {
    let Some(factor) = &account.second_factor else { return Ok(false) };
    let secret = FACTOR_SECRET.open(&ctx.keyring, account.id, &factor.secret)?;
    match totp_step(&secret, code, ctx.now()) {
        Some(step) => {
            accounts::use_totp_step(&ctx.mongo, account.id, &factor.secret, step, ctx.now()).await
        }
        None if code.len() <= 40 => {
            accounts::use_recovery_code(&ctx.mongo, account.id, &recovery_hash(code)).await
        }
        None => Ok(false),
    }
}

/// The account whose password was right a moment ago in this browser, and where its visitor wanted
/// to go.
async fn pending_challenge(ctx: &Ctx) -> AppResult<(AccountDocument, String)> {
    let value = ctx
        .client_storage()
        .get(STEP)
        .and_then(|signed| ctx.keyring.verify_item(STEP.name, signed, ctx.now()));
    let value = value.ok_or_else(first_step_missing)?;
    let (id, rest) = value.split_once('.').ok_or_else(first_step_missing)?;
    let (mark, next) = rest.split_once('.').ok_or_else(first_step_missing)?;
    let next = form_urlencoded::parse(next.as_bytes())
        .next()
        .map(|(path, _)| path.into_owned())
        .unwrap_or_default();
    let account =
        accounts::by_id(&ctx.mongo, AccountId::parse(id).ok_or_else(AppError::not_found)?)
            .await?
            .ok_or_else(first_step_missing)?;
    let same = account.disabled_at.is_none() && password_mark(&account) == mark;
    if same { Ok((account, next)) } else { Err(first_step_missing()) }
}

fn first_step_missing() -> AppError {
    AppError::new(
        ErrorKind::Unauthorized,
        "sign_in_first",
        "Type your password first; the code follows within five minutes.",
    )
}

/// Changes with the password and says nothing about it.
fn password_mark(account: &AccountDocument) -> String {
    let hash = Sha256::digest(account.password.as_deref().unwrap_or_default());
    URL_SAFE_NO_PAD.encode(&hash[..9])
}

/// "k7mq-3xhd-9wtr": 59 random bits, which nobody guesses through the limit of tries.
fn recovery_code() -> String {
    let letters: Vec<char> =
        (0..12).map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// As typed: capitals, spaces and hyphens do not matter.
fn recovery_hash(code: &str) -> String {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("recovery code {plain}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r15_recovery_codes_are_readable_and_forgive_how_they_are_typed() {
        let code = recovery_code();
        assert_eq!(code.len(), 14);
        assert!(
            code.split('-')
                .all(|group| group.len() == 4 && group.bytes().all(|b| ALPHABET.contains(&b))),
            "{code}"
        );
        assert_eq!(recovery_hash(&code), recovery_hash(&code.to_uppercase().replace('-', " ")));
        assert_ne!(recovery_code(), code);
    }
}
