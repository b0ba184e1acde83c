//! Pays a session. The hosted page and the control API use the same functions.

use crate::account::{Account, random_alphanumeric};
use crate::api_error::ApiError;
use crate::records::{
    Charge, ChargeStatus, Decline, PaymentIntent, PaymentMethod, PaymentStatus, Session,
    SessionStatus,
};
use crate::render::payment::{render_charge, render_payment_intent};
use crate::render::session::render_session;
use crate::rules::presentment;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Approve,
    Decline,
    InsufficientFunds,
    Challenge,
}

/// A payment method with the behaviour that the sandbox gives it.
#[derive(Clone, Debug)]
pub(crate) struct TestPaymentMethod {
    pub(crate) means: PaymentMethod,
    pub(crate) behaviour: Behaviour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Paid,
    /// Accepted; the money arrives or fails later.
    Processing,
    Declined,
    Challenged,
}

/// Tries to pay an open session. A second submission of a form that has already paid answers with
/// what the first one achieved and moves no money.
pub(crate) fn pay(
    account: &mut Account,
    session_id: &str,
    method: &TestPaymentMethod,
) -> Result<Outcome, ApiError> {
    if let Some(done) = find_finished_outcome(account, session_id)? {
        return Ok(done);
    }
    let intent_id = begin_attempt(account, session_id, &method.means);
    match method.behaviour {
        Behaviour::Challenge => {
            set_intent_status(account, &intent_id, PaymentStatus::RequiresAction);
            if let Some(session) = account.sessions.get_mut(session_id) {
                session.challenged = Some(method.means.clone());
            }
            record_intent_event(account, "payment_intent.requires_action", &intent_id);
            Ok(Outcome::Challenged)
        }
        Behaviour::Decline => {
            fail_attempt(
                account,
                session_id,
                &intent_id,
                &card_decline("generic_decline", "Your card was declined."),
            );
            Ok(Outcome::Declined)
        }
        Behaviour::InsufficientFunds => {
            let decline = card_decline("insufficient_funds", "Your card has insufficient funds.");
            fail_attempt(account, session_id, &intent_id, &decline);
            Ok(Outcome::Declined)
        }
        Behaviour::Approve if method.means == PaymentMethod::BankTransfer => {
            start_processing(account, session_id, &intent_id);
            Ok(Outcome::Processing)
        }
        Behaviour::Approve => {
            complete_payment(account, session_id, &intent_id, "checkout.session.completed");
            Ok(Outcome::Paid)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChallengeAnswer {
    Complete,
    Fail,
}

/// Ends the challenge a card asked for.
pub(crate) fn answer_challenge(
    account: &mut Account,
    session_id: &str,
    answer: ChallengeAnswer,
) -> Result<Outcome, ApiError> {
    if let Some(done) = find_finished_outcome(account, session_id)? {
        return Ok(done);
    }
    let session =
        account.sessions.get_mut(session_id).ok_or_else(|| no_such_session(session_id))?;
    let (Some(_), Some(intent_id)) = (session.challenged.take(), session.payment_intent.clone())
    else {
        return Err(ApiError::refused(None, "No challenge is pending for this Checkout Session."));
    };
    match answer {
        ChallengeAnswer::Complete => {
            if let Some(intent) = account.payment_intents.get_mut(&intent_id) {
                intent.authenticated = true;
            }
            complete_payment(account, session_id, &intent_id, "checkout.session.completed");
            Ok(Outcome::Paid)
        }
        ChallengeAnswer::Fail => {
            let decline = Decline {
                code: "payment_intent_authentication_failure".to_owned(),
                decline_code: None,
                message: "We are unable to authenticate your payment method. Please choose a different payment method and try again."
                    .to_owned(),
            };
            fail_attempt(account, session_id, &intent_id, &decline);
            Ok(Outcome::Declined)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settlement {
    Succeed,
    Fail,
}

/// Lets a delayed payment arrive or fail.
pub(crate) fn settle(
    account: &mut Account,
    session_id: &str,
    settlement: Settlement,
) -> Result<(), ApiError> {
    let session = account.sessions.get(session_id).ok_or_else(|| no_such_session(session_id))?;
    let processing = session
        .payment_intent
        .as_ref()
        .and_then(|id| account.payment_intents.get(id))
        .filter(|intent| intent.status == PaymentStatus::Processing);
    let Some(intent_id) = processing.map(|intent| intent.id.clone()) else {
        return Err(ApiError::refused(
            None,
            "This Checkout Session has no payment that is still processing.",
        ));
    };
    match settlement {
        Settlement::Succeed => {
            complete_payment(
                account,
                session_id,
                &intent_id,
                "checkout.session.async_payment_succeeded",
            );
        }
        Settlement::Fail => {
            let decline = Decline {
                code: "payment_intent_payment_attempt_failed".to_owned(),
                decline_code: None,
                message: "The bank transfer did not arrive.".to_owned(),
            };
            fail_attempt(account, session_id, &intent_id, &decline);
            record_session_event(account, "checkout.session.async_payment_failed", session_id);
        }
    }
    Ok(())
}

fn find_finished_outcome(account: &Account, session_id: &str) -> Result<Option<Outcome>, ApiError> {
    let session = account.sessions.get(session_id).ok_or_else(|| no_such_session(session_id))?;
    match session.status {
        SessionStatus::Open => Ok(None),
        SessionStatus::Complete if session.paid => Ok(Some(Outcome::Paid)),
        SessionStatus::Complete => Ok(Some(Outcome::Processing)),
        SessionStatus::Expired => {
            Err(ApiError::refused(None, "This Checkout Session has expired."))
        }
    }
}

fn no_such_session(id: &str) -> ApiError {
    ApiError::no_such("checkout.session", id, "session")
}

/// The session's payment intent, made at the first attempt as Stripe does, ready for this attempt.
fn begin_attempt(account: &mut Account, session_id: &str, means: &PaymentMethod) -> String {
    let now = account.now();
    let settings = account.settings.currency.clone();
    let Some(session) = account.sessions.get_mut(session_id) else {
        return String::new();
    };
    presentment::apply_presentment(session, &settings);
    session.challenged = None;
    session.last_message = None;
    let (intent_id, is_new) = match &session.payment_intent {
        Some(id) => (id.clone(), false),
        None => (format!("pi_3{}", random_alphanumeric(23)), true),
    };
    session.payment_intent = Some(intent_id.clone());
    if is_new {
        let intent = new_intent(&intent_id, now, session);
        account.payment_intents.insert(intent);
        record_intent_event(account, "payment_intent.created", &intent_id);
    }
    if let (Some(session), Some(intent)) =
        (account.sessions.get(session_id), account.payment_intents.get_mut(&intent_id))
    {
        intent.means = Some(means.clone());
        intent.payment_method = Some(format!("pm_1{}", random_alphanumeric(23)));
        intent.amount = session.total();
        session.currency.clone_into(&mut intent.currency);
        session.presentment.clone_into(&mut intent.presentment);
        intent.receipt_email =
            session.payment.receipt_email.clone().or_else(|| payer_email(session));
        intent.last_error = None;
        intent.authenticated = false;
    }
    intent_id
}

fn new_intent(id: &str, now: i64, session: &Session) -> PaymentIntent {
    PaymentIntent {
        id: id.to_owned(),
        client_secret: format!("{id}_secret_{}", random_alphanumeric(25)),
        created: now,
        session: session.id.clone(),
        amount: session.total(),
        currency: session.currency.clone(),
        status: PaymentStatus::RequiresPaymentMethod,
        metadata: session.payment.metadata.clone(),
        description: session.payment.description.clone(),
        payment_method_types: session.payment_method_types.clone(),
        payment_method: None,
        means: None,
        receipt_email: None,
        latest_charge: None,
        last_error: None,
        authenticated: false,
        canceled_at: None,
        shipping: session.payment.shipping.clone(),
        presentment: None,
    }
}

fn payer_email(session: &Session) -> Option<String> {
    session.payer_email.clone().or_else(|| session.customer_email.clone())
}

fn card_decline(decline_code: &str, message: &str) -> Decline {
    Decline {
        code: "card_declined".to_owned(),
        decline_code: Some(decline_code.to_owned()),
        message: message.to_owned(),
    }
}

fn start_processing(account: &mut Account, session_id: &str, intent_id: &str) {
    set_intent_status(account, intent_id, PaymentStatus::Processing);
    add_charge(account, session_id, intent_id, ChargeStatus::Pending);
    record_intent_event(account, "payment_intent.processing", intent_id);
    if let Some(session) = account.sessions.get_mut(session_id) {
        session.status = SessionStatus::Complete;
    }
    record_session_event(account, "checkout.session.completed", session_id);
}

fn complete_payment(account: &mut Account, session_id: &str, intent_id: &str, session_event: &str) {
    set_intent_status(account, intent_id, PaymentStatus::Succeeded);
    let charge_id = add_charge(account, session_id, intent_id, ChargeStatus::Succeeded);
    if let Some(session) = account.sessions.get_mut(session_id) {
        session.status = SessionStatus::Complete;
        session.paid = true;
    }
    record_charge_event(account, "charge.succeeded", &charge_id);
    record_intent_event(account, "payment_intent.succeeded", intent_id);
    record_session_event(account, session_event, session_id);
}

fn fail_attempt(account: &mut Account, session_id: &str, intent_id: &str, decline: &Decline) {
    if let Some(intent) = account.payment_intents.get_mut(intent_id) {
        intent.status = PaymentStatus::RequiresPaymentMethod;
        intent.last_error = Some(decline.clone());
    }
    let charge_id = add_charge(account, session_id, intent_id, ChargeStatus::Failed);
    if let Some(session) = account.sessions.get_mut(session_id) {
        session.last_message = Some(decline.message.clone());
    }
    record_charge_event(account, "charge.failed", &charge_id);
    record_intent_event(account, "payment_intent.payment_failed", intent_id);
}

/// The attempt's charge: a pending one of a delayed payment is brought to its end, otherwise a new
/// one is made.
fn add_charge(
    account: &mut Account,
    session_id: &str,
    intent_id: &str,
    status: ChargeStatus,
) -> String {
    let now = account.now();
    let (Some(session), Some(intent)) =
        (account.sessions.get(session_id), account.payment_intents.get_mut(intent_id))
    else {
        return String::new();
    };
    let failure = (status == ChargeStatus::Failed).then(|| intent.last_error.clone()).flatten();
    if let Some(pending) =
        intent.latest_charge.as_deref().and_then(|id| account.charges.get_mut(id))
        && pending.status == ChargeStatus::Pending
    {
        pending.status = status;
        pending.failure = failure;
        return pending.id.clone();
    }
    let charge = Charge {
        id: format!("ch_3{}", random_alphanumeric(23)),
        created: now,
        payment_intent: intent_id.to_owned(),
        payment_method: intent.payment_method.clone().unwrap_or_default(),
        means: intent.means.clone().unwrap_or(PaymentMethod::Wallet),
        amount: intent.amount,
        refunded: 0,
        currency: intent.currency.clone(),
        status,
        authenticated: intent.authenticated,
        payer_email: payer_email(session),
        payer_name: session.payer_name.clone(),
        metadata: intent.metadata.clone(),
        description: intent.description.clone(),
        failure,
        dispute: None,
        shipping: intent.shipping.clone(),
        presentment: intent.presentment.clone(),
    };
    let id = charge.id.clone();
    intent.latest_charge = Some(id.clone());
    account.charges.insert(charge);
    id
}

fn set_intent_status(account: &mut Account, id: &str, status: PaymentStatus) {
    if let Some(intent) = account.payment_intents.get_mut(id) {
        intent.status = status;
    }
}

fn record_intent_event(account: &mut Account, kind: &str, id: &str) {
    if let Some(object) = account.payment_intents.get(id).map(render_payment_intent) {
        account.record_event(kind, object);
    }
}

fn record_charge_event(account: &mut Account, kind: &str, id: &str) {
    if let Some(object) = account.charges.get(id).map(render_charge) {
        account.record_event(kind, object);
    }
}

fn record_session_event(account: &mut Account, kind: &str, id: &str) {
    if let Some(object) = account.sessions.get(id).map(render_session) {
        account.record_event(kind, object);
    }
}
