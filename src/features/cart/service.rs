//! Use-cases of the cart.

use std::collections::HashMap;
use std::time::Duration;

use crate::features::cart::model::{
    Added, CartDeleted, CartLine, CartMerge, CartView, LineMerge, LineProblem, MergeLimits,
    StoredLine, hint,
};
use crate::features::cart::store::{self, Addition, CartDocument};
use crate::features::catalog;
use crate::features::catalog::service::Sellable;
use crate::features::inventory;
use crate::features::orders;
use crate::features::shipping;
use crate::features::shipping::model::free_shipping_from;
use crate::infra::cache::ExpiringSet;
use crate::infra::client_storage::{ReadableBy, StoredItem};
use crate::infra::crypto::{hash_token, random_token};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult};
use crate::infra::outbox;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::{AccountId, CartId, Sku};
use crate::shared::money::{Currency, Money};
use crate::shared::pricing::TaxClass;
use crate::shared::timestamp::Timestamp;
use crate::shared::validate;

pub use crate::features::cart::store::CartDocument as Cart;

const CART_TOKEN: StoredItem = StoredItem { name: "cart", readable_by: ReadableBy::Server };
/// How many units the cart holds, for the badge in the header.
pub const CART_HINT: StoredItem = StoredItem { name: "hint", readable_by: ReadableBy::Scripts };
const TOKEN_LIFE: Duration = Duration::from_hours(30 * 24);
/// How long a copy may be read without asking the database again.
const COPY_LIFE: Duration = Duration::from_secs(120);

/// Copies that this process could not bring up to date; they are not read until they have been, or
/// have ended.
struct StaleCacheKeys(ExpiringSet);

impl Default for StaleCacheKeys {
    fn default() -> Self {
        Self(ExpiringSet::new(100_000, COPY_LIFE * 2))
    }
}

/// A cart as the checkout needs it.
pub struct CartContents {
    pub id: CartId,
    pub view: CartView,
}

/// The visitor's cart with present prices and stock; an empty one when there is none.
pub async fn view(ctx: &Ctx) -> AppResult<CartView> {
    match read(ctx).await? {
        Some(cart) => describe(ctx, &cart).await,
        None => empty(ctx),
    }
}

/// The visitor's cart read from the database itself: what an order is made from.
pub async fn current(ctx: &Ctx) -> AppResult<Option<Cart>> {
    let Some(owner) = owner(ctx) else { return Ok(None) };
    store::by_owner(&ctx.mongo, &owner, ctx.now()).await
}

/// The visitor's cart from the hot copy: for steps whose choices are checked again when the order
/// is placed.
pub async fn cached_contents(ctx: &Ctx) -> AppResult<Option<CartContents>> {
    let Some(cart) = read(ctx).await? else { return Ok(None) };
    let view = describe(ctx, &cart).await?;
    Ok(Some(CartContents { id: cart.id, view }))
}

/// The id of the visitor's cart.
pub async fn id(ctx: &Ctx) -> AppResult<Option<CartId>> {
    Ok(read(ctx).await?.map(|cart| cart.id))
}

/// Puts units of a sku into the cart.
///
/// # Errors
/// `Invalid` for a bad quantity or more units than can be had; `NotFound` for what is not sold.
pub async fn add_line(ctx: &Ctx, sku: &str, quantity: &str) -> AppResult<Added> {
    let units = validate::quantity(quantity, "quantity")?;
    let sku = parse_sku(sku)?;
    let sellable = require_sellable(ctx, &sku).await?;
    let available = available_units(ctx, &sku, units).await?;
    let known = owner(ctx);
    let owner = known.clone().unwrap_or_else(|| new_token(ctx));
    let limits = &ctx.settings.limits;
    let addition = Addition {
        owner: &owner,
        sku: &sku,
        units,
        price: sellable.variant.price,
        ceiling: limits.max_quantity.min(available),
        max_lines: limits.max_cart_lines,
    };
    let added = match known {
        Some(_) => store::add(&ctx.mongo, addition, ctx.now()).await?,
        None => store::create(&ctx.mongo, &addition, ctx.now()).await?,
    };
    let Some(cart) = added else {
        return Err(refusal(ctx, &owner, &sku, units, available).await?);
    };
    cache_cart(ctx, &cart).await?;
    set_hint(ctx, &cart);
    Ok(Added { units: cart.units() })
}

