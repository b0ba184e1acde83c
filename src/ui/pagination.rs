//! The pages of a list.

use leptos::prelude::*;

use crate::shared::pagination::{PageLink, Paging};

/// A number or a step; the page shown is filled.
const LINK: &str = "grid min-h-11 min-w-11 place-items-center rounded-control px-2 no-underline hover:bg-accent-pale current:bg-accent current:text-on-accent";

/// Real links to the pages of a list; nothing where there is one page.
#[component]
pub fn Pagination(
    paging: Paging,
    /// The list's address with everything but the page.
    base: String,
) -> impl IntoView {
    let link = move |page: u32| page_address(&base, page);
    let previous = paging.previous().map(&link);
    let next = paging.next().map(&link);
    let numbers: Vec<AnyView> = paging
        .window()
        .into_iter()
        .map(|place| match place {
            PageLink::Gap => view! { <li aria-hidden="true">"…"</li> }.into_any(),
            PageLink::Page(page) => {
                let current = (page == paging.page).then_some("page");
                view! { <li><a class=LINK href=link(page) aria-current=current><span class="sr-only">"Page "</span>{page}</a></li> }.into_any()
            }
        })
        .collect();
    (paging.pages > 1).then(|| {
        view! {
            <nav class="mt-12 flex flex-wrap items-center justify-center gap-2" aria-label="Pages">
                {previous.map(|href| view! { <a class=LINK rel="prev" href=href>"Previous"</a> })}
                <ol class="flex flex-wrap items-center">{numbers}</ol>
                {next.map(|href| view! { <a class=LINK rel="next" href=href>"Next"</a> })}
            </nav>
        }
    })
}

/// The first page has no number in its address: each page is reachable under one address only.
pub fn page_address(base: &str, page: u32) -> String {
    match (page, base.contains('?')) {
        (1, _) => base.to_owned(),
        (_, true) => format!("{base}&page={page}"),
        (_, false) => format!("{base}?page={page}"),
    }
}

#[cfg(test)]
mod tests {
    use super::page_address;

    #[test]
    fn the_first_page_has_one_address() {
        assert_eq!(page_address("/c/kitchen", 1), "/c/kitchen");
        assert_eq!(page_address("/c/kitchen", 2), "/c/kitchen?page=2");
        assert_eq!(page_address("/c/kitchen?sort=newest", 3), "/c/kitchen?sort=newest&page=3");
    }
}
