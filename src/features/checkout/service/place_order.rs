//! Placing an order: everything is stored in one transaction before Stripe hears of it (D1).

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::features::accounts;
use crate::features::cart;
use crate::features::cart::model::CartView;
use crate::features::cart::service::Cart;
use crate::features::checkout::model::Step;
use crate::features::checkout::service::steps::{self, CheckoutInput};
use crate::features::orders;
use crate::features::orders::model::{ChosenShipping, OrderLine, TaxSnapshot};
use crate::features::orders::service::{NewOrder, Order};
use crate::features::payments;
use crate::features::payments::model::{NextStep, PaymentOutcome};
use crate::features::shipping;
use crate::features::shipping::model::Offer;
use crate::infra::crypto::random_token;
use crate::infra::ctx::Ctx;
use crate::infra::mongo::new_id;
use crate::infra::rate_limit::{RetryAfter, Rule};
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::shared::ids::CartId;
use crate::shared::money::Money;
use crate::shared::pricing::Totals;
use crate::shared::validate::{self, Required};

const PER_CART: Rule = Rule { name: "place_order_cart", limit: 5, window: Duration::from_mins(10) };
const PER_ACCOUNT: Rule =
    Rule { name: "place_order_account", limit: 10, window: Duration::from_hours(1) };
const PER_IP: Rule = Rule { name: "place_order_ip", limit: 20, window: Duration::from_hours(1) };
const NOTE_CHARACTERS: u32 = 500;

/// What the review page sends, as typed.
#[derive(Clone)]
pub struct PlaceOrder {
    pub key: String,
    pub shown_total: String,
    pub terms: String,
    pub note: String,
}

/// An order that stands, and what its shopper does now.
pub struct PlacedOrder {
    pub number: String,
    pub next: NextStep,
}

/// A request that was checked as far as it can be without the database.
struct Checked {
    key: String,
    shown_total: i64,
    note: Option<String>,
}

/// Everything an order is made of, read from the database in this request.
struct Prepared {
    cart_id: CartId,
    cart_version: i64,
    cart: CartView,
    email: EmailAddress,
    typed: CheckoutInput,
    offer: Option<Offer>,
    totals: Totals,
    tax: TaxSnapshot,
    content_hash: String,
}

/// Places the order, or finds the one this page placed before; answers what the shopper does now.
///
/// # Errors
/// `Invalid` for missing consent or a moved total, `Conflict` when goods ran out or the key was
/// used for something else, `TooManyRequests` for too many tries or open orders.
pub async fn place_order(ctx: &Ctx, request: PlaceOrder) -> AppResult<PlacedOrder> {
    let checked = check(&request)?;
    // Read before the orders are: one that is placed in between makes it another version, and this
    // one is refused (R121).
    let cart = cart::service::current(ctx).await?.ok_or_else(steps::empty_cart)?;
    let cart_id = cart.id;
    let before = orders::service::find_by_key_or_cart(ctx, &checked.key, cart_id).await?;
    if let Some(order) = before.iter().find(|order| order.checkout_key == checked.key) {
        return resume_by_key(ctx, &checked, cart_id, order).await;
    }
    limit(ctx, cart_id).await?;
    if let Some(note) = &checked.note {
        steps::keep_note(ctx, cart_id, note).await?;
    }
    let prepared = prepare(ctx, &checked, &cart).await?;
    if let Some(same) = before.iter().find(|order| order.content_hash == prepared.content_hash) {
        return resume_existing(ctx, same).await;
    }
    for open in &before {
        replace(ctx, open).await?;
    }
    let (key, content_hash) = (checked.key.clone(), prepared.content_hash.clone());
    match store_order(ctx, checked, prepared).await {
        Ok(order) => find_next_step(ctx, &order).await,
        // The same page sent twice at once, or two tabs: another request was first, and its order
        // is this one's answer.
        Err(error) => {
            let now = orders::service::find_by_key_or_cart(ctx, &key, cart_id).await?;
            let of_cart = || now.iter().filter(|order| order.cart_id == cart_id);
            match of_cart()
                .find(|order| order.checkout_key == key || order.content_hash == content_hash)
            {
                Some(order) => resume_existing(ctx, order).await,
                None if now.iter().any(|order| order.checkout_key == key) => Err(key_used()),
                None => Err(error),
            }
        }
    }
}

/// To an order that another request of this cart placed. Who holds the cart's cookie placed it, so
/// its page opens.
async fn resume_existing(ctx: &Ctx, order: &Order) -> AppResult<PlacedOrder> {
    orders::service::grant_access(ctx, order).await?;
    find_next_step(ctx, order).await
}

