//! One number that stands for the prices of many random carts: equal numbers, equal prices to the
//! minor unit.
//!
//! The browser shows a total before the server confirms it, from the same code compiled twice. This
//! crate is compiled twice as well; `compare.mjs` checks that both builds price the same carts
//! alike.

pub mod carts;
mod digest;
pub mod random;

use cartwright::shared::pricing::price;

use crate::digest::Digest;
use crate::random::Random;

/// Digests the first `carts` carts of a seed: every amount, rate, label and flag of their totals,
/// and the code of every refusal.
pub fn digest(seed: u64, carts: u32) -> u64 {
    let mut all = Digest::default();
    for number in 0..carts {
        all.number(cart_digest(seed, number));
    }
    all.finish()
}

/// Digests one cart alone; each has its own random numbers, so one that differs can be looked at by
/// itself.
pub fn cart_digest(seed: u64, number: u32) -> u64 {
    let input = carts::random_cart(&mut Random::for_cart(seed, number));
    let mut digest = Digest::default();
    match price(&input) {
        Ok(totals) => digest.totals(&totals),
        Err(error) => digest.text(&error.code),
    }
    digest.finish()
}

/// `digest` for Node, where 64-bit numbers are `BigInt`s.
#[expect(unsafe_code, reason = "Node finds the function by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn parity_digest(seed: u64, carts: u32) -> u64 {
    digest(seed, carts)
}

/// `cart_digest` for Node.
#[expect(unsafe_code, reason = "Node finds the function by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn parity_cart_digest(seed: u64, number: u32) -> u64 {
    cart_digest(seed, number)
}

#[cfg(test)]
mod tests {
    use cartwright::shared::pricing::TaxBasis;

    use super::*;

    #[test]
    fn a_digest_depends_on_the_seed_and_the_count_alone() {
        assert_eq!(digest(1, 200), digest(1, 200));
        assert_ne!(digest(1, 200), digest(2, 200));
        assert_ne!(digest(1, 200), digest(1, 199));
        assert_ne!(cart_digest(1, 0), cart_digest(1, 1));
    }

    #[test]
    fn the_carts_reach_every_branch_of_pricing() {
        let mut seen = Seen::default();
        for number in 0..4000 {
            let input = carts::random_cart(&mut Random::for_cart(7, number));
            match price(&input) {
                Err(error) => seen.refused += u32::from(error.code == "quantity_out_of_range"),
                Ok(totals) => {
                    seen.inclusive += u32::from(totals.prices_include_tax);
                    seen.exclusive += u32::from(!totals.prices_include_tax);
                    seen.missing += u32::from(totals.missing_for_free_shipping.is_some());
                    seen.free +=
                        u32::from(totals.trace.iter().any(|step| step.label.contains("free from")));
                    seen.long += u32::from(totals.lines.len() == 100);
                    seen.short += u32::from(totals.lines.len() == 1);
                    seen.discounted += u32::from(!totals.discount.is_zero());
                    seen.given_free += u32::from(!totals.shipping_discount.is_zero());
                    seen.exported += u32::from(input.taxes.basis == TaxBasis::Export);
                    seen.stepped +=
                        u32::from(input.currency.charge_step() > 1 && !totals.tax.is_zero());
                    let code = totals.charge_problem().map(|problem| problem.code());
                    seen.too_little += u32::from(code == Some("total_below_minimum"));
                    seen.too_much += u32::from(code == Some("total_above_maximum"));
                    seen.not_charged += u32::from(code == Some("currency_not_charged"));
                }
            }
        }
        for (what, count) in seen.counts() {
            assert!(count > 10, "{what}: {count}");
        }
    }

    #[derive(Default)]
    struct Seen {
        refused: u32,
        inclusive: u32,
        exclusive: u32,
        missing: u32,
        free: u32,
        long: u32,
        short: u32,
        discounted: u32,
        given_free: u32,
        exported: u32,
        stepped: u32,
        too_little: u32,
        too_much: u32,
        not_charged: u32,
    }

    impl Seen {
        fn counts(&self) -> [(&'static str, u32); 14] {
            [
                ("refused", self.refused),
                ("inclusive", self.inclusive),
                ("exclusive", self.exclusive),
                ("missing", self.missing),
                ("free", self.free),
                ("a hundred lines", self.long),
                ("one line", self.short),
                ("discounted", self.discounted),
                ("free by a promotion", self.given_free),
                ("exported", self.exported),
                ("in steps", self.stepped),
                ("too little to charge", self.too_little),
                ("too much to charge", self.too_much),
                ("in a currency that is not charged", self.not_charged),
            ]
        }
    }
}
