//! One order: how it stands, what was bought, what it cost and why, where it goes.

use std::time::Duration;

use leptos::prelude::*;

use crate::features::orders::model::{
    OrderLine, OrderState, OrderView, PaymentState, TimelineEntry,
};
use crate::features::orders::service::{self, Order};
use crate::features::shipping::model::Address;
use crate::ui::dates::{day, day_and_time, time};
use crate::ui::feedback::{Badge, ErrorSummary, Tone};
use crate::ui::field::Field;
use crate::ui::form::{Button, ButtonKind, FieldState, PostForm};
use crate::ui::picture::Picture;
use crate::ui::totals::{ShippingLine, TotalsBlock};
use crate::web::page::{FormState, PageRequest, PageResponse, PageResult};

use super::progress::Progress;

const LINE_SIZES: &str = "6rem";
/// Until the page looks again while nobody knows how the payment ends (ORD-15).
const ASK_AGAIN: Duration = Duration::from_secs(5);
const SIGN_UP: &str = "/api/accounts/sign_up";

pub async fn page(request: PageRequest, order: &Order) -> PageResult {
    let order = service::view(&request.ctx, order)?;
    let time_zone = request.ctx.settings.store.time_zone.clone();
    let support = request.ctx.settings.store.support_email.clone();
    let error = request.form.as_ref().map(|form| form.error.clone());
    let from = format!("/order/{}", order.number);
    let is_offered = request.ctx.signed_in().is_none() && order.state.is_paid_for();
    let offer = is_offered.then(|| SignUpOffer {
        email: order.email.clone(),
        refused: request.refused(SIGN_UP).cloned(),
    });
    let waits = order.state == OrderState::PendingPayment
        && matches!(order.payment_state, PaymentState::Processing | PaymentState::Unknown);
    let view = PageResponse::new(format!("Order {}", order.number), move || {
        view! {
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            <OrderPage order=order time_zone=time_zone support=support from=from offer=offer/>
        }
        .into_any()
    });
    if waits { view.refreshed_every(ASK_AGAIN).answer() } else { view.answer() }
}

/// A guest who has paid may make an account of it.
pub struct SignUpOffer {
    email: String,
    refused: Option<FormState>,
}

#[component]
pub fn OrderPage(
    order: OrderView,
    time_zone: String,
    support: String,
    from: String,
    offer: Option<SignUpOffer>,
) -> impl IntoView {
    let placed = format!("Placed on {}", day(order.created_at, &time_zone));
    let shipping = if order.shipping.is_some() { ShippingLine::Priced } else { ShippingLine::None };
    let refunded = (!order.refunded.is_zero()).then(|| order.refunded.to_string());
    let thanks = (order.state == OrderState::Paid)
        .then(|| format!("Thank you. The confirmation goes to {}.", order.email));
    view! {
        <div class="order-head">
            <h1>{format!("Order {}", order.number)}</h1>
            <Badge text=order.state.label() tone=tone(order.state)/>
            <p class="lede">{thanks.unwrap_or(placed)}</p>
        </div>
        <Progress order=order.clone() time_zone=time_zone.clone()/>
        <PaymentNote order=order.clone() time_zone=time_zone.clone() from=from.clone()/>
        <div class="columns">
            <section aria-labelledby="goods">
                <h2 id="goods">"What you ordered"</h2>
                <ul class="cart-lines">
                    {order.lines.into_iter().map(|line| view! { <Line line=line/> }).collect_view()}
                </ul>
            </section>
            <section class="summary" aria-labelledby="money">
                <h2 id="money">"What it costs"</h2>
                <TotalsBlock totals=order.totals shipping=shipping/>
                <p>"Payment: "<strong>{order.payment_state.label()}</strong></p>
                {refunded.map(|amount| view! { <p>"Refunded: "{amount}</p> })}
            </section>
        </div>
        {offer.map(|offer| view! { <KeepTrack offer=offer from=from/> })}
        <div class="order-facts">
            <AddressBlock heading="Delivery address" address=order.address/>
            <AddressBlock heading="Billing address" address=order.billing/>
            {order
                .shipping
                .map(|shipping| view! { <Fact heading="Delivery" lines=vec![shipping.name, shipping.days]/> })}
            <Fact heading="Contact" lines=vec![order.email]/>
            <Questions support=support/>
            {order.note.map(|note| view! { <Fact heading="Your note" lines=note.lines().map(str::to_owned).collect()/> })}
        </div>
        <History entries=order.timeline time_zone=time_zone/>
    }
    .into_any()
}

