//! Mails about accounts, composed when they are sent.

use crate::features::accounts::mails::render_account_mail;
use crate::features::accounts::model::LinkPurpose;
use crate::features::accounts::model::mails::{AccountMail, MailRecipient, SendAccountMail};
use crate::features::accounts::store::accounts::{self, AccountDocument};
use crate::features::accounts::store::{EMAIL, PENDING_EMAIL};
use crate::features::notifications;
use crate::features::notifications::model::ComposedMail;
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

use super::mailed_links::new_link;

/// Reads the account as it is now and makes the link that the mail brings; `None` when there is
/// nothing to send any more.
pub async fn compose_mail(ctx: &Ctx, message: &SendAccountMail) -> AppResult<Option<ComposedMail>> {
    let Some(account) = find_recipient(ctx, &message.recipient).await? else { return Ok(None) };
    let (field, sealed) = match message.mail {
        AccountMail::ConfirmNewEmail => match &account.pending_email {
            Some(pending) => (&PENDING_EMAIL, pending),
            None => return Ok(None),
        },
        AccountMail::VerifyEmail if account.verified_at.is_some() => return Ok(None),
        _ => (&EMAIL, &account.email),
    };
    let to = field.open(&ctx.keyring, account.id, sealed)?;
    let path = match message.mail {
        AccountMail::VerifyEmail => {
            new_link(ctx, account.id, LinkPurpose::VerifyEmail, sealed).await?
        }
        AccountMail::ConfirmNewEmail => {
            new_link(ctx, account.id, LinkPurpose::ChangeEmail, sealed).await?
        }
        AccountMail::ResetPassword => {
            new_link(ctx, account.id, LinkPurpose::ResetPassword, sealed).await?
        }
        AccountMail::StaffInvited => {
            new_link(ctx, account.id, LinkPurpose::AcceptInvitation, sealed).await?
        }
        AccountMail::AlreadyRegistered | AccountMail::PasswordChanged => "/forgot".to_owned(),
        _ => "/account/security".to_owned(),
    };
    let sender = notifications::service::sender(ctx);
    let content = render_account_mail(&sender, message.mail, &path)?;
    Ok(Some(ComposedMail { to: to.to_string(), content }))
}

async fn find_recipient(
    ctx: &Ctx,
    recipient: &MailRecipient,
) -> AppResult<Option<AccountDocument>> {
    let found = match recipient {
        MailRecipient::Account(id) => accounts::by_id(&ctx.mongo, *id).await?,
        MailRecipient::EmailIndex(index) => accounts::by_email_index(&ctx.mongo, index).await?,
    };
    Ok(found.filter(|account| account.disabled_at.is_none()))
}
