//! Rows with lines between them: what it is, a word on it, what can be done.

use leptos::prelude::*;

#[component]
pub fn Rows(children: Children) -> impl IntoView {
    view! { <ul class="border-t border-line">{children()}</ul> }
}

#[component]
pub fn Row(children: Children) -> impl IntoView {
    view! {
        <li class="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-4">
            {children()}
        </li>
    }
}

/// The part that takes the room the others leave.
#[component]
pub fn RowWords(children: Children) -> impl IntoView {
    view! { <div class="flex-[1_1_12rem]">{children()}</div> }
}
