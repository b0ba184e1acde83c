//! Writing and reading the log.

use mongodb::bson::{Bson, Document, doc};
use strum::VariantArray as _;

use crate::features::audit::model::{Action, AuditPage, AuditRow};
use crate::features::audit::store::{self, AuditDocument};
use crate::infra::ctx::{Actor, Ctx};
use crate::infra::mongo::{Tx, TxResult, new_id};
use crate::shared::access::{Permission, Role};
use crate::shared::error::AppResult;
use crate::shared::pagination::Position;

/// Rows of one page of the log.
const PAGE: i64 = 100;

/// Writes a row in the transaction of the change. `before` and `after` hold the changed fields;
/// nothing personal.
pub async fn record(
    ctx: &Ctx,
    tx: &mut Tx,
    action: Action,
    object: &str,
    before: Document,
    after: Document,
) -> TxResult<()> {
    store::insert_in(&ctx.mongo, tx, &row(ctx, action, object, before, after)).await
}

/// Writes down what somebody tried and was refused: `why` is the code they were answered.
pub async fn record_refusal(ctx: &Ctx, action: Action, object: &str, why: &str) -> AppResult<()> {
    store::insert(&ctx.mongo, &row(ctx, action, object, Document::new(), doc! { "refused": why }))
        .await
}

fn row(
    ctx: &Ctx,
    action: Action,
    object: &str,
    before: Document,
    after: Document,
) -> AuditDocument {
    let actor = match &ctx.request.actor {
        Actor::SignedIn(visitor) => visitor.account_id.to_string(),
        Actor::System => "system".into(),
        Actor::Guest => "guest".into(),
    };
    AuditDocument {
        id: new_id(),
        at: ctx.now(),
        actor,
        action: action.key().into(),
        object: object.into(),
        before,
        after,
        request_id: ctx.request.id.clone(),
    }
}

/// The newest rows; `after` is where the page before ended.
///
/// # Errors
/// `Forbidden` without the permission.
pub async fn page(ctx: &Ctx, after: Option<Position>) -> AppResult<AuditPage> {
    ctx.require(Permission::ViewAudit)?;
    let mut found = store::page(&ctx.mongo, after, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|row| Position::new(row.at, row.id));
    let rows = found
        .into_iter()
        .map(|row| AuditRow {
            at: row.at,
            actor: row.actor,
            action: Action::VARIANTS
                .iter()
                .copied()
                .find(|action| action.key() == row.action)
                .map_or(row.action, |action| action.label().into()),
            object: row.object,
            before: describe_fields(&row.before),
            after: describe_fields(&row.after),
        })
        .collect();
    Ok(AuditPage { rows, next })
}

fn describe_fields(fields: &Document) -> String {
    fields.iter().map(|(name, value)| in_word(name, value)).collect::<Vec<_>>().join(", ")
}

fn in_word(name: &str, value: &Bson) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match name {
        "role" => {
            format!(
                "role: {}",
                &text.parse::<Role>().ok().map_or(text, |role| role.label().to_owned())
            )
        }
        "disabled_at" => "no access".to_owned(),
        _ => format!("{}: {}", name.replace('_', " "), text.replace('_', " ")),
    }
}
