//! Decides which deliveries are due and what happens after their outcome. Pure changes of an
//! account's state.

use crate::account::{Account, random_alphanumeric};
use crate::records::{DeliveryState, Event};
use crate::render::event::render_event;
use crate::webhooks::signature::signature_header;

const MIN_PAUSE: i64 = 500;
const MAX_PAUSE: i64 = 30_000;
const MAX_ATTEMPTS: u32 = 40;

/// One event to post to one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) event: String,
    pub(crate) endpoint: String,
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) signature: String,
    pub(crate) copies: u32,
}

/// Takes every delivery whose time has come, in the order in which they are to be sent.
pub(crate) fn take_due(account: &mut Account) -> Vec<Attempt> {
    let now = account.now_milliseconds();
    let mut due: Vec<(String, String, u32)> = Vec::new();
    for event in account.events.iter_mut() {
        for delivery in &mut event.deliveries {
            if delivery.state == DeliveryState::Waiting && !delivery.withheld && delivery.due <= now
            {
                delivery.state = DeliveryState::InFlight;
                delivery.attempts += 1;
                due.push((event.id.clone(), delivery.endpoint.clone(), delivery.copies));
            }
        }
    }
    if account.webhook_mode.reorder {
        due.reverse();
    }
    due.iter()
        .filter_map(|(event, endpoint, copies)| build_attempt(account, event, endpoint, *copies))
        .collect()
}

/// When the next waiting delivery is due, by the account's clock.
pub(crate) fn next_due(account: &Account) -> Option<i64> {
    let deliveries = account.events.iter().flat_map(|event| &event.deliveries);
    deliveries
        .filter(|delivery| delivery.state == DeliveryState::Waiting && !delivery.withheld)
        .map(|delivery| delivery.due)
        .min()
}

/// Notes an answer (none when the endpoint could not be reached) and plans the next attempt if it
/// was no success.
pub(crate) fn record_outcome(account: &mut Account, attempt: &Attempt, status: Option<u16>) {
    let now = account.now_milliseconds();
    let pauses = account.settings.retry_milliseconds.clone();
    let Some(event) = account.events.get_mut(&attempt.event) else {
        return;
    };
    let delivery =
        event.deliveries.iter_mut().find(|delivery| delivery.endpoint == attempt.endpoint);
    let Some(delivery) = delivery else { return };
    delivery.last_status = status;
    let pause = next_pause(delivery.attempts, pauses.as_deref());
    delivery.state = match (status, pause) {
        (Some(200..=299), _) => DeliveryState::Delivered,
        (_, None) => DeliveryState::GivenUp,
        _ => DeliveryState::Waiting,
    };
    delivery.due = now + pause.unwrap_or(0);
}

/// Milliseconds until the next attempt after so many; none when there is no further one.
fn next_pause(attempts: u32, pauses: Option<&[i64]>) -> Option<i64> {
    match pauses {
        Some(pauses) => pauses.get(attempts.saturating_sub(1) as usize).copied(),
        None if attempts >= MAX_ATTEMPTS => None,
        None => Some((MIN_PAUSE << attempts.saturating_sub(1).min(6)).min(MAX_PAUSE)),
    }
}

/// Lets withheld events go, all or the named ones; answers how many deliveries that are.
pub(crate) fn flush(account: &mut Account, only: Option<&[String]>) -> usize {
    let now = account.now_milliseconds();
    let mut released = 0;
    for event in account.events.iter_mut().filter(|event| is_named(event, only)) {
        for delivery in event.deliveries.iter_mut().filter(|delivery| delivery.withheld) {
            delivery.withheld = false;
            delivery.due = now;
            released += 1;
        }
    }
    released
}

/// Sends an event again to every endpoint it was meant for, whatever became of it before.
pub(crate) fn redeliver(account: &mut Account, event_id: &str, copies: u32) -> usize {
    let now = account.now_milliseconds();
    let plans: Vec<_> = account
        .endpoints
        .iter()
        .map(|endpoint| account.webhook_mode.plan_delivery(&endpoint.id, now))
        .collect();
    let Some(event) = account.events.get_mut(event_id) else {
        return 0;
    };
    if event.deliveries.is_empty() {
        event.deliveries = plans;
    }
    for delivery in &mut event.deliveries {
        delivery.state = DeliveryState::Waiting;
        delivery.withheld = false;
        delivery.copies = copies;
        delivery.attempts = 0;
        delivery.due = now;
    }
    event.deliveries.len()
}

/// Attempts that were under way when the process ended have to be made again.
pub(crate) fn reset_unfinished(account: &mut Account) {
    for delivery in account.events.iter_mut().flat_map(|event| &mut event.deliveries) {
        if delivery.state == DeliveryState::InFlight {
            delivery.state = DeliveryState::Waiting;
        }
    }
}

fn is_named(event: &Event, only: Option<&[String]>) -> bool {
    only.is_none_or(|only| only.contains(&event.id) || only.contains(&event.kind))
}

fn build_attempt(
    account: &Account,
    event_id: &str,
    endpoint_id: &str,
    copies: u32,
) -> Option<Attempt> {
    let endpoint = account.endpoints.iter().find(|endpoint| endpoint.id == endpoint_id)?;
    let mut object = render_event(account.events.get(event_id)?);
    let mode = &account.webhook_mode;
    if mode.wrong_livemode {
        object["livemode"] = serde_json::Value::Bool(true);
    }
    // Indented as Stripe's bodies are, so that a receiver that parses before it verifies is found
    // out.
    let body = serde_json::to_string_pretty(&object).ok()?;
    let secrets = match &mode.second_secret {
        Some(second) => vec![second.as_str(), endpoint.secret.as_str()],
        None => vec![endpoint.secret.as_str()],
    };
    Some(Attempt {
        event: event_id.to_owned(),
        endpoint: endpoint_id.to_owned(),
        url: endpoint.url.clone(),
        signature: signature_header(&secrets, account.signature_time(), &body),
        body,
        copies,
    })
}

/// A secret that belongs to no endpoint.
pub(crate) fn random_secret() -> String {
    format!("whsec_{}", random_alphanumeric(32))
}

#[cfg(test)]
mod tests {
    use super::next_pause;

    #[test]
    fn pauses_grow_or_are_as_set() {
        let own: Vec<_> =
            [1, 2, 3, 8, 39, 40].into_iter().map(|attempts| next_pause(attempts, None)).collect();
        assert_eq!(own, [Some(500), Some(1000), Some(2000), Some(30_000), Some(30_000), None]);
        let set: Vec<_> = (1..=3).map(|attempts| next_pause(attempts, Some(&[10, 20]))).collect();
        assert_eq!(set, [Some(10), Some(20), None]);
        assert_eq!(next_pause(1, Some(&[])), None);
    }
}