fn check(request: &PlaceOrder) -> AppResult<Checked> {
    let plausible_key = (20..=64).contains(&request.key.len())
        && request.key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let shown_total = request
        .shown_total
        .parse::<i64>()
        .ok()
        .filter(|total| *total >= 0 && request.shown_total.bytes().all(|b| b.is_ascii_digit()));
    let (true, Some(shown_total)) = (plausible_key, shown_total) else {
        return Err(AppError::malformed());
    };
    let note =
        validate::multiline_text("note", "The note", &request.note, NOTE_CHARACTERS, Required::No)?;
    let note = Some(validate::mask_card_numbers(&note)).filter(|note| !note.is_empty());
    if request.terms != "on" {
        return Err(AppError::field(
            "terms_missing",
            "terms",
            "Agree to the terms to place the order.",
        ));
    }
    Ok(Checked { key: request.key.clone(), shown_total, note })
}

async fn limit(ctx: &Ctx, cart_id: CartId) -> AppResult<()> {
    let refused = |RetryAfter(seconds)| AppError::too_many_requests(seconds);
    ctx.limiter.check(PER_CART, cart_id.as_str()).await.map_err(refused)?;
    if let Some(visitor) = ctx.signed_in() {
        ctx.limiter.check(PER_ACCOUNT, visitor.account_id.as_str()).await.map_err(refused)?;
    }
    ctx.limiter.check(PER_IP, &ctx.request.limit_key()).await.map_err(refused)
}

/// Reads typed data, prices and stock afresh, and compares the total with the one that was shown.
async fn prepare(ctx: &Ctx, checked: &Checked, cart: &Cart) -> AppResult<Prepared> {
    let (cart_id, cart_version) = (cart.id, cart.version);
    let cart = cart::service::describe(ctx, cart).await?;
    if cart.is_empty() {
        return Err(steps::empty_cart());
    }
    let typed = steps::load_input(ctx, cart_id).await?;
    let email = typed.email.clone().ok_or_else(|| step_missing(Step::Contact))?;
    if typed.address.is_none() {
        return Err(step_missing(Step::Shipping));
    }
    if cart.has_problems() {
        return Err(AppError::conflict(
            "cart_needs_attention",
            "Something in your cart changed. Look at your cart, then come back.",
        ));
    }
    let country = typed.address.as_ref().map(|a| a.country.clone()).unwrap_or_default();
    let (offers, no_offer) = steps::offers(ctx, &cart, &country)?;
    let offer =
        typed.method.as_ref().and_then(|id| offers.into_iter().find(|offer| &offer.id == id));
    if offer.is_none() && cart.needs_shipping() {
        let message = no_offer.unwrap_or_else(|| "Choose how we send it.".into());
        return Err(AppError::conflict("shipping_missing", message));
    }
    let totals = steps::totals(ctx, &cart, offer.as_ref(), &country)?;
    let shown = Money::new(checked.shown_total, totals.total.currency());
    if totals.total != shown {
        return Err(AppError::invalid(
            "total_changed",
            format!(
                "The total changed from {shown} to {} since this page was shown. Look at it again, then place the order.",
                totals.total
            ),
        ));
    }
    if let Some(problem) = totals.charge_problem() {
        return Err(problem.into());
    }
    let content_hash = content_hash(&cart, &typed, &email, offer.as_ref(), checked)?;
    let tax = TaxSnapshot::new(
        country.clone(),
        shipping::service::today(ctx)?,
        shipping::service::tax_table(ctx, &country)?,
        &totals,
    );
    Ok(Prepared { cart_id, cart_version, cart, email, typed, offer, totals, tax, content_hash })
}

/// D1: order, price snapshot, payment attempt, held stock and what looks after it, all or none. An
/// order that costs nothing is paid in the same transaction (R144).
async fn store_order(ctx: &Ctx, checked: Checked, prepared: Prepared) -> AppResult<Order> {
    let browser = random_token();
    let new = NewOrder {
        id: new_id(),
        number: orders::service::next_number(ctx).await?,
        checkout_key: checked.key,
        content_hash: prepared.content_hash,
        cart_id: prepared.cart_id,
        lines: lines(&prepared.cart, &prepared.totals),
        totals: prepared.totals,
        tax: prepared.tax,
        email: prepared.email,
        address: prepared.typed.address,
        billing: prepared.typed.billing,
        note: checked.note,
        shipping: prepared.offer.map(|offer| ChosenShipping {
            days: offer.days(),
            method: offer.id,
            name: offer.name,
        }),
        browser_hash: browser.hash(),
        account_id: ctx.signed_in().map(|visitor| visitor.account_id),
    };
    let order =
        Arc::new(payments::service::prepare_payment(ctx, orders::service::seal_order(ctx, new)?));
    let (ctx_in, order_in, cart_version) = (ctx.clone(), order.clone(), prepared.cart_version);
    let cart = ctx
        .mongo
        .transaction(move |tx| {
            let (ctx, order) = (ctx_in.clone(), order_in.clone());
            Box::pin(async move {
                // A cart that is joined with another, changed or ordered in this moment meets the
                // order here.
                cart::service::claim_for_order(&ctx, tx, order.cart_id, cart_version).await?;
                if let Some(account_id) = order.account_id {
                    accounts::service::lock_account(&ctx, tx, account_id).await?;
                    // Orders of one account wait for each other at the claim, so this counts each
                    // of them (R121).
                    if orders::service::unpaid_of_account(&ctx, tx, account_id).await?
                        >= u64::from(ctx.settings.limits.max_open_orders)
                    {
                        return Err(too_many_open().into());
                    }
                }
                orders::service::insert(&ctx, tx, &order).await?;
                payments::service::reserve_goods(&ctx, tx, &order).await
            })
        })
        .await?;
    if let Some(cart) = cart {
        cart::service::after_purchase(ctx, &cart).await?;
    }
    // Only now: an order that was refused must not push another one out of the cookie.
    orders::service::remember_in_this_browser(ctx, &browser);
    Ok(Arc::unwrap_or_clone(order))
}

