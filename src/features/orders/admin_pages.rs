//! Orders as staff work with them: the list and one order.

use leptos::prelude::*;
use strum::VariantArray as _;

use crate::features::orders::model::{
    OrderForStaff, OrderLine, OrderList, OrderState, OrderSummary, OrderView,
};
use crate::features::orders::pages::tone;
use crate::features::orders::service;
use crate::features::shipping::model::Address;
use crate::shared::access::Permission;
use crate::shared::ids::AccountId;
use crate::shared::pagination::Position;
use crate::ui::dates::day_and_time;
use crate::ui::feedback::Badge;
use crate::ui::form::{Button, ButtonKind, PostForm};
use crate::ui::totals::{ShippingLine, TotalsBlock};
use crate::web::page::{Frame, PageAnswer, PageRequest, PageResponse, PageResult};

const LIST: &str = "/admin/orders";

/// `/admin`: the first thing that staff look at.
pub async fn start(_: PageRequest) -> PageResult {
    PageAnswer::redirect(LIST)
}

pub async fn list(request: PageRequest) -> PageResult {
    let ctx = &request.ctx;
    if let Some(number) = request.query("number").map(str::trim).filter(|number| !number.is_empty())
    {
        // Digits alone are a number; anything else is shown as found nowhere.
        let number: String = number.chars().filter(char::is_ascii_digit).take(12).collect();
        return PageAnswer::redirect(format!("{LIST}/{number}"));
    }
    let state = request
        .query("state")
        .and_then(|key| OrderState::VARIANTS.iter().copied().find(|state| state.key() == key));
    let after = Position::parse(request.query("after"))?;
    let (orders, (to_send, unpaid)) = tokio::try_join!(
        service::list_for_staff(ctx, state, after),
        service::waiting_for_staff(ctx)
    )?;
    let role = ctx.require_signed_in()?.role;
    let time_zone = ctx.settings.store.time_zone.clone();
    PageResponse::new("Orders", move || {
        view! {
            <div class="admin-head">
                <h1>"Orders"</h1>
                <form class="admin-find" method="get" action=LIST role="search">
                    <label class="sr-only" for="number">"Order number"</label>
                    <input id="number" name="number" inputmode="numeric" autocomplete="off" placeholder="Order number" maxlength="12"/>
                    <Button kind=ButtonKind::Quiet>"Open"</Button>
                </form>
            </div>
            <dl class="admin-kpis">
                <div><dt>"To pack and send"</dt><dd>{to_send}</dd></div>
                <div><dt>"Waiting for payment"</dt><dd>{unpaid}</dd></div>
            </dl>
            <Filters chosen=state/>
            <Rows list=orders chosen=state time_zone=time_zone/>
        }
        .into_any()
    })
    .in_frame(Frame::Admin(role))
    .answer()
}

