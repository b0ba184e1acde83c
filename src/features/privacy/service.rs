//! Use-cases: everything about a person, and their erasure.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::{DateTime, Document, doc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::features::accounts;
use crate::features::cart;
use crate::features::checkout;
use crate::features::orders;
use crate::features::privacy::model::{Format, NEWS, RetentionLine};
use crate::features::privacy::store::{self, ConsentDocument};
use crate::infra::collections::{DateKind, Retention};
use crate::infra::ctx::{Actor, Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::{Tx, TxResult, new_id};
use crate::infra::settings::{SettingsTable, StoreSettings};
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::AccountId;
use crate::shared::timestamp::Timestamp;

/// How long after the password an export can be fetched.
const EXPORT_LIFE: Duration = Duration::from_mins(5);

/// What the preview of retention calls soon.
const SOON: Duration = Duration::from_hours(30 * 24);
/// Later than every date that a document has.
const FAR_FUTURE: Timestamp = Timestamp::from_unix_ms(i64::MAX / 2);

/// The table `[privacy]` of the options.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacySettings {
    /// Years for which the law keeps the books; 6 to 10 in most of Europe.
    order_retention_years: u32,
}

impl PrivacySettings {
    /// How long the books are kept; a year counts 366 days, so that no day is missing.
    fn order_retention(&self) -> Duration {
        Duration::from_hours(24) * 366 * self.order_retention_years
    }
}

impl SettingsTable for PrivacySettings {
    const NAME: &'static str = "privacy";

    fn problems(&self, _: &StoreSettings) -> Vec<String> {
        Vec::new()
    }
}

/// Opens one export for this session, after the password.
///
/// # Errors
/// `Invalid` for a wrong password.
pub async fn prepare_export(ctx: &Ctx, password: &str) -> AppResult<()> {
    accounts::service::confirm_own_password(ctx, "current_password", password).await?;
    accounts::service::allow_export(ctx, ctx.now() + EXPORT_LIFE).await
}

/// Whether the export can be fetched now.
pub async fn export_is_ready(ctx: &Ctx) -> AppResult<bool> {
    accounts::service::export_is_allowed(ctx).await
}

/// Everything the store holds about the visitor, once: the next export asks for the password again.
///
/// # Errors
/// `Unauthorized` for a guest, `NotFound` without the password of a moment ago.
pub async fn export(ctx: &Ctx, format: Format) -> AppResult<String> {
    let account_id = ctx.require_signed_in()?.account_id;
    if !accounts::service::take_export(ctx).await? {
        return Err(AppError::not_found());
    }
    accounts::service::attach_guest_orders_now(ctx, account_id).await?;
    let (account, devices, orders, cart) = tokio::try_join!(
        accounts::service::me(ctx),
        accounts::service::devices(ctx),
        orders::service::export_of_account(ctx),
        cart::service::view(ctx),
    )?;
    let data = json!({
        "account": {
            "email": account.email,
            "name": account.name,
            "confirmed": account.is_verified,
            "new_email": account.pending_email,
            "created_at": account.created_at,
            "addresses": account.addresses.iter().map(|saved| json!({ "address": saved.address, "default": saved.is_default })).collect::<Vec<_>>(),
        },
        "browsers": devices.iter().map(|d| json!({ "name": d.name, "signed_in_at": d.signed_in_at, "used_at": d.used_at })).collect::<Vec<_>>(),
        "orders": orders,
        "cart": cart.lines.iter().map(|line| json!({ "sku": line.sku, "name": line.name, "quantity": line.quantity })).collect::<Vec<_>>(),
        "checkout": checkout::service::export_input(ctx).await?,
        "consents": store::of_account(&ctx.mongo, account_id).await?.iter().map(|said| json!({
            "about": said.about, "given": said.given, "text_version": said.text_version, "at": said.at,
        })).collect::<Vec<_>>(),
    });
    ctx.log_security_event(SecurityEvent {
        name: "data_exported",
        outcome: Outcome::Done,
        object: account_id.as_str(),
    });
    Ok(match format {
        Format::Json => serde_json::to_string_pretty(&data).map_err(AppError::internal)?,
        Format::Csv => write_csv(&flatten(&data))?,
    })
}

/// Whether the visitor agreed to be written to.
pub async fn wants_news(ctx: &Ctx) -> AppResult<bool> {
    let said = store::of_account(&ctx.mongo, ctx.require_signed_in()?.account_id).await?;
    Ok(said
        .iter()
        .rfind(|consent| consent.about == NEWS.about)
        .is_some_and(|consent| consent.given))
}