/// A stored order, with the address of Stripe's page; an order that costs nothing is complete at
/// once.
async fn find_next_step(ctx: &Ctx, order: &Order) -> AppResult<PlacedOrder> {
    let next = payments::service::next_step(ctx, order).await?;
    Ok(PlacedOrder { number: order.number.clone(), next })
}

/// The same page was sent before: the same content leads to the same order, anything else is
/// refused.
async fn resume_by_key(
    ctx: &Ctx,
    checked: &Checked,
    cart_id: CartId,
    order: &Order,
) -> AppResult<PlacedOrder> {
    if order.cart_id != cart_id || !key_fits(order, checked) {
        return Err(key_used());
    }
    resume_existing(ctx, order).await
}

/// What the page itself sent; cart and addresses may have moved on since, as they do once an order
/// is paid.
fn key_fits(order: &Order, checked: &Checked) -> bool {
    order.total_minor == checked.shown_total && order.note.is_some() == checked.note.is_some()
}

/// An unpaid order of this cart with other content makes room: Stripe is told first.
async fn replace(ctx: &Ctx, open: &Order) -> AppResult<()> {
    // What goes wrong with the older order is no fault of this request.
    let unclear =
        |error: AppError| error.cause().map_or_else(|| error.clone(), AppError::unavailable);
    match payments::service::end_unpaid(ctx, open, "Replaced by a newer order")
        .await
        .map_err(unclear)?
    {
        PaymentOutcome::Paid => Err(already_ordered()),
        PaymentOutcome::Processing => Err(AppError::conflict(
            "payment_running",
            "The payment of your last order is still on its way. Wait for it before ordering again.",
        )),
        PaymentOutcome::Expired | PaymentOutcome::Refunded => Ok(()),
        PaymentOutcome::Open => Err(already_ordered()),
    }
}

fn lines(cart: &CartView, totals: &Totals) -> Vec<OrderLine> {
    cart.lines
        .iter()
        .zip(&totals.lines)
        .map(|(line, total)| OrderLine {
            slug: line.slug.clone(),
            sku: line.sku.clone(),
            name: line.name.clone(),
            variant: line.variant.clone(),
            image: line.image.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            tax_class: total.tax_class,
            tax_rate: total.tax_rate,
            tax_category: total.tax_category,
            subtotal: total.subtotal,
            discount: total.discount,
            discounts: total.discounts.clone(),
            total: total.total,
            tax: total.tax,
            unit_cost: None,
            needs_shipping: line.needs_shipping,
        })
        .collect()
}

/// One value for everything that makes up the order.
fn content_hash(
    cart: &CartView,
    typed: &CheckoutInput,
    email: &EmailAddress,
    offer: Option<&Offer>,
    checked: &Checked,
) -> AppResult<String> {
    let lines: Vec<(&str, u32, i64)> =
        cart.lines.iter().map(|l| (l.sku.as_str(), l.quantity, l.unit_price.minor())).collect();
    let content = (
        lines,
        email,
        &typed.address,
        &typed.billing,
        offer.map(|o| &o.id),
        checked.shown_total,
        &checked.note,
    );
    let bytes = serde_json::to_vec(&content).map_err(AppError::internal)?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

fn key_used() -> AppError {
    AppError::conflict(
        "checkout_key_used",
        "An order was already placed from this page, with other content. Reload the page to see it.",
    )
}

fn step_missing(step: Step) -> AppError {
    AppError::conflict(
        "step_missing",
        format!("The step \u{201c}{}\u{201d} is not complete yet.", step.label()),
    )
}

fn already_ordered() -> AppError {
    AppError::conflict(
        "already_ordered",
        "This cart has already been ordered. Your order is waiting for its payment, or is paid.",
    )
}

fn too_many_open() -> AppError {
    let mut error = AppError::new(
        ErrorKind::TooManyRequests,
        "too_many_open_orders",
        "You have unpaid orders open. Pay one of them first, or wait: they end by themselves within an hour.",
    );
    error.retry_after = Some(1_800);
    error
}
