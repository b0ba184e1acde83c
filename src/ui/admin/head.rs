//! The line that says what a page or a part of it is about, with its words and links.

use leptos::prelude::*;

#[component]
pub fn Head(children: Children) -> impl IntoView {
    view! { <div class="flex flex-wrap items-center gap-x-4 gap-y-2">{children()}</div> }
}