/// Writes down that the visitor wants news, or wants them no more; both take one press (R88).
pub async fn set_newsletter_consent(ctx: &Ctx, given: bool) -> AppResult<()> {
    let account_id = ctx.require_signed_in()?.account_id;
    let consent = ConsentDocument {
        id: new_id(),
        account_id,
        about: NEWS.about.into(),
        given,
        text_version: NEWS.version.into(),
        at: ctx.now(),
    };
    let (ctx_in, consent) = (ctx.clone(), Arc::new(consent));
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, consent) = (ctx_in.clone(), consent.clone());
            Box::pin(async move {
                // An account that is being erased in this moment leaves no row behind.
                accounts::service::lock_account(&ctx, tx, consent.account_id).await?;
                store::insert(&ctx.mongo, tx, &consent).await
            })
        })
        .await
}

/// The confirmed addresses of everybody who wants news now, for the operator's command.
///
/// # Errors
/// `NotFound` for anybody but the operator.
pub async fn news_addresses(ctx: &Ctx) -> AppResult<Vec<String>> {
    if ctx.request.actor != Actor::System {
        return Err(AppError::not_found());
    }
    let (mut last_words, mut behind) = (HashMap::new(), None);
    loop {
        let page = store::about(&ctx.mongo, NEWS.about, behind.as_ref(), 500).await?;
        let Some(last) = page.last() else { break };
        behind = Some((last.at, last.id));
        last_words.extend(page.iter().map(|consent| (consent.account_id, consent.given)));
    }
    let mut addresses = Vec::new();
    for (account_id, _) in last_words.into_iter().filter(|(_, given)| *given) {
        let address = accounts::service::confirmed_address(ctx, account_id).await?;
        addresses.extend(address.map(|address| address.to_string()));
    }
    addresses.sort_unstable();
    Ok(addresses)
}

/// What retention would drop now and within thirty days, changing nothing (PRIV-4).
pub async fn retention_preview(ctx: &Ctx) -> AppResult<Vec<RetentionLine>> {
    let mut lines = Vec::new();
    for collection in &ctx.collections {
        let Some(kind) = &collection.retention else { continue };
        let before = |moment: Timestamp| due_before(kind, moment - kind.kept_for);
        let due = store::count(&ctx.mongo, collection.name, before(ctx.now())).await?;
        let within = store::count(&ctx.mongo, collection.name, before(ctx.now() + SOON)).await?;
        let kept = store::count(&ctx.mongo, collection.name, due_before(kind, FAR_FUTURE)).await?;
        lines.push(RetentionLine {
            description: kind.description,
            kept,
            due,
            soon: within.saturating_sub(due),
        });
    }
    Ok(lines)
}

/// The documents whose date is not after a moment.
fn due_before(retention: &Retention, moment: Timestamp) -> Document {
    let mut filter = retention.only.map(|only| only()).unwrap_or_default();
    filter.extend(match retention.date {
        DateKind::Date => doc! { retention.field: { "$lte": DateTime::from(moment) } },
        DateKind::Millis => doc! { retention.field: { "$ne": null, "$lte": moment } },
    });
    filter
}

/// What keeps an account from being erased now, in words.
pub async fn open_orders(ctx: &Ctx) -> AppResult<Vec<String>> {
    orders::service::open_of_account(ctx).await
}

/// Erases the visitor's account and everything that is not part of the books; the orders are
/// restricted until their date. Done twice it changes nothing more.
///
/// # Errors
/// `Invalid` for a wrong password, `Conflict` while an order is under way, and for the last owner.
pub async fn erase(ctx: &Ctx, password: &str) -> AppResult<()> {
    let visitor = ctx.require_signed_in()?.clone();
    if visitor.role.is_staff() {
        let message = "Staff leave by way of an owner, who takes their access away under Staff.";
        return Err(AppError::conflict("staff_account", message));
    }
    accounts::service::confirm_own_password(ctx, "current_password", password).await?;
    let settings = ctx.settings.table::<PrivacySettings>();
    let kept_for = settings.order_retention();
    let families = accounts::service::session_ids(ctx, visitor.account_id).await?;
    let ctx_in = ctx.clone();
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, id) = (ctx_in.clone(), visitor.account_id);
            Box::pin(async move {
                // First of all: an order that is being placed either is seen here, or finds no
                // account any more.
                accounts::service::lock_account(&ctx, tx, id).await?;
                accounts::service::attach_guest_orders(&ctx, tx, id).await?;
                if orders::service::has_open_order(&ctx, tx, id).await? {
                    return Err(orders_open().into());
                }
                orders::service::restrict(&ctx, tx, id, kept_for).await?;
                erase_account(&ctx, tx, id).await
            })
        })
        .await?;
    accounts::service::evict_sessions(ctx, &families).await;
    cart::service::evict_cart(ctx, visitor.account_id).await;
    ctx.log_security_event(SecurityEvent {
        name: "account_erased",
        outcome: Outcome::Done,
        object: visitor.account_id.as_str(),
    });
    accounts::service::sign_out(ctx).await
}

