//! What stands beside the pages of staff on a wide screen and above them on a small one.

use leptos::prelude::*;

use crate::ui::link::TARGET;

#[component]
pub fn Side(children: Children) -> impl IntoView {
    view! {
        <header class="flex flex-wrap items-center gap-x-6 bg-sunken px-4 py-2 xl:sticky xl:top-0 xl:h-screen xl:flex-col xl:flex-nowrap xl:items-stretch xl:gap-4 xl:py-5 print:hidden">
            {children()}
        </header>
    }
}

/// Whose admin this is, and the way to its first page.
#[component]
pub fn SideName(name: String, href: &'static str) -> impl IntoView {
    view! {
        <p class="font-semibold">
            <a class="inline-flex min-h-11 items-center text-ink no-underline" href=href>{name}</a>
        </p>
    }
}

#[component]
pub fn SidePlaces(label: &'static str, children: Children) -> impl IntoView {
    view! {
        <nav class="flex-auto" aria-label=label>
            <ul class="flex flex-wrap gap-x-1 xl:grid">{children()}</ul>
        </nav>
    }
}

#[component]
pub fn SidePlace(name: &'static str, href: &'static str, is_here: bool) -> impl IntoView {
    view! {
        <li>
            <a
                class="inline-flex min-h-11 items-center rounded-control px-3 text-ink no-underline hover:bg-raised current:bg-raised current:font-semibold current:text-accent xl:flex"
                href=href
                aria-current=is_here.then_some("page")
            >
                {name}
            </a>
        </li>
    }
}

/// Below everything else: who is signed in, and the ways out.
#[component]
pub fn SideFoot(children: Children) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center gap-x-4 xl:mt-auto xl:grid xl:justify-items-start">
            {children()}
        </div>
    }
}

#[component]
pub fn SideWay(name: &'static str, href: &'static str) -> impl IntoView {
    view! { <p><a class=TARGET href=href>{name}</a></p> }
}
