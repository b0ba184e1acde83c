//! Where a page stands: the line from the top.

use leptos::prelude::*;

use super::icon::{Drawn, Icon};

/// Name and address of each step from the top, then the page itself. On a phone the page's own
/// heading says the rest.
#[component]
pub fn Breadcrumb(steps: Vec<(String, String)>, #[prop(into)] current: String) -> impl IntoView {
    let last = steps.len().saturating_sub(1);
    view! {
        <nav class="mb-4 text-small print:hidden" aria-label="Breadcrumb">
            <ol class="-ml-1.5 flex flex-wrap items-center">
                {steps
                    .into_iter()
                    .enumerate()
                    .map(|(index, (name, href))| {
                        let chevron = if index == last { "mr-1.5 size-4 max-md:hidden" } else { "mr-1.5 size-4" };
                        view! {
                            <li class="flex min-h-11 items-center text-soft">
                                <a class="flex min-h-11 min-w-11 items-center px-1.5 text-inherit no-underline hover:underline" href=href>{name}</a>
                                <Drawn icon=Icon::Chevron class=chevron/>
                            </li>
                        }
                    })
                    .collect_view()}
                <li class="flex min-h-11 items-center text-soft max-md:hidden" aria-current="page">{current}</li>
            </ol>
        </nav>
    }
}
