//! Sends the mails about orders that transactions left in the outbox.

use crate::features::notifications;
use crate::features::orders::model::mails::SendOrderMail;
use crate::features::orders::service;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::{OutboxRow, Progress};
use crate::shared::error::AppResult;

/// Composes and sends one mail.
pub async fn send_mail(ctx: &Ctx, row: &OutboxRow, message: SendOrderMail) -> AppResult<Progress> {
    let mail = service::compose_mail(ctx, &message).await?;
    notifications::service::send(ctx, row, mail).await
}
