//! I1 to I6: what must be true after every attack and fault, read from our own books and from Stripe's.

use std::collections::{HashMap, HashSet};

use mongodb::bson::Document;

use crate::features::inventory::model::{Movement, StockLevel};
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

    pub async fn broken_invariants(&self) -> Vec<String> {
        let orders = self.documents("orders").await;
        let attempts = self.documents("payment_attempts").await;
        let mut broken = Vec::new();
        self.money(&orders, &attempts, &mut broken).await;
        self.stock(&orders, &mut broken).await;
        unique(&orders, "number", &mut broken);
        unique(&orders, "checkout_key", &mut broken);
        unique(&attempts, "idempotency_key", &mut broken);
        unique(
            &attempts.iter().filter(|a| a.get_str("payment_intent").is_ok()).cloned().collect::<Vec<_>>(),
            "payment_intent",
            &mut broken,
        );
        broken
    }

    async fn money(&self, orders: &[Document], attempts: &[Document], broken: &mut Vec<String>) {
        let report = self.sandbox.report().await;
        let paid: HashSet<String> = orders.iter().filter(|o| o.get_i64("paid_at").is_ok()).map(id).collect();
        let (mut captured_there, mut refunded_there) = (0, 0);
        for (intent, seen) in report["payment_intents"].as_object().into_iter().flatten() {
            let captured = seen["money"]["captured"].as_i64().unwrap_or(0);
            let refunded = seen["money"]["refunded"].as_i64().unwrap_or(0);
            captured_there += captured;
            refunded_there += refunded;
            let order = seen["order"].as_str().unwrap_or_default();
            if captured > 0 && !paid.contains(order) && refunded < captured {
                broken.push(format!("I1: {intent} captured {captured} for order {order}, which is not paid and not given back"));
            }
            if refunded > captured {
                broken.push(format!("I6: {intent} gave back {refunded} of {captured}"));
            }
        }
        let captured_here: i64 = attempts.iter().map(|a| number(a, "captured_minor")).sum();
        let refunded_here: i64 = attempts.iter().map(|a| number(a, "captured_minor") - number(a, "refundable_minor")).sum();
        if captured_there - refunded_there != captured_here - refunded_here {
            broken.push(format!("I2: Stripe holds {captured_there} - {refunded_there}, our books {captured_here} - {refunded_here}"));
        }
        for order in orders.iter().filter(|o| o.get_i64("paid_at").is_ok()) {
            let payers = attempts
                .iter()
                .filter(|a| {
                    a.get_object_id("order_id").ok() == order.get_object_id("_id").ok()
                        && unclaimed(a) == 0
                        && number(a, "captured_minor") > 0
                })
                .count();
            if payers != 1 && number(order, "total_minor") > 0 {
                broken.push(format!("I1: order {} is paid by {payers} payments", order.get_str("number").unwrap_or("?")));
            }
        }
    }

    async fn stock(&self, orders: &[Document], broken: &mut Vec<String>) {
        let mut from_ledger: HashMap<String, StockLevel> = HashMap::new();
        for row in self.documents("stock_ledger").await {
            let movement = Movement::ALL.into_iter().find(|m| Some(m.key()) == row.get_str("movement").ok()).expect("a known movement");
            let change = movement.change(number(&row, "units"));
            let sum = from_ledger.entry(row.get_str("sku").unwrap_or_default().to_owned()).or_default();
            sum.on_hand += change.on_hand;
            sum.available += change.available;
            sum.reserved += change.reserved;
            sum.sold += change.sold;
        }
        let mut wanted: HashMap<String, (i64, i64)> = HashMap::new();
        for order in orders {
            let state = order.get_str("state").unwrap_or_default();
            for line in order.get_array("lines").into_iter().flatten().filter_map(|l| l.as_document()) {
                let entry = wanted.entry(line.get_str("sku").unwrap_or_default().to_owned()).or_default();
                match state {
                    "pending_payment" => entry.0 += number(line, "quantity"),
                    "paid" | "packing" | "partly_shipped" => entry.1 += number(line, "quantity"),
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
                broken.push(format!("I3: the ledger of {sku} says {:?}, the stock {level:?}", from_ledger.get(&sku)));
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

fn unclaimed(attempt: &Document) -> usize {
    let refunds = attempt.get_array("refunds").into_iter().flatten().filter_map(|r| r.as_document());
    refunds.filter(|r| r.get_str("id").is_ok_and(|id| id.ends_with("-unclaimed"))).count()
}

fn unique(documents: &[Document], field: &str, broken: &mut Vec<String>) {
    let mut seen = HashSet::new();
    for value in documents.iter().filter_map(|d| d.get(field)).map(ToString::to_string) {
        if !seen.insert(value.clone()) {
            broken.push(format!("I5: {field} {value} twice"));
        }
    }
}

fn id(document: &Document) -> String {
    document.get_object_id("_id").map(|id| id.to_hex()).unwrap_or_default()
}

fn number(document: &Document, field: &str) -> i64 {
    document.get_i64(field).or_else(|_| document.get_i32(field).map(i64::from)).unwrap_or(0)
}
