//! What the mails about an order say.

use askama::Template;

use crate::features::notifications::model::{MailContent, MailSender};
use crate::features::orders::model::{OrderLine, OrderView};
use crate::shared::error::{AppError, AppResult};
use crate::shared::money::Money;
use crate::shared::pricing::TraceKind;

/// "Thank you for your order": what was bought, what it cost, where it goes, and the link to the
/// order at `path`.
///
/// # Errors
/// `Internal` when a template cannot be rendered.
pub fn render_order_confirmed(
    sender: &MailSender,
    order: &OrderView,
    path: &str,
) -> AppResult<MailContent> {
    let mail = OrderConfirmed {
        sender,
        order,
        heading: "Thank you for your order",
        order_address: sender.address(path),
        sums: sums(order),
        delivery: order
            .shipping
            .as_ref()
            .map(|shipping| format!("{}, {}", shipping.name, shipping.days)),
    };
    Ok(MailContent {
        subject: format!("Your order {} at {}", order.number, sender.name),
        text: OrderConfirmedText { mail: &mail }.render().map_err(AppError::internal)?,
        html: OrderConfirmedHtml { mail: &mail }.render().map_err(AppError::internal)?,
    })
}

#[derive(Template)]
#[template(
    path = "orders/mails/order_confirmed.txt",
    config = "src/features/notifications/mails/askama.toml"
)]
struct OrderConfirmedText<'a> {
    mail: &'a OrderConfirmed<'a>,
}

#[derive(Template)]
#[template(
    path = "orders/mails/order_confirmed.html",
    config = "src/features/notifications/mails/askama.toml"
)]
struct OrderConfirmedHtml<'a> {
    mail: &'a OrderConfirmed<'a>,
}

/// What both templates are filled with.
struct OrderConfirmed<'a> {
    sender: &'a MailSender,
    order: &'a OrderView,
    heading: &'static str,
    order_address: String,
    sums: Vec<Sum>,
    delivery: Option<String>,
}

/// A row below the goods.
struct Sum {
    label: String,
    amount: String,
    kind: SumKind,
}

#[derive(Clone, Copy)]
enum SumKind {
    /// A step on the way to the total.
    Step,
    Total,
    /// A remark on the total.
    Note,
}

impl OrderConfirmed<'_> {
    fn product_address(&self, line: &OrderLine) -> String {
        self.sender.address(&format!("/p/{}", line.slug))
    }

    /// What stands in small below a product's name: its variant, and what one costs.
    fn details_of(&self, line: &OrderLine) -> String {
        let each = if line.quantity > 1 {
            format!("{} × {}", line.quantity, line.unit_price)
        } else {
            String::new()
        };
        [line.variant.as_str(), &each]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

/// What the goods add up to. Tax that prices hold is a remark below the total; tax on top is a step
/// on the way to it.
fn sums(order: &OrderView) -> Vec<Sum> {
    let totals = &order.totals;
    let step =
        |label: &str, amount: String| Sum { label: label.to_owned(), amount, kind: SumKind::Step };
    let mut rows = vec![step("Items", totals.items.to_string())];
    if !totals.discount.is_zero() {
        rows.push(step("Discount", format!("−{}", totals.discount)));
    }
    if order.shipping.is_some() {
        rows.push(step("Shipping", free_or(totals.shipping)));
    }
    let kind = if totals.prices_include_tax { SumKind::Note } else { SumKind::Step };
    let taxes = totals.trace.iter().filter(|step| step.kind == TraceKind::Tax).map(|step| Sum {
        label: step.label.clone(),
        amount: step.amount.to_string(),
        kind,
    });
    let total =
        Sum { label: "Total".into(), amount: totals.total.to_string(), kind: SumKind::Total };
    if totals.prices_include_tax {
        rows.push(total);
        rows.extend(taxes);
    } else {
        rows.extend(taxes);
        rows.push(total);
    }
    rows
}

fn free_or(price: Money) -> String {
    if price.is_zero() { "Free".to_owned() } else { price.to_string() }
}

#[cfg(test)]
mod tests;
