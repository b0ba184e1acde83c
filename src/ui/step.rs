//! The steps of something that takes several: those behind, the open one, those ahead.

use leptos::prelude::*;

use super::icon::{Drawn, Icon};

#[component]
pub fn OpenStep(heading: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="border-t border-line py-5" aria-labelledby="open-step">
            <h2 id="open-step" class="text-large">{heading}</h2>
            {children()}
        </section>
    }
}

/// In a few words, with the way back.
#[component]
pub fn DoneStep(
    heading: &'static str,
    #[prop(into)] href: String,
    words: Vec<String>,
) -> impl IntoView {
    view! {
        <section class="grid grid-cols-[1fr_auto] items-center gap-x-4 border-t border-line py-5">
            <h2 class="flex items-center gap-2 text-large">
                <Drawn icon=Icon::Check class="size-5 text-accent"/>
                {heading}
            </h2>
            <a class="flex min-h-11 min-w-11 items-center justify-end text-accent no-underline hover:underline" href=href>
                "Edit"<span class="sr-only">" "{heading.to_lowercase()}</span>
            </a>
            <ul class="col-span-full pl-7 text-soft">
                {words.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
pub fn StepAhead(heading: &'static str) -> impl IntoView {
    view! { <h2 class="border-t border-line py-5 text-large font-normal text-soft">{heading}</h2> }
}
