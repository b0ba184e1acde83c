//! The work beside the requests: the lanes of the outbox, retention, the search index.

use std::sync::Arc;
use std::time::Duration;
use strum::VariantArray as _;

use crate::features::accounts::model::mails::SendAccountMail;
use crate::features::cart::model::CartDeleted;
use crate::features::inventory::model::StockLevelCrossed;
use crate::features::orders::model::mails::SendOrderMail;
use crate::features::payments::model::{HandleEvent, IssueRefund, PullEvents, WatchOrder};
use crate::features::{accounts, catalog, checkout, orders, payments, privacy, search};
use crate::infra::ctx::Ctx;
use crate::infra::lease;
use crate::infra::mongo::new_id;
use crate::infra::outbox::{self, LEASE, OutboxRow, Progress};
use crate::server::app::App;
use crate::server::tls::Tls;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::InstanceId;
use crate::shared::message::{Lane, OutboxMessage, Retries};

const POLL: Duration = Duration::from_secs(1);
const RETENTION_EVERY: Duration = Duration::from_secs(3_600);
const SHELL_EVERY: Duration = Duration::from_secs(30);
const CERTIFICATE_EVERY: Duration = Duration::from_secs(60);
/// A worker gives up a little before its lease passes on.
const ROW_DEADLINE: Duration = LEASE.saturating_sub(Duration::from_secs(2));

/// Starts every loop; they end with the process, and a panic in one round does not end its loop.
pub fn start(app: &Arc<App>) {
    let holder: InstanceId = new_id();
    for lane in Lane::VARIANTS.iter().copied() {
        for _ in 0..lane.workers() {
            work_on_lane(app, lane);
        }
    }
    repeat(app, RETENTION_EVERY, |app| async move { plan_repeating_work(&app.system_ctx()).await });
    repeat(app, POLL, |app| async move { search::service::refresh(&app.system_ctx()).await });
    repeat(app, RETENTION_EVERY, move |app| async move {
        let ctx = app.system_ctx();
        if lease::take(&ctx.mongo, "retention", holder, RETENTION_EVERY * 2, ctx.now()).await? {
            privacy::service::enforce_retention(&ctx).await?;
        }
        Ok(())
    });
    repeat(
        app,
        SHELL_EVERY,
        |app| async move { app.refresh_shell().await.map_err(AppError::internal) },
    );
}

/// Makes sure that the rows of work that never ends are there.
pub async fn plan_repeating_work(ctx: &Ctx) -> AppResult<()> {
    outbox::ensure(&ctx.mongo, &PullEvents { since: None }, ctx.now()).await
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

/// Does every row of a lane that is due; answers how many were worked on.
pub async fn work_through(ctx: &Ctx, lane: Lane) -> AppResult<u32> {
    let mut worked_on = 0;
    while let Some(row) = outbox::lease_next(&ctx.mongo, lane, ctx.now()).await? {
        work_on_row(ctx, &row).await?;
        worked_on += 1;
    }
    Ok(worked_on)
}

async fn work_on_row(ctx: &Ctx, row: &OutboxRow) -> AppResult<()> {
    // A task of its own, so that a panic ends this row's work and nothing else.
    let task = tokio::spawn({
        let (ctx, row) = (ctx.clone(), row.clone());
        async move {
            let overdue = || AppError::unavailable("the work on a row took too long");
            tokio::time::timeout(ROW_DEADLINE, consume(&ctx, &row))
                .await
                .unwrap_or_else(|_| Err(overdue()))
        }
    });
    match task.await {
        Ok(Ok(Progress::Done)) => outbox::finish(&ctx.mongo, row).await,
        Ok(Ok(Progress::Again { at })) => outbox::defer(&ctx.mongo, row, at).await,
        Ok(Ok(Progress::PutBack)) => Ok(()),
        Ok(Ok(Progress::Park { why })) => outbox::park(&ctx.mongo, row, why).await,
        Ok(Err(error)) => {
            tracing::warn!(kind = %row.kind, attempts = row.attempts, code = %error.code, cause = error.cause().unwrap_or("none"), "the work on an outbox row failed");
            match error.kind {
                // Refused for good: a person has to look at it.
                ErrorKind::Invalid => outbox::park(&ctx.mongo, row, &error.code).await,
                _ => {
                    outbox::fail(&ctx.mongo, row, retries_of(&row.kind), ctx.now(), &error.code)
                        .await
                }
            }
        }
        Err(panic) => {
            tracing::error!(target: "alarm", kind = %row.kind, %panic, "the work on an outbox row panicked");
            outbox::fail_after_panic(&ctx.mongo, row, ctx.now()).await
        }
    }
}

/// Every kind of row has exactly one consumer.
async fn consume(ctx: &Ctx, row: &OutboxRow) -> AppResult<Progress> {
    match row.kind.as_str() {
        SendAccountMail::KIND => accounts::jobs::send_mail(ctx, row, row.message()?).await,
        SendOrderMail::KIND => orders::jobs::send_mail(ctx, row, row.message()?).await,
        StockLevelCrossed::KIND => catalog::jobs::stock_level_crossed(ctx, row.message()?).await,
        CartDeleted::KIND => checkout::jobs::cart_deleted(ctx, row.message()?).await,
        WatchOrder::KIND => payments::jobs::watch_order(ctx, row.message()?).await,
        IssueRefund::KIND => payments::jobs::issue_refund(ctx, row.message()?).await,
        HandleEvent::KIND => payments::jobs::handle_event(ctx, row.message()?).await,
        PullEvents::KIND => payments::jobs::pull_events(ctx, row, row.message()?).await,
        other => Err(AppError::internal(format!("no consumer for outbox rows of kind {other}"))),
    }
}

fn retries_of(kind: &str) -> Retries {
    match kind {
        WatchOrder::KIND | IssueRefund::KIND | PullEvents::KIND => Retries::Forever,
        _ => Retries::ForADay,
    }
}

fn work_on_lane(app: &Arc<App>, lane: Lane) {
    repeat_when(
        app,
        move |app| async move { work_through(&app.system_ctx(), lane).await.map(drop) },
        move |app| async move {
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = app.clients.mongo.signals().wait_for(lane) => {}
            }
        },
    );
}

pub(super) fn repeat<F, W>(app: &Arc<App>, pause: Duration, round: F)
where
    F: Fn(Arc<App>) -> W + Send + 'static,
    W: Future<Output = AppResult<()>> + Send + 'static,
{
    repeat_when(app, round, move |_| tokio::time::sleep(pause));
}

fn repeat_when<F, W, P, S>(app: &Arc<App>, round: F, pause: P)
where
    F: Fn(Arc<App>) -> W + Send + 'static,
    W: Future<Output = AppResult<()>> + Send + 'static,
    P: Fn(Arc<App>) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            match tokio::spawn(round(app.clone())).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(code = %error.code, cause = error.cause().unwrap_or("none"), "a background round failed")
                }
                Err(panic) => tracing::error!(%panic, "a background round panicked"),
            }
            pause(app.clone()).await;
        }
    });
}