/// Sets a line's quantity; zero removes it.
///
/// # Errors
/// `Invalid` with what is available; `NotFound` when the cart has no such line.
pub async fn set_quantity(ctx: &Ctx, sku: &str, quantity: &str) -> AppResult<CartView> {
    let units = validate::quantity_or_zero(quantity, "quantity")?;
    let sku = parse_sku(sku)?;
    if units == 0 {
        return remove_line(ctx, sku.as_str()).await.map(|removed| removed.cart);
    }
    let sellable = require_sellable(ctx, &sku).await?;
    let available = available_units(ctx, &sku, units).await?;
    if units > available {
        return Err(not_enough(available, 0));
    }
    let owner = owner(ctx).ok_or_else(AppError::not_found)?;
    let cart = store::set(&ctx.mongo, &owner, &sku, units, sellable.variant.price, ctx.now())
        .await?
        .ok_or_else(AppError::not_found)?;
    finish_change(ctx, &cart).await
}

/// A cart without one of its lines.
pub struct Removed {
    pub cart: CartView,
    /// What the line held.
    pub units: u32,
}

pub async fn remove_line(ctx: &Ctx, sku: &str) -> AppResult<Removed> {
    let sku = parse_sku(sku)?;
    let owner = owner(ctx).ok_or_else(AppError::not_found)?;
    match store::remove(&ctx.mongo, &owner, &sku, ctx.now()).await? {
        Some((cart, units)) => Ok(Removed { cart: finish_change(ctx, &cart).await?, units }),
        None => Ok(Removed { cart: empty(ctx)?, units: 0 }),
    }
}

/// Settles the problem of one line, or of all with the word "all": takes new prices, lowers to what
/// is left, removes what is gone.
pub async fn accept(ctx: &Ctx, sku: &str) -> AppResult<CartView> {
    let owner = owner(ctx).ok_or_else(AppError::not_found)?;
    let cart =
        store::by_owner(&ctx.mongo, &owner, ctx.now()).await?.ok_or_else(AppError::not_found)?;
    let mut latest = cart.clone();
    for line in describe(ctx, &cart)
        .await?
        .lines
        .into_iter()
        .filter(|line| sku == "all" || line.sku.as_str() == sku)
    {
        let settled = match line.problem {
            Some(LineProblem::Gone | LineProblem::SoldOut) => {
                store::remove(&ctx.mongo, &owner, &line.sku, ctx.now()).await?.map(|(cart, _)| cart)
            }
            Some(LineProblem::Short { available }) => {
                store::set(&ctx.mongo, &owner, &line.sku, available, line.unit_price, ctx.now())
                    .await?
            }
            Some(LineProblem::PriceMoved { to, .. }) => {
                store::set(&ctx.mongo, &owner, &line.sku, line.quantity, to, ctx.now()).await?
            }
            None => None,
        };
        latest = settled.unwrap_or(latest);
    }
    finish_change(ctx, &latest).await
}

/// Serialises the orders of one cart: each makes it another version, so that an order placed since
/// the cart was read is noticed.
///
/// # Errors
/// `Conflict` when the cart is not as it was read: changed, ordered or gone.
pub async fn claim_for_order(
    ctx: &Ctx,
    tx: &mut Tx,
    cart_id: CartId,
    version: i64,
) -> TxResult<()> {
    if store::claim(&ctx.mongo, tx, cart_id, version).await? {
        return Ok(());
    }
    Err(AppError::conflict(
        "cart_changed",
        "Your cart changed while you ordered. Look at it, then order again.",
    )
    .into())
}

/// Takes what was bought out of the cart, in the transaction of the payment; answers what is left,
/// for [`cache_cart`].
pub async fn take_out_bought(
    ctx: &Ctx,
    tx: &mut Tx,
    cart_id: CartId,
    bought: &[(Sku, u32)],
) -> TxResult<Option<Cart>> {
    store::remove_bought(&ctx.mongo, tx, cart_id, bought).await
}

/// What is left of the cart of this visitor, who has just bought the rest.
pub async fn after_purchase(ctx: &Ctx, cart: &Cart) -> AppResult<()> {
    set_hint(ctx, cart);
    cache_cart(ctx, cart).await
}

/// Sets the badge's cookie from the cart as it is now; called where a purchase may have emptied it.
pub async fn refresh_hint(ctx: &Ctx) -> AppResult<()> {
    if let Some(cart) = read(ctx).await? {
        set_hint(ctx, &cart);
    }
    Ok(())
}

