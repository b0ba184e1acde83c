//! Use-cases of orders: the record itself and letting the right browser see it; `payment` is what
//! happens to its money.

mod compose_mail;
pub mod payment;

use std::time::Duration;

use crate::features::inventory::model::StockRequest;
use crate::features::orders::model::payment::PaymentFacts;
use crate::features::orders::model::{
    ChosenShipping, OrderForStaff, OrderLine, OrderList, OrderState, OrderSummary, OrderView,
    Seller, TaxSnapshot, TimelineEntry,
};
use crate::features::orders::store::{self, AccessGrant, OrderDocument};
use crate::features::shipping::model::Address;
use crate::infra::client_storage::{ReadableBy, StoredItem};
use crate::infra::crypto::{Token, TokenHash, hash_token, random_token};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::mongo::{Tx, TxResult};
use crate::infra::rate_limit::{RetryAfter, Rule};
use crate::shared::access::Permission;
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{AccountId, CartId, OrderId, Sku};
use crate::shared::money::Money;
use crate::shared::pagination::Position;
use crate::shared::pricing::Totals;
use crate::shared::timestamp::Timestamp;

pub use self::compose_mail::compose_mail;
pub use crate::features::orders::store::OrderDocument as Order;

/// The secrets of the orders that this client may open, the latest first.
pub const ORDER_SECRETS: StoredItem = StoredItem { name: "order", readable_by: ReadableBy::Server };
const SECRET_LIFE: Duration = Duration::from_hours(30 * 24);
/// Orders one browser can keep open at a time.
const SECRETS_KEPT: usize = 5;
/// The first number a shopper sees; below it lies nothing.
const FIRST_NUMBER: i64 = 100_000;
/// Orders of one page of the history.
const PAGE: i64 = 20;
const STAFF_PAGE: i64 = 50;
const NUMBERS_AT_ONCE: i64 = 10;
/// Staff see "1,000" where there are more.
const MOST_COUNTED: u64 = 1_000;
const OPENING: Rule = Rule { name: "open_order", limit: 10, window: Duration::from_mins(10) };

/// Everything a new order is made of.
pub struct NewOrder {
    pub id: OrderId,
    pub number: String,
    pub checkout_key: String,
    pub content_hash: String,
    pub cart_id: CartId,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    pub tax: TaxSnapshot,
    pub email: EmailAddress,
    pub address: Option<Address>,
    pub billing: Option<Address>,
    pub note: Option<String>,
    pub shipping: Option<ChosenShipping>,
    /// Hash of the secret that the placing browser will hold.
    pub browser_hash: TokenHash,
    pub account_id: Option<AccountId>,
}

/// Order numbers this process has taken and not given out yet.
#[derive(Default)]
struct TakenNumbers(tokio::sync::Mutex<std::ops::Range<i64>>);

/// A fresh order number, such as "100042": unique, and rising within an instance. They are taken a
/// few at a time, so that instances rarely meet at the counter.
pub async fn next_number(ctx: &Ctx) -> AppResult<String> {
    let taken = ctx.process_state.get::<TakenNumbers>();
    let mut numbers = taken.0.lock().await;
    if let Some(number) = numbers.next() {
        return Ok((FIRST_NUMBER + number).to_string());
    }
    let last = store::take_numbers(&ctx.mongo, NUMBERS_AT_ONCE).await?;
    *numbers = last - NUMBERS_AT_ONCE + 1..last + 1;
    let number = numbers.next().ok_or_else(|| AppError::internal("no order number was taken"))?;
    Ok((FIRST_NUMBER + number).to_string())
}

/// How an e-mail address is found again without being stored in clear.
pub fn email_index(ctx: &Ctx, email: &EmailAddress) -> Vec<String> {
    ctx.keyring.email_index(email)
}

