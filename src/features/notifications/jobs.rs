//! Sends the mails that transactions left in the outbox.

use crate::features::accounts;
use crate::features::notifications::model::{MailSubject, SendMail};
use crate::features::notifications::service;
use crate::features::orders;
use crate::infra::ctx::Ctx;
use crate::infra::mail::MailError;
use crate::infra::mongo::object_id;
use crate::infra::outbox::{OutboxRow, Progress};
use crate::shared::error::{AppError, AppResult};

/// Composes and sends one mail. Repeating it sends the same message id, so that mail programs show
/// it once.
pub async fn send_mail(ctx: &Ctx, row: &OutboxRow, message: SendMail) -> AppResult<Progress> {
    let message_id = row.id.rsplit(':').next().unwrap_or_default();
    let mail = match message.about {
        MailSubject::Order(order_id) => {
            let order = orders::service::by_id(ctx, object_id(&order_id)?).await?;
            service::order_confirmed(ctx, &order, message_id).await?
        }
        about_account => {
            // Nothing to send any more: the account is gone, or what the mail asks for has
            // happened.
            let letter = accounts::service::letter(ctx, message.template, &about_account).await?;
            let Some(letter) = letter else { return Ok(Progress::Done) };
            service::about_account(ctx, message.template, letter.to, &letter.path, message_id)?
        }
    };
    match ctx.mailer.send(&mail).await {
        Ok(()) => Ok(Progress::Done),
        // Only the kind of failure goes on: the server's words may hold an address.
        Err(MailError::Permanent(_)) => Ok(Progress::Park { why: "mail_refused" }),
        Err(MailError::Temporary(_)) => {
            Err(AppError::unavailable("the mail server did not take a mail"))
        }
    }
}
