//! Short facts side by side, each under its name.

use leptos::prelude::*;

#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! {
        <div class="mt-band grid grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-8">
            {children()}
        </div>
    }
}

#[component]
pub fn Fact(heading: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="break-inside-avoid">
            <h2 class="mb-2 text-base">{heading}</h2>
            {children()}
        </section>
    }
}

/// A fact of a few lines.
#[component]
pub fn FactLines(heading: &'static str, lines: Vec<String>) -> impl IntoView {
    view! {
        <Fact heading=heading>
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
        </Fact>
    }
}
