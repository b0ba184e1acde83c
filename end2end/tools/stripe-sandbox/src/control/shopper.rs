//! Actions of shoppers and their banks without the hosted page.

use serde_json::{Value, json};

use super::{read_required_text, read_text};
use crate::account::Account;
use crate::api_error::ApiError;
use crate::page::cards;
use crate::records::PaymentMethod;
use crate::render::session::render_session;
use crate::rules::payment::{
    self, Behaviour, ChallengeAnswer, Outcome, Settlement, TestPaymentMethod,
};

/// Pays with a card number (challenges are completed unless `challenge` says `fail` or `leave`), a
/// wallet or a delayed bank transfer.
pub(crate) fn pay(account: &mut Account, id: &str, body: &Value) -> Result<Value, ApiError> {
    let method = match read_text(body, "method").unwrap_or("card") {
        "wallet" => {
            TestPaymentMethod { means: PaymentMethod::Wallet, behaviour: Behaviour::Approve }
        }
        "bank_transfer" => {
            TestPaymentMethod { means: PaymentMethod::BankTransfer, behaviour: Behaviour::Approve }
        }
        _ => cards::card_payment_method(read_required_text(body, "card")?, 12, 2099),
    };
    let outcome = match payment::pay(account, id, &method)? {
        Outcome::Challenged => match read_text(body, "challenge").unwrap_or("complete") {
            "leave" => "challenged",
            "fail" => {
                payment::answer_challenge(account, id, ChallengeAnswer::Fail)?;
                "challenge_failed"
            }
            _ => {
                payment::answer_challenge(account, id, ChallengeAnswer::Complete)?;
                "paid"
            }
        },
        Outcome::Paid => "paid",
        Outcome::Processing => "processing",
        Outcome::Declined => "declined",
    };
    Ok(json!({ "outcome": outcome, "session": find_session(account, id)? }))
}

pub(crate) fn answer_challenge(
    account: &mut Account,
    id: &str,
    body: &Value,
) -> Result<Value, ApiError> {
    let (answer, outcome) = match read_required_text(body, "outcome")? {
        "fail" => (ChallengeAnswer::Fail, "challenge_failed"),
        _ => (ChallengeAnswer::Complete, "paid"),
    };
    payment::answer_challenge(account, id, answer)?;
    Ok(json!({ "outcome": outcome, "session": find_session(account, id)? }))
}

pub(crate) fn settle(account: &mut Account, id: &str, body: &Value) -> Result<Value, ApiError> {
    let settlement = match read_required_text(body, "outcome")? {
        "fail" => Settlement::Fail,
        _ => Settlement::Succeed,
    };
    payment::settle(account, id, settlement)?;
    find_session(account, id)
}

pub(crate) fn find_session(account: &Account, id: &str) -> Result<Value, ApiError> {
    account
        .sessions
        .get(id)
        .map(render_session)
        .ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))
}
