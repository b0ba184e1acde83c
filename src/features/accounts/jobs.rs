//! Sends the mails about accounts that transactions left in the outbox.

use crate::features::accounts::model::mails::SendAccountMail;
use crate::features::accounts::service;
use crate::features::notifications;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::{OutboxRow, Progress};
use crate::shared::error::AppResult;

/// Composes and sends one mail. There may be nothing to send any more: the account is gone, or what
/// the mail asks for has happened.
pub async fn send_mail(
    ctx: &Ctx,
    row: &OutboxRow,
    message: SendAccountMail,
) -> AppResult<Progress> {
    match service::compose_mail(ctx, &message).await? {
        Some(mail) => notifications::service::send(ctx, row, mail).await,
        None => Ok(Progress::Done),
    }
}