/// Seals the personal fields: what is stored can be read with the keys alone.
pub fn seal_order(ctx: &Ctx, new: NewOrder) -> AppResult<OrderDocument> {
    let now = ctx.now();
    let (keys, id) = (&ctx.keyring, new.id);
    Ok(OrderDocument {
        email: store::EMAIL.seal(keys, id, &new.email),
        email_index: email_index(ctx, &new.email),
        note: new.note.as_ref().map(|note| store::NOTE.seal(keys, id, note)),
        address: new.address.as_ref().map(|address| store::ADDRESS.seal(keys, id, address)),
        billing: new.billing.as_ref().map(|address| store::BILLING.seal(keys, id, address)),
        id: new.id,
        number: new.number,
        checkout_key: new.checkout_key,
        content_hash: new.content_hash,
        cart_id: new.cart_id,
        account_id: new.account_id,
        restricted_until: None,
        state: OrderState::PendingPayment,
        attempts: Vec::new(),
        payment: PaymentFacts::default(),
        currency: new.totals.total.currency(),
        total_minor: new.totals.total.minor(),
        lines: new.lines,
        totals: new.totals,
        seller: seller(ctx),
        tax: new.tax,
        shipping: new.shipping,
        terms_version: ctx.settings.store.terms_version.clone(),
        browsers: vec![AccessGrant { hash: new.browser_hash, expires_at: now + SECRET_LIFE }],
        links: Vec::new(),
        created_at: now,
        hold_expires_at: now + ctx.settings.limits.hold(),
        paid_at: None,
        timeline: vec![timeline_entry(now, "Order placed, waiting for payment")],
    })
}

fn seller(ctx: &Ctx) -> Seller {
    let store = &ctx.settings.store;
    Seller {
        name: store.name.clone(),
        company: store.company.clone(),
        vat_id: store.vat_id.clone(),
        address: store.address.clone(),
    }
}

pub async fn insert(ctx: &Ctx, tx: &mut Tx, order: &OrderDocument) -> TxResult<()> {
    store::insert(&ctx.mongo, tx, order).await
}

/// # Errors
/// `NotFound` for an order that does not exist.
pub async fn by_id(ctx: &Ctx, id: OrderId) -> AppResult<OrderDocument> {
    store::by_id(&ctx.mongo, id).await?.ok_or_else(AppError::not_found)
}

/// The order placed from a checkout page, and the unpaid orders of a cart.
pub async fn find_by_key_or_cart(
    ctx: &Ctx,
    key: &str,
    cart_id: CartId,
) -> AppResult<Vec<OrderDocument>> {
    store::find_by_key_or_cart(&ctx.mongo, key, cart_id).await
}

/// How many unpaid orders an account has, in the transaction that places another.
pub async fn unpaid_of_account(ctx: &Ctx, tx: &mut Tx, account_id: AccountId) -> TxResult<u64> {
    store::unpaid_of_account(&ctx.mongo, tx, account_id).await
}

pub async fn find_by_checkout_session(
    ctx: &Ctx,
    session_id: &str,
) -> AppResult<Option<OrderDocument>> {
    store::find_by_checkout_session(&ctx.mongo, session_id).await
}

pub async fn by_payment_intent(
    ctx: &Ctx,
    payment_intent: &str,
) -> AppResult<Option<OrderDocument>> {
    store::by_payment_intent(&ctx.mongo, payment_intent).await
}

pub async fn find(ctx: &Ctx, id: OrderId) -> AppResult<Option<OrderDocument>> {
    store::by_id(&ctx.mongo, id).await
}

pub async fn pending_of_cart(ctx: &Ctx, cart_id: CartId) -> AppResult<Option<OrderDocument>> {
    store::pending_of_cart(&ctx.mongo, cart_id).await
}

/// The order, if this browser may see it.
///
/// # Errors
/// `NotFound` for a number alone, whoever's it is (ORD-12).
pub async fn find_for_browser(ctx: &Ctx, number: &str) -> AppResult<OrderDocument> {
    if let Some(visitor) = ctx.signed_in()
        && let Some(order) =
            store::by_number_of_account(&ctx.mongo, number, visitor.account_id).await?
    {
        return Ok(order);
    }
    let hashes = secret_hashes(ctx);
    if hashes.is_empty() {
        return Err(AppError::not_found());
    }
    store::by_number_for_browser(&ctx.mongo, number, &hashes, ctx.now())
        .await?
        .ok_or_else(AppError::not_found)
}

