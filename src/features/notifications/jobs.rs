//! Sends the mails that transactions left in the outbox.

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
    let template = row.payload.get_str("template").ok().and_then(Template::from_key).ok_or_else(|| AppError::internal("a mail without a known template"))?;
    let mail = match template {
        Template::OrderConfirmed => {
            let order_id = row.payload.get_object_id("order_id").map_err(AppError::internal)?;
            let order = orders::service::by_id(ctx, order_id).await?;
            service::order_confirmed(ctx, &order, &row.id.to_hex()).await?
        }
    };
    match ctx.mailer.send(&mail).await {
        Ok(()) => Ok(()),
        // Only the kind of failure: the message itself may hold an address.
        Err(MailError::Permanent(_)) => Err(AppError::new(crate::shared::error::ErrorKind::Unavailable, "mail_refused", "The mail was refused.")),
        Err(MailError::Temporary(_)) => Err(AppError::new(crate::shared::error::ErrorKind::Unavailable, "mail_unavailable", "The mail server is not answering.")),
    }
}