/// The guest's cart becomes the account's; what the account had joins it (CART-4).
///
/// The guest's record stays, because the checkout that was begun and an unpaid order refer to it.
/// The guest's cookie stops working, so an attacker who put a cart into another person's browser
/// cannot read it later (A7). Done twice, or by ten sign-ins at once, it happens once.
pub async fn merge_guest_cart(ctx: &Ctx, account_id: AccountId) -> AppResult<CartMerge> {
    let account = account_owner(account_id);
    let Some(guest) = guest_owner(ctx) else {
        if let Some(cart) = store::by_owner(&ctx.mongo, &account, ctx.now()).await? {
            set_hint(ctx, &cart);
        }
        return Ok(CartMerge::Nothing);
    };
    let limits = MergeLimits {
        quantity: ctx.settings.limits.max_quantity,
        lines: ctx.settings.limits.max_cart_lines,
    };
    let joined = match merge_into(ctx, &guest, &account, limits).await {
        // The account's first cart was made in the same moment, by another request: now it is there
        // to be joined.
        Err(_) => merge_into(ctx, &guest, &account, limits).await?,
        Ok(joined) => joined,
    };
    // Only now: a cart that could not be joined waits for the next sign-in.
    ctx.client_storage().remove(CART_TOKEN);
    // A slow reader could put a deleted copy back; an empty one under a newer version it cannot
    // replace.
    let last = joined.as_ref().map_or(i64::MAX, |(cart, _)| cart.version);
    if ctx.redis.set_if_newer(&cache_key(&guest), last, &[], COPY_LIFE).await.is_err() {
        ctx.process_state.get::<StaleCacheKeys>().0.mark(&cache_key(&guest)).await;
    }
    let cart = match &joined {
        Some((cart, _)) => Some(cart.clone()),
        None => store::by_owner(&ctx.mongo, &account, ctx.now()).await?,
    };
    if let Some(cart) = cart {
        cache_cart(ctx, &cart).await?;
        set_hint(ctx, &cart);
    }
    Ok(joined.map_or(CartMerge::Nothing, |(_, outcome)| match outcome {
        LineMerge::Alone => CartMerge::Nothing,
        LineMerge::Whole => CartMerge::Merged,
        LineMerge::Lowered => CartMerge::Lowered,
    }))
}

/// The transaction of [`merge_guest_cart`]: an unpaid order of the deleted cart moves to the one that
/// stays, and the checkout hears of it.
async fn merge_into(
    ctx: &Ctx,
    guest: &str,
    account: &str,
    limits: MergeLimits,
) -> AppResult<Option<(CartDocument, LineMerge)>> {
    let (ctx_in, guest, account) = (ctx.clone(), guest.to_owned(), account.to_owned());
    ctx.mongo
        .transaction(move |tx| {
            let (ctx, guest, account) = (ctx_in.clone(), guest.clone(), account.clone());
            Box::pin(async move {
                let Some(joined) =
                    store::merge(&ctx.mongo, tx, &guest, &account, limits, ctx.now()).await?
                else {
                    return Ok(None);
                };
                if let Some(gone) = joined.gone {
                    if let Some((cart, _)) = &joined.cart {
                        orders::service::move_unpaid(&ctx, tx, gone, cart.id).await?;
                    }
                    outbox::enqueue(tx, &CartDeleted { cart_id: gone }, ctx.now())?;
                }
                Ok(joined.cart)
            })
        })
        .await
}

/// Drops an account's cart in the caller's transaction; answers its id.
pub async fn erase(ctx: &Ctx, tx: &mut Tx, account_id: AccountId) -> TxResult<Option<CartId>> {
    store::delete(&ctx.mongo, tx, &account_owner(account_id)).await
}

/// After an erasure: no copy of the cart is left. It ends by itself within two minutes if Redis is
/// away.
pub async fn evict_cart(ctx: &Ctx, account_id: AccountId) {
    let _ = ctx
        .redis
        .set_if_newer(&cache_key(&account_owner(account_id)), i64::MAX, &[], COPY_LIFE)
        .await;
}

async fn finish_change(ctx: &Ctx, cart: &CartDocument) -> AppResult<CartView> {
    cache_cart(ctx, cart).await?;
    set_hint(ctx, cart);
    describe(ctx, cart).await
}

