//! Renders the pages. All text from outside goes through `escape`.

use std::collections::HashMap;
use std::fmt::Write;

use super::cards::{TEST_CARDS, format_number};
use super::money::format_amount;
use super::success_url_of;
use crate::records::{PaymentMethod, Session, SessionStatus};

const STYLE: &str = include_str!("style.css");

#[derive(Default)]
pub(crate) struct FieldErrors {
    pub(crate) email: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) expiry: Option<String>,
    pub(crate) security_code: Option<String>,
    pub(crate) name: Option<String>,
}

impl FieldErrors {
    pub(crate) fn has_any(&self) -> bool {
        [&self.email, &self.number, &self.expiry, &self.security_code, &self.name]
            .iter()
            .any(|error| error.is_some())
    }
}

/// What the form shows again after a failed attempt: never the card's number and security code.
#[derive(Default)]
pub(crate) struct FormState {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) expiry: String,
    pub(crate) errors: FieldErrors,
    /// The message about the whole attempt.
    pub(crate) message: Option<String>,
}

impl FormState {
    pub(crate) fn new(session: &Session) -> FormState {
        FormState {
            email: session.payer_email.clone().unwrap_or_default(),
            name: session.payer_name.clone().unwrap_or_default(),
            ..FormState::default()
        }
    }

    pub(crate) fn from_fields(session: &Session, fields: &HashMap<String, String>) -> FormState {
        let text = |name: &str| fields.get(name).map(|text| text.trim().to_owned());
        let fresh = FormState::new(session);
        FormState {
            email: text("email").unwrap_or(fresh.email),
            name: text("name").unwrap_or(fresh.name),
            expiry: text("expiry").unwrap_or_default(),
            ..FormState::default()
        }
    }
}

pub(crate) fn render_payment_page(session: &Session, form: &FormState) -> String {
    let total = format_amount(session.total(), &session.currency);
    let path = format!("/pay/{}", escape(&session.id));
    let cancel = session
        .cancel_url
        .as_ref()
        .map(|address| format!("<a class=\"back\" href=\"{}\"><span aria-hidden=\"true\">←</span> Cancel and return</a>", escape(address)));
    let body = format!(
        "<main class=\"checkout\">
<section class=\"summary\" aria-labelledby=\"merchant\">
{cancel}
<h1 id=\"merchant\">{merchant}</h1>
<p class=\"total\"><span class=\"label\">Total to pay</span> <strong>{total}</strong></p>
<ul class=\"lines\">{lines}</ul>
{shipping}
<dl class=\"sums\">{sums}</dl>
</section>
<section class=\"payment\" aria-labelledby=\"pay-heading\">
<h2 id=\"pay-heading\">Payment</h2>
{notice}
<form method=\"post\" action=\"{path}\"><input type=\"hidden\" name=\"method\" value=\"wallet\"><button class=\"wallet\">Pay with sandbox wallet</button></form>
<p class=\"or\"><span>or pay by card</span></p>
{card_form}
<form method=\"post\" action=\"{path}\"><input type=\"hidden\" name=\"method\" value=\"bank_transfer\"><button class=\"plain\">Pay by bank transfer (delayed)</button></form>
{help}
</section>
</main>",
        cancel = cancel.unwrap_or_default(),
        merchant = escape(&session.merchant_name),
        lines = render_line_items(session),
        shipping = render_shipping_choice(session),
        sums = render_totals(session),
        notice = render_notice(form),
        card_form = render_card_form(session, form, &path, &total),
        help = render_test_cards(),
    );
    render_document(&format!("Pay {total} to {}", session.merchant_name), &body)
}

pub(crate) fn render_challenge_page(session: &Session, means: &PaymentMethod) -> String {
    let card = match means {
        PaymentMethod::Card { last4, .. } => format!(" with the card ending in {}", escape(last4)),
        PaymentMethod::Wallet | PaymentMethod::BankTransfer => String::new(),
    };
    let body = format!(
        "<main class=\"notice-page\"><div class=\"card\">
<p class=\"eyebrow\">Sandbox bank</p>
<h1>Confirm this payment</h1>
<p>{merchant} asks for <strong>{total}</strong>{card}. A real bank would now ask for a code or a look at its app.</p>
<form method=\"post\" action=\"/pay/{id}/challenge\" class=\"buttons\">
<button class=\"primary\" name=\"answer\" value=\"complete\">Complete</button>
<button class=\"plain\" name=\"answer\" value=\"fail\">Fail</button>
</form></div></main>",
        merchant = escape(&session.merchant_name),
        total = format_amount(session.total(), &session.currency),
        id = escape(&session.id),
    );
    render_document("Confirm this payment", &body)
}

