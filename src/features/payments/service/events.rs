//! What Stripe tells us by itself, and what it recorded while nobody listened: verified, looked up
//! again at Stripe, done once.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::features::orders;
use crate::features::orders::model::payment::CLOCK_MARGIN;
use crate::features::orders::service::Order;
use crate::features::payments::model::{HandleEvent, PullEvents};
use crate::features::payments::service::checkout_sessions;
use crate::features::payments::service::disputes::sync_dispute;
use crate::features::payments::service::refunds::sync_refunds;
use crate::features::payments::service::settle_payment::settle_attempt;
use crate::features::payments::service::unpaid_orders::WATCH_EVERY;
use crate::features::payments::service::{shop, stripe, stripe_now, unanswered};
use crate::features::payments::store;
use crate::features::payments::stripe::requests::{self, ATTEMPT_ID, ORDER_ID, SHOP};
use crate::features::payments::stripe::signature;
use crate::features::payments::stripe::webhook_event::{EventObject, Subject, WebhookEvent};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::outbox::{self, OutboxRow};
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::{AttemptId, OrderId};

/// What is read twice: Stripe's list of events may be behind, and its clock and ours differ.
const OVERLAP: Duration = CLOCK_MARGIN.saturating_add(Duration::from_mins(2));
/// What is read at once.
const WINDOW: Duration = Duration::from_hours(1);
/// Further back Stripe lists no events.
const OLDEST_EVENT: Duration = Duration::from_hours(29 * 24);
/// How far a new store looks back.
const FIRST_LOOK: Duration = Duration::from_hours(24);
/// When an event is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Handles one delivery.
///
/// # Errors
/// `Malformed` for a wrong signature or mode; `Conflict` for a known type whose record is not here
/// yet, so that Stripe delivers it again (R64).
pub async fn receive_webhook(ctx: &Ctx, signature_header: &str, body: &[u8]) -> AppResult<()> {
    if !signature::is_valid(
        signature_header,
        body,
        &ctx.settings.services.stripe_webhook_secrets,
        ctx.now(),
    ) {
        ctx.log_security_event(SecurityEvent {
            name: "webhook",
            outcome: Outcome::Refused,
            object: "signature",
        });
        return Err(invalid_signature());
    }
    let event: WebhookEvent = serde_json::from_slice(body).map_err(|_| invalid_signature())?;
    if event.livemode != ctx.stripe.livemode {
        ctx.log_security_event(SecurityEvent {
            name: "webhook",
            outcome: Outcome::Refused,
            object: "mode",
        });
        return Err(invalid_signature());
    }
    handle_event(ctx, &event).await
}

/// Reads the events that Stripe recorded since the last time and handles those that no delivery
/// brought (R140), an hour's worth at once, then plans the next time. An event that cannot be
/// handled becomes work of its own and holds nothing up.
pub async fn pull_events(ctx: &Ctx, row: &OutboxRow, pull: &PullEvents) -> AppResult<()> {
    let since = match pull.since {
        None => stripe_now(ctx) - FIRST_LOOK,
        Some(since) => since.max(stripe_now(ctx) - OLDEST_EVENT),
    };
    let until = since + WINDOW;
    let events = requests::events_between(stripe(ctx), since - OVERLAP, until)
        .await
        .map_err(|failure| unanswered(&failure))?;
    for chunk in events.chunks(100) {
        let ids: Vec<&str> = chunk.iter().map(|event| event.id.as_str()).collect();
        let known: HashSet<String> =
            store::known_events(&ctx.mongo, &ids).await?.into_iter().collect();
        for event in chunk.iter().filter(|event| !known.contains(&event.id)) {
            match handle_event(ctx, event).await {
                Ok(()) => store::remember_event(&ctx.mongo, &event.id, ctx.now()).await?,
                Err(error) => {
                    tracing::warn!(event = %event.id, kind = %event.kind, code = %error.code, "an event could not be handled yet");
                    outbox::ensure(&ctx.mongo, &message_of(event), ctx.now() + RETRY_AFTER).await?;
                }
            }
        }
    }
    // Asked after Stripe's answer, which said what time it is there.
    let now = stripe_now(ctx);
    let next = if until < now { ctx.now() } else { ctx.now() + WATCH_EVERY };
    outbox::defer_with(&ctx.mongo, row, &PullEvents { since: Some(until.min(now)) }, next).await
}

/// Handles an event again that could not be handled when it was read.
pub async fn retry_event(ctx: &Ctx, message: &HandleEvent) -> AppResult<()> {
    let object = EventObject {
        id: message.object_id.clone(),
        payment_intent: message.payment_intent.clone(),
        metadata: message.metadata.clone(),
    };
    let event = WebhookEvent::new(
        message.event_id.clone(),
        message.kind.clone(),
        ctx.stripe.livemode,
        object,
    );
    handle_event(ctx, &event).await?;
    store::remember_event(&ctx.mongo, &message.event_id, ctx.now()).await
}

fn message_of(event: &WebhookEvent) -> HandleEvent {
    let ours = |name: &str| [ORDER_ID, ATTEMPT_ID, SHOP].contains(&name);
    let metadata = event.object().metadata.iter().filter(|(name, _)| ours(name));
    HandleEvent {
        event_id: event.id.clone(),
        kind: event.kind.clone(),
        object_id: event.object().id.clone(),
        payment_intent: event.object().payment_intent.clone(),
        metadata: metadata.map(|(name, value)| (name.clone(), value.clone())).collect(),
    }
}

