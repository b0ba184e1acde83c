//! What shoppers and their banks do, without the hosted page.

use serde_json::{Value, json};

use super::{required, text};
use crate::account::Account;
use crate::api_error::ApiError;
use crate::page::cards;
use crate::records::Means;
use crate::render::session::session_json;
use crate::rules::payment::{self, Behaviour, ChallengeAnswer, Instrument, Outcome, Settlement};

/// Pays with a card number (challenges are completed unless `challenge` says `fail` or `leave`), a
/// wallet or a delayed bank transfer.
pub fn pay(account: &mut Account, id: &str, body: &Value) -> Result<Value, ApiError> {
    let instrument = match text(body, "method").unwrap_or("card") {
        "wallet" => Instrument { means: Means::Wallet, behaviour: Behaviour::Approve },
        "bank_transfer" => Instrument { means: Means::BankTransfer, behaviour: Behaviour::Approve },
        _ => cards::instrument(required(body, "card")?, 12, 2099),
    };
    let outcome = match payment::pay(account, id, &instrument)? {
        Outcome::Challenged => match text(body, "challenge").unwrap_or("complete") {
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
    Ok(json!({ "outcome": outcome, "session": session(account, id)? }))
}

pub fn challenge(account: &mut Account, id: &str, body: &Value) -> Result<Value, ApiError> {
    let (answer, outcome) = match required(body, "outcome")? {
        "fail" => (ChallengeAnswer::Fail, "challenge_failed"),
        _ => (ChallengeAnswer::Complete, "paid"),
    };
    payment::answer_challenge(account, id, answer)?;
    Ok(json!({ "outcome": outcome, "session": session(account, id)? }))
}

pub fn settle(account: &mut Account, id: &str, body: &Value) -> Result<Value, ApiError> {
    let settlement = match required(body, "outcome")? {
        "fail" => Settlement::Fail,
        _ => Settlement::Succeed,
    };
    payment::settle(account, id, settlement)?;
    session(account, id)
}

pub fn session(account: &Account, id: &str) -> Result<Value, ApiError> {
    account
        .sessions
        .get(id)
        .map(session_json)
        .ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))
}