#[component]
fn Filters(chosen: Option<OrderState>) -> impl IntoView {
    let all = std::iter::once(("All".to_owned(), LIST.to_owned(), chosen.is_none()));
    let states = OrderState::VARIANTS.iter().copied().map(move |state| {
        (state.label().to_owned(), format!("{LIST}?state={}", state.key()), chosen == Some(state))
    });
    view! {
        <nav aria-label="Orders by state">
            <ul class="admin-filters">
                {all
                    .chain(states)
                    .map(|(name, href, current)| view! { <li><a href=href aria-current=current.then_some("page")>{name}</a></li> })
                    .collect_view()}
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
fn Rows(list: OrderList, chosen: Option<OrderState>, time_zone: String) -> impl IntoView {
    if list.orders.is_empty() {
        let words = if chosen.is_some() {
            "Nothing matches."
        } else {
            "No orders yet. The first one appears here by itself."
        };
        return view! { <p>{words}" "{chosen.is_some().then(|| view! { <a href=LIST>"Show all orders"</a> })}</p> }.into_any();
    }
    let next = list.next.map(|after| match chosen {
        Some(state) => format!("{LIST}?state={}&after={after}", state.key()),
        None => format!("{LIST}?after={after}"),
    });
    view! {
        <table class="admin-table">
            <thead>
                <tr><th scope="col">"Order"</th><th scope="col">"Placed"</th><th scope="col">"State"</th><th scope="col">"Payment"</th><th scope="col">"Items"</th><th scope="col" class="amount">"Total"</th></tr>
            </thead>
            <tbody>{list.orders.into_iter().map(|order| row(order, &time_zone)).collect_view()}</tbody>
        </table>
        {next.map(|href| view! { <p><a class="button button-quiet" href=href>"Older orders"</a></p> })}
    }
    .into_any()
}

fn row(order: OrderSummary, time_zone: &str) -> impl IntoView {
    let href = format!("{LIST}/{}", order.number);
    let units =
        if order.units == 1 { "1 item".to_owned() } else { format!("{} items", order.units) };
    view! {
        <tr>
            <th scope="row"><a href=href>{order.number}</a></th>
            <td>{day_and_time(order.created_at, time_zone)}</td>
            <td><Badge text=order.state.label() tone=tone(order.state)/></td>
            <td>{order.payment_state.label()}</td>
            <td>{units}</td>
            <td class="amount">{order.total.to_string()}</td>
        </tr>
    }
}

pub async fn one(request: PageRequest) -> PageResult {
    let OrderForStaff { order, account_id } =
        service::get_for_staff(&request.ctx, request.param("number")).await?;
    let role = request.ctx.require_signed_in()?.role;
    let account_id = account_id.filter(|_| role.may(Permission::ManageCustomers));
    let from = request.location.clone();
    let time_zone = request.ctx.settings.store.time_zone.clone();
    PageResponse::new(format!("Order {}", order.number), move || {
        view! { <Detail order=order account_id=account_id from=from time_zone=time_zone/> }
            .into_any()
    })
    .in_frame(Frame::Admin(role))
    .answer()
}

#[component]
fn Detail(
    order: OrderView,
    account_id: Option<AccountId>,
    from: String,
    time_zone: String,
) -> impl IntoView {
    let shipping = if order.shipping.is_some() { ShippingLine::Priced } else { ShippingLine::None };
    view! {
        <div class="admin-head">
            <h1>{format!("Order {}", order.number)}</h1>
            <Badge text=order.state.label() tone=tone(order.state)/>
            <span class="hint">{format!("Placed {}", day_and_time(order.created_at, &time_zone))}</span>
        </div>
        <div class="admin-pair">
            <div class="admin-facts">
                <section aria-labelledby="lines">
                    <h2 id="lines">"Goods"</h2>
                    <table class="admin-table">
                        <thead><tr><th scope="col">"Item"</th><th scope="col">"Sku"</th><th scope="col">"Units"</th><th scope="col" class="amount">"Sum"</th></tr></thead>
                        <tbody>{order.lines.into_iter().map(line).collect_view()}</tbody>
                    </table>
                </section>
                <section aria-labelledby="history">
                    <h2 id="history">"History"</h2>
                    <ol class="history">
                        {order
                            .timeline
                            .into_iter()
                            .map(|entry| {
                                let for_staff = (!entry.visible).then(|| view! { <span class="hint">" (staff only)"</span> });
                                view! { <li><span class="hint">{day_and_time(entry.at, &time_zone)}</span>{entry.text}{for_staff}</li> }
                            })
                            .collect_view()}
                    </ol>
                </section>
            </div>
            <div class="admin-facts">
                <section aria-labelledby="money">
                    <h2 id="money">"Money"</h2>
                    <TotalsBlock totals=order.totals shipping=shipping/>
                    <p>"Payment: "<strong>{order.payment_state.label()}</strong></p>
                    {(!order.refunded.is_zero()).then(|| view! { <p>"Refunded: "{order.refunded.to_string()}</p> })}
                </section>
                <Person heading="Customer" lines=vec![order.email]/>
                {account_id.map(|id| {
                    view! {
                        <PostForm action="/api/accounts/end_sessions_of" from=from>
                            <input type="hidden" name="id" value=id.to_string()/>
                            <Button kind=ButtonKind::Quiet>"Sign this customer out everywhere"</Button>
                        </PostForm>
                    }
                })}
                <Place heading="Delivery address" address=order.address/>
                <Place heading="Billing address" address=order.billing/>
                {order.shipping.map(|way| view! { <Person heading="Delivery" lines=vec![way.name, way.days]/> })}
                {order.note.map(|note| view! { <Person heading="The customer's note" lines=note.lines().map(str::to_owned).collect()/> })}
            </div>
        </div>
    }
    .into_any()
}

fn line(line: OrderLine) -> impl IntoView {
    let name = if line.variant.is_empty() {
        line.name
    } else {
        format!("{}, {}", line.name, line.variant)
    };
    let discount = (!line.discount.is_zero()).then(|| format!(" Discount −{}", line.discount));
    view! {
        <tr>
            <th scope="row">{name}{discount.map(|words| view! { <span class="hint">{words}</span> })}</th>
            <td>{line.sku.to_string()}</td>
            <td>{line.quantity}</td>
            <td class="amount">{line.subtotal.to_string()}</td>
        </tr>
    }
}

#[component]
fn Place(heading: &'static str, address: Option<Address>) -> impl IntoView {
    address.map(|address| {
        let lines: Vec<String> = address.lines().into_iter().chain(address.phone.clone()).collect();
        view! { <Person heading=heading lines=lines/> }
    })
}

#[component]
fn Person(heading: &'static str, lines: Vec<String>) -> impl IntoView {
    view! {
        <section>
            <h2>{heading}</h2>
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
        </section>
    }
}
