//! What happened, with its moments.

use leptos::prelude::*;

#[component]
pub fn History(children: Children) -> impl IntoView {
    view! { <ol class="grid gap-3">{children()}</ol> }
}

#[component]
pub fn Event(
    /// When, in words.
    moment: String,
    text: String,
    /// What only some may know about it.
    #[prop(optional_no_strip)]
    remark: Option<&'static str>,
) -> impl IntoView {
    view! {
        <li>
            <span class="inline-block min-w-56 text-small text-soft">{moment}</span>
            {text}
            {remark.map(|words| view! { <span class="text-small text-soft">{words}</span> })}
        </li>
    }
}