pub(crate) fn render_ended_page(session: &Session) -> String {
    let (heading, text, address) = match session.status {
        SessionStatus::Complete if session.paid => (
            "You have paid",
            "This payment is complete. You were charged once.",
            Some(success_url_of(session)),
        ),
        SessionStatus::Complete => (
            "Waiting for your bank transfer",
            "Your order is placed; the money is on its way.",
            Some(success_url_of(session)),
        ),
        SessionStatus::Open | SessionStatus::Expired => {
            ("This payment page has expired", "You were not charged.", session.cancel_url.clone())
        }
    };
    let link = address.map_or_else(String::new, |address| {
        format!(
            "<a class=\"primary\" href=\"{}\">Return to {}</a>",
            escape(&address),
            escape(&session.merchant_name)
        )
    });
    let body = format!(
        "<main class=\"notice-page\"><div class=\"card\"><p class=\"eyebrow\">{}</p><h1>{heading}</h1><p>{text}</p>{link}</div></main>",
        escape(&session.merchant_name)
    );
    render_document(heading, &body)
}

pub(crate) fn render_unknown_page() -> String {
    render_document(
        "Page not found",
        "<main class=\"notice-page\"><div class=\"card\"><h1>Page not found</h1><p>There is no such payment. Go back to the shop and start the checkout again.</p></div></main>",
    )
}

fn render_document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"robots\" content=\"noindex\">
<title>{title} – Sandbox</title>
<style>{STYLE}</style>
</head>
<body>
<p class=\"banner\" role=\"note\"><strong>Sandbox</strong> – no real money moves</p>
{body}
</body>
</html>",
        title = escape(title)
    )
}

fn render_line_items(session: &Session) -> String {
    let mut html = String::new();
    for item in &session.line_items {
        let picture = item.images.first().filter(|address| address.starts_with("http"));
        let picture = picture.map_or_else(String::new, |address| {
            format!("<img src=\"{}\" alt=\"\">", escape(address))
        });
        let details = item
            .description
            .as_ref()
            .map(|text| format!("<span class=\"detail\">{}</span>", escape(text)));
        let each = match item.quantity {
            1 => String::new(),
            quantity => {
                let unit = format_amount(item.unit_amount, &session.currency);
                format!("<span class=\"detail\">{quantity} × {unit}</span>")
            }
        };
        let total = format_amount(item.unit_amount * item.quantity, &session.currency);
        let _ = write!(
            html,
            "<li>{picture}<span class=\"name\">{}{}{each}</span><span class=\"amount\">{total}</span></li>",
            escape(&item.name),
            details.unwrap_or_default()
        );
    }
    html
}

fn render_shipping_choice(session: &Session) -> String {
    if session.shipping_options.len() < 2 {
        return String::new();
    }
    let mut options = String::new();
    for (place, option) in session.shipping_options.iter().enumerate() {
        let checked = if place == session.chosen_shipping { " checked" } else { "" };
        let _ = write!(
            options,
            "<label><input type=\"radio\" name=\"shipping\" value=\"{place}\"{checked}> <span class=\"name\">{}</span> <span class=\"amount\">{}</span></label>",
            escape(&option.display_name),
            format_amount(option.amount, &session.currency)
        );
    }
    format!(
        "<form method=\"post\" action=\"/pay/{}/shipping\" class=\"shipping\"><fieldset><legend>Delivery</legend>{options}</fieldset><button class=\"plain small\">Update total</button></form>",
        escape(&session.id)
    )
}

