//! What the mails say.

use std::fmt::Write;

use crate::features::orders;
use crate::features::orders::model::OrderView;
use crate::features::orders::service::Order;
use crate::infra::ctx::Ctx;
use crate::infra::mail::Mail;
use crate::shared::error::AppResult;

/// "We have your order": what was bought, what it cost, and the link to it.
pub async fn order_confirmed(ctx: &Ctx, order: &Order, row_id: &str) -> AppResult<Mail> {
    let view = orders::service::view(ctx, order)?;
    let link = format!("{}{}", ctx.settings.base_url, orders::service::new_link(ctx, order).await?);
    let store = &ctx.settings.store;
    Ok(Mail {
        to: view.email.clone(),
        subject: format!("Your order {} at {}", view.number, store.name),
        text: text(&view, &store.name, &link, &store.support_email),
        html: html(&view, &store.name, &link, &store.support_email),
        message_id: format!("{row_id}@{}", mail_domain(&ctx.settings.base_url)),
    })
}

fn text(order: &OrderView, store: &str, link: &str, support: &str) -> String {
    let mut out = format!("Thank you for your order at {store}.\n\nOrder {}\n\n", order.number);
    for line in &order.lines {
        let _ = writeln!(out, "{} x {}{}  {}", line.quantity, line.name, variant(&line.variant), line.subtotal);
    }
    let _ = write!(out, "\nItems: {}\nShipping: {}\nTotal: {}\n", order.totals.items, order.totals.shipping, order.totals.total);
    if let Some(address) = &order.address {
        let _ = write!(out, "\nWe send it to:\n{}\n", address.lines().join("\n"));
    }
    let _ = write!(out, "\nSee your order: {link}\n\nQuestions? Write to {support}.\n");
    out
}

/// Tables and attributes of old: mail programs read little else, and nothing is loaded from anywhere.
fn html(order: &OrderView, store: &str, link: &str, support: &str) -> String {
    let mut rows = String::new();
    for line in &order.lines {
        let _ = write!(
            rows,
            "<tr><td>{} &times; {}{}</td><td align=\"right\">{}</td></tr>",
            line.quantity,
            escaped(&line.name),
            escaped(&variant(&line.variant)),
            line.subtotal
        );
    }
    let _ = write!(
        rows,
        "<tr><td>Shipping</td><td align=\"right\">{}</td></tr><tr><td><b>Total</b></td><td align=\"right\"><b>{}</b></td></tr>",
        order.totals.shipping, order.totals.total
    );
    let address = order
        .address
        .as_ref()
        .map(|a| format!("<p>We send it to:<br>{}</p>", a.lines().iter().map(|l| escaped(l)).collect::<Vec<_>>().join("<br>")))
        .unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><body><h1>Thank you for your order</h1><p>Order {} at {}</p><table width=\"100%\" cellpadding=\"6\">{rows}</table>{address}\
         <p><a href=\"{}\">See your order</a></p><p>Questions? Write to {}.</p></body></html>",
        escaped(&order.number),
        escaped(store),
        escaped(link),
        escaped(support),
    )
}

fn variant(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn mail_domain(base_url: &str) -> String {
    let host = base_url.split("://").nth(1).unwrap_or(base_url);
    host.split([':', '/']).next().unwrap_or("localhost").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a26_names_cannot_bring_markup_into_a_mail() {
        assert_eq!(escaped(r#"<img src=x onerror="a">&"#), "&lt;img src=x onerror=&quot;a&quot;&gt;&amp;");
    }

    #[test]
    fn r11_message_ids_use_the_configured_host() {
        assert_eq!(mail_domain("https://shop.example:8443"), "shop.example");
        assert_eq!(mail_domain("http://localhost:3000"), "localhost");
    }
}
