//! The account of whoever makes this request.

use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::infra::ctx::Ctx;
use crate::shared::error::{AppError, AppResult};

/// The stored account of the visitor.
pub(super) async fn load(ctx: &Ctx) -> AppResult<AccountDocument> {
    let id = ctx.require_signed_in()?.account_id;
    accounts::by_id(&ctx.mongo, id).await?.ok_or_else(AppError::not_found)
}
