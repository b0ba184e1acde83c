//! Both parts of a confirmation say what was bought, and neither lets any of it become markup.

use super::*;
use crate::features::orders::model::{ChosenShipping, OrderState, PaymentState};
use crate::features::shipping::model::Address;
use crate::shared::ids::Sku;
use crate::shared::money::{BasisPoints, Currency};
use crate::shared::pricing::{
    PricingInput, PricingLine, ShippingPrice, TaxCategory, TaxClass, TaxTable, price,
};
use crate::shared::timestamp::Timestamp;

const CANARY: &str = "<img src=x onerror=alert(1)>\"'&";

fn sender() -> MailSender {
    MailSender {
        name: format!("Shop {CANARY}"),
        support_email: "hello@shop.example".into(),
        base_url: "https://shop.example".into(),
    }
}

fn order(prices_include_tax: bool) -> OrderView {
    let eur = |minor| Money::new(minor, Currency::EUR);
    let line = PricingLine {
        sku: Sku::new("TEAPOT"),
        name: "Teapot".into(),
        quantity: 2,
        unit_price: eur(1_210),
        tax_class: TaxClass::Standard,
        needs_shipping: true,
    };
    let shipping = ShippingPrice {
        method: "standard".into(),
        name: "Standard".into(),
        price: eur(490),
        free_from: None,
        tax_class: TaxClass::Standard,
    };
    let totals = price(&PricingInput {
        currency: Currency::EUR,
        prices_include_tax,
        taxes: TaxTable { standard: BasisPoints(2_100), ..TaxTable::default() },
        lines: vec![line],
        promotions: Vec::new(),
        shipping: Some(shipping),
    })
    .unwrap();
    OrderView {
        number: "100042".into(),
        state: OrderState::Paid,
        payment_state: PaymentState::Paid,
        lines: vec![OrderLine {
            slug: "teapot".into(),
            sku: Sku::new("TEAPOT"),
            name: format!("Teapot {CANARY}"),
            variant: format!("Moss {CANARY}"),
            image: None,
            quantity: 2,
            unit_price: eur(1_210),
            tax_class: TaxClass::Standard,
            tax_rate: BasisPoints(2_100),
            tax_category: TaxCategory::Rated,
            subtotal: eur(2_420),
            discount: eur(0),
            discounts: Vec::new(),
            total: eur(2_420),
            tax: eur(420),
            unit_cost: Some(eur(777)),
            needs_shipping: true,
        }],
        totals,
        email: "anna@example.com".into(),
        address: Some(Address {
            name: format!("Anna {CANARY}"),
            company: None,
            line1: "Keizersgracht 1".into(),
            line2: None,
            city: "Amsterdam".into(),
            province: None,
            postcode: "1015 CJ".into(),
            country: "NL".into(),
            phone: None,
        }),
        billing: None,
        shipping: Some(ChosenShipping {
            method: "standard".into(),
            name: "Standard delivery".into(),
            days: "1 to 3 working days".into(),
        }),
        note: None,
        terms_version: "1".into(),
        created_at: Timestamp::UNIX_EPOCH,
        hold_expires_at: Timestamp::UNIX_EPOCH,
        paid_at: Some(Timestamp::UNIX_EPOCH),
        refunded: eur(0),
        timeline: Vec::new(),
    }
}

fn confirmed(order: &OrderView) -> MailContent {
    render_order_confirmed(&sender(), order, "/order/100042?key=k").unwrap()
}

/// The values of every attribute that can load or lead somewhere.
fn addresses(html: &str) -> Vec<&str> {
    ["href=\"", "src=\"", "background=\"", "url("]
        .iter()
        .flat_map(|name| html.split(name).skip(1))
        .filter_map(|rest| rest.split(['"', ')']).next())
        .collect()
}

#[test]
fn msg_3_both_parts_say_what_was_bought_and_where_it_goes() {
    let MailContent { subject, text, html } = confirmed(&order(true));
    assert!(subject.starts_with("Your order 100042 at Shop "), "{subject}");
    for part in [&text, &html] {
        for words in [
            "100042",
            "Teapot",
            "Moss",
            "€24.20",
            "€4.90",
            "€29.10",
            "Includes 21% tax",
            "€5.05",
            "Standard delivery, 1 to 3 working days",
            "Keizersgracht 1",
            "1015 CJ Amsterdam",
            "Netherlands",
            "https://shop.example/order/100042?key=k",
        ] {
            assert!(part.contains(words), "{words} is missing: {part}");
        }
        assert!(
            !part.contains("7.77"),
            "what a piece cost the shop is none of the customer's business"
        );
    }
    assert!(text.contains("2 x Teapot") && html.contains("2 × €12.10"));
}

#[test]
fn a26_msg_3_nothing_bought_becomes_markup() {
    let html = confirmed(&order(true)).html;
    assert!(!html.contains("<img") && !html.contains(CANARY), "{html}");
    assert_eq!(
        html.matches("&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;").count(),
        4,
        "{html}"
    );
}

#[test]
fn msg_3_msg_4_every_link_has_the_configured_address_and_nothing_is_loaded() {
    let html = confirmed(&order(true)).html;
    let addresses = addresses(&html);
    assert!(addresses.len() > 6, "{addresses:?}");
    for address in addresses {
        assert!(
            address.starts_with("https://shop.example/") || address == "mailto:hello@shop.example",
            "{address}"
        );
    }
    for loads in ["<img", "<link", "<script", "@import", "@font-face", "<iframe"] {
        assert!(!html.contains(loads), "{loads}");
    }
}

#[test]
fn msg_3_the_mail_is_read_in_the_dark_and_aloud() {
    let html = confirmed(&order(true)).html;
    assert!(
        html.contains("<meta name=\"color-scheme\" content=\"light dark\">")
            && html.contains("prefers-color-scheme: dark")
    );
    assert!(
        html.starts_with("<!DOCTYPE html><html lang=\"en\">")
            && html.contains("<title>Thank you for your order</title>")
    );
    assert_eq!(html.matches("<h1").count(), 1);
    // Tables that only place things say so; the one of figures is a table.
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<table role=\"presentation\"").count() + 1
    );
    assert_eq!(html.matches("<table").count(), html.matches("</table>").count());
    assert_eq!(html.matches("<td").count(), html.matches("</td>").count());
}

#[test]
fn tax_on_top_is_a_step_and_contained_tax_a_remark() {
    let labels =
        |order: &OrderView| sums(order).into_iter().map(|sum| sum.label).collect::<Vec<_>>();
    assert_eq!(labels(&order(true)), ["Items", "Shipping", "Total", "Includes 21% tax"]);
    assert_eq!(labels(&order(false)), ["Items", "Shipping", "21% tax", "Total"]);
}

#[test]
fn what_costs_nothing_is_not_said_to_be_paid() {
    assert!(confirmed(&order(true)).html.contains("Your payment has arrived"));
    let mut free = order(true);
    free.totals.total = Money::zero(Currency::EUR);
    assert!(!confirmed(&free).html.contains("payment"));
}

#[test]
fn msg_3_the_confirmation_says_what_its_snapshots_hold() {
    for (name, order) in [("order_confirmed", order(true)), ("tax_on_top", order(false))] {
        let MailContent { subject, text, html } = confirmed(&order);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}.txt"), format!("Subject: {subject}\n\n{text}"));
            insta::assert_snapshot!(format!("{name}.html"), html);
        });
    }
}
