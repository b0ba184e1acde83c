//! Links and buttons side by side, each as tall as a finger.

use leptos::prelude::*;

/// For the element around them.
pub const ACTIONS: &str = "flex flex-wrap items-center gap-x-6";

/// A link that stands by itself.
#[component]
pub fn ActionLink(#[prop(into)] href: String, children: Children) -> impl IntoView {
    view! { <a class="inline-flex min-h-11 min-w-11 items-center" href=href>{children()}</a> }
}
