//! One order: how it stands, what was bought, what it cost and why, where it goes.

use std::time::Duration;

use leptos::prelude::*;

use crate::features::orders::model::{
    OrderLine, OrderState, OrderView, PaymentState, TimelineEntry,
};
use crate::features::orders::service::{self, Order};
use crate::features::shipping::model::Address;
use crate::ui::badge::{Badge, Ground, Tone};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::call_out::CallOut;
use crate::ui::columns::COLUMNS;
use crate::ui::dates::{day, day_and_time, time};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::facts::{Fact, FactLines, Facts};
use crate::ui::field::{FIELD, Field};
use crate::ui::form::{FieldState, PostForm};
use crate::ui::goods_line::{GoodsLine, LinePicture, LineTotal, LineWords};
use crate::ui::heading::Band;
use crate::ui::history::{Event, History};
use crate::ui::notice::HINT_LINE;
use crate::ui::picture::Picture;
use crate::ui::summary::SUMMARY;
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
        <div class="flex flex-wrap items-center gap-x-4 gap-y-2 first:mt-head">
            <h1>{format!("Order {}", order.number)}</h1>
            <Badge text=order.state.label() tone=tone(order.state) ground=Ground::Sunken/>
            <p class="basis-full text-intro text-soft">{thanks.unwrap_or(placed)}</p>
        </div>
        <Progress order=order.clone() time_zone=time_zone.clone()/>
        <PaymentNote order=order.clone() time_zone=time_zone.clone() from=from.clone()/>
        <div class=COLUMNS>
            <section aria-labelledby="goods">
                <h2 id="goods">"What you ordered"</h2>
                <ul class="mt-3 border-t border-line">
                    {order.lines.into_iter().map(|line| view! { <Line line=line/> }).collect_view()}
                </ul>
            </section>
            <section class=SUMMARY aria-labelledby="money">
                <h2 id="money">"What it costs"</h2>
                <TotalsBlock totals=order.totals shipping=shipping/>
                <p>"Payment: "<strong>{order.payment_state.label()}</strong></p>
                {refunded.map(|amount| view! { <p>"Refunded: "{amount}</p> })}
            </section>
        </div>
        {offer.map(|offer| view! { <KeepTrack offer=offer from=from/> })}
        <Facts>
            <AddressBlock heading="Delivery address" address=order.address/>
            <AddressBlock heading="Billing address" address=order.billing/>
            {order
                .shipping
                .map(|shipping| view! { <FactLines heading="Delivery" lines=vec![shipping.name, shipping.days]/> })}
            <FactLines heading="Contact" lines=vec![order.email]/>
            <Questions support=support/>
            {order.note.map(|note| view! { <FactLines heading="Your note" lines=note.lines().map(str::to_owned).collect()/> })}
        </Facts>
        <Timeline entries=order.timeline time_zone=time_zone/>
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
            <p class=HINT_LINE role="status">"Your payment is on its way. Some banks take a while; this page looks again by itself."</p>
        }
        .into_any(),
        (OrderState::PendingPayment, PaymentState::Unknown) => view! {
            <p class=HINT_LINE role="status">"We are asking the payment provider how your payment stands. This page looks again by itself."</p>
        }
        .into_any(),
        (OrderState::PendingPayment, _) => view! {
            <div class="mb-10">
                <CallOut text=format!("You have not been charged. The goods are held for you until {}.", time(order.hold_expires_at, &time_zone))>
                    <PostForm action="/api/payments/retry" from=from>
                        <input type="hidden" name="number" value=order.number/>
                        <Button>{format!("Pay {total}")}</Button>
                    </PostForm>
                </CallOut>
            </div>
        }
        .into_any(),
        (OrderState::Expired, _) => view! {
            <p class=HINT_LINE>"This order ended without a payment; you were not charged. What you chose is still in your cart."</p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn KeepTrack(offer: SignUpOffer, from: String) -> impl IntoView {
    let password = FieldState::of(offer.refused.as_ref(), "password", "");
    view! {
        <section class="mt-band print:hidden" aria-labelledby="keep-track">
            <h2 id="keep-track" class="mb-5">"Keep track of this order"</h2>
            <p>"Choose a password and this order, and the next ones, are in your account once you have confirmed your address."</p>
            <PostForm action=SIGN_UP from=from class="mt-4 grid max-w-136 gap-x-4 gap-y-5 xs:grid-cols-2">
                <input type="hidden" name="email" value=offer.email/>
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    state=password
                    hint="At least 8 characters; three or four words are easy to remember and hard to guess."
                />
                <p class=FIELD><Button kind=ButtonKind::Quiet>"Create account"</Button></p>
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
    let details = [
        Some(line.variant).filter(|variant| !variant.is_empty()),
        Some(format!("{} × {}", line.quantity, line.unit_price)),
        discount,
    ];
    view! {
        <GoodsLine>
            <LinePicture>{picture}</LinePicture>
            <LineWords name=line.name href=Some(href) details=details.into_iter().flatten().collect()/>
            <LineTotal amount=line.subtotal.to_string()/>
        </GoodsLine>
    }
    .into_any()
}

#[component]
fn AddressBlock(heading: &'static str, address: Option<Address>) -> impl IntoView {
    address.map(|address| {
        let lines: Vec<String> = address.lines().into_iter().chain(address.phone.clone()).collect();
        view! { <FactLines heading=heading lines=lines/> }
    })
}

#[component]
fn Questions(support: String) -> impl IntoView {
    let href = format!("mailto:{support}");
    view! {
        <Fact heading="Questions?">
            <p>"Write to "<a href=href>{support}</a>" with the number of your order."</p>
            <p><a href="/pages/returns">"How returns work"</a></p>
        </Fact>
    }
}

#[component]
fn Timeline(entries: Vec<TimelineEntry>, time_zone: String) -> impl IntoView {
    (!entries.is_empty()).then(|| {
        view! {
            <Band id="history" heading="History">
                <History>
                    {entries
                        .into_iter()
                        .map(|entry| view! { <Event moment=day_and_time(entry.at, &time_zone) text=entry.text/> })
                        .collect_view()}
                </History>
            </Band>
        }
    })
}
