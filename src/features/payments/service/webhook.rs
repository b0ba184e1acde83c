//! What Stripe tells us by itself: verified, looked up again at Stripe, done once.

use crate::features::payments::service::fulfil::{fulfil, unanswered};
use crate::features::payments::service::refunds::sync_refunds;
use crate::features::payments::store;
use crate::features::payments::stripe::requests;
use crate::features::payments::stripe::signature;
use crate::features::payments::stripe::webhook_event::{Subject, WebhookEvent};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::shared::error::{AppError, AppResult, ErrorKind};

/// Handles one delivery.
///
/// # Errors
/// `Malformed` for a wrong signature or mode; `Conflict` for a known type whose record is not here yet, so that Stripe
/// delivers it again (R64).
pub async fn receive_webhook(ctx: &Ctx, signature_header: &str, body: &[u8]) -> AppResult<()> {
    if !signature::is_valid(signature_header, body, &ctx.settings.services.stripe_webhook_secrets, ctx.now()) {
        ctx.record(SecurityEvent { name: "webhook", outcome: Outcome::Refused, object: "signature" });
        return Err(refused());
    }
    let event: WebhookEvent = serde_json::from_slice(body).map_err(|_| refused())?;
    if event.livemode != ctx.stripe.livemode {
        ctx.record(SecurityEvent { name: "webhook", outcome: Outcome::Refused, object: "mode" });
        return Err(refused());
    }
    if store::event_is_known(&ctx.mongo, &event.id).await? {
        return Ok(());
    }
    match event.subject() {
        Subject::Other => {}
        Subject::Session => about_session(ctx, &event.data.object.id, &event.id).await?,
        Subject::Payment => about_payment(ctx, &event.data.object.id, &event.id).await?,
        Subject::Refund => about_refund(ctx, event.data.object.payment_intent.as_deref().unwrap_or_default()).await?,
    }
    store::remember_event(&ctx.mongo, &event.id, ctx.now()).await
}

async fn about_session(ctx: &Ctx, session_id: &str, event_id: &str) -> AppResult<()> {
    fulfil(ctx, session_id, Some(event_id)).await.map(drop).map_err(not_yet)
}

/// A payment's own event may come first: its session is asked from Stripe.
async fn about_payment(ctx: &Ctx, payment_intent: &str, event_id: &str) -> AppResult<()> {
    let session_id = match store::by_payment_intent(&ctx.mongo, payment_intent).await?.and_then(|a| a.session_id) {
        Some(known) => Some(known),
        None => requests::session_of_payment(&ctx.stripe, payment_intent).await.map_err(|f| unanswered(&f))?,
    };
    match session_id {
        Some(session_id) => about_session(ctx, &session_id, event_id).await,
        // Not a payment of this store's checkout.
        None => Ok(()),
    }
}

async fn about_refund(ctx: &Ctx, payment_intent: &str) -> AppResult<()> {
    let attempt = store::by_payment_intent(&ctx.mongo, payment_intent).await?.ok_or_else(AppError::not_found).map_err(not_yet)?;
    sync_refunds(ctx, &attempt).await
}

/// Unknown to us now may be known in a second: never acknowledged and dropped.
fn not_yet(error: AppError) -> AppError {
    match error.kind {
        ErrorKind::NotFound => AppError::conflict("record_not_here_yet", "Deliver this event again later."),
        _ => error,
    }
}

fn refused() -> AppError {
    AppError::new(ErrorKind::Malformed, "webhook_refused", "This event cannot be accepted.")
}