/// The visitor's own orders, the newest first; `after` is where the page before ended.
///
/// # Errors
/// `Unauthorized` for a guest.
pub async fn of_account(ctx: &Ctx, after: Option<Position>) -> AppResult<OrderList> {
    let account_id = ctx.require_signed_in()?.account_id;
    Ok(list(store::of_account(&ctx.mongo, account_id, after, PAGE + 1).await?, PAGE))
}

/// The orders of a confirmed address become its account's (ORD-13).
pub async fn attach_to_account(
    ctx: &Ctx,
    tx: &mut Tx,
    email_index: &[String],
    account_id: AccountId,
) -> TxResult<()> {
    store::attach_to_account(&ctx.mongo, tx, email_index, account_id).await
}

/// Orders as staff see them; `after` is where the page before ended.
///
/// # Errors
/// `Forbidden` without the permission.
pub async fn list_for_staff(
    ctx: &Ctx,
    state: Option<OrderState>,
    after: Option<Position>,
) -> AppResult<OrderList> {
    ctx.require(Permission::ViewOrders)?;
    Ok(list(store::list(&ctx.mongo, state, after, STAFF_PAGE + 1).await?, STAFF_PAGE))
}

/// How many orders wait to be sent and how many to be paid.
///
/// # Errors
/// `Forbidden` without the permission.
pub async fn waiting_for_staff(ctx: &Ctx) -> AppResult<(u64, u64)> {
    ctx.require(Permission::ViewOrders)?;
    let count = |state| store::count(&ctx.mongo, state, MOST_COUNTED);
    tokio::try_join!(count(OrderState::Paid), count(OrderState::PendingPayment))
}

/// One order with everything staff need, the lines of its history that customers do not see among
/// it. Who looked is written down (R92).
///
/// # Errors
/// `Forbidden` without the permission, `NotFound` for a number that is none.
pub async fn get_for_staff(ctx: &Ctx, number: &str) -> AppResult<OrderForStaff> {
    ctx.require(Permission::ViewOrders)?;
    let order = store::by_number(&ctx.mongo, number).await?.ok_or_else(AppError::not_found)?;
    ctx.log_security_event(SecurityEvent {
        name: "order_read",
        outcome: Outcome::Done,
        object: &order.number,
    });
    let mut view = view(ctx, &order)?;
    view.timeline = order.timeline;
    Ok(OrderForStaff { order: view, account_id: order.account_id })
}

/// Everything the store holds about the visitor's orders, for their own eyes.
///
/// # Errors
/// `Unauthorized` for a guest.
pub async fn export_of_account(ctx: &Ctx) -> AppResult<Vec<serde_json::Value>> {
    let account_id = ctx.require_signed_in()?.account_id;
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = store::of_account(&ctx.mongo, account_id, after, 100).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(position(last));
        for order in &page {
            let view = view(ctx, order)?;
            all.push(serde_json::json!({
                "number": view.number,
                "state": view.state.key(),
                "payment": view.payment_state.key(),
                "placed_at": view.created_at,
                "paid_at": view.paid_at,
                "email": view.email,
                "delivery_address": view.address,
                "billing_address": view.billing,
                "delivery": view.shipping.map(|way| way.name),
                "note": view.note,
                "lines": view.lines.iter().map(|line| serde_json::json!({
                    "sku": line.sku, "name": line.name, "variant": line.variant, "quantity": line.quantity,
                    "unit_price": line.unit_price.to_string(), "sum": line.subtotal.to_string(),
                })).collect::<Vec<_>>(),
                "total": view.totals.total.to_string(),
                "refunded": view.refunded.to_string(),
                "terms_version": view.terms_version,
            }));
        }
    }
}

/// The numbers of the visitor's orders that are under way.
pub async fn open_of_account(ctx: &Ctx) -> AppResult<Vec<String>> {
    let account_id = ctx.require_signed_in()?.account_id;
    Ok(store::open_of_account(&ctx.mongo, account_id)
        .await?
        .into_iter()
        .map(|order| order.number)
        .collect())
}

