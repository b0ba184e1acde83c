//! The steps: what has been typed, what is still missing, and keeping it safe between requests.

use mongodb::bson::{Bson, Document, doc};

use crate::features::accounts;
use crate::features::cart;
use crate::features::cart::model::CartView;
use crate::features::cart::service::CartContents;
use crate::features::checkout::model::{
    CheckoutView, OpenOrder, ShippingForm, Step, first_open_step,
};
use crate::features::checkout::store::{self, CheckoutDocument};
use crate::features::orders;
use crate::features::shipping;
use crate::features::shipping::model::{
    Address, AddressInput, Offer, methods_for, validate_address,
};
use crate::infra::crypto::random_token;
use crate::infra::ctx::Ctx;
use crate::infra::mongo::{Tx, TxResult};
use crate::shared::email::EmailAddress;
use crate::shared::error::{AppError, AppResult};
use crate::shared::ids::CartId;
use crate::shared::money::Money;
use crate::shared::pricing::{PricingInput, Totals, price};
use crate::shared::validate;

/// Everything typed so far, opened.
pub(super) struct CheckoutInput {
    pub email: Option<EmailAddress>,
    pub draft: AddressInput,
    pub billing_draft: AddressInput,
    pub billing_same: bool,
    pub address: Option<Address>,
    pub billing: Option<Address>,
    pub method: Option<String>,
    pub note: Option<String>,
}

/// The page for a step, or for the first one that is still open; `None` without anything in the
/// cart.
pub async fn view(ctx: &Ctx, wanted: Option<Step>) -> AppResult<Option<CheckoutView>> {
    let Some(contents) = cart::service::cached_contents(ctx).await?.filter(|c| !c.view.is_empty())
    else {
        return Ok(None);
    };
    let (typed, pending) = tokio::try_join!(
        load_input(ctx, contents.id),
        orders::service::pending_of_cart(ctx, contents.id)
    )?;
    let cart = contents.view;
    let country = typed.draft.country.clone();
    let (offers, no_offer) = offers(ctx, &cart, &country)?;
    let chosen = typed.method.clone().filter(|id| offers.iter().any(|offer| &offer.id == id));
    let method_done = chosen.is_some() || !cart.needs_shipping();
    let open = first_open_step(typed.email.is_some(), typed.address.is_some(), method_done);
    let step = wanted.map_or(open, |wanted| wanted.min(open));
    // Nobody chose yet: the cheapest is ticked in the form, so it is what the summary counts.
    let method = chosen.or_else(|| offers.first().map(|offer| offer.id.clone()));
    // The last step shows what the order will be made of; those before it follow what is being
    // typed.
    let destination = typed
        .address
        .as_ref()
        .filter(|_| step == Step::Review)
        .map_or(&country, |address| &address.country);
    let totals_with = |offer| self::totals(ctx, &cart, offer, destination);
    let totals = totals_with(method.as_ref().and_then(|id| offers.iter().find(|o| &o.id == id)))?;
    let totals_of_offers =
        offers.iter().map(|offer| totals_with(Some(offer))).collect::<AppResult<_>>()?;
    let rules = shipping::service::rules(ctx);
    let saved = if step == Step::Shipping {
        accounts::service::saved_addresses(ctx).await?
    } else {
        Vec::new()
    };
    Ok(Some(CheckoutView {
        saved,
        step,
        email: typed.email.map(|email| email.to_string()),
        draft: typed.draft,
        billing_draft: typed.billing_draft,
        billing_same: typed.billing_same,
        address: typed.address,
        billing: typed.billing,
        offers,
        no_offer,
        method,
        note: typed.note.unwrap_or_default(),
        totals,
        totals_of_offers,
        key: random_token().as_str().to_owned(),
        open_order: pending.map(|order| OpenOrder {
            number: order.number,
            total: Money::new(order.total_minor, order.currency),
        }),
        countries: rules.countries().map(|c| (c.code.to_owned(), c.name.to_owned())).collect(),
        cart,
    }))
}

