//! The end of every way in: a session in this browser, and the guest's cart in the account.

use crate::features::accounts::model::OpenedSession;
use crate::features::accounts::store::accounts::AccountDocument;
use crate::features::cart;
use crate::features::cart::model::CartMerge;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::shared::error::AppResult;
use crate::shared::ids::AccountId;
use crate::shared::validate::own_path;

use super::sessions;

pub(super) async fn open_session(
    ctx: &Ctx,
    account: &AccountDocument,
    next: &str,
) -> AppResult<OpenedSession> {
    sessions::create_session(ctx, account).await?;
    ctx.log_security_event(SecurityEvent {
        name: "sign_in",
        outcome: Outcome::Done,
        object: account.id.as_str(),
    });
    let to = own_path(next).filter(|path| !path.starts_with("/api/")).unwrap_or("/account");
    Ok(OpenedSession { next: to.to_owned(), cart: merge_guest_cart(ctx, account.id).await })
}

/// A cart that cannot be joined stays where it is and blocks nobody (R74).
async fn merge_guest_cart(ctx: &Ctx, account_id: AccountId) -> CartMerge {
    match cart::service::merge_guest_cart(ctx, account_id).await {
        Ok(adopted) => adopted,
        Err(error) => {
            tracing::warn!(request_id = %ctx.request.id, code = %error.code, cause = error.cause().unwrap_or("none"), "a cart was not joined at sign-in");
            CartMerge::Nothing
        }
    }
}
