//! The few numbers that a day begins with.

use leptos::prelude::*;

#[component]
pub fn Kpis(children: Children) -> impl IntoView {
    view! {
        <dl class="grid grid-cols-[repeat(auto-fit,minmax(11rem,1fr))] gap-px border-y border-line bg-line">
            {children()}
        </dl>
    }
}

#[component]
pub fn Kpi(name: &'static str, figure: u64) -> impl IntoView {
    view! {
        <div class="bg-paper p-4">
            <dt>{name}</dt>
            <dd class="text-figure leading-[1.2] font-semibold">{figure}</dd>
        </div>
    }
}
