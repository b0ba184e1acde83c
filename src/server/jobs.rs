//! The loops beside the requests: the outbox, the sweeper, reconciliation, the search index.

use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::oid::ObjectId;

use crate::features::cart::model::CART_GONE;
use crate::features::{checkout, inventory, notifications, payments, privacy, search};
use crate::infra::ctx::Ctx;
use crate::infra::lease;
use crate::infra::outbox::{self, OutboxRow};
use crate::server::app::App;
use crate::server::tls::Tls;
use crate::shared::error::{AppError, AppResult, ErrorKind};

const POLL: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const RECONCILE_EVERY: Duration = Duration::from_secs(300);
const RETENTION_EVERY: Duration = Duration::from_secs(3_600);
const SHELL_EVERY: Duration = Duration::from_secs(30);
const CERTIFICATE_EVERY: Duration = Duration::from_secs(60);

/// Starts every loop; they end with the process, and a panic in one round does not end its loop.
pub fn start(app: &Arc<App>) {
    let holder = ObjectId::new();
    repeat(app, POLL, |app| async move { work_through_outbox(&app.system_ctx()).await.map(drop) });
    repeat(app, POLL, |app| async move { search::service::refresh(&app.system_ctx()).await });
    repeat(app, SWEEP_EVERY, move |app| async move {
        let ctx = app.system_ctx();
        if lease::take(&ctx.mongo, "sweeper", holder, SWEEP_EVERY * 2, ctx.now()).await? {
            payments::service::release_expired_orders(&ctx).await?;
        }
        Ok(())
    });
    repeat(app, RECONCILE_EVERY, move |app| async move {
        let ctx = app.system_ctx();
        if lease::take(&ctx.mongo, "reconciliation", holder, RECONCILE_EVERY * 2, ctx.now()).await? {
            payments::service::reconcile(&ctx).await?;
        }
        Ok(())
    });
    repeat(app, RETENTION_EVERY, move |app| async move {
        let ctx = app.system_ctx();
        if lease::take(&ctx.mongo, "retention", holder, RETENTION_EVERY * 2, ctx.now()).await? {
            privacy::service::enforce_retention(&ctx).await?;
        }
        Ok(())
    });
    repeat(app, SHELL_EVERY, |app| async move { app.refresh_shell().await.map_err(AppError::internal) });
}

/// Follows the files of the store's own certificate: whoever renews it only writes them.
pub fn follow_certificate(app: &Arc<App>, tls: &Tls) {
    let tls = tls.clone();
    repeat(app, CERTIFICATE_EVERY, move |_| {
        let tls = tls.clone();
        async move {
            tls.reload();
            Ok(())
        }
    });
}

/// Does every row that is due, one after the other; answers how many were done.
pub async fn work_through_outbox(ctx: &Ctx) -> AppResult<u32> {
    let mut done = 0;
    while let Some(row) = outbox::lease_next(&ctx.mongo, ctx.now()).await? {
        match consume(ctx, &row).await {
            Ok(()) => {
                outbox::mark_done(&ctx.mongo, &row, ctx.now()).await?;
                done += 1;
            }
            Err(error) => {
                tracing::warn!(kind = %row.kind, attempts = row.attempts, code = %error.code, cause = error.cause().unwrap_or("none"), "an outbox row failed");
                match error.kind {
                    // Refused for good: a person has to look at it.
                    ErrorKind::Invalid => outbox::mark_dead(&ctx.mongo, &row, ctx.now(), &error.code).await?,
                    _ => outbox::mark_failed(&ctx.mongo, &row, ctx.now(), &error.code).await?,
                }
            }
        }
    }
    Ok(done)
}

/// Every kind of row has exactly one consumer.
async fn consume(ctx: &Ctx, row: &OutboxRow) -> AppResult<()> {
    match row.kind.as_str() {
        notifications::jobs::SEND_MAIL => notifications::jobs::send_mail(ctx, row).await,
        inventory::jobs::STOCK_LEVEL_CROSSED => inventory::jobs::stock_level_crossed(ctx, row).await,
        CART_GONE => checkout::jobs::cart_gone(ctx, row).await,
        payments::jobs::REFUND => payments::jobs::refund(ctx, row).await,
        other => Err(AppError::internal(format!("no consumer for outbox rows of kind {other}"))),
    }
}

pub(super) fn repeat<F, W>(app: &Arc<App>, pause: Duration, round: F)
where
    F: Fn(Arc<App>) -> W + Send + 'static,
    W: Future<Output = AppResult<()>> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            let outcome = tokio::spawn(round(app.clone())).await;
            match outcome {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(code = %error.code, cause = error.cause().unwrap_or("none"), "a background round failed"),
                Err(panic) => tracing::error!(%panic, "a background round panicked"),
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = app.clients.outbox_bell.notified(), if pause == POLL => {}
            }
        }
    });
}
