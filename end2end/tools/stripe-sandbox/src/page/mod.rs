//! The hosted payment page: server-rendered, usable without scripts.

pub(crate) mod cards;
mod html;
mod money;

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::account::Account;
use crate::calendar::month_and_year;
use crate::records::{PaymentMethod, Session, SessionStatus};
use crate::rules::payment::{self, Behaviour, ChallengeAnswer, Outcome, TestPaymentMethod};
use crate::sandbox::Sandbox;
use html::FormState;

type Fields = HashMap<String, String>;

pub(crate) async fn show_payment_page(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Response {
    with_session(&sandbox, &id, |account| {
        let session = account.sessions.get_mut(&id)?;
        let mut form = FormState::new(session);
        form.message = session.last_message.take();
        Some(render_page(session, &form, StatusCode::OK))
    })
}

/// Each button sends a `method`. Without it, the card form was sent.
pub(crate) async fn submit_payment(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let response = with_session(&sandbox, &id, |account| {
        let this_month = month_and_year(account.now());
        let session = account.sessions.get_mut(&id)?;
        if session.status != SessionStatus::Open {
            return Some(render_ended(session));
        }
        let method = match fields.get("method").map(String::as_str) {
            Some("wallet") => {
                TestPaymentMethod { means: PaymentMethod::Wallet, behaviour: Behaviour::Approve }
            }
            Some("bank_transfer") => TestPaymentMethod {
                means: PaymentMethod::BankTransfer,
                behaviour: Behaviour::Approve,
            },
            _ => match read_card(session, &fields, this_month) {
                Ok(method) => method,
                Err(form) => {
                    return Some(render_page(session, &form, StatusCode::UNPROCESSABLE_ENTITY));
                }
            },
        };
        let outcome = payment::pay(account, &id, &method);
        let session = account.sessions.get_mut(&id)?;
        Some(match outcome {
            Ok(Outcome::Paid | Outcome::Processing) => redirect_to_success(session),
            Ok(Outcome::Challenged) => {
                Redirect::to(&format!("/pay/{id}/challenge")).into_response()
            }
            Ok(Outcome::Declined) => {
                let mut form = FormState::from_fields(session, &fields);
                form.errors.number = session.last_message.take();
                render_page(session, &form, StatusCode::PAYMENT_REQUIRED)
            }
            Err(_) => render_ended(session),
        })
    });
    sandbox.notify_change();
    response
}

pub(crate) async fn choose_shipping(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let chosen = fields.get("shipping").and_then(|text| text.parse::<usize>().ok());
    with_session(&sandbox, &id, |account| {
        let session = account.sessions.get_mut(&id)?;
        let chosen = chosen.filter(|chosen| *chosen < session.shipping_options.len());
        if let (SessionStatus::Open, Some(chosen)) = (session.status, chosen) {
            session.chosen_shipping = chosen;
        }
        Some(Redirect::to(&format!("/pay/{id}")).into_response())
    })
}

pub(crate) async fn show_challenge(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Response {
    with_session(&sandbox, &id, |account| {
        let session = account.sessions.get(&id)?;
        Some(match (&session.challenged, session.status) {
            (Some(means), SessionStatus::Open) => {
                Html(html::render_challenge_page(session, means)).into_response()
            }
            _ => Redirect::to(&format!("/pay/{id}")).into_response(),
        })
    })
}

pub(crate) async fn submit_challenge(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let answer = match fields.get("answer").map(String::as_str) {
        Some("complete") => ChallengeAnswer::Complete,
        _ => ChallengeAnswer::Fail,
    };
    let response = with_session(&sandbox, &id, |account| {
        let outcome = payment::answer_challenge(account, &id, answer);
        let session = account.sessions.get(&id)?;
        Some(match outcome {
            Ok(Outcome::Paid | Outcome::Processing) => redirect_to_success(session),
            _ => Redirect::to(&format!("/pay/{id}")).into_response(),
        })
    });
    sandbox.notify_change();
    response
}

fn with_session(
    sandbox: &Sandbox,
    id: &str,
    work: impl FnOnce(&mut Account) -> Option<Response>,
) -> Response {
    let handle = sandbox.account_of_session(id);
    let response = handle.and_then(|handle| handle.with(work));
    let mut response = response.unwrap_or_else(|| {
        (StatusCode::NOT_FOUND, Html(html::render_unknown_page())).into_response()
    });
    let headers = response.headers_mut();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; frame-ancestors 'none'";
    headers.insert("content-security-policy", axum::http::HeaderValue::from_static(policy));
    headers.insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    headers.insert("referrer-policy", axum::http::HeaderValue::from_static("no-referrer"));
    response
}

fn render_page(session: &Session, form: &FormState, status: StatusCode) -> Response {
    match session.status {
        SessionStatus::Open => {
            (status, Html(html::render_payment_page(session, form))).into_response()
        }
        SessionStatus::Complete | SessionStatus::Expired => {
            Html(html::render_ended_page(session)).into_response()
        }
    }
}

/// The response to a late form. A shopper who has paid is redirected to the shop.
fn render_ended(session: &Session) -> Response {
    match session.status {
        SessionStatus::Complete => redirect_to_success(session),
        SessionStatus::Open | SessionStatus::Expired => {
            (StatusCode::GONE, Html(html::render_ended_page(session))).into_response()
        }
    }
}

fn redirect_to_success(session: &Session) -> Response {
    Redirect::to(&success_url_of(session)).into_response()
}

pub(crate) fn success_url_of(session: &Session) -> String {
    session.success_url.replace("{CHECKOUT_SESSION_ID}", &session.id)
}

/// Reads the card form. The session keeps the shopper's name and address, but not the card.
fn read_card(
    session: &mut Session,
    fields: &Fields,
    this_month: (i64, i64),
) -> Result<TestPaymentMethod, Box<FormState>> {
    let text = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let mut form = Box::new(FormState::from_fields(session, fields));
    let number = cards::check_number(&text("number"));
    let expiry = cards::check_expiry(&text("expiry"), this_month);
    let (local, domain) = form.email.split_once('@').unwrap_or_default();
    if session.customer_email.is_none() && (local.is_empty() || !domain.contains('.')) {
        form.errors.email =
            Some("Enter your e-mail address, for example name@example.com.".to_owned());
    }
    if form.name.is_empty() {
        form.errors.name = Some("Enter the name on the card.".to_owned());
    }
    form.errors.number = number.as_ref().err().map(|error| (*error).to_owned());
    form.errors.expiry = expiry.as_ref().err().map(|error| (*error).to_owned());
    form.errors.security_code = cards::check_security_code(&text("cvc")).err().map(str::to_owned);
    let (Ok(number), Ok((month, year))) = (number, expiry) else {
        return Err(form);
    };
    if form.errors.has_any() {
        return Err(form);
    }
    session.payer_email = session.customer_email.clone().or(Some(form.email));
    session.payer_name = Some(form.name);
    Ok(cards::card_payment_method(&number, month, year))
}
