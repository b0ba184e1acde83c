//! What the mails say.

mod account_mails;
mod markup;
mod order_confirmed;
mod paper;

use crate::features::notifications::model::Template;
use crate::features::notifications::service::paper::Sender;
use crate::features::orders;
use crate::features::orders::service::Order;
use crate::infra::ctx::Ctx;
use crate::infra::mail::Mail;
use crate::shared::error::{AppError, AppResult};

/// "We have your order": what was bought, what it cost, and the link to it.
pub async fn order_confirmed(ctx: &Ctx, order: &Order, row_id: &str) -> AppResult<Mail> {
    let view = orders::service::view(ctx, order)?;
    let path = orders::service::new_link(ctx, order).await?;
    let sender = sender(ctx);
    Ok(Mail {
        to: view.email.clone(),
        subject: format!("Your order {} at {}", view.number, sender.name),
        text: order_confirmed::text(&view, &sender, &path),
        html: order_confirmed::html(&view, &sender, &path),
        message_id: format!("{row_id}@{}", mail_domain(&ctx.settings.base_url)),
    })
}

/// A mail about an account. `path` is where its button leads, with a token where the mail brings
/// one.
///
/// # Errors
/// `Internal` for a template that is not about an account.
pub fn about_account(
    ctx: &Ctx,
    template: Template,
    to: String,
    path: &str,
    row_id: &str,
) -> AppResult<Mail> {
    let sender = sender(ctx);
    let parts = account_mails::subject(template, &sender)
        .zip(account_mails::text(template, &sender, path))
        .zip(account_mails::html(template, &sender, path));
    let ((subject, text), html) =
        parts.ok_or_else(|| AppError::internal("not a mail about an account"))?;
    Ok(Mail {
        to,
        subject,
        text,
        html,
        message_id: format!("{row_id}@{}", mail_domain(&ctx.settings.base_url)),
    })
}

fn sender(ctx: &Ctx) -> Sender {
    let settings = &ctx.settings;
    Sender {
        name: settings.store.name.clone(),
        support_email: settings.store.support_email.clone(),
        base_url: settings.base_url.clone(),
    }
}

fn mail_domain(base_url: &str) -> String {
    let host = base_url.split("://").nth(1).unwrap_or(base_url);
    host.split([':', '/']).next().unwrap_or("localhost").to_owned()
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