/// Whether an account has any order, in the caller's transaction.
pub async fn owns_any(ctx: &Ctx, tx: &mut Tx, account_id: AccountId) -> TxResult<bool> {
    store::owns_any_in(&ctx.mongo, tx, account_id).await
}

/// Whether an order of an account is under way, in the caller's transaction.
pub async fn has_open_order(ctx: &Ctx, tx: &mut Tx, account_id: AccountId) -> TxResult<bool> {
    store::is_open_in(&ctx.mongo, tx, account_id).await
}

/// Moves unpaid orders from the deleted cart to the cart it was merged into.
pub async fn move_unpaid(ctx: &Ctx, tx: &mut Tx, from: CartId, to: CartId) -> TxResult<()> {
    store::move_unpaid(&ctx.mongo, tx, from, to).await
}

/// Locks an account's orders, for the time `kept_for` after they were paid.
pub async fn restrict(
    ctx: &Ctx,
    tx: &mut Tx,
    account_id: AccountId,
    kept_for: Duration,
) -> TxResult<()> {
    store::restrict(&ctx.mongo, tx, account_id, kept_for).await
}

/// Drops locked orders whose date has come.
pub async fn drop_past_retention(ctx: &Ctx) -> AppResult<u64> {
    store::drop_past_retention(&ctx.mongo, ctx.now()).await
}

/// A page of at most `size`, made of up to one row more than that.
fn list(mut found: Vec<OrderDocument>, size: i64) -> OrderList {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| has_more).map(position);
    OrderList { orders: found.iter().map(summary).collect(), next }
}

fn position(order: &OrderDocument) -> Position {
    Position::new(order.created_at, order.id)
}

fn summary(order: &OrderDocument) -> OrderSummary {
    OrderSummary {
        number: order.number.clone(),
        state: order.state,
        payment_state: order.payment_state(),
        created_at: order.created_at,
        total: Money::new(order.total_minor, order.currency),
        units: order.lines.iter().map(|line| line.quantity).sum(),
        first_lines: order.lines.iter().take(3).cloned().collect(),
    }
}

/// Whether this browser may see the order.
pub fn is_open_to_this_browser(ctx: &Ctx, order: &OrderDocument) -> bool {
    if ctx.signed_in().is_some_and(|visitor| order.account_id == Some(visitor.account_id)) {
        return true;
    }
    let hashes = secret_hashes(ctx);
    order.browsers.iter().any(|grant| grant.expires_at > ctx.now() && hashes.contains(&grant.hash))
}

/// Where the goods go, opened for whoever sends them.
pub fn address_of(ctx: &Ctx, order: &OrderDocument) -> AppResult<Option<Address>> {
    store::ADDRESS.open_optional(&ctx.keyring, order.id, order.address.as_ref())
}

/// The personal fields of an order, opened.
#[derive(Default)]
struct Personal {
    email: String,
    address: Option<Address>,
    billing: Option<Address>,
    note: Option<String>,
}

/// Opens the personal fields for someone who may see them.
///
/// Of an order whose customer was erased nothing personal is opened, for nobody (R86).
pub fn view(ctx: &Ctx, order: &OrderDocument) -> AppResult<OrderView> {
    let keys = &ctx.keyring;
    let opened = if order.restricted_until.is_some() {
        Personal { email: "Erased at the customer's wish".into(), ..Personal::default() }
    } else {
        Personal {
            email: email_of(ctx, order)?.to_string(),
            address: store::ADDRESS.open_optional(keys, order.id, order.address.as_ref())?,
            billing: store::BILLING.open_optional(keys, order.id, order.billing.as_ref())?,
            note: store::NOTE.open_optional(keys, order.id, order.note.as_ref())?,
        }
    };
    Ok(OrderView {
        number: order.number.clone(),
        state: order.state,
        payment_state: order.payment_state(),
        lines: order.lines.clone(),
        totals: order.totals.clone(),
        email: opened.email,
        address: opened.address,
        billing: opened.billing,
        shipping: order.shipping.clone(),
        note: opened.note,
        terms_version: order.terms_version.clone(),
        created_at: order.created_at,
        hold_expires_at: order.hold_expires_at,
        paid_at: order.paid_at,
        refunded: Money::new(order.payment.refunded_minor, order.currency),
        timeline: order.timeline.iter().filter(|e| e.visible).cloned().collect(),
    })
}

