//! Work that follows a payment's commit, and the watch over what is not settled.

use crate::features::payments::model::{HandleEvent, IssueRefund, PullEvents, WatchOrder};
use crate::features::payments::service;
use crate::infra::ctx::Ctx;
use crate::infra::outbox::{OutboxRow, Progress};
use crate::shared::error::AppResult;

pub async fn watch_order(ctx: &Ctx, message: WatchOrder) -> AppResult<Progress> {
    service::watch_order(ctx, message.order_id).await
}

pub async fn issue_refund(ctx: &Ctx, message: IssueRefund) -> AppResult<Progress> {
    service::advance_refund(ctx, &message.refund_id).await
}

pub async fn handle_event(ctx: &Ctx, message: HandleEvent) -> AppResult<Progress> {
    service::retry_event(ctx, &message).await?;
    Ok(Progress::Done)
}

/// Puts its own row back, with the moment up to which events have been read.
pub async fn pull_events(ctx: &Ctx, row: &OutboxRow, message: PullEvents) -> AppResult<Progress> {
    service::pull_events(ctx, row, &message).await?;
    Ok(Progress::PutBack)
}
