//! Sends the mails that transactions left in the outbox.

use crate::features::accounts;
use crate::features::notifications::model::Template;
use crate::features::notifications::service;
use crate::features::orders;
use crate::infra::ctx::Ctx;
use crate::infra::mail::MailError;
use crate::infra::outbox::OutboxRow;
use crate::shared::error::{AppError, AppResult};

pub const SEND_MAIL: &str = "notifications.send_mail";

/// Composes and sends one mail. Repeating it sends the same message id, so that mail programs show it once.
pub async fn send_mail(ctx: &Ctx, row: &OutboxRow) -> AppResult<()> {
    let template = row
        .payload
        .get_str("template")
        .ok()
        .and_then(Template::from_key)
        .ok_or_else(|| AppError::internal("a mail without a known template"))?;
    let mail = match template {
        Template::OrderConfirmed => {
            let order_id = row.payload.get_object_id("order_id").map_err(AppError::internal)?;
            let order = orders::service::by_id(ctx, order_id).await?;
            service::order_confirmed(ctx, &order, &row.id.to_hex()).await?
        }
        about_account => {
            // Nothing to send any more: the account is gone, or what the mail asks for has happened.
            let Some(letter) = accounts::service::letter(ctx, about_account, &row.payload).await? else { return Ok(()) };
            service::about_account(ctx, about_account, letter.to, &letter.path, &row.id.to_hex())?
        }
    };
    // Only the kind of failure goes on: the server's words may hold an address.
    ctx.mailer.send(&mail).await.map_err(|error| match error {
        MailError::Permanent(_) => AppError::invalid("mail_refused", "The mail server refused this mail for good."),
        MailError::Temporary(_) => AppError::unavailable("the mail server did not take a mail"),
    })
}
