//! A report of all money by order, payment and currency, and of the API calls. Invariant checks
//! read it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::records::{ChargeStatus, Dispute, DisputeStatus, PaymentIntent, Refund, Session};

#[derive(Clone, Copy, Default, Serialize)]
struct Money {
    captured: i64,
    /// Refunds that have not failed or been cancelled, pending ones included.
    refunded: i64,
    lost_in_disputes: i64,
}

pub(crate) fn build_report(account: &Account) -> Value {
    let mut money_of: BTreeMap<&str, Money> = BTreeMap::new();
    for charge in account.charges.iter().filter(|charge| charge.status == ChargeStatus::Succeeded) {
        money_of.entry(&charge.payment_intent).or_default().captured += charge.amount;
    }
    for refund in account.refunds.iter().filter(|refund| refund.status.has_moved_money()) {
        money_of.entry(&refund.payment_intent).or_default().refunded += refund.amount;
    }
    for dispute in account.disputes.iter().filter(|dispute| dispute.status == DisputeStatus::Lost) {
        money_of.entry(&dispute.payment_intent).or_default().lost_in_disputes += dispute.amount;
    }
    let money = |intent: &str| money_of.get(intent).copied().unwrap_or_default();

    let mut orders: BTreeMap<String, Vec<&Session>> = BTreeMap::new();
    for session in account.sessions.iter().filter(|session| !session.foreign) {
        orders.entry(order_id_of(session)).or_default().push(session);
    }
    let mut currencies: BTreeMap<&str, Money> = BTreeMap::new();
    let (mut intents, mut foreign_intents) = (BTreeMap::new(), BTreeMap::new());
    for intent in account.payment_intents.iter() {
        let money = money(&intent.id);
        let session = account.sessions.get(&intent.session);
        let json = summarise_intent(account, intent, session, money);
        if session.is_some_and(|session| session.foreign) {
            foreign_intents.insert(intent.id.as_str(), json);
            continue;
        }
        add_money(currencies.entry(&intent.currency).or_default(), money);
        intents.insert(intent.id.as_str(), json);
    }
    let orders: BTreeMap<&str, Value> = orders
        .iter()
        .map(|(order, sessions)| (order.as_str(), summarise_order(sessions, &money)))
        .collect();
    let undelivered = account.events.iter().filter(|event| event.count_undelivered() > 0).count();
    json!({
        "now": account.now(),
        "orders": orders,
        "payment_intents": intents,
        "currencies": currencies,
        "refunds": account.refunds.iter().map(summarise_refund).collect::<Vec<_>>(),
        "disputes": account.disputes.iter().map(summarise_dispute).collect::<Vec<_>>(),
        "foreign": { "payment_intents": foreign_intents },
        "calls": { "by_endpoint": account.calls, "by_idempotency_key": account.idempotency.calls },
        "connections": account.connections.count(),
        "undelivered_events": undelivered,
    })
}

fn summarise_intent(
    account: &Account,
    intent: &PaymentIntent,
    session: Option<&Session>,
    money: Money,
) -> Value {
    let attempt = intent.metadata.get("attempt_id").or_else(|| session?.metadata.get("attempt_id"));
    let disputes = account.disputes.iter().filter(|dispute| dispute.payment_intent == intent.id);
    json!({
        "order": session.map(order_id_of),
        "attempt_id": attempt,
        "session": intent.session,
        "status": intent.status,
        "amount": intent.amount,
        "currency": intent.currency,
        "money": money,
        "metadata": intent.metadata,
        "presentment": intent.presentment,
        "disputes": disputes.map(summarise_dispute).collect::<Vec<_>>(),
    })
}

fn summarise_refund(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "created": refund.created,
        "payment_intent": refund.payment_intent,
        "charge": refund.charge,
        "amount": refund.amount,
        "currency": refund.currency,
        "status": refund.status,
        "reason": refund.reason,
        "failure_reason": refund.failure_reason, "metadata": refund.metadata,
    })
}

fn summarise_dispute(dispute: &Dispute) -> Value {
    // The amount that was withdrawn and not returned, and the fees.
    let withdrawn: i64 = dispute.balance_transactions.iter().map(|movement| -movement.amount).sum();
    let fees: i64 = dispute.balance_transactions.iter().map(|movement| movement.fee).sum();
    json!({
        "id": dispute.id,
        "created": dispute.created,
        "payment_intent": dispute.payment_intent,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "status": dispute.status,
        "reason": dispute.reason,
        "due_by": dispute.due_by,
        "withdrawn": withdrawn, "fees": fees,
    })
}

fn order_id_of(session: &Session) -> String {
    session
        .metadata
        .get("order_id")
        .or(session.client_reference_id.as_ref())
        .cloned()
        .unwrap_or_default()
}

fn summarise_order(sessions: &[&Session], money: &impl Fn(&str) -> Money) -> Value {
    let mut currencies: BTreeMap<&str, Money> = BTreeMap::new();
    let mut intents = Vec::new();
    for session in sessions {
        if let Some(intent) = &session.payment_intent {
            add_money(currencies.entry(&session.currency).or_default(), money(intent));
            intents.push(intent);
        }
    }
    let sessions: Vec<Value> = sessions
        .iter()
        .map(|session| {
            json!({
                "id": session.id,
                "status": session.status,
                "paid": session.paid,
                "currency": session.currency,
                "amount_total": session.total(), "payment_intent": session.payment_intent,
                "client_reference_id": session.client_reference_id, "metadata": session.metadata,
                "created": session.created, "expires_at": session.expires_at,
            })
        })
        .collect();
    json!({ "sessions": sessions, "payment_intents": intents, "currencies": currencies })
}

fn add_money(sum: &mut Money, money: Money) {
    sum.captured += money.captured;
    sum.refunded += money.refunded;
    sum.lost_in_disputes += money.lost_in_disputes;
}