/// The hot copy, else the database.
async fn read(ctx: &Ctx) -> AppResult<Option<CartDocument>> {
    let Some(owner) = owner(ctx) else { return Ok(None) };
    let key = cache_key(&owner);
    if !ctx.process_state.get::<StaleCacheKeys>().0.is_marked(&key)
        && let Ok(Some((_, bytes))) = ctx.redis.get_versioned(&key).await
        && let Some(cart) = CartDocument::from_copy(&bytes)
        && Timestamp::from(cart.expires_at) > ctx.now()
    {
        return Ok(Some(cart));
    }
    let cart = store::by_owner(&ctx.mongo, &owner, ctx.now()).await?;
    if let Some(cart) = &cart {
        cache_cart(ctx, cart).await?;
    }
    Ok(cart)
}

/// A copy is only ever replaced by a newer one; without Redis there is none, and nothing else
/// changes.
pub async fn cache_cart(ctx: &Ctx, cart: &CartDocument) -> AppResult<()> {
    let bytes = cart.to_copy()?;
    let key = cache_key(&cart.owner);
    let stale = ctx.process_state.get::<StaleCacheKeys>();
    match ctx.redis.set_if_newer(&key, cart.version, &bytes, COPY_LIFE).await {
        Ok(_) => stale.0.clear(&key).await,
        // A copy from before the outage may still be there when Redis comes back.
        Err(_) => stale.0.mark(&key).await,
    }
    Ok(())
}

/// Joins the stored lines with the catalogue and the stock as they are now: two reads, however many
/// lines.
pub async fn describe(ctx: &Ctx, cart: &CartDocument) -> AppResult<CartView> {
    let stored = cart.stored_lines();
    let skus: Vec<Sku> = stored.iter().map(|line| line.sku.clone()).collect();
    let (sellables, mut levels) = tokio::try_join!(
        catalog::service::sellables(ctx, &skus),
        inventory::service::available(ctx, &skus)
    )?;
    let is_short =
        |line: &StoredLine| levels.get(&line.sku).copied().unwrap_or(0) < i64::from(line.quantity);
    if stored.iter().any(is_short) {
        add_own_hold(ctx, cart.id, &mut levels).await?;
    }
    let by_sku: HashMap<&Sku, &Sellable> = sellables.iter().map(|s| (&s.variant.sku, s)).collect();
    let mut view = empty(ctx)?;
    for line in &stored {
        let available = levels.get(&line.sku).and_then(|n| u32::try_from(*n).ok()).unwrap_or(0);
        view.lines.push(match by_sku.get(&line.sku) {
            Some(sellable) => living_line(line, sellable, available),
            None => gone_line(line, view.currency),
        });
    }
    let rules = shipping::service::rules(ctx);
    let home = shipping::service::home_country(ctx);
    view.free_shipping_from = free_shipping_from(&rules, &home, view.weight_grams())
        .map(|minor| Money::new(minor, view.currency));
    Ok(view)
}

/// What this cart's own unpaid order holds is still this cart's to order (CHK-10).
async fn add_own_hold(ctx: &Ctx, cart_id: CartId, levels: &mut HashMap<Sku, i64>) -> AppResult<()> {
    if let Some(order) = orders::service::pending_of_cart(ctx, cart_id).await? {
        for held in orders::service::stock_requests(&order) {
            *levels.entry(held.sku).or_default() += i64::from(held.units);
        }
    }
    Ok(())
}

fn living_line(line: &StoredLine, sellable: &Sellable, available: u32) -> CartLine {
    let now = sellable.variant.price;
    let problem = if available == 0 {
        Some(LineProblem::SoldOut)
    } else if available < line.quantity {
        Some(LineProblem::Short { available })
    } else if line.seen_price != now.minor() {
        Some(LineProblem::PriceMoved { from: Money::new(line.seen_price, now.currency()), to: now })
    } else {
        None
    };
    CartLine {
        sku: line.sku.clone(),
        slug: sellable.slug.clone(),
        name: sellable.name.clone(),
        variant: sellable.variant.title(),
        image: sellable.image.clone(),
        quantity: line.quantity,
        unit_price: now,
        tax_class: sellable.tax_class,
        weight_grams: sellable.variant.weight_grams,
        needs_shipping: sellable.variant.needs_shipping,
        available,
        problem,
    }
}

