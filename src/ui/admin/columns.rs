//! What is worked on beside what there is to know about it.

use leptos::prelude::*;

#[component]
pub fn Columns(children: Children) -> impl IntoView {
    view! {
        <div class="grid grid-cols-1 gap-8 xl:grid-cols-[minmax(0,1.6fr)_minmax(16rem,1fr)]">
            {children()}
        </div>
    }
}

#[component]
pub fn Column(children: Children) -> impl IntoView {
    view! { <div class="grid content-start gap-5">{children()}</div> }
}