pub const fn tone(state: OrderState) -> Tone {
    match state {
        OrderState::PendingPayment => Tone::Warning,
        OrderState::Expired | OrderState::Cancelled => Tone::Plain,
        _ => Tone::Good,
    }
}

/// What an unpaid order waits for, and the one thing to do about it.
#[component]
fn PaymentNote(order: OrderView, time_zone: String, from: String) -> impl IntoView {
    let total = order.totals.total.to_string();
    match (order.state, order.payment_state) {
        (OrderState::PendingPayment, PaymentState::Processing) => view! {
            <p class="hint-line" role="status">"Your payment is on its way. Some banks take a while; this page looks again by itself."</p>
        }
        .into_any(),
        (OrderState::PendingPayment, PaymentState::Unknown) => view! {
            <p class="hint-line" role="status">"We are asking the payment provider how your payment stands. This page looks again by itself."</p>
        }
        .into_any(),
        (OrderState::PendingPayment, _) => view! {
            <div class="pay-note">
                <p>{format!("You have not been charged. The goods are held for you until {}.", time(order.hold_expires_at, &time_zone))}</p>
                <PostForm action="/api/payments/retry" from=from>
                    <input type="hidden" name="number" value=order.number/>
                    <Button>{format!("Pay {total}")}</Button>
                </PostForm>
            </div>
        }
        .into_any(),
        (OrderState::Expired, _) => view! {
            <p class="hint-line">"This order ended without a payment; you were not charged. What you chose is still in your cart."</p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn KeepTrack(offer: SignUpOffer, from: String) -> impl IntoView {
    let password = FieldState::of(offer.refused.as_ref(), "password", "");
    view! {
        <section class="band keep-track" aria-labelledby="keep-track">
            <h2 id="keep-track">"Keep track of this order"</h2>
            <p>"Choose a password and this order, and the next ones, are in your account once you have confirmed your address."</p>
            <PostForm action=SIGN_UP from=from class="fields">
                <input type="hidden" name="email" value=offer.email/>
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    state=password
                    hint="At least 8 characters; three or four words are easy to remember and hard to guess."
                />
                <p class="field"><Button kind=ButtonKind::Quiet>"Create account"</Button></p>
            </PostForm>
        </section>
    }
    .into_any()
}

#[component]
fn Line(line: OrderLine) -> impl IntoView {
    let picture = line.image.map(|image| {
        view! { <Picture stem=image.stem alt=String::new() width=image.width height=image.height widths=image.widths sizes=LINE_SIZES/> }
    });
    let href = format!("/p/{}?sku={}", line.slug, line.sku);
    let discount = (!line.discount.is_zero()).then(|| format!("Discount −{}", line.discount));
    view! {
        <li class="cart-line">
            <div class="cart-line-picture">{picture}</div>
            <div class="cart-line-what">
                <p class="cart-line-name"><a href=href>{line.name}</a></p>
                {(!line.variant.is_empty()).then(|| view! { <p class="cart-line-variant">{line.variant}</p> })}
                <p class="cart-line-unit">{line.quantity}" × "{line.unit_price.to_string()}</p>
                {discount.map(|words| view! { <p class="cart-line-unit">{words}</p> })}
            </div>
            <p class="cart-line-total">{line.subtotal.to_string()}</p>
        </li>
    }
    .into_any()
}

#[component]
fn AddressBlock(heading: &'static str, address: Option<Address>) -> impl IntoView {
    address.map(|address| {
        let lines: Vec<String> = address.lines().into_iter().chain(address.phone.clone()).collect();
        view! { <Fact heading=heading lines=lines/> }
    })
}

#[component]
fn Fact(heading: &'static str, lines: Vec<String>) -> impl IntoView {
    view! {
        <section>
            <h2>{heading}</h2>
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
        </section>
    }
}

#[component]
fn Questions(support: String) -> impl IntoView {
    let href = format!("mailto:{support}");
    view! {
        <section>
            <h2>"Questions?"</h2>
            <p>"Write to "<a href=href>{support}</a>" with the number of your order."</p>
            <p><a href="/pages/returns">"How returns work"</a></p>
        </section>
    }
}

#[component]
fn History(entries: Vec<TimelineEntry>, time_zone: String) -> impl IntoView {
    (!entries.is_empty()).then(|| {
        view! {
            <section class="band" aria-labelledby="history">
                <h2 id="history">"History"</h2>
                <ol class="history">
                    {entries
                        .into_iter()
                        .map(|entry| view! { <li><span class="hint">{day_and_time(entry.at, &time_zone)}</span>{entry.text}</li> })
                        .collect_view()}
                </ol>
            </section>
        }
    })
}
