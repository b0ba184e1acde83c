//! How far an order has come, as a line of steps.

use leptos::prelude::*;

use crate::features::orders::model::{OrderState, OrderView};
use crate::shared::timestamp::Timestamp;
use crate::ui::dates::day;
use crate::ui::icon::{Drawn, Icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Done,
    Now,
    Ahead,
}

/// The steps of an order that runs its course; an order that ended says so instead.
#[component]
pub fn Progress(order: OrderView, time_zone: String) -> impl IntoView {
    let Some(reached) = reached(order.state) else { return ().into_any() };
    let on = |at: Option<Timestamp>| at.map(|at| day(at, &time_zone)).unwrap_or_default();
    let steps = [
        ("Placed", on(Some(order.created_at))),
        ("Paid", on(order.paid_at)),
        ("Packed", String::new()),
        (
            if order.state == OrderState::PartlyShipped { "Partly shipped" } else { "Shipped" },
            String::new(),
        ),
        ("Delivered", String::new()),
    ];
    view! {
        <ol class="progress">
            {steps
                .into_iter()
                .enumerate()
                .map(|(index, (name, date))| {
                    let reach = if index < reached { Reach::Done } else if index == reached { Reach::Now } else { Reach::Ahead };
                    view! { <ProgressStep name=name date=date reach=reach/> }
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}

/// The step an order is at; `None` once it has left the line.
const fn reached(state: OrderState) -> Option<usize> {
    match state {
        OrderState::PendingPayment => Some(0),
        OrderState::Paid => Some(1),
        OrderState::Packing => Some(2),
        OrderState::PartlyShipped | OrderState::Shipped => Some(3),
        OrderState::Delivered => Some(4),
        OrderState::Expired | OrderState::Cancelled => None,
    }
}

#[component]
fn ProgressStep(name: &'static str, date: String, reach: Reach) -> impl IntoView {
    let (class, current) = match reach {
        Reach::Done => ("progress-done", None),
        Reach::Now => ("progress-done", Some("step")),
        Reach::Ahead => ("", None),
    };
    let mark = (reach != Reach::Ahead).then(|| view! { <Drawn icon=Icon::Check/> });
    let hidden =
        (reach == Reach::Ahead).then(|| view! { <span class="sr-only">" (not yet)"</span> });
    view! {
        <li class=class aria-current=current>
            <span class="progress-mark">{mark}</span>
            <span>{name}{hidden}</span>
            <span class="hint">{date}</span>
        </li>
    }
}