pub fn email_of(ctx: &Ctx, order: &OrderDocument) -> AppResult<EmailAddress> {
    store::EMAIL.open(&ctx.keyring, order.id, &order.email)
}

/// Puts an order's secret in front of those this browser holds already.
pub fn remember_in_this_browser(ctx: &Ctx, secret: &Token) {
    let kept = ctx
        .client_storage()
        .get(ORDER_SECRETS)
        .unwrap_or_default()
        .split('.')
        .filter(|held| hash_token(held).is_some())
        .take(SECRETS_KEPT - 1);
    let all: Vec<&str> = std::iter::once(secret.as_str()).chain(kept).collect();
    ctx.client_storage().set(ORDER_SECRETS, all.join("."), SECRET_LIFE);
}

/// Gives this browser a secret of its own for an order that is known to be its visitor's.
pub async fn grant_access(ctx: &Ctx, order: &OrderDocument) -> AppResult<()> {
    if is_open_to_this_browser(ctx, order) {
        return Ok(());
    }
    let secret = random_token();
    let grant = AccessGrant { hash: secret.hash(), expires_at: ctx.now() + SECRET_LIFE };
    store::add_access_grant(
        &ctx.mongo,
        mongodb::bson::doc! { "_id": order.id },
        "browsers",
        &grant,
    )
    .await?;
    remember_in_this_browser(ctx, &secret);
    Ok(())
}

/// A new mailed link to an order: answers the path with its key.
pub async fn new_link(ctx: &Ctx, order: &OrderDocument) -> AppResult<String> {
    let token = random_token();
    let grant = AccessGrant { hash: token.hash(), expires_at: ctx.now() + SECRET_LIFE };
    store::add_access_grant(&ctx.mongo, mongodb::bson::doc! { "_id": order.id }, "links", &grant)
        .await?;
    Ok(format!("/order/{}?key={}", order.number, token.as_str()))
}

/// Whether a mailed link still works; the page then shows its one button.
pub async fn link_is_valid(ctx: &Ctx, number: &str, key: &str) -> AppResult<bool> {
    let Some(hash) = hash_token(key) else { return Ok(false) };
    store::link_is_valid(&ctx.mongo, number, &hash, ctx.now()).await
}

/// Exchanges a mailed link for the browser's own secret.
///
/// # Errors
/// `NotFound` for a key that does not open this order; `TooManyRequests` for guessing.
pub async fn open_with_link(ctx: &Ctx, number: &str, key: &str) -> AppResult<()> {
    ctx.limiter
        .check(OPENING, &ctx.request.limit_key())
        .await
        .map_err(|RetryAfter(seconds)| AppError::too_many_requests(seconds))?;
    if !link_is_valid(ctx, number, key).await? {
        return Err(AppError::not_found());
    }
    let hash = hash_token(key).ok_or_else(AppError::not_found)?;
    let secret = random_token();
    let browser = AccessGrant { hash: secret.hash(), expires_at: ctx.now() + SECRET_LIFE };
    if !store::open_with_link(&ctx.mongo, number, &hash, &browser, ctx.now()).await? {
        return Err(AppError::not_found());
    }
    remember_in_this_browser(ctx, &secret);
    Ok(())
}

/// What the order holds of the stock.
pub fn stock_requests(order: &OrderDocument) -> Vec<StockRequest> {
    order
        .lines
        .iter()
        .map(|line| StockRequest { sku: line.sku.clone(), units: line.quantity })
        .collect()
}

pub fn bought_quantities(order: &OrderDocument) -> Vec<(Sku, u32)> {
    order.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect()
}

fn secret_hashes(ctx: &Ctx) -> Vec<TokenHash> {
    ctx.client_storage()
        .get(ORDER_SECRETS)
        .unwrap_or_default()
        .split('.')
        .take(SECRETS_KEPT)
        .filter_map(hash_token)
        .collect()
}

fn timeline_entry(at: Timestamp, text: &str) -> TimelineEntry {
    TimelineEntry { at, text: text.into(), visible: true }
}
