//! Every cart adds up: golden totals in three currencies, and random carts against the invariants.
