//! Mails about orders, composed when they are sent.

use crate::features::notifications;
use crate::features::notifications::model::ComposedMail;
use crate::features::orders::mails::render_order_confirmed;
use crate::features::orders::model::mails::{OrderMail, SendOrderMail};
use crate::infra::ctx::Ctx;
use crate::shared::error::AppResult;

use super::{by_id, new_link, view};

/// Reads the order as it is now and makes the link to it that the mail brings.
///
/// # Errors
/// `NotFound` for an order that is not there.
pub async fn compose_mail(ctx: &Ctx, message: &SendOrderMail) -> AppResult<ComposedMail> {
    let order = by_id(ctx, message.order_id).await?;
    let view = view(ctx, &order)?;
    let path = new_link(ctx, &order).await?;
    let sender = notifications::service::sender(ctx);
    let content = match message.mail {
        OrderMail::Confirmed => render_order_confirmed(&sender, &view, &path)?,
    };
    Ok(ComposedMail { to: view.email, content })
}
