//! The cart beside the page, after something was put into it. What it holds comes drawn from the server; the panel
//! itself is the browser's: it closes with Esc or a press elsewhere and gives the focus back.

use leptos::ev::{Event, SubmitEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::cart::api::set_quantity;

use super::browser::{self, Change};

#[island]
pub fn CartDrawer() -> impl IntoView {
    let panel = NodeRef::<Div>::new();
    Effect::new(move || {
        window_event_listener_untyped(browser::ADDED, move |_| spawn_local(show(panel)));
    });
    let on_submit = move |event: SubmitEvent| {
        let Some(asked) = browser::asked(&event).filter(|asked| asked.change != Change::Add) else { return };
        event.prevent_default();
        spawn_local(async move {
            let quantity = if asked.change == Change::Remove { "0".to_owned() } else { asked.quantity };
            let answer = set_quantity(asked.sku.clone(), quantity).await;
            browser::announce(browser::CHANGED);
            show(panel).await;
            if let Err(error) = answer {
                browser::show_refusal(&asked.sku, &error.message);
            }
        });
    };
    view! {
        <div
            node_ref=panel
            id="cart-drawer"
            class="drawer"
            popover="auto"
            role="dialog"
            aria-label="Cart"
            on:submit=on_submit
            on:change=move |event: Event| browser::submit_typed(&event)
        ></div>
    }
}

/// Fills the panel and opens it; where the cart cannot be had, the page stays as it is.
async fn show(panel: NodeRef<Div>) {
    let Some(html) = browser::fragment("/cart/drawer").await else { return };
    if let Some(panel) = panel.get_untracked() {
        browser::open_filled(&panel, &html);
    }
}
