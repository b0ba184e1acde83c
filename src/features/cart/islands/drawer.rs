//! The cart beside the page, after something was put into it. What it holds comes drawn from the
//! server; the panel itself is the browser's: it closes with Esc or a press elsewhere and gives the
//! focus back.

use leptos::ev::{Event, SubmitEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::cart::api::{add_to_cart, set_quantity};
use crate::ui::server_class::server_class;

use super::browser::{self, CartFormRequest, Change};

const CONTENTS: &str = "/cart/drawer";
/// Beside the page on a desk, at the thumb on a phone.
const PANEL: &str = "inset-x-0 top-auto bottom-0 max-h-[min(85dvh,44rem)] w-screen max-w-none flex-col rounded-t-tile bg-raised text-inherit shadow-sheet open:flex max-md:backdrop:bg-veil md:top-19 md:right-edge md:bottom-auto md:left-auto md:w-104 md:rounded-tile";

/// Invariant: one request is under way at a time, and the contents are drawn again only after the
/// last of a run, so that every press counts from the number it stands beside.
#[derive(Clone, Copy)]
struct Drawer {
    panel: NodeRef<Div>,
    /// The first one is under way.
    waiting: StoredValue<Vec<CartFormRequest>>,
}

impl Drawer {
    fn ask(self, asked: CartFormRequest) {
        if asked.change == Change::Set
            && let Ok(quantity) = asked.quantity.parse()
        {
            browser::show_quantity(&asked.sku, quantity);
        }
        let idle = self.waiting.with_value(Vec::is_empty);
        self.waiting.update_value(|waiting| waiting.push(asked));
        if idle {
            spawn_local(self.work());
        }
    }

    async fn work(self) {
        while let Some(asked) = self.waiting.with_value(|waiting| waiting.first().cloned()) {
            let mut contents = CONTENTS.to_owned();
            let answer = match asked.change {
                Change::Add => add_to_cart(asked.sku.clone(), asked.quantity).await.map(drop),
                Change::Set => set_quantity(asked.sku.clone(), asked.quantity).await.map(drop),
                Change::Remove => {
                    contents.push_str("?removed=");
                    contents.push_str(&asked.sku);
                    contents.push_str("&units=");
                    contents.push_str(&asked.quantity);
                    // A quantity of zero removes the line.
                    set_quantity(asked.sku.clone(), "0".to_owned()).await.map(drop)
                }
            };
            if self.waiting.with_value(Vec::len) == 1 {
                browser::announce(browser::CHANGED);
                self.show(&contents).await;
                if let Err(error) = answer {
                    browser::show_refusal(&asked.sku, &error.message);
                }
            }
            self.waiting.update_value(|waiting| drop(waiting.remove(0)));
        }
    }

    /// Fills the panel and opens it; where the cart cannot be had, the page stays as it is.
    async fn show(self, contents: &str) {
        let Some(html) = browser::fragment(contents).await else { return };
        if let Some(panel) = self.panel.get_untracked() {
            browser::open_filled(&panel, &html);
        }
    }
}

#[island]
pub fn CartDrawer() -> impl IntoView {
    let panel = NodeRef::<Div>::new();
    let drawer = Drawer { panel, waiting: StoredValue::new(Vec::new()) };
    Effect::new(move || {
        window_event_listener_untyped(browser::ADDED, move |_| spawn_local(drawer.show(CONTENTS)));
    });
    let on_submit = move |event: SubmitEvent| {
        if let Some(asked) = browser::parse_cart_form(&event) {
            event.prevent_default();
            drawer.ask(asked);
        }
    };
    view! {
        <div
            node_ref=panel
            id="cart-drawer"
            class=server_class(PANEL)
            popover="auto"
            role="dialog"
            aria-label="Cart"
            on:submit=on_submit
            on:change=move |event: Event| browser::submit_typed(&event)
        ></div>
    }
}
