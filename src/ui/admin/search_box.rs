//! A field that leads to one thing by its number.

use leptos::prelude::*;

use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::INPUT;

#[component]
pub fn NumberBox(
    /// Where the number is looked up.
    action: &'static str,
    label: &'static str,
    max_length: u32,
) -> impl IntoView {
    view! {
        <form class="ml-auto flex items-end gap-2" method="get" action=action role="search">
            <label class="sr-only" for="number">{label}</label>
            <input
                class=INPUT
                id="number"
                name="number"
                inputmode="numeric"
                autocomplete="off"
                placeholder=label
                maxlength=max_length
            />
            <Button kind=ButtonKind::Quiet>"Open"</Button>
        </form>
    }
}
