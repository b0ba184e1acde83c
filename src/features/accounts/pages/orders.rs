//! The history of a visitor's orders.

use leptos::prelude::*;

use crate::features::orders;
use crate::features::orders::model::{OrderSummary, PaymentState};
use crate::shared::pagination::Position;
use crate::ui::actions::ActionLink;
use crate::ui::badge::{Badge, Ground};
use crate::ui::dates::day;
use crate::ui::empty_state::{EmptyState, HeadingLevel};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::field::HINT;
use crate::ui::goods_line::{LINE_LINK, PICTURE};
use crate::ui::picture::Picture;
use crate::ui::rows::{Row, RowWords, Rows};
use crate::web::page::{PageRequest, PageResponse, PageResult};

use super::AccountFrame;

const PICTURE_SIZES: &str = "4rem";

pub async fn orders(request: PageRequest) -> PageResult {
    let after = Position::parse(request.query("after"))?;
    let list = orders::service::of_account(&request.ctx, after).await?;
    let error = request.form.as_ref().map(|form| form.error.clone());
    let time_zone = request.ctx.settings.store.time_zone.clone();
    PageResponse::new("Your orders", move || {
        let older = list.next.map(|next| {
            let href = format!("/account/orders?after={next}");
            view! { <p><ActionLink href=href>"Older orders"</ActionLink></p> }
        });
        view! {
            <AccountFrame current="/account/orders" heading="Your orders".to_owned()>
                {error.map(|error| view! { <ErrorSummary error=error/> })}
                <OrderRows orders=list.orders time_zone=time_zone/>
                {older}
            </AccountFrame>
        }
        .into_any()
    })
    .answer()
}

/// Orders, or a word where there are none.
#[component]
pub fn OrderRows(orders: Vec<OrderSummary>, time_zone: String) -> impl IntoView {
    if orders.is_empty() {
        return view! {
            <EmptyState heading="No orders yet" text="What you order will be listed here." action="Go to the shop" href="/" level=HeadingLevel::Two/>
        }
        .into_any();
    }
    let rows = orders
        .into_iter()
        .map(|order| {
            let date = day(order.created_at, &time_zone);
            view! { <OrderRow order=order date=date/> }
        })
        .collect_view();
    view! { <Rows>{rows}</Rows> }.into_any()
}

#[component]
fn OrderRow(order: OrderSummary, date: String) -> impl IntoView {
    let href = format!("/order/{}", order.number);
    let units =
        if order.units == 1 { "1 item".to_owned() } else { format!("{} items", order.units) };
    let money = match order.payment_state {
        PaymentState::PartlyRefunded | PaymentState::Refunded => {
            format!(", {}", order.payment_state.label().to_lowercase())
        }
        _ => String::new(),
    };
    let tone = orders::pages::tone(order.state);
    let pictures = order
        .first_lines
        .into_iter()
        .map(|line| {
            let picture = line.image.map(|image| {
                view! {
                    <Picture
                        stem=image.stem
                        alt=String::new()
                        width=image.width
                        height=image.height
                        widths=image.widths
                        sizes=PICTURE_SIZES
                    />
                }
            });
            view! { <div class=format!("{PICTURE} w-16")>{picture}</div> }
        })
        .collect_view();
    view! {
        <Row>
            <div class="flex gap-2 sm:w-52">{pictures}</div>
            <RowWords>
                <p class="leading-snug font-semibold"><a class=LINE_LINK href=href>"Order "{order.number}</a></p>
                <p class=HINT>{format!("{date}, {units}{money}")}</p>
            </RowWords>
            <Badge text=order.state.label() tone=tone ground=Ground::Sunken/>
            <p class="text-right font-semibold tabular-nums">{order.total.to_string()}</p>
        </Row>
    }
    .into_any()
}
