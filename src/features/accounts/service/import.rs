//! Users of another shop: brought with their password hashes, which are replaced at their next
//! sign-in (R2).

use crate::features::accounts::model::{Import, imported_rows};
use crate::features::accounts::store::{NAME, accounts};
use crate::infra::ctx::{Actor, Ctx};
use crate::infra::passwords::is_known_hash;
use crate::shared::access::Role;
use crate::shared::error::{AppError, AppResult};
use crate::shared::validate;

use super::{guest_orders, sign_up};

/// Imports one user for each line of a CSV file. Who is here already stays as they are, so that it
/// can be run again.
///
/// # Errors
/// `Invalid` with the number of the first line that cannot be read; nothing of the file is imported
/// then.
pub async fn import_users(ctx: &Ctx, csv: &str) -> AppResult<Import> {
    if ctx.request.actor != Actor::System {
        return Err(AppError::not_found());
    }
    let mut new = Vec::new();
    for row in imported_rows(csv)? {
        let refused =
            |why: &str| AppError::invalid("import_refused", format!("Line {}: {why}", row.line));
        let email =
            validate::email("email", &row.email).map_err(|error| refused(&error.message))?;
        if !is_known_hash(&row.password_hash) {
            return Err(refused(
                "the password hash is neither bcrypt of cost 4 to 12 nor argon2id.",
            ));
        }
        let mut account =
            sign_up::new_account(ctx, &email, Role::Customer, Some(row.password_hash));
        account.name =
            (!row.name.is_empty()).then(|| NAME.seal(&ctx.keyring, account.id, &row.name));
        // The other shop's addresses were confirmed there.
        account.verified_at = Some(ctx.now());
        new.push(account);
    }
    let mut done = Import::default();
    for new in new {
        if accounts::insert_unless_known(&ctx.mongo, &new).await? {
            // What they bought here as guests is theirs from the start.
            guest_orders::join_orders_now(ctx, new.id).await?;
            done.imported += 1;
        } else {
            done.known += 1;
        }
    }
    Ok(done)
}