/// Drops what has passed its date: restricted orders, and accounts nobody confirmed within thirty
/// days.
pub async fn enforce_retention(ctx: &Ctx) -> AppResult<()> {
    let orders = orders::service::drop_past_retention(ctx).await?;
    let accounts = delete_unconfirmed(ctx).await?;
    if orders + accounts > 0 {
        tracing::info!(orders, accounts, "retention: dropped what had passed its date");
    }
    Ok(())
}

/// Drops accounts that nobody confirmed in time and that own no order; answers how many.
async fn delete_unconfirmed(ctx: &Ctx) -> AppResult<u64> {
    let (mut dropped, mut last) = (0, None);
    loop {
        let due = accounts::service::find_unconfirmed(ctx, last).await?;
        let Some(behind) = due.last() else { return Ok(dropped) };
        last = Some(*behind);
        for id in due {
            let ctx_in = ctx.clone();
            let gone = ctx.mongo.transaction(move |tx| {
                let ctx = ctx_in.clone();
                Box::pin(async move {
                    // Confirmed or ordered with in this very moment: it stays.
                    let is_due = accounts::service::claim_unconfirmed(&ctx, tx, id).await?;
                    if !is_due || orders::service::owns_any(&ctx, tx, id).await? {
                        return Ok(false);
                    }
                    erase_account(&ctx, tx, id).await.map(|()| true)
                })
            });
            if gone.await? {
                cart::service::evict_cart(ctx, id).await;
                dropped += 1;
            }
        }
    }
}

/// An account with all that belongs to it, but for orders.
async fn erase_account(ctx: &Ctx, tx: &mut Tx, id: AccountId) -> TxResult<()> {
    if let Some(cart_id) = cart::service::erase(ctx, tx, id).await? {
        checkout::service::erase(ctx, tx, cart_id).await?;
    }
    store::delete(&ctx.mongo, tx, id).await?;
    accounts::service::erase(ctx, tx, id).await
}

fn orders_open() -> AppError {
    let message = "An order is still under way. Once it has arrived, or was cancelled, the account can be erased.";
    AppError::conflict("orders_open", message)
}

/// Every value with the path to it, such as `orders.0.lines.2.name`.
fn flatten(data: &Value) -> Vec<(String, String)> {
    fn walk(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
        let below =
            |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(&below(name), value, rows))
            }
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, value)| walk(&below(&index.to_string()), value, rows)),
            Value::Null => {}
            Value::String(text) => rows.push((path.to_owned(), text.clone())),
            other => rows.push((path.to_owned(), other.to_string())),
        }
    }
    let mut rows = Vec::new();
    walk("", data, &mut rows);
    rows
}

/// Rows of path and value as CSV (RFC 4180). A field that a spreadsheet would take for a formula
/// gets an apostrophe in front (R51).
fn write_csv(rows: &[(String, String)]) -> AppResult<String> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["field", "value"]).map_err(AppError::internal)?;
    for (field, value) in rows {
        let safe = [without_formula(field), without_formula(value)];
        writer.write_record(safe.iter().map(AsRef::as_ref)).map_err(AppError::internal)?;
    }
    let bytes = writer.into_inner().map_err(AppError::internal)?;
    String::from_utf8(bytes).map_err(AppError::internal)
}

fn without_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_a29_no_field_becomes_a_formula_and_columns_stay_in_line() {
        let rows = [
            ("name".to_owned(), "=HYPERLINK(\"http://evil\")".to_owned()),
            ("note".to_owned(), "a, \"b\"\nc".to_owned()),
            ("phone".to_owned(), "+31 20 123".to_owned()),
        ];
        assert_eq!(
            write_csv(&rows).unwrap(),
            "field,value\r\nname,\"'=HYPERLINK(\"\"http://evil\"\")\"\r\nnote,\"a, \"\"b\"\"\nc\"\r\nphone,'+31 20 123\r\n"
        );
    }
}
