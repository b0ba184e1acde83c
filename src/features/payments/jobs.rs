//! Work that follows a payment's commit.

use crate::features::payments::service::send_refund;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::OutboxRow;
use crate::shared::error::{AppError, AppResult};

pub const REFUND: &str = "payments.refund";

/// Asks Stripe for a refund that the books hold already.
pub async fn refund(ctx: &Ctx, row: &OutboxRow) -> AppResult<()> {
    let attempt_id = row.payload.get_object_id("attempt_id").map_err(AppError::internal)?;
    let refund_id = row.payload.get_str("refund_id").map_err(AppError::internal)?;
    send_refund(ctx, attempt_id, refund_id).await
}
