//! FNV-1a (64 bits) over a price and everything that explains it.

use cartwright::shared::money::Money;
use cartwright::shared::pricing::{Totals, TraceKind};

pub(crate) struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    pub(crate) fn totals(&mut self, totals: &Totals) {
        for line in &totals.lines {
            self.text(line.sku.as_str());
            self.number(u64::from(line.quantity));
            self.money(line.unit_price);
            for amount in [line.subtotal, line.discount, line.total, line.tax] {
                self.money(amount);
            }
            for part in &line.discounts {
                self.text(&part.promotion);
                self.money(part.amount);
            }
            self.text(line.tax_class.as_str());
            self.number(u64::from(line.tax_rate.0));
            self.text(line.tax_category.code());
        }
        let sums = [totals.items, totals.discount, totals.tax, totals.total];
        let delivery = [totals.shipping, totals.shipping_discount, totals.shipping_tax];
        for amount in sums.into_iter().chain(delivery) {
            self.money(amount);
        }
        self.number(u64::from(totals.shipping_tax_rate.0));
        self.text(totals.shipping_tax_category.code());
        for part in &totals.tax_per_rate {
            self.number(u64::from(part.rate.0));
            self.text(part.category.code());
            self.money(part.net);
            self.money(part.tax);
        }
        for step in &totals.trace {
            self.number(match step.kind {
                TraceKind::Line => 1,
                TraceKind::Discount => 2,
                TraceKind::Shipping => 3,
                TraceKind::Tax => 4,
            });
            self.text(&step.label);
            self.money(step.amount);
            self.number(u64::from(step.included));
        }
        self.number(u64::from(totals.prices_include_tax));
        match totals.missing_for_free_shipping {
            Some(missing) => self.money(missing),
            None => self.text("none"),
        }
        match totals.charge_problem() {
            Some(problem) => self.text(&problem.message()),
            None => self.text("none"),
        }
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// The length first, so that "ab" + "c" differs from "a" + "bc".
    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }

    fn money(&mut self, amount: Money) {
        self.bytes(&amount.minor().to_le_bytes());
        self.bytes(amount.currency().code().as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
