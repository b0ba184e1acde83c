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
use crate::ui::admin::columns::{Column, Columns};
use crate::ui::admin::facts::Fact;
use crate::ui::admin::filters::{Filter, Filters};
use crate::ui::admin::head::Head;
use crate::ui::admin::kpis::{Kpi, Kpis};
use crate::ui::admin::search_box::NumberBox;
use crate::ui::admin::table::{Align, Cell, RowHead, RowLink, Table, TableRow};
use crate::ui::badge::Badge;
use crate::ui::button::{Button, ButtonKind, ButtonLink};
use crate::ui::dates::day_and_time;
use crate::ui::field::HINT;
use crate::ui::form::PostForm;
use crate::ui::history::{Event, History};
use crate::ui::link::TARGET;
use crate::ui::totals::{ShippingLine, TotalsBlock};
use crate::web::page::{Frame, PageAnswer, PageRequest, PageResponse, PageResult};

const LIST: &str = "/admin/orders";
const ORDER_COLUMNS: [(&str, Align); 6] = [
    ("Order", Align::Start),
    ("Placed", Align::Start),
    ("State", Align::Start),
    ("Payment", Align::Start),
    ("Items", Align::Start),
    ("Total", Align::End),
];
const LINE_COLUMNS: [(&str, Align); 4] =
    [("Item", Align::Start), ("Sku", Align::Start), ("Units", Align::Start), ("Sum", Align::End)];

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
            <Head>
                <h1>"Orders"</h1>
                <NumberBox action=LIST label="Order number" max_length=12/>
            </Head>
            <Kpis>
                <Kpi name="To pack and send" figure=to_send/>
                <Kpi name="Waiting for payment" figure=unpaid/>
            </Kpis>
            <Filters label="Orders by state" filters=filters(state)/>
            <Rows list=orders chosen=state time_zone=time_zone/>
        }
        .into_any()
    })
    .in_frame(Frame::Admin(role))
    .answer()
}

fn filters(chosen: Option<OrderState>) -> Vec<Filter> {
    let all = Filter { name: "All".to_owned(), href: LIST.to_owned(), is_chosen: chosen.is_none() };
    let states = OrderState::VARIANTS.iter().copied().map(move |state| Filter {
        name: state.label().to_owned(),
        href: format!("{LIST}?state={}", state.key()),
        is_chosen: chosen == Some(state),
    });
    std::iter::once(all).chain(states).collect()
}

#[component]
fn Rows(list: OrderList, chosen: Option<OrderState>, time_zone: String) -> impl IntoView {
    if list.orders.is_empty() {
        let words = if chosen.is_some() {
            "Nothing matches."
        } else {
            "No orders yet. The first one appears here by itself."
        };
        return view! { <p>{words}" "{chosen.is_some().then(|| view! { <a class=TARGET href=LIST>"Show all orders"</a> })}</p> }.into_any();
    }
    let next = list.next.map(|after| match chosen {
        Some(state) => format!("{LIST}?state={}&after={after}", state.key()),
        None => format!("{LIST}?after={after}"),
    });
    let rows = list.orders.into_iter().map(|order| row(order, &time_zone)).collect_view();
    view! {
        <Table headings=ORDER_COLUMNS.to_vec()>{rows}</Table>
        {next.map(|href| view! { <p><ButtonLink kind=ButtonKind::Quiet href=href>"Older orders"</ButtonLink></p> })}
    }
    .into_any()
}

fn row(order: OrderSummary, time_zone: &str) -> AnyView {
    let placed = day_and_time(order.created_at, time_zone);
    let href = format!("{LIST}/{}", order.number);
    let units =
        if order.units == 1 { "1 item".to_owned() } else { format!("{} items", order.units) };
    view! {
        <TableRow>
            <RowHead><RowLink href=href>{order.number}</RowLink></RowHead>
            <Cell>{placed}</Cell>
            <Cell><Badge text=order.state.label() tone=tone(order.state)/></Cell>
            <Cell>{order.payment_state.label()}</Cell>
            <Cell>{units}</Cell>
            <Cell align=Align::End>{order.total.to_string()}</Cell>
        </TableRow>
    }
    .into_any()
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
    let placed = format!("Placed {}", day_and_time(order.created_at, &time_zone));
    let history = order
        .timeline
        .into_iter()
        .map(|entry| {
            let moment = day_and_time(entry.at, &time_zone);
            let remark = (!entry.visible).then_some(" (staff only)");
            view! { <Event moment=moment text=entry.text remark=remark/> }
        })
        .collect_view();
    view! {
        <Head>
            <h1>{format!("Order {}", order.number)}</h1>
            <Badge text=order.state.label() tone=tone(order.state)/>
            <span class=HINT>{placed}</span>
        </Head>
        <Columns>
            <Column>
                <section aria-labelledby="lines">
                    <h2 id="lines">"Goods"</h2>
                    <Table headings=LINE_COLUMNS.to_vec()>
                        {order.lines.into_iter().map(line).collect_view()}
                    </Table>
                </section>
                <section aria-labelledby="history">
                    <h2 id="history">"History"</h2>
                    <History>{history}</History>
                </section>
            </Column>
            <Column>
                <section aria-labelledby="money">
                    <h2 id="money">"Money"</h2>
                    <TotalsBlock totals=order.totals shipping=shipping/>
                    <p>"Payment: "<strong>{order.payment_state.label()}</strong></p>
                    {(!order.refunded.is_zero()).then(|| view! { <p>"Refunded: "{order.refunded.to_string()}</p> })}
                </section>
                <Fact heading="Customer" lines=vec![order.email]/>
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
                {order.shipping.map(|way| view! { <Fact heading="Delivery" lines=vec![way.name, way.days]/> })}
                {order.note.map(|note| view! { <Fact heading="The customer's note" lines=note.lines().map(str::to_owned).collect()/> })}
            </Column>
        </Columns>
    }
    .into_any()
}

fn line(line: OrderLine) -> AnyView {
    let name = if line.variant.is_empty() {
        line.name
    } else {
        format!("{}, {}", line.name, line.variant)
    };
    let discount = (!line.discount.is_zero()).then(|| format!(" Discount −{}", line.discount));
    view! {
        <TableRow>
            <RowHead>{name}{discount.map(|words| view! { <span class=HINT>{words}</span> })}</RowHead>
            <Cell>{line.sku.to_string()}</Cell>
            <Cell>{line.quantity}</Cell>
            <Cell align=Align::End>{line.subtotal.to_string()}</Cell>
        </TableRow>
    }
    .into_any()
}

#[component]
fn Place(heading: &'static str, address: Option<Address>) -> impl IntoView {
    address.map(|address| {
        let lines: Vec<String> = address.lines().into_iter().chain(address.phone.clone()).collect();
        view! { <Fact heading=heading lines=lines/> }
    })
}
