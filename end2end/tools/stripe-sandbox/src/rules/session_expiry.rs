//! Expires sessions without payment: on request or by time.

use crate::account::Account;
use crate::api_error::ApiError;
use crate::records::{PaymentStatus, SessionStatus};
use crate::render::{payment::render_payment_intent, session::render_session};

/// Expires an open session on request.
pub(crate) fn expire_on_request(account: &mut Account, id: &str) -> Result<(), ApiError> {
    let session = account
        .sessions
        .get(id)
        .ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))?;
    if session.status != SessionStatus::Open {
        let status = serde_json::to_value(session.status).unwrap_or_default();
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of {}.",
            status.as_str().unwrap_or_default()
        );
        return Err(ApiError::refused(None, message));
    }
    expire(account, id);
    Ok(())
}

/// Expires every open session whose time is over. Called before each access to an account.
pub(crate) fn expire_due(account: &mut Account) {
    let now = account.now();
    let due: Vec<String> = account
        .sessions
        .iter()
        .filter(|session| session.status == SessionStatus::Open && session.expires_at <= now)
        .map(|session| session.id.clone())
        .collect();
    for id in due {
        expire(account, &id);
    }
}

/// Ends a session: its unfinished payment is cancelled first, so nothing can be captured
/// afterwards.
pub(crate) fn expire(account: &mut Account, id: &str) {
    let now = account.now();
    let Some(session) = account.sessions.get_mut(id) else {
        return;
    };
    session.status = SessionStatus::Expired;
    session.challenged = None;
    let payment_intent = session.payment_intent.clone();
    if let Some(intent) = payment_intent.and_then(|id| account.payment_intents.get_mut(&id)) {
        intent.status = PaymentStatus::Canceled;
        intent.canceled_at = Some(now);
        let object = render_payment_intent(intent);
        account.record_event("payment_intent.canceled", object);
    }
    if let Some(session) = account.sessions.get(id) {
        let object = render_session(session);
        account.record_event("checkout.session.expired", object);
    }
}
