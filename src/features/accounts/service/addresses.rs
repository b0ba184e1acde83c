//! Saved addresses: at most twenty, one of them the default.

use crate::features::accounts::model::{MOST_ADDRESSES, SavedAddress};
use crate::features::accounts::store::ADDRESSES;
use crate::features::accounts::store::accounts::{self, AccountDocument, AddressDocument};
use crate::features::shipping::model::{AddressInput, validate_address};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::new_id;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::AddressId;

use super::current_account;

/// Keeps an address as the visitor's; the first one becomes the default.
///
/// # Errors
/// `Invalid` for an address that cannot be one, `Conflict` for the twenty-first.
pub async fn add_address(ctx: &Ctx, typed: &AddressInput) -> AppResult<()> {
    let account_id = ctx.require_signed_in()?.account_id;
    let address = validate_address(typed, "")?;
    let id = new_id();
    let entry = AddressDocument {
        id,
        sealed: ADDRESSES.seal(&ctx.keyring, account_id, id, &address),
        is_default: false,
    };
    let stored = accounts::add_address(&ctx.mongo, account_id, &entry, MOST_ADDRESSES)
        .await?
        .ok_or_else(no_room)?;
    if !stored.addresses.iter().any(|known| known.is_default) {
        accounts::make_default(&ctx.mongo, account_id, id).await?;
    }
    Ok(())
}

/// Replaces one address.
///
/// # Errors
/// `Invalid` for an address that cannot be one, `NotFound` for an id that is not the visitor's.
pub async fn save_address(ctx: &Ctx, id: &str, typed: &AddressInput) -> AppResult<()> {
    let account_id = ctx.require_signed_in()?.account_id;
    let id = AddressId::parse(id).ok_or_else(AppError::not_found)?;
    let address = validate_address(typed, "")?;
    require_match(
        accounts::replace_address(
            &ctx.mongo,
            account_id,
            id,
            ADDRESSES.seal(&ctx.keyring, account_id, id, &address),
        )
        .await?,
    )
}

/// # Errors
/// `NotFound` for an id that is not the visitor's.
pub async fn remove_address(ctx: &Ctx, id: &str) -> AppResult<()> {
    let account_id = ctx.require_signed_in()?.account_id;
    require_match(
        accounts::remove_address(
            &ctx.mongo,
            account_id,
            AddressId::parse(id).ok_or_else(AppError::not_found)?,
        )
        .await?,
    )
}

/// # Errors
/// `NotFound` for an id that is not the visitor's.
pub async fn make_default_address(ctx: &Ctx, id: &str) -> AppResult<()> {
    let account_id = ctx.require_signed_in()?.account_id;
    require_match(
        accounts::make_default(
            &ctx.mongo,
            account_id,
            AddressId::parse(id).ok_or_else(AppError::not_found)?,
        )
        .await?,
    )
}

/// One address of the visitor.
///
/// # Errors
/// `NotFound` for an id that is not the visitor's.
pub async fn saved_address(ctx: &Ctx, id: &str) -> AppResult<SavedAddress> {
    let known = open_addresses(ctx, &current_account::load(ctx).await?)?;
    known.into_iter().find(|address| address.id.as_str() == id).ok_or_else(AppError::not_found)
}

/// What the visitor's account keeps, the default first; nothing for a guest.
pub async fn saved_addresses(ctx: &Ctx) -> AppResult<Vec<SavedAddress>> {
    if ctx.signed_in().is_none() {
        return Ok(Vec::new());
    }
    open_addresses(ctx, &current_account::load(ctx).await?)
}

/// The default first, then in the order they were added.
pub(super) fn open_addresses(ctx: &Ctx, account: &AccountDocument) -> AppResult<Vec<SavedAddress>> {
    let mut all = account
        .addresses
        .iter()
        .map(|stored| {
            let address = ADDRESSES.open(&ctx.keyring, account.id, stored.id, &stored.sealed)?;
            Ok(SavedAddress { id: stored.id, address, is_default: stored.is_default })
        })
        .collect::<AppResult<Vec<_>>>()?;
    all.sort_by_key(|address| !address.is_default);
    Ok(all)
}

fn require_match(matched: bool) -> AppResult<()> {
    if matched { Ok(()) } else { Err(AppError::not_found()) }
}

fn no_room() -> AppError {
    AppError::conflict(
        "too_many_addresses",
        "You keep 20 addresses, which is all there is room for. Remove one first.",
    )
}
