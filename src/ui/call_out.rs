//! A box in the accent's pale colour: what somebody has to do, and the button that does it.

use leptos::prelude::*;

#[component]
pub fn CallOut(#[prop(into)] text: String, children: Children) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-tile bg-accent-pale px-5 py-4 print:hidden">
            <p>{text}</p>
            {children()}
        </div>
    }
}
