//! How a page and its parts begin.

use leptos::prelude::*;

/// The sentence below a page's title.
pub const LEDE: &str = "max-w-2xl text-intro text-soft";

/// Title, sentence and whatever else says what a page is about.
#[component]
pub fn PageHead(children: Children) -> impl IntoView {
    view! { <div class="grid gap-3 first:mt-head">{children()}</div> }
}

/// A part of a page under its own heading, with room above.
#[component]
pub fn Band(
    /// Of the heading.
    id: &'static str,
    #[prop(into)] heading: String,
    /// The room above.
    #[prop(default = "mt-band")]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=class aria-labelledby=id>
            <h2 id=id class="mb-5">{heading}</h2>
            {children()}
        </section>
    }
}
