//! Use-cases of payments, one file each.

mod attempts;
mod checkout_sessions;
mod disputes;
mod events;
mod refunds;
mod return_page;
mod settle_payment;
mod unpaid_orders;

pub use attempts::{next_step, prepare_payment, reserve_goods, retry};
pub use events::{pull_events, receive_webhook, retry_event};
pub use refunds::advance_refund;
#[cfg(test)]
pub use refunds::{NewRefund, refund_order, refunds_of_order};
pub use return_page::resolve_payment_return;
#[cfg(test)]
pub use settle_payment::settle_payment;
pub use unpaid_orders::{end_unpaid, watch_order};

use crate::features::payments::stripe::requests::StripeFailure;
use crate::infra::ctx::Ctx;
use crate::infra::stripe::StripeHttp;
use crate::shared::error::AppError;
use crate::shared::timestamp::Timestamp;

/// The client whose share this request or job uses.
fn stripe(ctx: &Ctx) -> &StripeHttp {
    ctx.stripe.client(ctx.stripe_share())
}

/// The moment by Stripe's clock, in whole seconds.
fn stripe_now(ctx: &Ctx) -> Timestamp {
    ctx.stripe.now_at_stripe(ctx.now())
}

/// The name this shop gives itself at Stripe, where several may share one account.
fn shop(ctx: &Ctx) -> String {
    host_of(&ctx.settings.base_url).to_owned()
}

fn host_of(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}

/// Stripe has not said how things stand: nothing may follow from that.
fn unanswered(failure: &StripeFailure) -> AppError {
    match failure {
        StripeFailure::Unknown(cause)
        | StripeFailure::ServerError(cause)
        | StripeFailure::InProgress(cause)
        | StripeFailure::Unavailable(cause) => AppError::unavailable(cause),
        StripeFailure::Refused { cause, .. } | StripeFailure::KeyConflict(cause) => {
            AppError::internal(cause)
        }
    }
}