fn render_totals(session: &Session) -> String {
    let mut rows = format!(
        "<div><dt>Subtotal</dt><dd>{}</dd></div>",
        format_amount(session.subtotal(), &session.currency)
    );
    if let Some(option) = session.shipping() {
        let amount = format_amount(option.amount, &session.currency);
        let _ =
            write!(rows, "<div><dt>{}</dt><dd>{amount}</dd></div>", escape(&option.display_name));
    }
    let total = format_amount(session.total(), &session.currency);
    let _ = write!(rows, "<div class=\"sum\"><dt>Total</dt><dd>{total}</dd></div>");
    rows
}

fn render_notice(form: &FormState) -> String {
    let text = match &form.message {
        Some(message) => escape(message),
        None if form.errors.has_any() => {
            "You were not charged. Please check the marked fields.".to_owned()
        }
        None => return String::new(),
    };
    format!("<p class=\"notice\" role=\"alert\">{text}</p>")
}

fn render_card_form(session: &Session, form: &FormState, path: &str, total: &str) -> String {
    let email = match &session.customer_email {
        Some(email) => {
            format!("<p class=\"fixed\"><span class=\"label\">E-mail</span> {}</p>", escape(email))
        }
        None => render_field(
            "email",
            "E-mail",
            "type=\"email\" autocomplete=\"email\"",
            &form.email,
            &form.errors.email,
            "",
        ),
    };
    let number = render_field(
        "number",
        "Card number",
        "type=\"text\" inputmode=\"numeric\" autocomplete=\"cc-number\" maxlength=\"23\" placeholder=\"1234 1234 1234 1234\"",
        "",
        &form.errors.number,
        "Never type a real card here. <span class=\"number\">4242 4242 4242 4242</span> always works.",
    );
    let expiry = render_field(
        "expiry",
        "Expiry date",
        "type=\"text\" inputmode=\"numeric\" autocomplete=\"cc-exp\" maxlength=\"9\" placeholder=\"MM/YY\"",
        &form.expiry,
        &form.errors.expiry,
        "",
    );
    let code = render_field(
        "cvc",
        "Security code",
        "type=\"text\" inputmode=\"numeric\" autocomplete=\"cc-csc\" maxlength=\"4\" placeholder=\"CVC\"",
        "",
        &form.errors.security_code,
        "",
    );
    let name = render_field(
        "name",
        "Name on card",
        "type=\"text\" autocomplete=\"cc-name\"",
        &form.name,
        &form.errors.name,
        "",
    );
    format!(
        "<form method=\"post\" action=\"{path}\" class=\"card-form\" novalidate>{email}{number}<div class=\"pair\">{expiry}{code}</div>{name}<button class=\"primary\">Pay {total}</button></form>"
    )
}

/// A labelled input. Its hint and error are linked to it for screen readers.
fn render_field(
    name: &str,
    label: &str,
    attributes: &str,
    value: &str,
    error: &Option<String>,
    hint: &str,
) -> String {
    let hint_html = if hint.is_empty() {
        String::new()
    } else {
        format!("<span class=\"hint\" id=\"{name}-hint\">{hint}</span>")
    };
    let (error_html, invalid) = match error {
        Some(error) => (
            format!("<span class=\"error\" id=\"{name}-error\">{}</span>", escape(error)),
            " aria-invalid=\"true\"",
        ),
        None => (String::new(), ""),
    };
    let described: Vec<String> = [(error.is_some(), "error"), (!hint.is_empty(), "hint")]
        .iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, part)| format!("{name}-{part}"))
        .collect();
    let described = match described.is_empty() {
        true => String::new(),
        false => format!(" aria-describedby=\"{}\"", described.join(" ")),
    };
    format!(
        "<div class=\"field\"><label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" {attributes} value=\"{}\" required{invalid}{described}>{error_html}{hint_html}</div>",
        escape(value)
    )
}

fn render_test_cards() -> String {
    let mut rows = String::new();
    for card in TEST_CARDS {
        let _ = write!(
            rows,
            "<li><code>{}</code><span>{}</span></li>",
            format_number(card.number),
            card.what_happens
        );
    }
    format!(
        "<details class=\"help\" open><summary>Test cards</summary><ul>{rows}</ul><p>Any expiry date in the future and any security code will do. Close the page to abandon the payment.</p></details>"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
