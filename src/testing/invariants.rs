//! I1 to I7: what must be true after every attack and fault, read from our own books and from
//! Stripe's.

use std::collections::{BTreeMap, HashMap, HashSet};
use strum::VariantArray as _;

use mongodb::bson::{Document, from_document};
use serde::de::DeserializeOwned;

use crate::features::inventory::model::{Movement, StockLevel};
use crate::features::orders::model::OrderState;
use crate::features::orders::model::payment::{CaptureUse, PaymentAttempt};
use crate::features::orders::store::OrderDocument;
use crate::features::payments::model::RefundState;
use crate::features::payments::store::RefundDocument;
use crate::features::payments::stripe::requests::to_stripe_amount;
use crate::testing::app::TestApp;

impl TestApp {
    /// Panics with the invariant's name when one does not hold.
    #[track_caller]
    pub fn assert_invariants(&self) -> impl Future<Output = ()> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let broken = self.broken_invariants().await;
            assert!(broken.is_empty(), "{caller}: {broken:#?}");
        }
    }

    /// As [`Self::assert_invariants`], after all work has been done: nothing is left over (I7).
    #[track_caller]
    pub fn assert_settled(&self) -> impl Future<Output = ()> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            self.drain_queue().await;
            let mut broken = self.broken_invariants().await;
            let parked: Vec<Document> = self
                .documents("outbox")
                .await
                .into_iter()
                .filter(|row| row.get_str("lane") == Ok("parked"))
                .collect();
            broken.extend(parked.iter().map(|row| format!("I7: parked: {row}")));
            assert!(broken.is_empty(), "{caller}: {broken:#?}");
        }
    }

    pub async fn broken_invariants(&self) -> Vec<String> {
        let orders: Vec<OrderDocument> = self.read_all("orders").await;
        let refunds: Vec<RefundDocument> = self.read_all("refunds").await;
        let mut broken = Vec::new();
        self.money(&orders, &refunds, &mut broken).await;
        self.stock(&orders, &mut broken).await;
        for order in &orders {
            balance(order, &refunds, &mut broken);
        }
        let attempts = || orders.iter().flat_map(|order| &order.attempts);
        let captures = || attempts().filter_map(|attempt| attempt.capture.as_ref());
        unique("order number", orders.iter().map(|order| order.number.clone()), &mut broken);
        unique("checkout key", orders.iter().map(|order| order.checkout_key.clone()), &mut broken);
        unique(
            "idempotency key",
            attempts().map(|attempt| attempt.idempotency_key.clone()),
            &mut broken,
        );
        unique("session", attempts().filter_map(|attempt| attempt.session_id.clone()), &mut broken);
        unique(
            "payment",
            captures().filter_map(|capture| capture.payment_intent.clone()),
            &mut broken,
        );
        unique("event", captures().filter_map(|capture| capture.event_id.clone()), &mut broken);
        unique("refund", refunds.iter().filter_map(|refund| refund.stripe_id.clone()), &mut broken);
        broken
    }

    async fn read_all<T: DeserializeOwned>(&self, collection: &str) -> Vec<T> {
        let documents = self.documents(collection).await;
        documents
            .into_iter()
            .map(|document| from_document(document).expect("a document of this version"))
            .collect()
    }

    async fn money(
        &self,
        orders: &[OrderDocument],
        refunds: &[RefundDocument],
        broken: &mut Vec<String>,
    ) {
        let report = self.sandbox.report().await;
        for (intent, seen) in report["payment_intents"].as_object().into_iter().flatten() {
            let captured = seen["money"]["captured"].as_i64().unwrap_or(0);
            let refunded = seen["money"]["refunded"].as_i64().unwrap_or(0);
            if refunded > captured {
                broken.push(format!("I6: {intent} gave back {refunded} of {captured}"));
            }
            let ours = orders
                .iter()
                .find_map(|order| order.attempt_of_payment(intent).map(|attempt| (order, attempt)));
            let pays = ours.is_some_and(|(order, attempt)| {
                order.paid_at.is_some()
                    && attempt
                        .capture
                        .as_ref()
                        .is_some_and(|capture| capture.used_for == CaptureUse::Order)
            });
            if captured > 0 && !pays && refunded < captured {
                broken.push(format!("I1: {intent} captured {captured}, which pays for no order and was not given back"));
            }
        }
        // I2, per currency, in the units that Stripe counts in.
        let mut here: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for capture in orders
            .iter()
            .flat_map(|order| &order.attempts)
            .filter_map(|attempt| attempt.capture.as_ref())
        {
            let amount = to_stripe_amount(capture.amount).expect("an amount of Stripe's");
            here.entry(capture.amount.currency().code().to_lowercase()).or_default().0 += amount;
        }
        for refund in refunds
            .iter()
            .filter(|refund| refund.state.is_under_way() || refund.state.has_succeeded())
        {
            let amount = to_stripe_amount(refund.amount).expect("an amount of Stripe's");
            here.entry(refund.amount.currency().code().to_lowercase()).or_default().1 += amount;
        }
        let mut there: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for (currency, money) in report["currencies"].as_object().into_iter().flatten() {
            let sums =
                (money["captured"].as_i64().unwrap_or(0), money["refunded"].as_i64().unwrap_or(0));
            if sums != (0, 0) {
                there.insert(currency.clone(), sums);
            }
        }
        if here != there {
            broken.push(format!(
                "I2: Stripe captured and refunded {there:?}, our books say {here:?}"
            ));
        }
        for order in orders.iter().filter(|order| order.paid_at.is_some() && order.total_minor > 0)
        {
            let pays = |attempt: &&PaymentAttempt| {
                attempt.capture.as_ref().is_some_and(|c| c.used_for == CaptureUse::Order)
            };
            let payers = order.attempts.iter().filter(pays).count();
            if payers != 1 {
                broken.push(format!("I1: order {} is paid by {payers} payments", order.number));
            }
        }
    }

    async fn stock(&self, orders: &[OrderDocument], broken: &mut Vec<String>) {
        let mut from_ledger: HashMap<String, StockLevel> = HashMap::new();
        for row in self.documents("stock_ledger").await {
            let movement = Movement::VARIANTS
                .iter()
                .copied()
                .find(|m| Some(m.key()) == row.get_str("movement").ok())
                .expect("a known movement");
            let change = movement.change(number(&row, "units"));
            let sum =
                from_ledger.entry(row.get_str("sku").unwrap_or_default().to_owned()).or_default();
            sum.on_hand += change.on_hand;
            sum.available += change.available;
            sum.reserved += change.reserved;
            sum.sold += change.sold;
        }
        let mut wanted: HashMap<String, (i64, i64)> = HashMap::new();
        for order in orders {
            for line in &order.lines {
                let entry = wanted.entry(line.sku.to_string()).or_default();
                match order.state {
                    OrderState::PendingPayment => entry.0 += i64::from(line.quantity),
                    OrderState::Paid | OrderState::Packing | OrderState::PartlyShipped => {
                        entry.1 += i64::from(line.quantity)
                    }
                    _ => {}
                }
            }
        }
        for stock in self.documents("stock").await {
            let sku = stock.get_str("_id").unwrap_or_default().to_owned();
            let level = StockLevel {
                on_hand: number(&stock, "on_hand"),
                available: number(&stock, "available"),
                reserved: number(&stock, "reserved"),
                sold: number(&stock, "sold"),
            };
            if !level.is_consistent() {
                broken.push(format!("I3: {sku} is {level:?}"));
            }
            if from_ledger.get(&sku).copied().unwrap_or_default() != level {
                broken.push(format!(
                    "I3: the ledger of {sku} says {:?}, the stock {level:?}",
                    from_ledger.get(&sku)
                ));
            }
            let (reserved, sold) = wanted.get(&sku).copied().unwrap_or_default();
            if (level.reserved, level.sold) != (reserved, sold) {
                broken.push(format!(
                    "I3: orders hold {reserved} and bought {sold} of {sku}, the stock says {} and {}",
                    level.reserved, level.sold
                ));
            }
        }
    }
}

