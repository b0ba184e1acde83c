//! Orders that a guest placed, once it is known whose they are.

use crate::features::accounts::store::accounts;
use crate::features::orders;
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult};
use crate::shared::error::AppResult;
use crate::shared::ids::AccountId;

/// Guests' orders under the confirmed address of an account become its own (ORD-13).
pub async fn attach_guest_orders(ctx: &Ctx, tx: &mut Tx, id: AccountId) -> TxResult<()> {
    match accounts::by_id_in(&ctx.mongo, tx, id).await? {
        Some(account) if account.verified_at.is_some() => {
            orders::service::attach_to_account(ctx, tx, &account.email_index, id).await
        }
        _ => Ok(()),
    }
}

/// As [`attach_guest_orders`], on its own.
pub async fn attach_guest_orders_now(ctx: &Ctx, id: AccountId) -> AppResult<()> {
    let ctx_in = ctx.clone();
    let joined = ctx.mongo.transaction(move |tx| {
        let ctx = ctx_in.clone();
        Box::pin(async move { attach_guest_orders(&ctx, tx, id).await })
    });
    joined.await
}