/// # Errors
/// `Invalid` for an address that cannot be one.
pub async fn save_contact(ctx: &Ctx, email: &str) -> AppResult<()> {
    let email = validate::email("email", email)?;
    let id = cart_id(ctx).await?;
    let by = ctx.signed_in().map(|visitor| visitor.account_id);
    store::save(
        &ctx.mongo,
        id,
        doc! { "email": store::EMAIL.seal(&ctx.keyring, id, &email), "email_by": by },
        ctx.now(),
    )
    .await
}

/// Keeps the form as typed, then checks it: a refused form is still there after a reload.
///
/// # Errors
/// `Invalid` with every refused field.
pub async fn save_shipping(ctx: &Ctx, form: &ShippingForm) -> AppResult<()> {
    let contents = contents(ctx).await?;
    let id = contents.id;
    let mut refused: Vec<crate::shared::error::FieldError> = Vec::new();
    let mut check = |input: &AddressInput, prefix: &'static str| {
        validate_address(input, prefix).map_err(|error| refused.extend(error.fields)).ok()
    };
    let address = check(&form.delivery, "");
    let same = form.bills_to_the_same_address();
    let billing = if same { address.clone() } else { check(&form.billing, "billing_") };
    let (offers, no_offer) = offers(ctx, &contents.view, &form.delivery.country)?;
    let needs_method = contents.view.needs_shipping();
    let method = offers.iter().find(|offer| offer.id == form.method);
    if needs_method && method.is_none() {
        let message = no_offer.unwrap_or_else(|| "Choose how we send it.".into());
        refused.push(crate::shared::error::FieldError {
            field: "method".into(),
            message: message.into(),
        });
    }
    let mut fields = draft_fields(ctx, id, form)?;
    let (Some(address), Some(billing), true) = (address, billing, refused.is_empty()) else {
        store::save(&ctx.mongo, id, fields, ctx.now()).await?;
        let mut error = AppError::invalid("invalid_fields", "Some fields need another look.");
        error.fields = refused;
        return Err(error);
    };
    fields.extend(doc! {
        "address": store::ADDRESS.seal(&ctx.keyring, id, &address),
        "billing": store::BILLING.seal(&ctx.keyring, id, &billing),
        "method": method.map_or(Bson::Null, |offer| Bson::String(offer.id.clone())),
    });
    store::save(&ctx.mongo, id, fields, ctx.now()).await
}

/// Keeps what is typed without judging it.
pub async fn keep_draft(ctx: &Ctx, form: &ShippingForm) -> AppResult<()> {
    let id = cart_id(ctx).await?;
    store::save(&ctx.mongo, id, draft_fields(ctx, id, form)?, ctx.now()).await
}

/// What is typed; of the deliveries only one of the shop, since anything else could be anything and
/// this field is not sealed.
fn draft_fields(ctx: &Ctx, id: CartId, form: &ShippingForm) -> AppResult<Document> {
    let is_ours =
        shipping::service::rules(ctx).methods.iter().any(|method| method.id == form.method);
    let method = if is_ours { form.method.as_str() } else { "" };
    Ok(doc! {
        "draft": store::DRAFT.seal(&ctx.keyring, id, &form.delivery),
        "billing_draft": store::BILLING_DRAFT.seal(&ctx.keyring, id, &form.billing),
        "billing_same": form.bills_to_the_same_address(),
        "method": method,
    })
}

pub(super) async fn load_input(ctx: &Ctx, cart_id: CartId) -> AppResult<CheckoutInput> {
    let document = store::of_cart(&ctx.mongo, cart_id, ctx.now()).await?;
    let mut typed = open(ctx, cart_id, &document)?;
    let Some(visitor) = ctx.signed_in() else { return Ok(typed) };
    // Whoever planted the cart in this browser may have typed an address of their own, to get the
    // mails.
    typed.email = typed.email.filter(|_| document.email_by == Some(visitor.account_id));
    if typed.email.is_none() || document.draft.is_none() {
        let account = accounts::service::me(ctx).await?;
        typed.email = typed.email.or(Some(account.email));
        if let (None, Some(usual)) = (&document.draft, account.addresses.into_iter().next()) {
            typed.draft = usual.address.into();
        }
    }
    Ok(typed)
}

/// Keeps the note to the shop between tries to place the order.
pub(super) async fn keep_note(ctx: &Ctx, cart_id: CartId, note: &str) -> AppResult<()> {
    let sealed = store::NOTE.seal(&ctx.keyring, cart_id, &note.to_owned());
    store::save(&ctx.mongo, cart_id, doc! { "note": sealed }, ctx.now()).await
}

