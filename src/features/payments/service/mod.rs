//! Use-cases of payments, one file each.

mod expiry;
mod fulfil;
mod reconciliation;
mod refunds;
mod return_page;
mod sessions;
mod webhook;

pub use expiry::{end_unpaid, release_expired_orders};
pub use fulfil::fulfil;
pub use reconciliation::{reconcile, settle_order};
pub use refunds::{refund_attempt, send_refund, sync_refunds};
pub use return_page::after_payment_page;
pub use sessions::{first_attempt, insert_attempt, next_step, retry, settle_without_payment};
pub use webhook::receive_webhook;