async fn handle_event(ctx: &Ctx, event: &WebhookEvent) -> AppResult<()> {
    let subject = event.subject();
    if subject == Subject::Other {
        return Ok(());
    }
    let Some(order) = order_of(ctx, subject, event.object()).await? else { return Ok(()) };
    let handled = match subject {
        Subject::Session => about_session(ctx, &order, event).await,
        Subject::Payment => about_payment(ctx, &order, event).await,
        Subject::Refund => {
            sync_refunds(ctx, &order, event.object().payment_intent.as_deref().unwrap_or_default())
                .await
        }
        Subject::Dispute => sync_dispute(ctx, &order, &event.object().id).await,
        Subject::Other => Ok(()),
    };
    handled.map_err(retry_later)?;
    if matches!(subject, Subject::Refund | Subject::Dispute) {
        store::remember_event(&ctx.mongo, &event.id, ctx.now()).await?;
    }
    Ok(())
}

/// The order that an event is about; `None` for what another program made on the same Stripe
/// account (R143).
///
/// # Errors
/// `Conflict` when the event names this shop and its order is not here yet.
async fn order_of(ctx: &Ctx, subject: Subject, object: &EventObject) -> AppResult<Option<Order>> {
    // Sessions, payments and charges name their order; refunds and disputes name the payment.
    if let Some(order) = named_order(ctx, &object.metadata).await? {
        return Ok(Some(order));
    }
    let by_id = match (subject, &object.payment_intent) {
        (Subject::Session, _) => orders::service::find_by_checkout_session(ctx, &object.id).await?,
        (Subject::Payment, _) => orders::service::by_payment_intent(ctx, &object.id).await?,
        (_, Some(payment_intent)) => {
            orders::service::by_payment_intent(ctx, payment_intent).await?
        }
        (_, None) => return Ok(None),
    };
    match (by_id, subject, &object.payment_intent) {
        (Some(order), ..) => Ok(Some(order)),
        (None, Subject::Refund | Subject::Dispute, Some(payment_intent))
            if !object.metadata.contains_key(ORDER_ID) =>
        {
            let metadata = requests::metadata_of_payment(stripe(ctx), payment_intent)
                .await
                .map_err(|failure| unanswered(&failure))?;
            named_order(ctx, &metadata).await
        }
        _ => Ok(None),
    }
}

/// The order that an object at Stripe names, if it is one of this shop.
///
/// # Errors
/// `Conflict` when it names this shop and its order is not here yet.
async fn named_order(ctx: &Ctx, metadata: &HashMap<String, String>) -> AppResult<Option<Order>> {
    let Some(order_id) = metadata.get(ORDER_ID).and_then(|id| OrderId::parse(id)) else {
        return Ok(None);
    };
    match orders::service::find(ctx, order_id).await? {
        Some(order) => Ok(Some(order)),
        None if metadata.get(SHOP).is_some_and(|named| *named == shop(ctx)) => {
            Err(retry_later(AppError::not_found()))
        }
        None => Ok(None),
    }
}

async fn about_session(ctx: &Ctx, order: &Order, event: &WebhookEvent) -> AppResult<()> {
    let session_id = &event.object().id;
    if let Some(attempt) = order.attempt_of_session(session_id) {
        return settle_attempt(ctx, order, attempt.id, session_id, Some(&event.id)).await.map(drop);
    }
    // Its answer was lost before it could be stored: the session itself says whose it is (R132).
    let session =
        requests::session(stripe(ctx), session_id).await.map_err(|failure| unanswered(&failure))?;
    import_session(ctx, order, session, &event.id).await
}

/// A payment's own event may come first: its session is asked from Stripe.
async fn about_payment(ctx: &Ctx, order: &Order, event: &WebhookEvent) -> AppResult<()> {
    let object = event.object();
    let named = object.metadata.get(ATTEMPT_ID).and_then(|id| order.attempt(AttemptId::parse(id)?));
    let attempt = order.attempt_of_payment(&object.id).or(named);
    if let Some(attempt) = attempt
        && let Some(session_id) = &attempt.session_id
    {
        return settle_attempt(ctx, order, attempt.id, session_id, Some(&event.id)).await.map(drop);
    }
    let session = requests::session_of_payment(stripe(ctx), &object.id)
        .await
        .map_err(|failure| unanswered(&failure))?;
    match session {
        Some(session) => import_session(ctx, order, session, &event.id).await,
        None => Err(AppError::not_found()),
    }
}

async fn import_session(
    ctx: &Ctx,
    order: &Order,
    session: requests::SessionState,
    event_id: &str,
) -> AppResult<()> {
    let attempt = session
        .metadata
        .get(ATTEMPT_ID)
        .and_then(|id| order.attempt(AttemptId::parse(id)?))
        .ok_or_else(AppError::not_found)?;
    let session_id = session.id.clone();
    checkout_sessions::record(ctx, order, attempt, session).await?;
    let now = orders::service::by_id(ctx, order.id).await?;
    settle_attempt(ctx, &now, attempt.id, &session_id, Some(event_id)).await.map(drop)
}

/// Unknown to us now may be known in a second: never acknowledged and dropped.
fn retry_later(error: AppError) -> AppError {
    match error.kind {
        ErrorKind::NotFound => {
            AppError::conflict("record_not_here_yet", "Deliver this event again later.")
        }
        _ => error,
    }
}

fn invalid_signature() -> AppError {
    AppError::new(ErrorKind::Malformed, "webhook_refused", "This event cannot be accepted.")
}
