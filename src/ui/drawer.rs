//! The head of a panel: what it holds, and the button that closes it.

use leptos::prelude::*;

use super::button::ICON;
use super::icon::{Drawn, Icon};

#[component]
pub fn DrawerHead(
    #[prop(into)] heading: String,
    /// The panel's id.
    closes: &'static str,
) -> impl IntoView {
    view! {
        <div class="flex items-center justify-between border-b border-line py-2 pr-2 pl-5">
            <h2 class="text-large" tabindex="-1" autofocus=true>{heading}</h2>
            <button
                type="button"
                class=ICON
                popovertarget=closes
                popovertargetaction="hide"
                aria-label="Close"
            >
                <Drawn icon=Icon::Close/>
            </button>
        </div>
    }
}