fn gone_line(line: &StoredLine, currency: Currency) -> CartLine {
    CartLine {
        sku: line.sku.clone(),
        slug: String::new(),
        name: line.sku.to_string(),
        variant: String::new(),
        image: None,
        quantity: line.quantity,
        unit_price: Money::zero(currency),
        tax_class: TaxClass::Zero,
        weight_grams: 0,
        needs_shipping: false,
        available: 0,
        problem: Some(LineProblem::Gone),
    }
}

fn empty(ctx: &Ctx) -> AppResult<CartView> {
    let currency = ctx.settings.store.currency;
    let taxes = shipping::service::taxes(ctx);
    let at_home = shipping::service::tax_table(ctx, &shipping::service::home_country(ctx))?;
    Ok(CartView {
        currency,
        prices_include_tax: taxes.prices_include_tax,
        standard_rate: at_home.standard,
        reduced_rate: at_home.reduced,
        lines: Vec::new(),
        free_shipping_from: None,
    })
}

async fn require_sellable(ctx: &Ctx, sku: &Sku) -> AppResult<Sellable> {
    let found = catalog::service::sellables(ctx, std::slice::from_ref(sku)).await?;
    found.into_iter().next().ok_or_else(not_sold)
}

async fn available_units(ctx: &Ctx, sku: &Sku, wanted: u32) -> AppResult<u32> {
    let mut levels = inventory::service::available(ctx, std::slice::from_ref(sku)).await?;
    if levels.get(sku).copied().unwrap_or(0) < i64::from(wanted)
        && let Some(cart_id) = id(ctx).await?
    {
        add_own_hold(ctx, cart_id, &mut levels).await?;
    }
    Ok(levels.get(sku).and_then(|n| u32::try_from(*n).ok()).unwrap_or(0))
}

/// Why an addition was refused: the limit in the way, in words.
async fn refusal(
    ctx: &Ctx,
    owner: &str,
    sku: &Sku,
    wanted: u32,
    available: u32,
) -> AppResult<AppError> {
    let cart = store::by_owner(&ctx.mongo, owner, ctx.now()).await?;
    let held = cart.as_ref().and_then(|c| c.line(sku)).map_or(0, |line| line.quantity);
    let limits = &ctx.settings.limits;
    if available < held.saturating_add(wanted) {
        return Ok(not_enough(available, held));
    }
    if held.saturating_add(wanted) > limits.max_quantity {
        return Ok(AppError::field(
            "quantity_too_high",
            "quantity",
            format!("A cart holds at most {} of one item.", limits.max_quantity),
        ));
    }
    Ok(AppError::field(
        "cart_full",
        "quantity",
        format!("A cart holds at most {} different items.", limits.max_cart_lines),
    ))
}

fn not_enough(available: u32, held: u32) -> AppError {
    let message = match (available, held) {
        (0, _) => "This is sold out.".to_owned(),
        (n, 0) => format!("Only {n} available."),
        (n, held) => format!("Only {n} available, and {held} already in your cart."),
    };
    AppError::field("not_enough_stock", "quantity", message)
}

fn not_sold() -> AppError {
    AppError::field("sku_not_sold", "sku", "This item is not sold any more.")
}

fn parse_sku(text: &str) -> AppResult<Sku> {
    Sku::parse(text).ok_or_else(not_sold)
}

/// Whose cart this request may touch: the account's for the signed-in, else the one whose secret
/// the browser holds.
fn owner(ctx: &Ctx) -> Option<String> {
    match ctx.signed_in() {
        Some(visitor) => Some(account_owner(visitor.account_id)),
        None => guest_owner(ctx),
    }
}

fn guest_owner(ctx: &Ctx) -> Option<String> {
    ctx.client_storage().get(CART_TOKEN).and_then(hash_token).map(|hash| hash.to_string())
}

/// No hash looks like this, so no cookie opens an account's cart.
fn account_owner(account_id: AccountId) -> String {
    format!("account:{account_id}")
}

/// Gives the visitor a cart of their own; answers the hash it is stored under.
fn new_token(ctx: &Ctx) -> String {
    let token = random_token();
    ctx.client_storage().set(CART_TOKEN, token.as_str(), TOKEN_LIFE);
    token.hash().to_string()
}

fn set_hint(ctx: &Ctx, cart: &CartDocument) {
    ctx.client_storage().set(CART_HINT, hint(cart.units()), TOKEN_LIFE);
}

fn cache_key(owner: &str) -> String {
    format!("cart:{owner}")
}
