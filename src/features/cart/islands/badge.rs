//! The number beside the cart, from a cookie: pages stay the same for everyone.

use leptos::prelude::*;

use super::browser::{CHANGED, units_in_cookie};

/// Its place is reserved, so that the number appears without moving anything.
#[island]
pub fn CartBadge() -> impl IntoView {
    let units = RwSignal::new(0);
    Effect::new(move || {
        units.set(units_in_cookie());
        // `pageshow`: a page brought back by the browser's Back button shows the cart as it is now.
        for event in [CHANGED, "pageshow"] {
            window_event_listener_untyped(event, move |_| units.set(units_in_cookie()));
        }
    });
    view! {
        <span class="cart-badge" class:filled=move || units.get() != 0>
            {move || match units.get() {
                0 => String::new(),
                units @ 1..=99 => units.to_string(),
                _ => "99+".to_owned(),
            }}
        </span>
    }
}