/// Drops what was typed for a cart, in the caller's transaction.
pub async fn erase(ctx: &Ctx, tx: &mut Tx, cart_id: CartId) -> TxResult<()> {
    store::delete(&ctx.mongo, tx, cart_id).await
}

/// What the visitor typed so far, for their own eyes.
pub async fn export_input(ctx: &Ctx) -> AppResult<serde_json::Value> {
    let Some(id) = cart::service::id(ctx).await? else { return Ok(serde_json::Value::Null) };
    let document = store::of_cart(&ctx.mongo, id, ctx.now()).await?;
    let typed = open(ctx, id, &document)?;
    Ok(serde_json::json!({
        "email": typed.email,
        "delivery_address": typed.address,
        "billing_address": typed.billing,
        "delivery": typed.method,
        "note": typed.note,
    }))
}

pub async fn use_saved_address(ctx: &Ctx, address_id: &str) -> AppResult<()> {
    let saved = accounts::service::saved_address(ctx, address_id).await?;
    let id = cart_id(ctx).await?;
    store::save(
        &ctx.mongo,
        id,
        doc! { "draft": store::DRAFT.seal(&ctx.keyring, id, &AddressInput::from(saved.address)) },
        ctx.now(),
    )
    .await
}

/// What can be sent where, or why nothing can.
pub(super) fn offers(
    ctx: &Ctx,
    cart: &CartView,
    country: &str,
) -> AppResult<(Vec<Offer>, Option<String>)> {
    let totals = cart.totals()?;
    let subtotal = totals.items.checked_sub(totals.discount)?;
    let rules = shipping::service::rules(ctx);
    Ok(match methods_for(&rules, country, subtotal, cart.weight_grams()) {
        Ok(offers) => (offers, None),
        Err(reason) => (Vec::new(), Some(reason.to_string())),
    })
}

/// What the cart costs where it goes: the country decides the tax.
pub(super) fn totals(
    ctx: &Ctx,
    cart: &CartView,
    offer: Option<&Offer>,
    country: &str,
) -> AppResult<Totals> {
    let delivery_class = shipping::service::taxes(ctx).delivery_class;
    let input = PricingInput {
        taxes: shipping::service::tax_table(ctx, country)?,
        shipping: offer.map(|offer| offer.shipping_price(delivery_class)),
        ..cart.pricing_input()
    };
    price(&input)
}

fn open(ctx: &Ctx, id: CartId, document: &CheckoutDocument) -> AppResult<CheckoutInput> {
    let keys = &ctx.keyring;
    let home = shipping::service::home_country(ctx);
    let empty = || AddressInput { country: home.clone(), ..AddressInput::default() };
    let draft = store::DRAFT.open_optional(keys, id, document.draft.as_ref())?;
    let billing_draft =
        store::BILLING_DRAFT.open_optional(keys, id, document.billing_draft.as_ref())?;
    Ok(CheckoutInput {
        email: store::EMAIL.open_optional(keys, id, document.email.as_ref())?,
        draft: draft.unwrap_or_else(empty),
        billing_draft: billing_draft.unwrap_or_else(empty),
        billing_same: document.billing_same.unwrap_or(true),
        address: store::ADDRESS.open_optional(keys, id, document.address.as_ref())?,
        billing: store::BILLING.open_optional(keys, id, document.billing.as_ref())?,
        method: document.method.clone().filter(|m| !m.is_empty()),
        note: store::NOTE.open_optional(keys, id, document.note.as_ref())?,
    })
}

/// From the hot copy: everything is read afresh when the order is placed.
async fn contents(ctx: &Ctx) -> AppResult<CartContents> {
    cart::service::cached_contents(ctx).await?.filter(|c| !c.view.is_empty()).ok_or_else(empty_cart)
}

async fn cart_id(ctx: &Ctx) -> AppResult<CartId> {
    cart::service::id(ctx).await?.ok_or_else(empty_cart)
}

pub(super) fn empty_cart() -> AppError {
    AppError::conflict("cart_empty", "Your cart is empty, so there is nothing to order.")
}
