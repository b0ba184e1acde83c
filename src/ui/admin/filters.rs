//! One of a few ways to look at a list.

use leptos::prelude::*;

pub struct Filter {
    pub name: String,
    pub href: String,
    pub is_chosen: bool,
}

#[component]
pub fn Filters(label: &'static str, filters: Vec<Filter>) -> impl IntoView {
    view! {
        <nav aria-label=label>
            <ul class="flex flex-wrap gap-1">
                {filters
                    .into_iter()
                    .map(|filter| {
                        let current = filter.is_chosen.then_some("page");
                        view! {
                            <li>
                                <a
                                    class="inline-flex min-h-11 items-center rounded-full px-3.5 text-ink no-underline hover:bg-sunken current:bg-sunken current:font-semibold"
                                    href=filter.href
                                    aria-current=current
                                >
                                    {filter.name}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
}
