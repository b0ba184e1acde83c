//! "Thank you for your order", as text and as HTML. Invariant: both say the same.

use std::fmt::Write;

use super::markup::Markup;
use super::paper::{Sender, Weight, button, figures, heading, letter, link, paragraph, remark};
use crate::features::orders::model::{OrderLine, OrderView};
use crate::shared::money::Money;
use crate::shared::pricing::TraceKind;

const HEADING: &str = "Thank you for your order";

pub fn text(order: &OrderView, sender: &Sender, path: &str) -> String {
    let mut out = format!("{HEADING} at {}.\n\nOrder {}\n\n", sender.name, order.number);
    for line in &order.lines {
        let _ = writeln!(
            out,
            "{} x {}{}  {}",
            line.quantity,
            line.name,
            in_brackets(&line.variant),
            line.subtotal
        );
    }
    out.push('\n');
    for (label, amount, _) in sums(order) {
        let _ = writeln!(out, "{label}: {amount}");
    }
    if let Some(way) = delivery(order) {
        let _ = write!(out, "\nDelivery: {way}\n");
    }
    if let Some(address) = &order.address {
        let _ = write!(out, "\nWe send it to:\n{}\n", address.lines().join("\n"));
    }
    let _ = write!(
        out,
        "\nSee your order: {}\n\nQuestions? Write to {}.\nDelivery: {}\nReturns: {}\nTerms: {}\nPrivacy: {}\n",
        sender.address(path),
        sender.support_email,
        sender.address("/pages/shipping"),
        sender.address("/pages/returns"),
        sender.address("/pages/terms"),
        sender.address("/pages/privacy"),
    );
    out
}

pub fn html(order: &OrderView, sender: &Sender, path: &str) -> String {
    let opening = Markup::new()
        .tags(if order.totals.total.is_zero() {
            "Your order "
        } else {
            "Your payment has arrived and your order "
        })
        .tags("<b>")
        .text(&order.number)
        .tags("</b>")
        .tags(" is ours to pack. Keep this mail: its link shows how far it is.");
    let goods = order
        .lines
        .iter()
        .map(|line| (bought(line, sender), line.subtotal.to_string(), Weight::Usual));
    let sums = sums(order)
        .into_iter()
        .map(|(label, amount, weight)| (Markup::new().text(&label), amount, weight));
    let words = paragraph(opening)
        .append(button("See your order", &sender.address(path)))
        .append(heading("What you bought"))
        .append(figures(goods.chain(sums).collect()))
        .append(delivery_address(order));
    letter(sender, HEADING, &format!("Order {}, {}", order.number, order.totals.total), words)
}

fn bought(line: &OrderLine, sender: &Sender) -> Markup {
    let name = link(&line.name, &sender.address(&format!("/p/{}", line.slug)));
    let each = if line.quantity > 1 {
        format!("{} × {}", line.quantity, line.unit_price)
    } else {
        String::new()
    };
    let below = [line.variant.as_str(), &each]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    if below.is_empty() { name } else { name.append(remark(&below)) }
}

fn delivery_address(order: &OrderView) -> Markup {
    let Some(address) = &order.address else { return Markup::new() };
    let lines = address.lines().iter().enumerate().fold(Markup::new(), |lines, (index, line)| {
        let lines = if index > 0 { lines.tags("<br>") } else { lines };
        lines.text(line)
    });
    let way = delivery(order).map(|way| paragraph(Markup::new().text(&way)));
    let sent = heading("Where we send it").append(paragraph(lines));
    way.map_or(Markup::new(), |way| heading("Delivery").append(way)).append(sent)
}

fn delivery(order: &OrderView) -> Option<String> {
    order.shipping.as_ref().map(|shipping| format!("{}, {}", shipping.name, shipping.days))
}

/// What the goods add up to. Tax that prices hold is a remark below the total; tax on top is a step
/// on the way to it.
fn sums(order: &OrderView) -> Vec<(String, String, Weight)> {
    let totals = &order.totals;
    let usual = |label: &str, amount: String| (label.to_owned(), amount, Weight::Usual);
    let mut rows = vec![usual("Items", totals.items.to_string())];
    if !totals.discount.is_zero() {
        rows.push(usual("Discount", format!("−{}", totals.discount)));
    }
    if order.shipping.is_some() {
        rows.push(usual("Shipping", free_or(totals.shipping)));
    }
    let weight = if totals.prices_include_tax { Weight::Remark } else { Weight::Usual };
    let taxes = totals
        .trace
        .iter()
        .filter(|step| step.kind == TraceKind::Tax)
        .map(|step| (step.label.clone(), step.amount.to_string(), weight));
    let total = ("Total".to_owned(), totals.total.to_string(), Weight::Sum);
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

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

#[cfg(test)]
mod tests;