/// I6, and the order's own facts: they are the sums of its captures and refunds.
fn balance(order: &OrderDocument, refunds: &[RefundDocument], broken: &mut Vec<String>) {
    let mut facts = (0, 0, 0);
    for attempt in &order.attempts {
        let Some(capture) = &attempt.capture else { continue };
        let of_it = |refund: &&RefundDocument| {
            refund.order_id == order.id && refund.attempt_id == attempt.id
        };
        let sum = |wanted: fn(RefundState) -> bool| {
            refunds
                .iter()
                .filter(of_it)
                .filter(|refund| wanted(refund.state))
                .map(|refund| refund.amount.minor())
                .sum::<i64>()
        };
        let (under_way, succeeded) =
            (sum(RefundState::is_under_way), sum(RefundState::has_succeeded));
        if capture.refundable_minor != capture.amount.minor() - under_way - succeeded {
            broken.push(format!(
                "I6: {} of {} can be refunded, with {under_way} under way and {succeeded} given back",
                capture.refundable_minor, capture.amount
            ));
        }
        if succeeded > capture.amount.minor() {
            broken.push(format!("I6: {succeeded} of {} was given back", capture.amount));
        }
        if capture.used_for == CaptureUse::Order {
            facts = (facts.0 + capture.amount.minor(), facts.1 + succeeded, facts.2 + under_way);
        }
    }
    let stored =
        (order.payment.captured_minor, order.payment.refunded_minor, order.payment.refunding_minor);
    if stored != facts {
        broken.push(format!(
            "I2: order {} says {stored:?}, its captures and refunds {facts:?}",
            order.number
        ));
    }
}

fn unique(what: &str, values: impl Iterator<Item = String>, broken: &mut Vec<String>) {
    let mut seen = HashSet::new();
    for value in values {
        if !seen.insert(value.clone()) {
            broken.push(format!("I5: {what} {value} twice"));
        }
    }
}

fn number(document: &Document, field: &str) -> i64 {
    document.get_i64(field).or_else(|_| document.get_i32(field).map(i64::from)).unwrap_or(0)
}
