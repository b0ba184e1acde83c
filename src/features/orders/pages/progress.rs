//! How far an order has come, as a line of steps.

use leptos::prelude::*;

use crate::features::orders::model::{OrderState, OrderView};
use crate::shared::timestamp::Timestamp;
use crate::ui::dates::day;
use crate::ui::icon::{Drawn, Icon};

/// The step after which none follows.
const LAST: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Done,
    Now,
    Ahead,
}

impl Reach {
    const fn step(self) -> &'static str {
        match self {
            Self::Done => {
                "relative grid grid-cols-[auto_1fr_auto] content-start gap-x-3 md:grid-cols-1"
            }
            Self::Now => {
                "relative grid grid-cols-[auto_1fr_auto] content-start gap-x-3 font-semibold md:grid-cols-1"
            }
            Self::Ahead => {
                "relative grid grid-cols-[auto_1fr_auto] content-start gap-x-3 text-soft md:grid-cols-1"
            }
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Done | Self::Now => {
                "mb-2 grid size-7 place-items-center rounded-full border-2 border-accent bg-accent text-on-accent"
            }
            Self::Ahead => "mb-2 grid size-7 place-items-center rounded-full border-2 border-line",
        }
    }

    /// The line to the next step, on a wide screen.
    const fn way(self) -> &'static str {
        match self {
            Self::Done => {
                "absolute top-3.25 right-3.5 left-8.5 border-t-2 border-accent max-md:hidden"
            }
            Self::Now | Self::Ahead => {
                "absolute top-3.25 right-3.5 left-8.5 border-t-2 border-line max-md:hidden"
            }
        }
    }
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
        <ol class="my-8 grid gap-4 md:grid-cols-5 md:gap-0">
            {steps
                .into_iter()
                .enumerate()
                .map(|(index, (name, date))| {
                    let reach = if index < reached { Reach::Done } else if index == reached { Reach::Now } else { Reach::Ahead };
                    view! { <ProgressStep name=name date=date reach=reach is_last=index == LAST/> }
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
fn ProgressStep(name: &'static str, date: String, reach: Reach, is_last: bool) -> impl IntoView {
    let current = (reach == Reach::Now).then_some("step");
    let mark = (reach != Reach::Ahead)
        .then(|| view! { <Drawn icon=Icon::Check class="size-4 stroke-3"/> });
    let way = (!is_last).then(|| view! { <span class=reach.way()></span> });
    let hidden =
        (reach == Reach::Ahead).then(|| view! { <span class="sr-only">" (not yet)"</span> });
    view! {
        <li class=reach.step() aria-current=current>
            <span class=reach.mark()>{mark}</span>
            <span>{name}{hidden}</span>
            <span class="text-small font-normal text-soft">{date}</span>
            {way}
        </li>
    }
}
