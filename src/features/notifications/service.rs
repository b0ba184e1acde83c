//! Sends the mails that features compose.

use url::Url;

use crate::features::notifications::model::{ComposedMail, MailSender};
use crate::infra::ctx::Ctx;
use crate::infra::mail::{Mail, MailError};
use crate::infra::outbox::{OutboxRow, Progress};
use crate::shared::error::{AppError, AppResult};

/// This shop as it writes mails.
pub fn sender(ctx: &Ctx) -> MailSender {
    let settings = &ctx.settings;
    MailSender {
        name: settings.store.name.clone(),
        support_email: settings.store.support_email.clone(),
        base_url: settings.base_url.clone(),
    }
}

/// Sends the mail of an outbox row. Repeating it sends the same message id, so that mail programs
/// show it once.
///
/// # Errors
/// `Unavailable` when the mail server does not take it now.
pub async fn send(ctx: &Ctx, row: &OutboxRow, mail: ComposedMail) -> AppResult<Progress> {
    let row_id = row.id.rsplit(':').next().unwrap_or_default();
    let mail = Mail {
        to: mail.to,
        subject: mail.content.subject,
        text: mail.content.text,
        html: mail.content.html,
        message_id: format!("{row_id}@{}", mail_domain(&ctx.settings.base_url)),
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

fn mail_domain(base_url: &str) -> String {
    let url = Url::parse(base_url).ok();
    url.as_ref().and_then(Url::host_str).unwrap_or("localhost").to_owned()
}

#[cfg(test)]
mod tests {
    use super::mail_domain;

    #[test]
    fn r11_message_ids_use_the_configured_host() {
        assert_eq!(mail_domain("https://shop.example:8443"), "shop.example");
        assert_eq!(mail_domain("http://localhost:3000"), "localhost");
    }
}
